import type {
  ArchiveEntry,
  ArchivedEntry,
  ArchivePage,
  ArchiveQuery,
  ArchiveRevision,
  Fence,
  KeptPage,
  MessageArchive,
  TimeSpan,
} from '../../store.ts';
import type { Sql, SqlUnit } from '../../sql.ts';
import type { Vault } from '../../vault.ts';
import { readCoverage } from './coverage.ts';
import { readPositions, readProgress } from './jobs.ts';
import { keepPage, removeMessages, replaceMessages } from './keep-page.ts';
import { readLastNumber } from './numbers.ts';
import { ArchiveSeals } from './seals.ts';
import { sealPage } from './sealed-page.ts';
import { toSequenceText } from './sequence-text.ts';
import { SourceRow, type SourceIds } from './source-row.ts';
import type { ArchiveTables } from './tables.ts';
import type { ArchiveUnit } from './unit.ts';
import { toWhole } from './whole-span.ts';

export class SqlMessageArchive implements MessageArchive {
  readonly #sql: Pick<Sql, 'all' | 'unit'>;
  readonly #tables: ArchiveTables;
  readonly #seals: ArchiveSeals;
  readonly #row: SourceRow;

  /** @param account as for `ProviderStores.messageArchive`, of when the source's first page is kept */
  constructor(
    sql: Pick<Sql, 'all' | 'unit'>,
    vault: Vault,
    tables: ArchiveTables,
    source: string,
    account: string,
  ) {
    this.#sql = sql;
    this.#tables = tables;
    this.#seals = new ArchiveSeals(vault);
    this.#row = new SourceRow(sql, this.#seals, source, account);
  }

  async version(): Promise<string> {
    return (await this.#row.read()).version;
  }

  lastChange(): Promise<number> {
    return readLastNumber(this.#sql);
  }

  async changedIn(span: TimeSpan, lastChange: number): Promise<string[]> {
    const { since, until } = toWhole(span);
    const rows = await this.#sql.all(
      `SELECT key FROM archive_message
       WHERE source = $1 AND archived_seq > $2 AND sent_at >= $3 AND sent_at < $4 ORDER BY archived_seq`,
      [await this.#row.id(), lastChange, since, until],
    );
    return rows.map((row) => this.#seals.openKey(row['key']));
  }

  async keep(page: ArchivePage, fence?: Fence): Promise<KeptPage> {
    const ids = await this.#row.findOrBegin(fence);
    const sealed = await sealPage(page, ids.source, this.#seals, this.#tables);
    await this.#tables.prepare([...new Set(page.entries.map(({ sentAt }) => sentAt))]);
    const kept: KeptPage = { added: 0, revised: 0 };
    await this.#sql.unit(
      async (tx) => {
        const { added, revised } = await keepPage(this.#toUnit(tx, ids), sealed);
        // A second run, after a COMMIT whose answer was lost, finds what the first has kept.
        kept.added = Math.max(kept.added, added);
        kept.revised = Math.max(kept.revised, revised);
      },
      { fence },
    );
    return kept;
  }

  async remove(keys: readonly string[], fence?: Fence): Promise<number> {
    const ids = await this.#row.find();
    if (ids === null || keys.length === 0) return 0;
    let removed = 0;
    await this.#sql.unit(
      async (tx) => {
        // As above: a second run finds nothing.
        removed = Math.max(removed, await removeMessages(this.#toUnit(tx, ids), keys));
      },
      { fence },
    );
    return removed;
  }

  async replace(entries: readonly ArchiveEntry[], readAt: number, fence?: Fence): Promise<void> {
    if (entries.length === 0) return;
    const ids = await this.#row.findOrBegin(fence);
    const page: ArchivePage = { entries, delisted: [], readAt, covers: null, progress: null };
    const sealed = await sealPage(page, ids.source, this.#seals, this.#tables);
    await this.#tables.prepare([...new Set(entries.map(({ sentAt }) => sentAt))]);
    await this.#sql.unit((tx) => replaceMessages(this.#toUnit(tx, ids), sealed), { fence });
  }

  async read({ order, span, after, terms, limit }: ArchiveQuery): Promise<ArchivedEntry[]> {
    if (terms.some((list) => list.length === 0)) return [];
    const source = await this.#row.id();
    const rows = await this.#tables.read(source, {
      order,
      span: toWhole(span),
      after: after === null ? null : toSequenceText(after),
      tokens: this.#toTokens(source, terms),
      limit,
    });
    return rows.map((row) => this.#seals.toEntry(row));
  }

  async narrow({ order, span, terms }: Pick<ArchiveQuery, 'order' | 'span' | 'terms'>): Promise<TimeSpan> {
    const source = await this.#row.id();
    return this.#tables.narrow(source, { order, span: toWhole(span), tokens: this.#toTokens(source, terms) });
  }

  async find(key: string): Promise<ArchivedEntry | null> {
    const source = await this.#row.id();
    const [row] = await this.#tables.find(this.#sql, source, [this.#seals.key(key)], []);
    return row ? this.#seals.toEntry(row) : null;
  }

  async momentOf(sequence: string): Promise<number | null> {
    const source = await this.#row.id();
    const [row] = await this.#tables.findMoment(source, toSequenceText(sequence));
    return row ? Number(row['sent_at']) : null;
  }

  async revisions(key: string): Promise<ArchiveRevision[]> {
    const rows = await this.#sql.all(
      `SELECT version, replaced_at, record FROM archive_revision WHERE source = $1 AND key = $2 ORDER BY version`,
      [await this.#row.id(), this.#seals.key(key)],
    );
    return rows.map((row) => ({
      record: this.#seals.record.open(row['record']),
      replacedAt: Number(row['replaced_at']),
    }));
  }

  async count(): Promise<number> {
    return (await this.#row.read()).messages;
  }

  async coverage(): Promise<TimeSpan[]> {
    return readCoverage(this.#sql, await this.#row.id());
  }

  async progress(job: string): Promise<string | null> {
    return readProgress(this.#sql, this.#seals.position, await this.#row.id(), job);
  }

  async positions(): Promise<Map<string, string>> {
    return readPositions(this.#sql, this.#seals.position, await this.#row.id());
  }

  #toTokens(source: number, terms: ArchiveQuery['terms']): string[][] {
    return terms.map((list) => list.map((term) => this.#seals.toToken(source, term)));
  }

  #toUnit(tx: SqlUnit, ids: SourceIds): ArchiveUnit {
    return { tx, tables: this.#tables, seals: this.#seals, ...ids };
  }
}
