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
import { OwnWrites } from '../own-writes.ts';
import { countPage, recountedWithout } from './count-page.ts';
import { cover, readCoverage, uncover } from './coverage.ts';
import { keepProgress, readPositions, readProgress } from './jobs.ts';
import { planPage } from './plan-page.ts';
import { recount } from './recount.ts';
import { ArchiveSeals } from './seals.ts';
import { countChanges, sealPage, toWrites, type SealedPage } from './sealed-page.ts';
import { toSequenceText } from './sequence-text.ts';
import type { ArchiveTables } from './tables.ts';
import { toWhole } from './whole-span.ts';

/** The ids of sources begin at 1. */
const NO_SOURCE = 0;

interface Source {
  id: number;
  /** Its account's id. */
  account: number;
}
/** Of keys and records, in one statement. */
const BATCH = 500;

export class SqlMessageArchive implements MessageArchive {
  readonly #sql: Sql;
  readonly #tables: ArchiveTables;
  readonly #seals: ArchiveSeals;
  readonly #name: string;
  readonly #account: string;
  readonly #writes: OwnWrites;
  /** Null until its row is found; it begins with its first page. */
  #source: Source | null = null;

  /** @param account as for `ProviderStores.messageArchive`, of when the source's first page is kept */
  constructor(sql: Sql, vault: Vault, tables: ArchiveTables, source: string, account: string) {
    this.#sql = sql;
    this.#tables = tables;
    this.#seals = new ArchiveSeals(vault);
    this.#name = this.#seals.sourceName(source);
    this.#account = this.#seals.accountName(account);
    this.#writes = new OwnWrites(sql, `archive ${this.#name}`);
  }

  version(): Promise<string> {
    return this.#writes.version();
  }

