import type { ConversationQuery, KeptConversation } from '../../../ports/archive-index.ts';
import type { SqlReader, SqlRow } from '../../../sql.ts';
import { conversationKinds, directions } from '../codes.ts';
import type { ArchiveSeals } from '../seals.ts';
import { MESSAGE_COLUMNS } from '../tables.ts';
import { idsOfParticipants } from './participants-by-id.ts';
import type { IndexedSource } from './sources.ts';
import { inTime, Values, type Selection } from './statement.ts';

/** Inbound messages that await a reply are counted so far. */
const MAX_AWAITING = 100;
/** A participant of so few conversations is looked up by them, instead of in all conversations in their order. */
const FEW_CONVERSATIONS = 1_000;

const ORDERS = { LAST_MESSAGE_AT: 'last_at', FIRST_MESSAGE_AT: 'first_at', MESSAGES: 'messages' } as const;
const INBOUND = directions.encode('INBOUND');

const MESSAGE = MESSAGE_COLUMNS.map((name) => `message.${name}`).join(', ');
const ASKED = `FROM archive_message AS asked
  WHERE asked.conversation = found.id AND asked.direction = ${INBOUND} AND asked.sent_at >= COALESCE(found.outbound_at, found.first_at)
    AND (found.outbound_at IS NULL OR (asked.sent_at, asked.sequence) > (found.outbound_at, found.outbound_sequence))`;

/** A participant in one source. */
export interface ParticipantFilter {
  id: number;
  hasFewConversations: boolean;
}

export async function readConversations(
  sql: SqlReader,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  query: ConversationQuery,
): Promise<KeptConversation[]> {
  if (query.kinds?.length === 0 || query.keys?.length === 0) return [];
  const found = await Promise.all(
    sources.map(async (source) => {
      const participant = await findFilter(sql, seals, source, query);
      if (participant === null) return [];
      const keys = query.keys?.map((key) => String(seals.conversation.seal(key)));
      const rows = await sql.all(...selectConversations(source.id, { ...query, keys }, participant));
      return rows.map((row) => toConversation(row, source, query, seals));
    }),
  );
  const direction = query.order === 'ASC' ? 1 : -1;
  return found
    .flat()
    .sort((a, b) => direction * (a.position.value - b.position.value || a.position.id - b.position.id))
    .slice(0, query.limit);
}

/** @returns undefined: all are wanted; null: none has this participant */
async function findFilter(
  sql: SqlReader,
  seals: ArchiveSeals,
  source: IndexedSource,
  { participant }: ConversationQuery,
): Promise<ParticipantFilter | null | undefined> {
  if (!participant) return undefined;
  const [id] = await idsOfParticipants(sql, seals, source.account, [participant]);
  if (id === undefined) return null;
  const [row] = await sql.all(...selectConversationCount(source.id, id));
  return { id, hasFewConversations: Number(row?.['count']) <= FEW_CONVERSATIONS };
}

export function selectConversationCount(source: number, participant: number): Selection {
  return [
    `SELECT COUNT(*) AS count FROM (
       SELECT 1 FROM archive_member WHERE source = $1 AND participant = $2 LIMIT ${FEW_CONVERSATIONS + 1}
     ) AS limited`,
    [source, participant],
  ];
}

/** @param query with sealed keys */
export function selectConversations(
  source: number,
  query: Omit<ConversationQuery, 'keys'> & { keys: readonly string[] | undefined },
  participant?: ParticipantFilter,
): Selection {
  const { by, order, after, limit, kinds, isAwaitingReply, lastMessageAt, keys } = query;
  const column = ORDERS[by];
  const values = new Values();
  // The plus keeps engines from the indexes of orders, where few are found otherwise and sorted.
  const isSorted = participant?.hasFewConversations ?? false;
  const conditions = [`${isSorted ? '+' : ''}source = ${values.add(source)}`];
  if (after) {
    const position = `(${values.integer(after.value)}, ${values.integer(after.id)})`;
    conditions.push(`(${column}, id) ${order === 'ASC' ? '>' : '<'} ${position}`);
  }
  if (kinds) conditions.push(`kind IN (${values.list(kinds.map((kind) => conversationKinds.encode(kind)))})`);
  if (isAwaitingReply !== undefined) conditions.push(`is_awaiting = ${Number(isAwaitingReply)}`);
  if (lastMessageAt)
    conditions.push(
      `last_at >= ${values.integer(lastMessageAt.since)}`,
      `last_at < ${values.integer(lastMessageAt.until)}`,
    );
  if (keys) conditions.push(`key IN (${values.list(keys)})`);
  if (participant?.hasFewConversations)
    conditions.push(
      `id IN (SELECT conversation FROM archive_member WHERE source = $1 AND participant = ${values.add(participant.id)})`,
    );
  else if (participant)
    conditions.push(
      `EXISTS (SELECT 1 FROM archive_member WHERE conversation = archive_conversation.id AND participant = ${values.add(participant.id)})`,
    );
  const text = `SELECT found.*, found.key AS conversation_key, ${MESSAGE},
      CASE WHEN found.is_awaiting = 1 THEN (SELECT COUNT(*) FROM (SELECT 1 ${ASKED} LIMIT ${MAX_AWAITING + 1}) AS limited) END AS awaiting,
      CASE WHEN found.is_awaiting = 1 THEN (SELECT asked.sent_at ${ASKED} ORDER BY asked.sent_at LIMIT 1) END AS awaiting_since
    FROM (
      SELECT id, source, key, kind AS conversation_kind, messages, first_at, last_at, last_sequence, outbound_at, outbound_sequence, is_awaiting
      FROM archive_conversation WHERE ${conditions.join(' AND ')} ${inTime('last_at')}
      ORDER BY ${column} ${order}, id ${order} LIMIT ${values.add(limit)}
    ) AS found
    JOIN archive_message AS message
      ON message.source = found.source AND message.sent_at = found.last_at AND message.sequence = found.last_sequence`;
  return [text, values.all];
}

function toConversation(
  row: SqlRow,
  { name }: IndexedSource,
  { by }: ConversationQuery,
  seals: ArchiveSeals,
): KeptConversation {
  const awaiting = Number(row['awaiting'] ?? 0);
  return {
    source: name,
    key: seals.conversation.open(row['conversation_key']),
    position: { value: Number(row[ORDERS[by]]), id: Number(row['id']) },
    kind: conversationKinds.decode(row['conversation_kind']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    messages: Number(row['messages']),
    lastMessage: seals.toEntry(row),
    awaiting:
      awaiting === 0
        ? null
        : {
            since: Number(row['awaiting_since']),
            messages: Math.min(awaiting, MAX_AWAITING),
            isAtLeast: awaiting > MAX_AWAITING,
          },
  };
}
