/** A server that listens. */
export interface Running {
  /** Of its GraphQL endpoint. */
  url: string;
  close(): Promise<void>;
}
