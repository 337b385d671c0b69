import type { SqlReader } from '../../../sql.ts';
import type { ArchiveSeals } from '../seals.ts';

export interface IndexedSource {
  id: number;
  /** Its id. */
  account: number;
  name: string;
}

/** The sources of which anything is kept. */
export class IndexedSources {
  readonly #sql: SqlReader;
  readonly #seals: ArchiveSeals;
  /** A source stays once it is there. */
  readonly #known = new Map<string, IndexedSource>();

  constructor(sql: SqlReader, seals: ArchiveSeals) {
    this.#sql = sql;
    this.#seals = seals;
  }

  /** The names of those that have messages, in the order of their ids. */
  async names(): Promise<string[]> {
    const rows = await this.#sql.all('SELECT name FROM archive_source WHERE messages > 0 ORDER BY id');
    return rows.map((row) => this.#seals.openSourceName(row['name']));
  }

  /** @param names each once. @returns those that there are, in the order of their ids */
  async find(names: readonly string[]): Promise<IndexedSource[]> {
    if (names.some((name) => !this.#known.has(name))) {
      const rows = await this.#sql.all('SELECT id, account, name FROM archive_source');
      for (const row of rows) {
        const name = this.#seals.openSourceName(row['name']);
        this.#known.set(name, { id: Number(row['id']), account: Number(row['account']), name });
      }
    }
    return names.flatMap((name) => this.#known.get(name) ?? []).sort((a, b) => a.id - b.id);
  }
}
