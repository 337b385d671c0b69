import type { SqlReader, SqlRow } from '../../sql.ts';
import { isAwaitingReply, type ConversationFigures } from './fold.ts';
import type { ArchiveTables, Cell } from './tables.ts';
import type { StoredPlace } from './stored-place.ts';

export interface ConversationRow extends ConversationFigures {
  id: number;
  /** Sealed. */
  key: string;
}

const COLUMNS = [
  'kind',
  'messages',
  'first_at',
  'last_at',
  'last_sequence',
  'inbound_at',
  'inbound_sequence',
  'outbound_at',
  'outbound_sequence',
  'is_awaiting',
] as const;
const TEXTS = ['key', 'last_sequence', 'inbound_sequence', 'outbound_sequence'] as const;
type Column = 'source' | 'key' | (typeof COLUMNS)[number];

/** Conversations of a source. @param keys sealed, each once. @returns by key */
export async function readConversations(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  keys: readonly string[],
): Promise<Map<string, ConversationRow>> {
  const from = { table: 'archive_conversation', columns: ['source', 'key'], texts: ['key'] } as const;
  const rows = await tables.select(
    tx,
    from,
    keys.map((key) => ({ source, key })),
  );
  return new Map(rows.map(toRow).map((row) => [row.key, row]));
}

export async function readConversationsById(
  tx: SqlReader,
  tables: ArchiveTables,
  ids: readonly number[],
): Promise<ConversationRow[]> {
  const rows = await tables.select(
    tx,
    { table: 'archive_conversation', columns: ['id'], texts: [] },
    ids.map((id) => ({ id })),
  );
  return rows.map(toRow);
}

/** @param figures by sealed key. @returns ids by sealed key */
export async function addConversations(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  figures: ReadonlyMap<string, ConversationFigures>,
): Promise<Map<string, number>> {
  const insertion = {
    table: 'archive_conversation',
    columns: ['source', 'key', ...COLUMNS],
    texts: TEXTS,
    then: 'RETURNING id, key',
  } as const;
  const added = await tables.insert(
    tx,
    insertion,
    [...figures].map(([key, own]) => toCells(source, key, own)),
  );
  return new Map(added.map((row) => [String(row['key']), Number(row['id'])]));
}

export async function deleteConversations(
  tx: SqlReader,
  tables: ArchiveTables,
  ids: readonly number[],
): Promise<void> {
  const from = { table: 'archive_conversation', columns: ['id'], texts: [] } as const;
  await tables.delete(
    tx,
    from,
    ids.map((id) => ({ id })),
  );
}

export async function updateConversations(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  rows: readonly ConversationRow[],
): Promise<void> {
  const changes = COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');
  const insertion = {
    table: 'archive_conversation',
    columns: ['id', 'source', 'key', ...COLUMNS],
    texts: TEXTS,
    then: `ON CONFLICT (id) DO UPDATE SET ${changes}`,
  } as const;
  await tables.insert(
    tx,
    insertion,
    rows.toSorted((a, b) => a.id - b.id).map((row) => ({ id: row.id, ...toCells(source, row.key, row) })),
  );
}

function toCells(source: number, key: string, figures: ConversationFigures): Record<Column, Cell> {
  const { kind, messages, firstAt, last, inbound, outbound } = figures;
  return {
    source,
    key,
    kind,
    messages,
    first_at: firstAt,
    last_at: last.sentAt,
    last_sequence: last.sequence,
    inbound_at: inbound?.sentAt ?? null,
    inbound_sequence: inbound?.sequence ?? null,
    outbound_at: outbound?.sentAt ?? null,
    outbound_sequence: outbound?.sequence ?? null,
    is_awaiting: Number(isAwaitingReply(figures)),
  };
}

function toRow(row: SqlRow): ConversationRow {
  return {
    id: Number(row['id']),
    key: String(row['key']),
    kind: Number(row['kind']),
    messages: Number(row['messages']),
    firstAt: Number(row['first_at']),
    last: { sentAt: Number(row['last_at']), sequence: String(row['last_sequence']) },
    inbound: toPlace(row['inbound_at'], row['inbound_sequence']),
    outbound: toPlace(row['outbound_at'], row['outbound_sequence']),
  };
}

function toPlace(sentAt: unknown, sequence: unknown): StoredPlace | null {
  return typeof sequence === 'string' ? { sentAt: Number(sentAt), sequence } : null;
}
