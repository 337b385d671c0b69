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
  StatsGrouping,
  TimeSpan,
} from '../../../store.ts';
import type { SqlReader } from '../../../sql.ts';
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

export class SqlArchiveIndex implements ArchiveIndex {
  readonly #sql: SqlReader;
  readonly #tables: Pick<ArchiveTables, 'countByTokens'>;
  readonly #seals: ArchiveSeals;
  readonly #sources: IndexedSources;

  constructor(sql: SqlReader, vault: Vault, tables: Pick<ArchiveTables, 'countByTokens'>) {
    this.#sql = sql;
    this.#tables = tables;
    this.#seals = new ArchiveSeals(vault);
    this.#sources = new IndexedSources(sql, this.#seals);
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
