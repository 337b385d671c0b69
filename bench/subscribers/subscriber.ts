/** A client that follows messages; it does as little as it can, since there are a thousand of them in one process. */
export interface Subscriber {
  close: () => void;
}

/** @param onText called with every piece that arrives, each with whole events */
export type Subscribe = (
  url: string,
  query: string,
  variables: Record<string, unknown>,
  onText: (text: string) => void,
) => Promise<Subscriber>;
