import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '../sql.ts';
import type { Probe, Settings } from '../store.ts';
import type { Vault } from '../vault.ts';

const REDIS_ERA = 'redis era';

/** An encrypted store keeps no secret, since that is derived from its key. */
export class SqlSettings implements Settings {
  readonly #sql: Sql;
  readonly #vault: Vault;
  readonly #course: string;

  /** @param course an SQL expression: another text once the server may have lost what was committed; left out: it never does */
  constructor(sql: Sql, vault: Vault, course = "''") {
    this.#sql = sql;
    this.#vault = vault;
    this.#course = course;
  }

  async secret(): Promise<Buffer | null> {
    if (this.#vault.secret) return this.#vault.secret;
    return this.#read('secret');
  }

  async secretOrNew(): Promise<Buffer> {
    const known = await this.secret();
    if (known) return known;
    return this.#make('secret', randomBytes(32));
  }

  async redisEra(): Promise<string> {
    const era = (await this.#read(REDIS_ERA)) ?? (await this.#make(REDIS_ERA, Buffer.from(randomUUID())));
    // After the era: if that was lost meanwhile, the two of them are known to no other process.
    const [row] = await this.#sql.all(`SELECT ${this.#course} AS course`);
    return `${era.toString()} ${String(row?.['course'])}`;
  }

  async beginRedisEra(): Promise<void> {
    await this.#sql.unit((tx) =>
      tx.all(
        'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        [REDIS_ERA, Buffer.from(randomUUID())],
      ),
    );
  }

  async #read(name: string): Promise<Buffer | null> {
    const [row] = await this.#sql.all('SELECT value FROM settings WHERE name = $1', [name]);
    const value = row?.['value'];
    return value instanceof Uint8Array ? Buffer.from(value) : null;
  }

  /** @returns the value of another process that was first, if there is one */
  async #make(name: string, value: Buffer): Promise<Buffer> {
    await this.#sql.unit((tx) =>
      tx.all('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
        name,
        value,
      ]),
    );
    const made = await this.#read(name);
    if (made === null) throw new Error(`The setting ${name} in the store is not readable`);
    return made;
  }
}

export class SqlProbe implements Probe {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async writeAndRead(now: number): Promise<number | null> {
    await this.#sql.unit(
      (tx) =>
        tx.all(
          `INSERT INTO probe ("only", written_at) VALUES (1, $1)
           ON CONFLICT ("only") DO UPDATE SET written_at = excluded.written_at`,
          [now],
        ),
      { isUrgent: true },
    );
    const [row] = await this.#sql.all('SELECT written_at FROM probe');
    return row ? Number(row['written_at']) : null;
  }
}
