import type { Archives } from '../../sql/archive/archives.ts';
import { createArchiveIndex } from '../../sql/archive/index/archive-index.ts';
import { SqlMessageArchive } from '../../sql/archive/message-archive.ts';
import type { Sql } from '../../sql.ts';
import type { ArchiveIndex, MessageArchive } from '../../store.ts';
import type { Vault } from '../../vault.ts';
import { PostgresArchiveTables } from './tables.ts';
import { QueuedUnits } from './queued-units.ts';

/** Beside the one that the server works on, one that is being sent: more would only wait, with a connection each. */
const MOST_AT_A_TIME = 2;

/** Archives in the tables of the store. */
export class PostgresArchives implements Archives {
  readonly #sql: Sql;
  readonly #units: QueuedUnits;
  readonly #vault: Vault;
  readonly #tables: PostgresArchiveTables;
  /** One each: it counts what was written by itself. */
  readonly #archives = new Map<string, MessageArchive>();

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql;
    this.#vault = vault;
    this.#units = new QueuedUnits(sql, MOST_AT_A_TIME);
    this.#tables = new PostgresArchiveTables(this.#units, vault.secret === null);
  }

  of(source: string, account: string): MessageArchive {
    const archive =
      this.#archives.get(source) ??
      new SqlMessageArchive(this.#units, this.#vault, this.#tables, source, account);
    this.#archives.set(source, archive);
    return archive;
  }

  index(): ArchiveIndex {
    return createArchiveIndex(this.#sql, this.#vault, this.#tables);
  }

  /** The connections are the store's. */
  close(): Promise<void> {
    return this.#units.settled();
  }
}
