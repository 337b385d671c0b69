import type { StatementSync } from 'node:sqlite';
import type { Clock } from '../../util/clock.ts';
import type { Database } from './database.ts';
import type { ColumnSeal } from '../vault.ts';

/**
 * A Keyv storage adapter over `node:sqlite`, since the official one compiles a native driver on install. Values are
 * what Keyv serialises; expired rows are never returned, and deleted a few at each write.
 */
export class SqliteKeyv {
  readonly namespace: string | undefined = undefined;
  readonly opts = { dialect: 'sqlite' };
  readonly #clock: Clock;
  readonly #key: ColumnSeal;
  readonly #value: ColumnSeal;
  readonly #get: StatementSync;
  readonly #getMany: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteExpired: StatementSync;
  readonly #clear: StatementSync;

  /** @param database with the tables of `PAGES_MIGRATIONS` */
  constructor(database: Database, clock: Clock) {
    this.#clock = clock;
    this.#key = database.vault.key('keyv.key');
    this.#value = database.vault.value('keyv.value');
    this.#get = database.prepare('SELECT value FROM keyv WHERE key = ? AND (expires IS NULL OR expires > ?)');
    this.#getMany = database.prepare(
      `SELECT key, value FROM keyv
       WHERE key IN (SELECT value FROM json_each(?)) AND (expires IS NULL OR expires > ?)`,
    );
    this.#set = database.prepare('INSERT OR REPLACE INTO keyv (key, value, expires) VALUES (?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM keyv WHERE key = ?');
    this.#deleteExpired = database.prepare(
      'DELETE FROM keyv WHERE key IN (SELECT key FROM keyv WHERE expires <= ? LIMIT 10)',
    );
    this.#clear = database.prepare('DELETE FROM keyv');
  }

  get(key: string): string | undefined {
    const row = this.#get.get(this.#key.seal(key), this.#clock.now());
    return row && this.#value.open(row['value']);
  }

  getMany(keys: readonly string[]): (string | undefined)[] {
    const sealed = keys.map((key) => this.#key.seal(key));
    const rows = this.#getMany.all(JSON.stringify(sealed), this.#clock.now());
    const values = new Map<unknown, unknown>(rows.map((row) => [row['key'], row['value']]));
    return sealed.map((key) => (values.has(key) ? this.#value.open(values.get(key)) : undefined));
  }

  set(key: string, value: string, ttl?: number): boolean {
    const now = this.#clock.now();
    this.#deleteExpired.run(now);
    this.#set.run(this.#key.seal(key), this.#value.seal(value), ttl === undefined ? null : now + ttl);
    return true;
  }

  delete(key: string): boolean {
    return this.#delete.run(this.#key.seal(key)).changes > 0;
  }

  clear(): void {
    this.#clear.run();
  }

  on(): this {
    return this;
  }
}
