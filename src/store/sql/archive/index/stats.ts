import type { ArchiveStats, StatsGroup, StatsGrouping } from '../../../ports/archive-index.ts';
import type { TimeSpan } from '../../../ports/message-archive.ts';
import type { SqlReader } from '../../../sql.ts';
import { directions, kinds, NO_PARTICIPANT } from '../codes.ts';
import { QUARTER_MS } from '../fold.ts';
import type { ArchiveSeals } from '../seals.ts';
import { nameParticipants, type NamedParticipant } from './participants-by-id.ts';
import { splitSpan, type SpanParts } from './quarters.ts';
import type { IndexedSource } from './sources.ts';
import { inTime, Values, type Selection } from './statement.ts';

const INBOUND = directions.encode('INBOUND');
const OUTBOUND = directions.encode('OUTBOUND');
const GROUP_COLUMNS = { DIRECTION: 'direction', KIND: 'kind', AGENT: 'agent', SOURCE: 'source' } as const;
const COUNTED = 'conversation, customer, direction';

export async function readStats(
  sql: SqlReader,
  seals: ArchiveSeals,
  sources: readonly IndexedSource[],
  span: TimeSpan,
  grouping: StatsGrouping,
): Promise<ArchiveStats[]> {
  const ids = sources.map(({ id }) => id);
  if (ids.length === 0 || span.since >= span.until) return [];
  if (grouping.by === 'TIME' && grouping.edges.length < 2) return [];
  const rows = await sql.all(...selectStats(ids, span, grouping));
  const agents =
    grouping.by === 'AGENT'
      ? await nameParticipants(
          sql,
          seals,
          rows.map((row) => Number(row['group_id'])),
        )
      : new Map<number, NamedParticipant>();
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  const stats = rows.map((row) => ({
    group: toGroup(Number(row['group_id']), grouping, agents, names),
    messages: Number(row['messages']),
    inbound: Number(row['inbound']),
    outbound: Number(row['outbound']),
    conversations: Number(row['conversations']),
    customers: Number(row['customers']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
  }));
  return stats.sort((a, b) => a.firstAt - b.firstAt);
}

export function selectStats(sources: readonly number[], span: TimeSpan, grouping: StatsGrouping): Selection {
  const parts = splitSpan(span);
  const values = new Values();
  const isIn = `source IN (${values.list(sources)})`;
  const branches =
    grouping.by === 'TIME'
      ? toTimeBranches(parts, grouping.edges, isIn, values)
      : toBranches(parts, GROUP_COLUMNS[grouping.by], isIn, values);
  const sumOf = (direction: number): string =>
    `CAST(SUM(CASE WHEN direction = ${direction} THEN messages ELSE 0 END) AS bigint)`;
  // When all rows are read, they are sorted, and then counted.
  const counted = `CASE WHEN 0 = 0 ${inTime('first_at')} THEN messages END`;
  const text = `SELECT group_id, CAST(SUM(${counted}) AS bigint) AS messages, ${sumOf(INBOUND)} AS inbound, ${sumOf(OUTBOUND)} AS outbound,
      COUNT(DISTINCT conversation) AS conversations, COUNT(DISTINCT NULLIF(customer, ${NO_PARTICIPANT})) AS customers,
      MIN(first_at) AS first_at, MAX(last_at) AS last_at
    FROM (${branches.join(' UNION ALL ')}) AS counted GROUP BY group_id`;
  return [text, values.all];
}

function toBranches({ quarters, ends }: SpanParts, group: string, isIn: string, values: Values): string[] {
  return [
    `SELECT ${group} AS group_id, ${COUNTED}, messages, first_at, last_at FROM archive_aggregate
     WHERE ${isIn} AND quarter >= ${values.integer(quarters.since)} AND quarter < ${values.integer(quarters.until)} ${inTime('first_at')}`,
    ...ends.map(
      ({ since, until }) =>
        `SELECT ${group} AS group_id, ${COUNTED}, 1 AS messages, sent_at AS first_at, sent_at AS last_at FROM archive_message
         WHERE ${isIn} AND sent_at >= ${values.integer(since)} AND sent_at < ${values.integer(until)} ${inTime('sent_at')}`,
    ),
  ];
}

/** Groups are numbered as their first edges are. Each is a range of the index. */
function toTimeBranches(
  { quarters, ends }: SpanParts,
  edges: readonly number[],
  isIn: string,
  values: Values,
): string[] {
  const groups = toSpans(edges);
  const aggregated = toRanges(groups, quarters, (moment) => moment / QUARTER_MS);
  const counted = ends.flatMap((end) => toRanges(groups, end, (moment) => moment));
  return [
    // First the ranges, then what is in each: that is what CROSS says to SQLite.
    `SELECT given.column1 AS group_id, ${COUNTED}, messages, first_at, last_at
     FROM ${values.rows(padded(aggregated))} AS given CROSS JOIN archive_aggregate
     WHERE ${isIn} AND quarter >= given.column2 AND quarter < given.column3 ${inTime('first_at')}`,
    ...(counted.length === 0
      ? []
      : [
          `SELECT given.column1 AS group_id, ${COUNTED}, 1 AS messages, sent_at AS first_at, sent_at AS last_at
           FROM ${values.rows(padded(counted))} AS given CROSS JOIN archive_message
           WHERE ${isIn} AND sent_at >= given.column2 AND sent_at < given.column3 ${inTime('sent_at')}`,
        ]),
  ];
}

function toSpans(edges: readonly number[]): TimeSpan[] {
  return edges.slice(1).map((until, index) => ({ since: edges[index] ?? until, until }));
}

/** @returns number, beginning and end of each group that has a part within */
function toRanges(
  groups: readonly TimeSpan[],
  within: TimeSpan,
  toUnit: (moment: number) => number,
): number[][] {
  return groups.flatMap(({ since, until }, index) => {
    const range = [Math.max(toUnit(since), within.since), Math.min(toUnit(until), within.until)] as const;
    return range[0] < range[1] ? [[index, ...range]] : [];
  });
}

/** With empty ranges, so that there are few statements to prepare. */
function padded(ranges: readonly number[][]): number[][] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(1, ranges.length)));
  return Array.from({ length }, (_, index) => ranges[index] ?? [0, 0, 0]);
}

function toGroup(
  id: number,
  grouping: StatsGrouping,
  agents: ReadonlyMap<number, NamedParticipant>,
  names: ReadonlyMap<number, string>,
): StatsGroup {
  switch (grouping.by) {
    case 'TIME':
      return { by: 'TIME', since: grouping.edges[id] ?? 0, until: grouping.edges[id + 1] ?? 0 };
    case 'DIRECTION':
      return { by: 'DIRECTION', direction: directions.decode(id) };
    case 'KIND':
      return { by: 'KIND', kind: kinds.decode(id) };
    case 'AGENT':
      return { by: 'AGENT', agent: agents.get(id) ?? null };
    case 'SOURCE':
      return { by: 'SOURCE', source: names.get(id) ?? '' };
  }
}
