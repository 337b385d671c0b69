import type { SqlReader, SqlRow } from '../../sql.ts';
import { inBatches } from '../in-batches.ts';
import { setMembers, setPresences } from './derived-rows.ts';
import { findEnds, type Ends } from './ends.ts';
import type { CountedMessage } from './facts.ts';
import { foldMembers, foldPresences, QUARTER_MS, toQuarter, type Member, type Presence } from './fold.ts';
import { Values, type Selection } from './index/statement.ts';
import { subtractSums, toKey, toWanted, withEnds, type LeftSum, type Sum } from './sums.ts';
import type { ArchiveTables } from './tables.ts';

interface Unit {
  tx: SqlReader;
  tables: ArchiveTables;
  source: number;
}

/** Who is in so few messages is in no more conversations, and all of these are looked at before anything else. */
const FEW_MESSAGES = 100;
/** Of others the next message is most likely among so many. */
export const NEAR_MESSAGES = 200;

/**
 * Takes messages out of what is derived from them. Counts are differences; where a message was the first or the last of something, the
 * next one is looked up by an index.
 *
 * @param gone messages that are there no more
 * @param come messages that are to be written, and added to what is left here
 */
export async function subtract(
  unit: Unit,
  gone: readonly CountedMessage[],
  come: readonly CountedMessage[],
): Promise<void> {
  if (gone.length === 0) return;
  await subtractMembers(unit, gone, come);
  await subtractPresences(unit, gone, come);
  await recountQuarters(unit, gone);
}

const MEMBERS = { table: 'archive_member', columns: ['conversation', 'participant'], texts: [] } as const;
const PRESENCES = { table: 'archive_presence', columns: ['source', 'participant'], texts: [] } as const;

async function subtractMembers(
  { tx, tables, source }: Unit,
  gone: readonly CountedMessage[],
  come: readonly CountedMessage[],
): Promise<void> {
  const lost = foldMembers(gone).map(ofMember);
  const toKeys = ({ id, participant }: Sum): { conversation: number; participant: number } => ({
    conversation: id,
    participant,
  });
  const rows = await tables.select(tx, MEMBERS, lost.map(toKeys));
  const known = rows.map((row) => toSum(row, Number(row['conversation'])));
  const { left, absent } = subtractSums(known, lost, foldMembers(come).map(ofMember));
  await tables.delete(tx, MEMBERS, absent.map(toKeys));
  const ends = await findEnds(tx, 'conversation', left.map(toWanted));
  const members = left.map((sum) => withEnds(sum, ends)).map((sum) => ({ ...sum, conversation: sum.id }));
  await setMembers(tx, tables, source, members);
}

/** After the members. */
async function subtractPresences(
  { tx, tables, source }: Unit,
  gone: readonly CountedMessage[],
  come: readonly CountedMessage[],
): Promise<void> {
  const ofPresence = (presence: Presence): Sum => ({ ...presence, id: source });
  const lost = foldPresences(gone).map(ofPresence);
  const toKeys = ({ participant }: Sum): { source: number; participant: number } => ({ source, participant });
  const rows = await tables.select(tx, PRESENCES, lost.map(toKeys));
  const roles = new Map(rows.map((row) => [Number(row['participant']), Number(row['role'])]));
  const known = rows.map((row) => toSum(row, source));
  const { left, absent } = subtractSums(known, lost, foldPresences(come).map(ofPresence));
  await tables.delete(tx, PRESENCES, absent.map(toKeys));
  const ends = await findSourceEnds(tx, source, left);
  await setPresences(
    tx,
    tables,
    source,
    left.map((sum) => withEnds(sum, ends)),
    (participant) => roles.get(participant) ?? 0,
  );
}

/**
 * In a source, the next message of a participant may be far. Of one who is in many it is looked for nearby; else the participant's
 * conversations tell where it is, of which one who is in many may have many, too.
 */
async function findSourceEnds(
  tx: SqlReader,
  source: number,
  sums: readonly LeftSum[],
): Promise<Map<string, Ends>> {
  const lost = sums.filter(({ isFirstLost, isLastLost }) => isFirstLost || isLastLost);
  const many = lost.filter(({ messages }) => messages > FEW_MESSAGES);
  const near = await findEnds(tx, 'source', many.map(toWanted), NEAR_MESSAGES);
  const isFound = ({ isFirstLost, isLastLost, ...sum }: LeftSum): boolean => {
    const { firstAt = null, last = null } = near.get(toKey(sum)) ?? {};
    return !(isFirstLost && firstAt === null) && !(isLastLost && last === null);
  };
  const far = await withNearEnds(
    tx,
    source,
    lost.filter((sum) => !isFound(sum)),
  );
  return new Map([...near, ...(await findEnds(tx, 'source', far.map(toWanted)))]);
}

/** @returns from where the ends are found at once */
async function withNearEnds(tx: SqlReader, source: number, sums: readonly LeftSum[]): Promise<LeftSum[]> {
  const near = new Map<number, { firstAt: number; lastAt: number }>();
  for (const batch of inBatches(sums)) {
    const values = new Values();
    const rows = await tx.all(
      `SELECT participant, MIN(first_at) AS first_at, MAX(last_at) AS last_at FROM archive_member
       WHERE source = ${values.add(source)} AND participant IN (${values.list(batch.map(({ participant }) => participant))})
       GROUP BY participant`,
      values.all,
    );
    for (const row of rows)
      near.set(Number(row['participant']), {
        firstAt: Number(row['first_at']),
        lastAt: Number(row['last_at']),
      });
  }
  return sums.map((sum) => ({ ...sum, ...near.get(sum.participant) }));
}

/** What happened in a quarter of an hour is short: it is derived anew from the messages that are left. */
async function recountQuarters({ tx, tables, source }: Unit, gone: readonly CountedMessage[]): Promise<void> {
  const quarters = new Map(
    gone.map(({ conversation, sentAt }) => {
      const quarter = toQuarter(sentAt);
      return [`${conversation} ${quarter}`, { source, quarter, conversation }];
    }),
  );
  const from = {
    table: 'archive_aggregate',
    columns: ['source', 'quarter', 'conversation'],
    texts: [],
  } as const;
  await tables.delete(tx, from, [...quarters.values()]);
  // A batch repeats its last one, which would be counted twice.
  for (const batch of inBatches(quarters.values())) await tx.all(...insertQuarters([...new Set(batch)]));
}

export function insertQuarters(quarters: readonly { conversation: number; quarter: number }[]): Selection {
  const values = new Values();
  const given = values.rows(
    quarters.map(({ conversation, quarter }) => [
      conversation,
      quarter,
      quarter * QUARTER_MS,
      (quarter + 1) * QUARTER_MS,
    ]),
  );
  const kinds = 'customer, agent, direction, kind';
  const text = `INSERT INTO archive_aggregate (source, quarter, conversation, ${kinds}, messages, first_at, last_at)
    SELECT source, column2, conversation, ${kinds}, COUNT(*), MIN(sent_at), MAX(sent_at)
    FROM ${given} AS given
    JOIN archive_message ON conversation = column1 AND sent_at >= column3 AND sent_at < column4
    GROUP BY source, column2, conversation, ${kinds}`;
  return [text, values.all];
}

function ofMember({ conversation, ...member }: Member): Sum {
  return { ...member, id: conversation, lastSequence: '' };
}

function toSum(row: SqlRow, id: number): Sum {
  const lastSequence = row['last_sequence'];
  return {
    id,
    participant: Number(row['participant']),
    messages: Number(row['messages']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    lastSequence: typeof lastSequence === 'string' ? lastSequence : '',
  };
}