  async keep(page: ArchivePage, fence?: Fence): Promise<KeptPage> {
    const source = (await this.#find()) ?? (await this.#begin(fence));
    const sealed = await sealPage(page, source.id, this.#seals);
    await this.#tables.prepare([...new Set(page.entries.map(({ sentAt }) => sentAt))]);
    return this.#writes.during(this.#sql.unit((tx) => this.#keepIn(tx, source, sealed), { fence }));
  }

  async remove(keys: readonly string[], fence?: Fence): Promise<number> {
    const source = await this.#find();
    if (source === null || keys.length === 0) return 0;
    return this.#writes.during(this.#sql.unit((tx) => this.#removeIn(tx, source, keys), { fence }));
  }

  async replace(entries: readonly ArchiveEntry[], readAt: number, fence?: Fence): Promise<void> {
    if (entries.length === 0) return;
    const source = (await this.#find()) ?? (await this.#begin(fence));
    const page: ArchivePage = { entries, delisted: [], readAt, covers: null, progress: null };
    const sealed = await sealPage(page, source.id, this.#seals);
    await this.#tables.prepare([...new Set(entries.map(({ sentAt }) => sentAt))]);
    const replace = async (tx: SqlUnit): Promise<void> => {
      await this.#removeIn(
        tx,
        source,
        entries.map(({ key }) => key),
      );
      await this.#keepIn(tx, source, sealed);
    };
    await this.#writes.during(this.#sql.unit(replace, { fence }));
  }

  async read({ order, span, after, terms, limit }: ArchiveQuery): Promise<ArchivedEntry[]> {
    if (terms.some((list) => list.length === 0)) return [];
    const source = (await this.#find())?.id ?? NO_SOURCE;
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
    const source = (await this.#find())?.id ?? NO_SOURCE;
    return this.#tables.narrow(source, { order, span: toWhole(span), tokens: this.#toTokens(source, terms) });
  }

  async find(key: string): Promise<ArchivedEntry | null> {
    const source = (await this.#find())?.id ?? NO_SOURCE;
    const [row] = await this.#tables.find(this.#sql, source, [this.#seals.key(key)], []);
    return row ? this.#seals.toEntry(row) : null;
  }

  async momentOf(sequence: string): Promise<number | null> {
    const source = (await this.#find())?.id ?? NO_SOURCE;
    const [row] = await this.#tables.findMoment(source, toSequenceText(sequence));
    return row ? Number(row['sent_at']) : null;
  }

  async keysIn(span: TimeSpan): Promise<Map<string, string>> {
    const source = (await this.#find())?.id ?? NO_SOURCE;
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
      [(await this.#find())?.id ?? NO_SOURCE, this.#seals.key(key)],
    );
    return rows.map((row) => ({
      record: this.#seals.record.open(row['record']),
      replacedAt: Number(row['replaced_at']),
    }));
  }

  async count(): Promise<number> {
    const [row] = await this.#sql.all('SELECT messages FROM archive_source WHERE id = $1', [
      (await this.#find())?.id ?? NO_SOURCE,
    ]);
    return Number(row?.['messages'] ?? 0);
  }

  async coverage(): Promise<TimeSpan[]> {
    return readCoverage(this.#sql, (await this.#find())?.id ?? NO_SOURCE);
  }

  async progress(job: string): Promise<string | null> {
    return readProgress(this.#sql, this.#seals.position, (await this.#find())?.id ?? NO_SOURCE, job);
  }

  async positions(): Promise<Map<string, string>> {
    return readPositions(this.#sql, this.#seals.position, (await this.#find())?.id ?? NO_SOURCE);
  }

  #toTokens(source: number, terms: ArchiveQuery['terms']): string[][] {
    return terms.map((list) => list.map((term) => this.#seals.toToken(source, term)));
  }

  async #keepIn(tx: SqlUnit, { id, account }: Source, sealed: SealedPage): Promise<KeptPage> {
    const { page } = sealed;
    const unit = { tx, tables: this.#tables, seals: this.#seals, source: id, account };
    await this.#claim(tx, account);
    const rows = await this.#tables.find(tx, id, sealed.keys, sealed.places);
    const plan = planPage(
      page,
      rows.map((row) => this.#seals.toKept(row)),
    );
    const { factsOf, recounted } = await countPage(unit, plan);
    const lastSeq = await giveNumbers(tx, countChanges(plan), page.readAt);
    await this.#tables.write(tx, id, toWrites(plan, sealed, this.#seals, factsOf, lastSeq));
    await recount(unit, recounted);
    if (plan.added > 0) await grow(tx, id, plan.added);
    if (page.uncovers) await uncover(tx, id, page.uncovers);
    if (page.covers) await cover(tx, id, page.covers);
    if (page.progress) await keepProgress(tx, this.#seals.position, id, page.progress);
    return { added: plan.added, revised: plan.revised.length };
  }

  async #removeIn(tx: SqlUnit, { id, account }: Source, keys: readonly string[]): Promise<number> {
    await this.#claim(tx, account);
    const sealed = [...new Set(keys)].map((key) => this.#seals.key(key.toWellFormed()));
    const rows = await this.#tables.find(tx, id, sealed, []);
    const kept = new Map(rows.map((row) => [String(row['key']), this.#seals.toKept(row)]));
    if (kept.size === 0) return 0;
    await this.#tables.remove(tx, id, [...kept.keys()]);
    await recount({ tx, tables: this.#tables, source: id, account }, recountedWithout([...kept.values()]));
    await grow(tx, id, -kept.size);
    return kept.size;
  }

  /** All sources of an account have the same participants, so their units run one after the other. */
  async #claim(tx: SqlUnit, account: number): Promise<void> {
    await tx.claim(`archive account ${account}`);
    await this.#writes.claim(tx);
  }

  async #find(): Promise<Source | null> {
    if (this.#source !== null) return this.#source;
    const [row] = await this.#sql.all('SELECT id, account FROM archive_source WHERE name = $1', [this.#name]);
    if (row) this.#source = { id: Number(row['id']), account: Number(row['account']) };
    return this.#source;
  }

  #begin(fence: Fence | undefined): Promise<Source> {
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
        return { id: Number(source?.['id']), account: Number(source?.['account']) };
      },
      { fence },
    );
  }
}

async function grow(tx: SqlUnit, source: number, messages: number): Promise<void> {
  await tx.all('UPDATE archive_source SET messages = messages + $2 WHERE id = $1', [source, messages]);
}

/**
 * Numbers for so many changes. The row is locked until the unit ends, so the numbers are in the order in which units commit; it is
 * locked as short as possible, since units of all sources wait for it. They follow the clock, in microseconds: who sees those of one
 * channel cannot count what others keep in between.
 *
 * @param readAt Unix ms
 * @returns the one before the first
 */
async function giveNumbers(tx: SqlUnit, changes: number, readAt: number): Promise<number> {
  if (changes === 0) return 0;
  const [row] = await tx.all(
    `INSERT INTO archive_changes ("only", archived_seq) VALUES (1, CAST($2 AS bigint) + CAST($1 AS bigint))
     ON CONFLICT ("only") DO UPDATE SET archived_seq = CAST($1 AS bigint) + CASE
       WHEN archive_changes.archived_seq < CAST($2 AS bigint) THEN CAST($2 AS bigint)
       ELSE archive_changes.archived_seq END
     RETURNING archived_seq`,
    [changes, Math.floor(readAt) * 1_000],
  );
  return Number(row?.['archived_seq']) - changes;
}
