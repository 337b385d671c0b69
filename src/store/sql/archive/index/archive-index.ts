import type {
  ArchiveIndex,
  ArchiveStats,
  ChangedEntry,
  ConversationQuery,
  CountLimit,
  KeptConversation,
  KeptParticipant,
  Move,
  MovePosition,
  NearestQuery,
  ParticipantQuery,
  ReadLimit,
  StatsGrouping,
  TimeSpan,
} from '../../../store.ts';
import type { LimitedReader, SqlReader } from '../../../sql.ts';
import type { Vault } from '../../../vault.ts';
import { ArchiveSeals } from '../seals.ts';
import { toWhole } from '../whole-span.ts';
import type { ArchiveTables } from '../tables.ts';
import { readChanges } from './changes.ts';
import { readConversations } from './conversations.ts';
import { countMessages } from './count.ts';
import { readMoves, readNearest, type PlacedMove } from './moves.ts';
import { readParticipants } from './participants.ts';
import { IndexedSources } from './sources.ts';
import { readStats } from './stats.ts';

type CountingTables = Pick<ArchiveTables, 'countByTokens'>;

/** What is the same for all requests. */
interface Shared {
  sql: LimitedReader;
  tables: CountingTables;
  seals: ArchiveSeals;
  sources: IndexedSources;
}

export function createArchiveIndex(sql: LimitedReader, vault: Vault, tables: CountingTables): ArchiveIndex {
  const seals = new ArchiveSeals(vault);
  return new SqlArchiveIndex({ sql, tables, seals, sources: new IndexedSources(sql, seals) }, sql);
}

class SqlArchiveIndex implements ArchiveIndex {
  readonly #shared: Shared;
  readonly #sql: SqlReader;
  readonly #tables: CountingTables;
  readonly #seals: ArchiveSeals;
  readonly #sources: IndexedSources;

  constructor(shared: Shared, sql: SqlReader) {
    this.#shared = shared;
    this.#sql = sql;
    this.#tables = shared.tables;
    this.#seals = shared.seals;
    this.#sources = shared.sources;
  }

  within(limit: ReadLimit): ArchiveIndex {
    return new SqlArchiveIndex(this.#shared, this.#shared.sql.within(limit));
  }

  sources(): Promise<string[]> {
    return this.#sources.names();
  }

  async conversations(sources: readonly string[], query: ConversationQuery): Promise<KeptConversation[]> {
    const { lastMessageAt } = query;
    const whole = lastMessageAt ? { ...query, lastMessageAt: toWhole(lastMessageAt) } : query;
    return readConversations(this.#sql, this.#seals, await this.#sources.find(sources), whole);
  }

  async participants(sources: readonly string[], query: ParticipantQuery): Promise<KeptParticipant[]> {
    return readParticipants(this.#sql, this.#seals, await this.#sources.find(sources), query);
  }

  async stats(sources: readonly string[], span: TimeSpan, grouping: StatsGrouping): Promise<ArchiveStats[]> {
    const found = await this.#sources.find(sources);
    return readStats(this.#sql, this.#seals, found, toWhole(span), grouping);
  }

  async moves(
    sources: readonly string[],
    span: TimeSpan,
    after: MovePosition | null,
    limit: number,
  ): Promise<PlacedMove[]> {
    const found = await this.#sources.find(sources);
    return readMoves(this.#sql, this.#seals, found, toWhole(span), after, limit);
  }

  async nearestMoves(query: NearestQuery): Promise<Move[]> {
    if (query.directions.length === 0) return [];
    const names = new Set(query.conversations.map(({ source }) => source));
    return readNearest(this.#sql, this.#seals, await this.#sources.find([...names]), query);
  }

  async changedSince(
    sources: readonly string[],
    archivedSeq: number,
    limit: number,
  ): Promise<ChangedEntry[]> {
    return readChanges(this.#sql, this.#seals, await this.#sources.find(sources), archivedSeq, limit);
  }

  async count(
    sources: readonly string[],
    span: TimeSpan,
    terms: readonly (readonly string[])[],
    limit: CountLimit,
  ): Promise<number | null> {
    if (terms.some((list) => list.length === 0)) return 0;
    const found = await this.#sources.find(sources);
    return countMessages(this.#sql, this.#tables, this.#seals, found, toWhole(span), terms, limit);
  }
}
