import type { SqlReader } from '../../sql.ts';
import type { CountedMessage } from './facts.ts';
import {
  AGGREGATE_KEY,
  foldAggregates,
  foldMembers,
  foldPresences,
  type Aggregate,
  type Counted,
  type Member,
  type Presence,
} from './fold.ts';
import type { ArchiveTables, Insertion } from './tables.ts';

/** Adds to what is derived from a source's messages what more of them bring. */
export async function addDerived(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  messages: readonly CountedMessage[],
  roleOf: (participant: number) => number,
): Promise<void> {
  await tables.insert(tx, ADD_MEMBERS, foldMembers(messages).map(toMemberCells(source)));
  await tables.insert(tx, ADD_PRESENCES, foldPresences(messages).map(toPresenceCells(source, roleOf)));
  await tables.insert(tx, ADD_AGGREGATES, foldAggregates(messages).map(toAggregateCells(source)));
}

/** @param members each known */
export async function setMembers(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  members: readonly Member[],
): Promise<void> {
  await tables.insert(tx, SET_MEMBERS, members.map(toMemberCells(source)));
}

/** @param presences each known */
export async function setPresences(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  presences: readonly Presence[],
  roleOf: (participant: number) => number,
): Promise<void> {
  await tables.insert(tx, SET_PRESENCES, presences.map(toPresenceCells(source, roleOf)));
}

function toMemberCells(source: number) {
  return ({ conversation, participant, ...counted }: Member) => ({
    conversation,
    participant,
    source,
    ...toCells(counted),
  });
}

function toPresenceCells(source: number, roleOf: (participant: number) => number) {
  return ({ participant, lastSequence, ...counted }: Presence) => ({
    source,
    participant,
    role: roleOf(participant),
    last_sequence: lastSequence,
    ...toCells(counted),
  });
}

function toAggregateCells(source: number) {
  return ({ messages, firstAt, lastAt, ...key }: Aggregate) => ({
    source,
    ...key,
    ...toCells({ messages, firstAt, lastAt }),
  });
}

function toCells({ messages, firstAt, lastAt }: Counted): Record<(typeof COUNTED)[number], number> {
  return { messages, first_at: firstAt, last_at: lastAt };
}

const COUNTED = ['messages', 'first_at', 'last_at'] as const;

const MEMBERS = {
  table: 'archive_member',
  columns: ['conversation', 'participant', 'source', ...COUNTED],
  texts: [],
} as const;
const BY_MEMBER = 'ON CONFLICT (conversation, participant) DO UPDATE SET';

const ADD_MEMBERS = {
  ...MEMBERS,
  then: `${BY_MEMBER} ${toSums('archive_member')}`,
} as const satisfies Insertion<string>;

const SET_MEMBERS = {
  ...MEMBERS,
  then: `${BY_MEMBER} ${toGiven(COUNTED)}`,
} as const satisfies Insertion<string>;

const IS_NEWER =
  '(excluded.last_at, excluded.last_sequence) > (archive_presence.last_at, archive_presence.last_sequence)';

const PRESENCES = {
  table: 'archive_presence',
  columns: ['source', 'participant', 'role', 'last_sequence', ...COUNTED],
  texts: ['last_sequence'],
} as const;
const BY_PRESENCE = 'ON CONFLICT (source, participant) DO UPDATE SET';

const ADD_PRESENCES = {
  ...PRESENCES,
  then: `${BY_PRESENCE} ${toSums('archive_presence')},
    last_sequence = CASE WHEN ${IS_NEWER} THEN excluded.last_sequence ELSE archive_presence.last_sequence END`,
} as const satisfies Insertion<string>;

const SET_PRESENCES = {
  ...PRESENCES,
  then: `${BY_PRESENCE} ${toGiven([...COUNTED, 'last_sequence'])}`,
} as const satisfies Insertion<string>;

const ADD_AGGREGATES = {
  table: 'archive_aggregate',
  columns: ['source', ...AGGREGATE_KEY, ...COUNTED],
  texts: [],
  then: `ON CONFLICT (source, ${AGGREGATE_KEY.join(', ')})
    DO UPDATE SET ${toSums('archive_aggregate')}`,
} as const satisfies Insertion<string>;

function toGiven(columns: readonly string[]): string {
  return columns.map((column) => `${column} = excluded.${column}`).join(', ');
}

function toSums(table: string): string {
  const chosen = (column: string, sign: string): string =>
    `${column} = CASE WHEN excluded.${column} ${sign} ${table}.${column} THEN excluded.${column} ELSE ${table}.${column} END`;
  return [
    `messages = ${table}.messages + excluded.messages`,
    chosen('first_at', '<'),
    chosen('last_at', '>'),
  ].join(', ');
}
