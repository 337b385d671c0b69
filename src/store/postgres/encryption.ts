import type { ClientBase } from 'pg';
import { StoreError } from '../../errors/store-error.ts';
import type { Opening } from './opening.ts';
import { query } from './query.ts';

/** Sealed into every encrypted store: whether it opens shows whether a key is the right one. */
const CHECK = 'chat-history-gateway store 1';
const COLUMN = 'encryption.sealed';

/** A store is encrypted from its first table on, or never: older rows would stay readable in it. */
export async function keepKey(client: ClientBase, { vault, hasKey }: Opening): Promise<void> {
  if (!hasKey) return;
  await query(client, 'INSERT INTO encryption (sealed) VALUES ($1)', [vault.value(COLUMN).seal(CHECK)]);
}

/** @throws StoreError when the store was made with another key, or with a key and there is none, or the other way round */
export async function checkKey(client: ClientBase, { store, vault, hasKey }: Opening): Promise<void> {
  const [row] = await query(client, 'SELECT sealed FROM encryption');
  if (!hasKey) {
    if (!row) return;
    throw new StoreError(`${store} is encrypted: set store.encryptionKey to the key that it was made with`);
  }
  if (!row)
    throw new StoreError(
      `${store} was made without a key, and what is in it would stay readable: leave store.encryptionKey out, or name a new database in store.location`,
    );
  try {
    vault.value(COLUMN).open(row['sealed']);
  } catch (error) {
    throw new StoreError(
      `${store} was made with another key: set store.encryptionKey to that one, or name a new database in store.location`,
      { cause: error },
    );
  }
}
