import type { Database } from './database.ts';
import { inTransaction } from './database.ts';
import { SQLITE_BUSY, sqliteCodeOf } from './error.ts';

/** So that a group does not hold up the event loop for long. */
const MAX_GROUP = 100;
/** Each attempt takes as long as SQLite waits. */
const MAX_ATTEMPTS = 8;

interface Waiter<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (reason: unknown) => void;
}

/**
 * Writes what arrives together in one transaction, since each transaction costs a sync to disk. A group is what has
 * arrived in one turn of the event loop, so an item that comes alone does not wait for others; while a transaction is
 * written, the next group arrives in the sockets.
 */
export class GroupCommit<T, R> {
  readonly #database: Database;
  readonly #write: (items: T[]) => PromiseSettledResult<R>[];
  readonly #maxGroup: number;
  #waiting: Waiter<T, R>[] = [];
  #idle = Promise.withResolvers<undefined>();

  /**
   * @param write runs in the transaction, and again when that fails because another process was writing. It returns
   * one result for each item; when it throws, all of the group fail
   * @param maxGroup more where items are small
   */
  constructor(database: Database, write: (items: T[]) => PromiseSettledResult<R>[], maxGroup = MAX_GROUP) {
    this.#database = database;
    this.#write = write;
    this.#maxGroup = maxGroup;
    this.#idle.resolve(undefined);
  }

  /**
   * @returns once it is on disk
   * @throws Error when it is not
   */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#waiting.length > 1) return;
      this.#idle = Promise.withResolvers();
      this.#commitSoon(1);
    });
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    await this.#idle.promise;
  }

  #commitSoon(attempt: number): void {
    setImmediate(() => {
      this.#commit(attempt);
    });
  }

  #commit(attempt: number): void {
    const group = this.#waiting.slice(0, this.#maxGroup);
    try {
      const results = inTransaction(this.#database, () => this.#write(group.map(({ item }) => item)));
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index];
        if (result?.status === 'fulfilled') resolve(result.value);
        else reject(result?.reason);
      }
    } catch (error) {
      // Another process is writing, and SQLite has waited for it as long as it may.
      if (sqliteCodeOf(error) === SQLITE_BUSY && attempt < MAX_ATTEMPTS) {
        this.#commitSoon(attempt + 1);
        return;
      }
      for (const { reject } of group) reject(error);
    }
    this.#waiting = this.#waiting.slice(this.#maxGroup);
    if (this.#waiting.length > 0) this.#commitSoon(1);
    else this.#idle.resolve(undefined);
  }
}
