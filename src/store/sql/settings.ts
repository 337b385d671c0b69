import { randomBytes } from 'node:crypto';
import type { Sql } from '../sql.ts';
import type { Probe, Settings } from '../store.ts';
import type { Vault } from '../vault.ts';

/** An encrypted store keeps no secret, since that is derived from its key. */
export class SqlSettings implements Settings {
  readonly #sql: Sql;
  readonly #vault: Vault;

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql;
    this.#vault = vault;
  }

  async secret(): Promise<Buffer | null> {
    if (this.#vault.secret) return this.#vault.secret;
    const [row] = await this.#sql.all("SELECT value FROM settings WHERE name = 'secret'");
    const value = row?.['value'];
    return value instanceof Uint8Array ? Buffer.from(value) : null;
  }

  async secretOrNew(): Promise<Buffer> {
    const known = await this.secret();
    if (known) return known;
    // Another process may be first.
    await this.#sql.unit((tx) =>
      tx.all("INSERT INTO settings (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING", [
        randomBytes(32),
      ]),
    );
    const made = await this.secret();
    if (made === null) throw new Error('The secret in the store is not readable');
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
