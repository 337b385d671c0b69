import { createHash } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import type { SqlReader, SqlRow } from '../sql.ts';
import type { ColumnSeal, Vault } from '../vault.ts';

/**
 * A Keyv storage adapter over the store's own connections: the official one has connections of its own, encrypts nothing, and
 * keeps expired rows. Values are what Keyv serialises; expired rows are never returned, and deleted a few at each write.
 */
export class PostgresKeyv {
  readonly namespace: string | undefined = undefined;
  readonly opts = { dialect: 'postgres' };
  readonly #sql: SqlReader;
  readonly #clock: Clock;
  readonly #key: ColumnSeal;
  readonly #value: ColumnSeal;

  constructor(sql: SqlReader, vault: Vault, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
    this.#key = vault.key('keyv.key');
    this.#value = vault.value('keyv.value');
  }

  async get(key: string): Promise<string | undefined> {
    const [row] = await this.#sql.all(
      'SELECT value FROM pages WHERE key = $1 AND (expires IS NULL OR expires > $2)',
      [this.#toDigest(key), this.#clock.now()],
    );
    return row && this.#value.open(row['value']);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    const digests = keys.map((key) => this.#toDigest(key));
    const isOneOf = digests.map((_, index) => `$${index + 2}`).join(', ');
    const rows = await this.#sql.all(
      `SELECT encode(key, 'hex') AS name, value FROM pages
       WHERE key IN (${isOneOf}) AND (expires IS NULL OR expires > $1)`,
      [this.#clock.now(), ...digests],
    );
    const values = new Map(rows.map((row) => [row['name'], row['value']]));
    return digests.map((digest) => {
      const name = digest.toString('hex');
      return values.has(name) ? this.#value.open(values.get(name)) : undefined;
    });
  }

  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    const now = this.#clock.now();
    await this.#sql.all(
      `WITH expired AS (
         DELETE FROM pages WHERE key IN (
           SELECT key FROM pages WHERE expires <= $4 AND key <> $1 LIMIT 10 FOR UPDATE SKIP LOCKED
         )
       )
       INSERT INTO pages (key, value, expires) VALUES ($1, $2, $3)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
      [this.#toDigest(key), this.#value.seal(value), ttl === undefined ? null : now + ttl, now],
    );
    return true;
  }

  async delete(key: string): Promise<boolean> {
    const deleted: SqlRow[] = await this.#sql.all('DELETE FROM pages WHERE key = $1 RETURNING 1', [
      this.#toDigest(key),
    ]);
    return deleted.length > 0;
  }

  async clear(): Promise<void> {
    await this.#sql.all('DELETE FROM pages');
  }

  on(): this {
    return this;
  }

  #toDigest(key: string): Buffer {
    return createHash('sha256').update(this.#key.seal(key)).digest();
  }
}
