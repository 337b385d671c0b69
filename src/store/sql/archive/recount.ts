import type { SqlReader, SqlRow, SqlValue } from '../../sql.ts';
import { allOfKeys } from '../all-of-keys.ts';
import { inBatches } from '../in-batches.ts';
import { readConversationsById, updateConversations } from './conversations.ts';
import { addAggregates, addMembers, addPresences } from './derived-rows.ts';
import { FACT_COLUMNS, toCounted, toPeople, type CountedMessage } from './facts.ts';
import { foldConversation, toQuarter, type Presence } from './fold.ts';
import type { ArchiveTables } from './tables.ts';

/** Of each conversation the quarters of an hour in which a message was changed or taken away. */
export type Recounted = ReadonlyMap<number, ReadonlySet<number>>;

interface Unit {
  tx: SqlReader;
  tables: ArchiveTables;
  source: number;
  account: number;
}

/** Derives anew what is derived from the messages of these conversations, as they are now. */
export async function recount(unit: Unit, conversations: Recounted): Promise<void> {
  const { tx, tables, source } = unit;
  const ids = [...conversations.keys()].sort((a, b) => a - b);
  if (ids.length === 0) return;
  const messages = (
    await selectByIds(
      tx,
      `SELECT sent_at, sequence, ${FACT_COLUMNS.join(', ')} FROM archive_message`,
      'conversation',
      ids,
    )
  ).map(toCounted);
  const before = await selectByIds(tx, 'SELECT participant FROM archive_member', 'conversation', ids);
  await recountFigures(unit, ids, messages);

  await tables.delete(
    tx,
    { table: 'archive_member', columns: ['conversation'], texts: [] },
    ids.map((conversation) => ({ conversation })),
  );
  await addMembers(tx, tables, source, messages);

  const quarters = ids.flatMap((conversation) =>
    [...(conversations.get(conversation) ?? [])].map((quarter) => ({ source, quarter, conversation })),
  );
  await tables.delete(
    tx,
    { table: 'archive_aggregate', columns: ['source', 'quarter', 'conversation'], texts: [] },
    quarters,
  );
  const isRecounted = ({ conversation, sentAt }: CountedMessage): boolean =>
    conversations.get(conversation)?.has(toQuarter(sentAt)) ?? false;
  await addAggregates(tx, tables, source, messages.filter(isRecounted));

  const people = new Set(before.map((row) => Number(row['participant'])));
  for (const message of messages) for (const participant of message.people) people.add(participant);
  await recountPresences(
    unit,
    [...people].sort((a, b) => a - b),
  );
}

async function recountFigures(
  { tx, tables, source }: Unit,
  ids: readonly number[],
  messages: readonly CountedMessage[],
): Promise<void> {
  const byConversation = Map.groupBy(messages, ({ conversation }) => conversation);
  const rows = await readConversationsById(tx, tables, ids);
  const left = rows.flatMap(({ id, key }) => {
    const figures = foldConversation(null, byConversation.get(id) ?? []);
    return figures ? [{ id, key, ...figures }] : [];
  });
  await updateConversations(tx, tables, source, left);
  const empty = ids.filter((id) => !byConversation.has(id)).map((id) => ({ id }));
  await tables.delete(tx, { table: 'archive_conversation', columns: ['id'], texts: [] }, empty);
}

/** From their members. Who is in no message of the account any more is forgotten. */
async function recountPresences(unit: Unit, people: readonly number[]): Promise<void> {
  const { tx, tables, source, account } = unit;
  const sums = await selectByIds(
    tx,
    `SELECT participant, SUM(messages) AS messages, MIN(first_at) AS first_at, MAX(last_at) AS last_at FROM archive_member`,
    'participant',
    people,
    { source, then: 'GROUP BY participant' },
  );
  const present = sums.map((row) => ({
    participant: Number(row['participant']),
    messages: Number(row['messages']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
  }));
  const sequences = await findLastSequences(unit, present);
  await tables.delete(
    tx,
    { table: 'archive_presence', columns: ['source', 'participant'], texts: [] },
    people.map((participant) => ({ source, participant })),
  );
  const found = await selectByIds(tx, 'SELECT id, role FROM archive_participant', 'id', people);
  const roles = new Map(found.map((row) => [Number(row['id']), Number(row['role'])]));
  await addPresences(
    tx,
    tables,
    source,
    present
      .map((row) => ({ ...row, lastSequence: sequences.get(row.participant) ?? '' }))
      .sort((a, b) => a.participant - b.participant),
    (participant) => roles.get(participant) ?? 0,
  );
  const absent = new Set(people);
  for (const { participant } of present) absent.delete(participant);
  await forget(tx, account, [...absent]);
}

/** The sequence of the newest message of each. */
async function findLastSequences(
  { tx, source }: Unit,
  present: readonly Omit<Presence, 'lastSequence'>[],
): Promise<Map<number, string>> {
  const sequences = new Map<number, string>();
  for (const some of inBatches(present)) {
    const values: SqlValue[] = [source];
    const given = some.map(({ participant, lastAt }) => {
      values.push(participant, lastAt);
      return `(CAST($${values.length - 1} AS bigint), CAST($${values.length} AS bigint))`;
    });
    const rows = await tx.all(
      `SELECT member.participant, message.sequence, message.people
       FROM (VALUES ${given.join(', ')}) AS given
       JOIN archive_member AS member
         ON member.source = $1 AND member.participant = given.column1 AND member.last_at = given.column2
       JOIN archive_message AS message
         ON message.conversation = member.conversation AND message.sent_at = given.column2`,
      values,
    );
    for (const row of rows) {
      const [participant, sequence] = [Number(row['participant']), String(row['sequence'])];
      const isNewer = sequence > (sequences.get(participant) ?? '');
      if (isNewer && toPeople(row['people']).includes(participant)) sequences.set(participant, sequence);
    }
  }
  return sequences;
}

async function forget(tx: SqlReader, account: number, people: readonly number[]): Promise<void> {
  const present = await selectByIds(
    tx,
    'SELECT DISTINCT participant FROM archive_presence',
    'participant',
    people,
    { account, then: '' },
  );
  const isPresent = new Set(present.map((row) => Number(row['participant'])));
  const absent = people.filter((participant) => !isPresent.has(participant));
  for (const some of inBatches(absent))
    await tx.all(
      `DELETE FROM archive_participant WHERE id IN (${some.map((_, index) => `$${index + 1}`).join(', ')})`,
      some,
    );
}

/** @param within of a source, or of all sources of an account */
function selectByIds(
  tx: SqlReader,
  select: string,
  column: string,
  ids: readonly number[],
  within: { source?: number; account?: number; then: string } = { then: '' },
): Promise<SqlRow[]> {
  const { source, account, then } = within;
  const condition =
    source !== undefined
      ? 'source = $1 AND'
      : account !== undefined
        ? 'source IN (SELECT id FROM archive_source WHERE account = $1) AND'
        : '';
  return allOfKeys(
    { all: (text, values) => tx.all(text, values), hasIndexedTuples: false },
    {
      columns: [column],
      toText: (isOneOf) => `${select} WHERE ${condition} ${isOneOf} ${then}`,
      values: source !== undefined ? [source] : account !== undefined ? [account] : [],
    },
    ids.map((id) => [id]),
  );
}
