import type { Sql } from '../../sql.ts';
import type { Fence } from '../../store.ts';
import type { ArchiveSeals } from './seals.ts';

/** The ids of sources begin at 1. */
const NO_SOURCE = 0;

export interface SourceIds {
  source: number;
  account: number;
}

/** The row of a source, which begins with its first page. */
export class SourceRow {
  readonly #sql: Pick<Sql, 'all' | 'unit'>;
  readonly #name: string;
  readonly #account: string;
  #ids: SourceIds | null = null;

  /** @param account of when the source's first page is kept */
  constructor(sql: Pick<Sql, 'all' | 'unit'>, seals: ArchiveSeals, source: string, account: string) {
    this.#sql = sql;
    this.#name = seals.sourceName(source);
    this.#account = seals.accountName(account);
  }

  /** @returns null when there is none yet */
  async find(): Promise<SourceIds | null> {
    if (this.#ids !== null) return this.#ids;
    const [row] = await this.#sql.all('SELECT id, account FROM archive_source WHERE name = $1', [this.#name]);
    if (row) this.#ids = { source: Number(row['id']), account: Number(row['account']) };
    return this.#ids;
  }

  /** @returns an id that no message has when there is none yet */
  async id(): Promise<number> {
    return (await this.find())?.source ?? NO_SOURCE;
  }

  /** @throws LostLeaseError */
  async findOrBegin(fence: Fence | undefined): Promise<SourceIds> {
    return (await this.find()) ?? (await this.#begin(fence));
  }

  async read(): Promise<{ version: string; messages: number }> {
    const [row] = await this.#sql.all('SELECT version, messages FROM archive_source WHERE name = $1', [
      this.#name,
    ]);
    return { version: String(Number(row?.['version'] ?? 0)), messages: Number(row?.['messages'] ?? 0) };
  }

  #begin(fence: Fence | undefined): Promise<SourceIds> {
    return this.#sql.unit(
      async (tx) => {
        const [account] = await tx.all(
          `INSERT INTO archive_account (name) VALUES ($1)
           ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
          [this.#account],
        );
        const [source] = await tx.all(
          `INSERT INTO archive_source (name, account) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, account`,
          [this.#name, Number(account?.['id'])],
        );
        return { source: Number(source?.['id']), account: Number(source?.['account']) };
      },
      { fence },
    );
  }
}
