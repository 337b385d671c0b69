import type { StoreErrorCode } from './catalogue.ts';

/** A store cannot be used. The message names its file or server, and says what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** This program cannot read the file: it is damaged, of a newer version, or not a store at all. */
export class UnreadableStoreError extends StoreError {
  override readonly name = 'UnreadableStoreError';
}

/** The server does not answer, or not now: the same may succeed a little later. */
export class UnreachableStoreError extends StoreError {
  override readonly name = 'UnreachableStoreError';
}

/** Another process does this now, or may: what was begun here was not written. */
export class LostLeaseError extends Error {
  override readonly name = 'LostLeaseError';
}

/** What a caller asked for was not read, since the gateway's own store failed. The words are for callers. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code: StoreErrorCode = 'STORE_UNAVAILABLE';

  constructor(cause: unknown) {
    super("The gateway's own store does not answer; retry in a moment", { cause });
  }
}
