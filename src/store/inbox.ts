import type { StatementSync } from 'node:sqlite';
import type { PushedItem } from '../datasources/push-receiver.ts';
import type { JsonValue } from '../datasources/records.ts';
import { inTransaction, type Database } from './database.ts';
import type { ColumnSeal } from './vault.ts';

export interface InboxItem {
  id: number;
  payload: JsonValue;
}

/**
 * What providers have pushed, written down before they are answered. Once `accept` has returned, the database has it on
 * disk: it survives the process being killed at any moment, and the power going out.
 */
export class Inbox {
  readonly #database: Database;
  readonly #key: ColumnSeal;
  readonly #payload: ColumnSeal;
  readonly #insert: StatementSync;
  readonly #next: StatementSync;
  readonly #backlog: StatementSync;
  readonly #finish: StatementSync;
  readonly #prune: StatementSync;

  constructor(database: Database) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS inbox (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         channel TEXT NOT NULL,
         key TEXT NOT NULL,
         payload TEXT,
         received_at INTEGER NOT NULL,
         is_done INTEGER NOT NULL DEFAULT 0,
         UNIQUE (channel, key)
       );
       CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (channel, id) WHERE is_done = 0;
       CREATE INDEX IF NOT EXISTS inbox_received_at ON inbox (received_at);`,
    );
    this.#database = database;
    this.#key = database.vault.key('inbox.key');
    this.#payload = database.vault.value('inbox.payload');
    this.#insert = database.prepare(
      'INSERT OR IGNORE INTO inbox (channel, key, payload, received_at) VALUES (?, ?, ?, ?)',
    );
    this.#next = database.prepare(
      'SELECT id, payload FROM inbox WHERE channel = ? AND is_done = 0 ORDER BY id LIMIT ?',
    );
    this.#backlog = database.prepare(
      'SELECT channel, COUNT(*) AS count, MIN(received_at) AS oldest_at FROM inbox WHERE is_done = 0 GROUP BY channel',
    );
    // The key stays, to know a repetition by; what was said is not needed any more.
    this.#finish = database.prepare('UPDATE inbox SET is_done = 1, payload = NULL WHERE id = ?');
    this.#prune = database.prepare('DELETE FROM inbox WHERE is_done = 1 AND received_at < ?');
  }

  /** Keeps the items of one delivery, all or none; those that are there already are repetitions. @param now Unix ms */
  accept(channel: string, items: readonly PushedItem[], now: number): void {
    if (items.length === 0) return;
    inTransaction(this.#database, () => {
      for (const { key, payload } of items) {
        this.#insert.run(channel, this.#key.seal(key), this.#payload.seal(JSON.stringify(payload)), now);
      }
    });
  }

  /** Items that wait to be processed, in the order of their coming. */
  waiting(channel: string, limit: number): InboxItem[] {
    return this.#next.all(channel, limit).map((row) => ({
      id: Number(row['id']),
      payload: JSON.parse(this.#payload.open(row['payload'])) as JsonValue,
    }));
  }

  /** What waits in each channel that has something waiting; `oldestAt` in Unix ms. */
  backlog(): { channel: string; count: number; oldestAt: number }[] {
    return this.#backlog.all().map((row) => ({
      channel: String(row['channel']),
      count: Number(row['count']),
      oldestAt: Number(row['oldest_at']),
    }));
  }

  /** Marks an item processed, in one transaction with what came of it. */
  finish(id: number, publish: () => void): void {
    inTransaction(this.#database, () => {
      publish();
      this.#finish.run(id);
    });
  }

  /** @param before Unix ms: must lie further back than any provider repeats a delivery */
  prune(before: number): void {
    this.#prune.run(before);
  }
}
