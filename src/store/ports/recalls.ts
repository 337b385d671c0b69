/** Messages of one official account that were recalled. */
export interface RecallStore {
  /** Another one when there may be more of them. */
  version(): Promise<string>;
  /** @param now Unix ms. @param before Unix ms: those noted earlier are forgotten */
  note(messageSequence: number, messageKey: string, now: number, before: number): Promise<void>;
  keys(): Promise<string[]>;
  /** Forgets messages with these keys. @returns how many it knew */
  forget(messageKeys: readonly string[]): Promise<number>;
}
