/** Tells the processes that share a store that one of them has written. A hint: it may be lost, and listeners read the tables. */
export interface Bell {
  /** Whether the others can be told, and tell, at present. */
  readonly isUp: boolean;
  /** Never waits, and never fails. */
  ring(): void;
  /** @param listener called when another process has rung, and when `isUp` has changed. @returns stops listening */
  onRing(listener: () => void): () => void;
}
