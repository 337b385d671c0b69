import type { SqlReader } from '../../sql.ts';
import type { CountedMessage } from './facts.ts';
import { foldAggregates, foldMembers, foldPresences, type Counted, type Presence } from './fold.ts';
import type { ArchiveTables, Insertion } from './tables.ts';

/** Adds to what is derived from a source's messages what more of them bring. */
export async function addDerived(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  messages: readonly CountedMessage[],
  roleOf: (participant: number) => number,
): Promise<void> {
  await addMembers(tx, tables, source, messages);
  await addPresences(tx, tables, source, foldPresences(messages), roleOf);
  await addAggregates(tx, tables, source, messages);
}

export async function addMembers(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  messages: readonly CountedMessage[],
): Promise<void> {
  const rows = foldMembers(messages).map(({ conversation, participant, ...counted }) => ({
    conversation,
    participant,
    source,
    ...toCells(counted),
  }));
  await tables.insert(tx, MEMBERS, rows);
}

export async function addPresences(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  presences: readonly Presence[],
  roleOf: (participant: number) => number,
): Promise<void> {
  const rows = presences.map(({ participant, lastSequence, ...counted }) => ({
    source,
    participant,
    role: roleOf(participant),
    last_sequence: lastSequence,
    ...toCells(counted),
  }));
  await tables.insert(tx, PRESENCES, rows);
}

export async function addAggregates(
  tx: SqlReader,
  tables: ArchiveTables,
  source: number,
  messages: readonly CountedMessage[],
): Promise<void> {
  const rows = foldAggregates(messages).map(
    ({ quarter, conversation, customer, agent, direction, kind, ...counted }) => ({
      source,
      quarter,
      conversation,
      customer,
      agent,
      direction,
      kind,
      ...toCells(counted),
    }),
  );
  await tables.insert(tx, AGGREGATES, rows);
}

function toCells({ messages, firstAt, lastAt }: Counted): Record<(typeof COUNTED)[number], number> {
  return { messages, first_at: firstAt, last_at: lastAt };
}

const COUNTED = ['messages', 'first_at', 'last_at'] as const;

const MEMBERS = {
  table: 'archive_member',
  columns: ['conversation', 'participant', 'source', ...COUNTED],
  texts: [],
  then: `ON CONFLICT (conversation, participant) DO UPDATE SET ${toSums('archive_member')}`,
} as const satisfies Insertion<string>;

const IS_NEWER =
  '(excluded.last_at, excluded.last_sequence) > (archive_presence.last_at, archive_presence.last_sequence)';

const PRESENCES = {
  table: 'archive_presence',
  columns: ['source', 'participant', 'role', 'last_sequence', ...COUNTED],
  texts: ['last_sequence'],
  then: `ON CONFLICT (source, participant) DO UPDATE SET ${toSums('archive_presence')},
    last_sequence = CASE WHEN ${IS_NEWER} THEN excluded.last_sequence ELSE archive_presence.last_sequence END`,
} as const satisfies Insertion<string>;

const AGGREGATES = {
  table: 'archive_aggregate',
  columns: ['source', 'quarter', 'conversation', 'customer', 'agent', 'direction', 'kind', ...COUNTED],
  texts: [],
  then: `ON CONFLICT (source, quarter, conversation, customer, agent, direction, kind)
    DO UPDATE SET ${toSums('archive_aggregate')}`,
} as const satisfies Insertion<string>;

function toSums(table: string): string {
  const chosen = (column: string, sign: string): string =>
    `${column} = CASE WHEN excluded.${column} ${sign} ${table}.${column} THEN excluded.${column} ELSE ${table}.${column} END`;
  return [
    `messages = ${table}.messages + excluded.messages`,
    chosen('first_at', '<'),
    chosen('last_at', '>'),
  ].join(', ');
}
