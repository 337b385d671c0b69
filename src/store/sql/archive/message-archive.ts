import type {
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
import { OwnWrites } from '../own-writes.ts';
import { cover, readCoverage } from './coverage.ts';
import { keepProgress, readProgress } from './jobs.ts';
import { planPage } from './plan-page.ts';
import { ArchiveSeals } from './seals.ts';
import { sealPage, toWrites, type SealedPage } from './sealed-page.ts';
import { toSequenceText } from './sequence-text.ts';
import type { ArchiveTables } from './tables.ts';

/** The ids of sources begin at 1. */
const NO_SOURCE = 0;
/** Of keys and records, in one statement. */
const BATCH = 500;

export class SqlMessageArchive implements MessageArchive {
  readonly #sql: Sql;
  readonly #tables: ArchiveTables;
  readonly #seals: ArchiveSeals;
  readonly #name: string;
  readonly #writes: OwnWrites;
  /** Null until its row is found; it begins with its first page. */
  #id: number | null = null;

  constructor(sql: Sql, vault: Vault, tables: ArchiveTables, source: string) {
    this.#sql = sql;
    this.#tables = tables;
    this.#seals = new ArchiveSeals(vault);
    this.#name = this.#seals.sourceName(source);
    this.#writes = new OwnWrites(sql, `archive ${this.#name}`);
  }

  version(): Promise<string> {
    return this.#writes.version();
  }

  async keep(page: ArchivePage, fence?: Fence): Promise<KeptPage> {
    const source = (await this.#find()) ?? (await this.#begin(fence));
    const sealed = await sealPage(page, source, this.#seals);
    await this.#tables.prepare([...new Set(page.entries.map(({ sentAt }) => sentAt))]);
    return this.#writes.during(this.#sql.unit((tx) => this.#keepIn(tx, source, sealed), { fence }));
  }

  async read({ order, span, after, terms, limit }: ArchiveQuery): Promise<ArchivedEntry[]> {
    if (terms.some((list) => list.length === 0)) return [];
    const source = (await this.#find()) ?? NO_SOURCE;
    const rows = await this.#tables.read(source, {
      order,
      span: toWhole(span),
      after: after === null ? null : toSequenceText(after),
      tokens: terms.map((list) => list.map((term) => this.#seals.toToken(source, term))),
      limit,
    });
    return rows.map((row) => this.#seals.toEntry(row));
  }

  async find(key: string): Promise<ArchivedEntry | null> {
    const source = (await this.#find()) ?? NO_SOURCE;
    const [row] = await this.#tables.find(this.#sql, source, [this.#seals.key(key)], []);
    return row ? this.#seals.toEntry(row) : null;
  }

  async momentOf(sequence: string): Promise<number | null> {
    const source = (await this.#find()) ?? NO_SOURCE;
    const [row] = await this.#tables.findMoment(source, toSequenceText(sequence));
    return row ? Number(row['sent_at']) : null;
  }

  async keysIn(span: TimeSpan): Promise<Map<string, string>> {
    const source = (await this.#find()) ?? NO_SOURCE;
    const found = new Map<string, string>();
    const query = { order: 'ASC' as const, tokens: [], limit: BATCH };
    let rest: TimeSpan | null = toWhole(span);
    let after: string | null = null;
    while (rest !== null) {
      const rows = await this.#tables.read(source, { ...query, span: rest, after });
      const kept = rows.map((row) => this.#seals.toKept(row));
      for (const { key, record } of kept) found.set(key, record);
      const last = kept.at(-1);
      rest = last && rows.length === BATCH ? { since: last.sentAt, until: rest.until } : null;
      after = last ? toSequenceText(last.sequence) : null;
      // An embedded database answers at once, and other requests wait.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return found;
  }

  async revisions(key: string): Promise<ArchiveRevision[]> {
    const rows = await this.#sql.all(
      `SELECT version, replaced_at, record FROM archive_revision WHERE source = $1 AND key = $2 ORDER BY version`,
      [(await this.#find()) ?? NO_SOURCE, this.#seals.key(key)],
    );
    return rows.map((row) => ({
      record: this.#seals.record.open(row['record']),
      replacedAt: Number(row['replaced_at']),
    }));
  }

  async count(): Promise<number> {
    const [row] = await this.#sql.all('SELECT messages FROM archive_source WHERE id = $1', [
      (await this.#find()) ?? NO_SOURCE,
    ]);
    return Number(row?.['messages'] ?? 0);
  }

  async coverage(): Promise<TimeSpan[]> {
    return readCoverage(this.#sql, (await this.#find()) ?? NO_SOURCE);
  }

  async progress(job: string): Promise<string | null> {
    return readProgress(this.#sql, this.#seals.position, (await this.#find()) ?? NO_SOURCE, job);
  }

  async #keepIn(tx: SqlUnit, source: number, sealed: SealedPage): Promise<KeptPage> {
    const { page } = sealed;
    await this.#writes.claim(tx);
    const rows = await this.#tables.find(tx, source, sealed.keys, sealed.places);
    const plan = planPage(
      page,
      rows.map((row) => this.#seals.toKept(row)),
    );
    await this.#tables.write(tx, source, toWrites(plan, sealed, this.#seals));
    if (plan.added > 0) {
      const grow = 'UPDATE archive_source SET messages = messages + $2 WHERE id = $1';
      await tx.all(grow, [source, plan.added]);
    }
    if (page.covers) await cover(tx, source, page.covers);
    if (page.progress) await keepProgress(tx, this.#seals.position, source, page.progress);
    return { added: plan.added, revised: plan.revised.length };
  }

  async #find(): Promise<number | null> {
    if (this.#id !== null) return this.#id;
    const [row] = await this.#sql.all('SELECT id FROM archive_source WHERE name = $1', [this.#name]);
    if (row) this.#id = Number(row['id']);
    return this.#id;
  }

  async #begin(fence: Fence | undefined): Promise<number> {
    const [row] = await this.#sql.unit(
      (tx) =>
        tx.all(
          `INSERT INTO archive_source (name) VALUES ($1)
           ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
          [this.#name],
        ),
      { fence },
    );
    return Number(row?.['id']);
  }
}

/** The same moments, in whole numbers that every engine takes. */
function toWhole({ since, until }: TimeSpan): TimeSpan {
  return {
    since: Math.max(Math.ceil(since), Number.MIN_SAFE_INTEGER),
    until: Math.min(Math.ceil(until), Number.MAX_SAFE_INTEGER),
  };
}
