import type { Move, MovePosition, NearestQuery } from '../../../ports/archive-index.ts';
import type { ParticipantKey, TimeSpan } from '../../../ports/message-archive.ts';
import type { SqlReader, SqlRow } from '../../../sql.ts';
import { allOfKeys } from '../../all-of-keys.ts';
import { inBatches } from '../../in-batches.ts';
import { directions } from '../codes.ts';
import type { ArchiveSeals } from '../seals.ts';
import { fromSequenceText, toSequenceText } from '../sequence-text.ts';
import { nameParticipants } from './participants-by-id.ts';
import type { IndexedSource } from './sources.ts';
import { Values, type Selection } from './statement.ts';

export type PlacedMove = Move & { position: MovePosition };

export async function readMoves(
  sql: SqlReader,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  span: TimeSpan,
  after: MovePosition | null,
  limit: number,
): Promise<PlacedMove[]> {
  const found = await Promise.all(
    sources.map(async (source) => {
      const rows = await sql.all(...selectMoves(source, span, after, limit));
      return rows.map((row) => ({ row, source }));
    }),
  );
  const rows = found.flat();
  const agents = await nameParticipants(
    sql,
    seals,
    rows.map(({ row }) => Number(row['agent'])),
  );
  const open = remember((stored) => seals.conversation.open(stored));
  const moves = rows.map(({ row, source }): PlacedMove => {
    const sentAt = Number(row['sent_at']);
    return {
      conversation: { source: source.name, key: open(row['conversation_key']) },
      direction: directions.decode(row['direction']),
      sentAt,
      agent: toKey(agents.get(Number(row['agent']))),
      position: { sentAt, source: source.name, sequence: fromSequenceText(String(row['sequence'])) },
    };
  });
  return moves.sort((a, b) => comparePositions(a.position, b.position)).slice(0, limit);
}

export function selectMoves(
  { id, name }: Pick<IndexedSource, 'id' | 'name'>,
  span: TimeSpan,
  after: MovePosition | null,
  limit: number,
): Selection {
  const values = new Values();
  const source = values.add(id);
  const since = Math.max(span.since, after?.sentAt ?? span.since);
  const conditions = [`sent_at >= ${values.integer(since)}`, `sent_at < ${values.integer(span.until)}`];
  if (after !== null && since === after.sentAt) {
    // Of sources before it all of that moment has been read; of those behind it nothing.
    if (name < after.source) conditions.push(`sent_at > ${values.integer(after.sentAt)}`);
    if (name === after.source)
      conditions.push(
        `(sent_at, sequence) > (${values.integer(after.sentAt)}, ${values.add(toSequenceText(after.sequence))})`,
      );
  }
  const text = `SELECT found.*, conversation.key AS conversation_key
    FROM (
      SELECT sent_at, sequence, conversation, direction, agent FROM archive_message
      WHERE source = ${source} AND ${conditions.join(' AND ')} ORDER BY sent_at, sequence LIMIT ${values.add(limit)}
    ) AS found JOIN archive_conversation AS conversation ON conversation.id = found.conversation`;
  return [text, values.all];
}

export async function readNearest(
  sql: SqlReader,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  query: NearestQuery,
): Promise<Move[]> {
  const found = await Promise.all(
    sources.map(async (source) => {
      const wanted = query.conversations.filter((conversation) => conversation.source === source.name);
      const keys = wanted.map(({ key }) => [String(seals.conversation.seal(key))]);
      const rows: SqlRow[] = [];
      for (const some of inBatches(await findConversations(sql, source.id, keys)))
        rows.push(...(await sql.all(...selectNearest(some, query))));
      return rows.map((row) => ({ source, row, nearest: toNearest(row['nearest']) }));
    }),
  );
  const nearest = new Map(found.flat().map((each) => [Number(each.row['id']), each]));
  const all = [...nearest.values()];
  const agents = await nameParticipants(
    sql,
    seals,
    all.flatMap((each) => each.nearest?.agent ?? []),
  );
  return all.flatMap(({ source, row, nearest: move }) =>
    move === null
      ? []
      : {
          conversation: { source: source.name, key: seals.conversation.open(row['key']) },
          direction: directions.decode(move.direction),
          sentAt: move.sentAt,
          agent: toKey(agents.get(move.agent)),
        },
  );
}

async function findConversations(
  sql: SqlReader,
  source: number,
  keys: readonly string[][],
): Promise<number[]> {
  const rows = await allOfKeys(
    { all: (text, values) => sql.all(text, values), hasIndexedTuples: false },
    {
      columns: ['key'],
      toText: (isOneOf) => `SELECT id FROM archive_conversation WHERE source = $1 AND ${isOneOf}`,
      values: [source],
    },
    keys,
  );
  return rows.map((row) => Number(row['id']));
}

/** The nearest message of each conversation, as a text with what is asked of it. */
export function selectNearest(
  conversations: readonly number[],
  { side, moment, directions: wanted }: Omit<NearestQuery, 'conversations'>,
): Selection {
  const values = new Values();
  const ids = values.list(conversations);
  const isOnSide = `sent_at ${side === 'BEFORE' ? '<' : '>='} ${values.integer(moment)}`;
  const isWanted = `direction IN (${values.list(wanted.map((direction) => directions.encode(direction)))})`;
  const order = side === 'BEFORE' ? 'DESC' : 'ASC';
  const text = `SELECT id, key, (
      SELECT CAST(sent_at AS text) || ' ' || CAST(direction AS text) || ' ' || CAST(agent AS text) FROM archive_message
      WHERE conversation = archive_conversation.id AND ${isOnSide} AND ${isWanted}
      ORDER BY sent_at ${order}, sequence ${order} LIMIT 1
    ) AS nearest
    FROM archive_conversation WHERE id IN (${ids})`;
  return [text, values.all];
}

function toNearest(text: unknown): { sentAt: number; direction: number; agent: number } | null {
  if (typeof text !== 'string') return null;
  const [sentAt, direction, agent] = text.split(' ').map(Number);
  return { sentAt: sentAt ?? 0, direction: direction ?? 0, agent: agent ?? 0 };
}

function comparePositions(one: MovePosition, other: MovePosition): number {
  if (one.sentAt !== other.sentAt) return one.sentAt - other.sentAt;
  if (one.source !== other.source) return one.source < other.source ? -1 : 1;
  return one.sequence < other.sequence ? -1 : 1;
}

function toKey(agent: ParticipantKey | undefined): ParticipantKey | null {
  return agent ? { role: agent.role, nativeId: agent.nativeId } : null;
}

/** Sealed keys come again and again. */
function remember(open: (stored: unknown) => string): (stored: unknown) => string {
  const opened = new Map<unknown, string>();
  return (stored) => {
    const text = opened.get(stored) ?? open(stored);
    opened.set(stored, text);
    return text;
  };
}
