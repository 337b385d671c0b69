/** A database file cannot be used. The message names the file, and says what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** This program cannot read the file: it is damaged, of a newer version, or not a store at all. */
export class UnreadableStoreError extends StoreError {
  override readonly name = 'UnreadableStoreError';
}
