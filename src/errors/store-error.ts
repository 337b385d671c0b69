/** A database file cannot be used. The message names the file, and says what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** What is in the file cannot be read by this program: it is damaged, of a newer one, or not a store at all. */
export class UnreadableStoreError extends StoreError {
  override readonly name = 'UnreadableStoreError';
}
