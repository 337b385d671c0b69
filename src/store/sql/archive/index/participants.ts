import type { KeptParticipant, ParticipantQuery } from '../../../ports/archive-index.ts';
import type { SqlReader, SqlRow } from '../../../sql.ts';
import { ALL_ROLES, roles as roleCodes } from '../codes.ts';
import { toPeople } from '../facts.ts';
import type { ArchiveSeals } from '../seals.ts';
import { MESSAGE_COLUMNS } from '../tables.ts';
import { idsOfParticipants, toParticipant } from './participants-by-id.ts';
import type { IndexedSource } from './sources.ts';
import { Values, type Selection } from './statement.ts';

const MESSAGE = MESSAGE_COLUMNS.map((name) => `message.${name}`).join(', ');
const PARTICIPANT = `participant.role, participant.key AS participant_key, account.name AS account_name`;
const NAMED = `JOIN archive_participant AS participant ON participant.id = found.participant
    JOIN archive_account AS account ON account.id = participant.account`;

/** Who is wanted of a source: all of a role, or those with ids. */
export type Wanted = { role: number } | { ids: readonly number[] };

type Page = Pick<ParticipantQuery, 'after' | 'limit'>;

export async function readParticipants(
  sql: SqlReader,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  query: ParticipantQuery,
): Promise<KeptParticipant[]> {
  const { conversation } = query;
  const within = conversation ? sources.filter(({ name }) => name === conversation.source) : sources;
  const ids = sources.map(({ id }) => id);
  const selections = within.map(async (source): Promise<Selection[]> => {
    const wanted = await toWanted(sql, seals, source, query);
    if (!conversation) return wanted.map((some) => selectPresences(source.id, ids, some, query));
    const key = String(seals.conversation.seal(conversation.key));
    return wanted.map((some) => selectMembers(source.id, key, some, query));
  });
  const found = await Promise.all(
    (await Promise.all(selections)).flat().map(async (selection) => sql.all(...selection)),
  );
  const toMembers = conversation ? toNewestOfEach : (rows: readonly SqlRow[]): readonly SqlRow[] => rows;
  return toMembers(found.flat())
    .map((row) => toKept(row, seals))
    .sort((a, b) => b.position.value - a.position.value || b.position.id - a.position.id)
    .slice(0, query.limit);
}

async function toWanted(
  sql: SqlReader,
  seals: ArchiveSeals,
  { account }: IndexedSource,
  { roles = ALL_ROLES, keys }: ParticipantQuery,
): Promise<Wanted[]> {
  if (!keys) return [...new Set(roles)].map((role) => ({ role: roleCodes.encode(role) }));
  const some = keys.filter(({ role }) => roles.includes(role));
  const ids = await idsOfParticipants(sql, seals, account, some);
  return ids.length > 0 ? [{ ids }] : [];
}

/** Of a source. One that has a newer message in another of the sources is found there. */
export function selectPresences(
  source: number,
  sources: readonly number[],
  wanted: Wanted,
  { after, limit }: Page,
): Selection {
  const values = new Values();
  const list = values.list(sources);
  const isIn = `IN (${list})`;
  const sum = (column: string): string =>
    `(SELECT ${column} FROM archive_presence AS each_one WHERE each_one.source ${isIn} AND each_one.participant = found.participant)`;
  const conditions = [`one.source = ${values.add(source)}`, isWanted('one', wanted, values)];
  if (after) conditions.push(isAfter('one', after, values));
  const text = `SELECT found.participant, found.last_at, ${sum('SUM(messages)')} AS messages, ${sum('MIN(first_at)')} AS first_at,
      ${PARTICIPANT}, ${MESSAGE}
    FROM (
      SELECT one.source, one.participant, one.last_at, one.last_sequence FROM archive_presence AS one
      WHERE ${conditions.join(' AND ')} AND NOT EXISTS (
        SELECT 1 FROM archive_presence AS other
        WHERE other.source ${isIn} AND other.participant = one.participant
          AND (other.last_at > one.last_at OR (other.last_at = one.last_at AND other.source < one.source))
      )
      ORDER BY one.last_at DESC, one.participant DESC LIMIT ${values.add(limit)}
    ) AS found
    ${NAMED}
    JOIN archive_message AS message
      ON message.source = found.source AND message.sent_at = found.last_at AND message.sequence = found.last_sequence`;
  return [text, values.all];
}

/** Of a conversation, each as often as the conversation has messages at its newest moment there. */
export function selectMembers(
  source: number,
  conversation: string,
  wanted: Wanted,
  { after, limit }: Page,
): Selection {
  const values = new Values();
  const isConversation = `(SELECT id FROM archive_conversation WHERE source = ${values.add(source)} AND key = ${values.add(conversation)})`;
  const conditions = [`member.conversation = ${isConversation}`, isWanted('participant', wanted, values)];
  if (after) conditions.push(isAfter('member', after, values));
  const text = `SELECT found.*, ${PARTICIPANT}, ${MESSAGE}, message.people
    FROM (
      SELECT member.* FROM archive_member AS member JOIN archive_participant AS participant ON participant.id = member.participant
      WHERE ${conditions.join(' AND ')}
      ORDER BY member.last_at DESC, member.participant DESC LIMIT ${values.add(limit)}
    ) AS found
    ${NAMED}
    JOIN archive_message AS message
      ON message.conversation = found.conversation AND message.sent_at = found.last_at`;
  return [text, values.all];
}

function isWanted(table: string, wanted: Wanted, values: Values): string {
  if ('role' in wanted) return `${table}.role = ${values.add(wanted.role)}`;
  const column = table === 'participant' ? 'id' : 'participant';
  return `${table}.${column} IN (${values.list(wanted.ids)})`;
}

function isAfter(table: string, { value, id }: NonNullable<Page['after']>, values: Values): string {
  return `(${table}.last_at, ${table}.participant) < (${values.integer(value)}, ${values.integer(id)})`;
}

/** Of the messages at one moment the last one to or from the participant. */
function toNewestOfEach(rows: readonly SqlRow[]): SqlRow[] {
  const newest = new Map<number, SqlRow>();
  for (const row of rows) {
    const participant = Number(row['participant']);
    const known = newest.get(participant);
    const isNewer = known === undefined || String(row['sequence']) > String(known['sequence']);
    if (isNewer && toPeople(row['people']).includes(participant)) newest.set(participant, row);
  }
  return [...newest.values()];
}

function toKept(row: SqlRow, seals: ArchiveSeals): KeptParticipant {
  return {
    ...toParticipant(row, seals),
    position: { value: Number(row['last_at']), id: Number(row['participant']) },
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    messages: Number(row['messages']),
    lastMessage: seals.toEntry(row),
  };
}
