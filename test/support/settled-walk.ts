import { expect } from 'vitest';
import { ask } from './gateway-world.ts';

const DAY_MS = 86_400_000;
const PAGE = `query Page($span: DateTimeRange!, $direction: OrderDirection!, $after: String) {
  messages(filter: { sentAt: $span }, orderBy: { direction: $direction }, first: 60, after: $after) {
    nodes { id }
    pageInfo { hasNextPage endCursor }
    sources { channel { name } upstreamCalls servedFrom errorCode }
  }
}`;
const ARCHIVES =
  '{ channels { name archive { since coverage { since until } gaps { since until } messages } } }';

interface Page {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  sources: { upstreamCalls: number; servedFrom: string | null; errorCode: string | null }[];
}

export interface SettledWalk {
  ids: string[];
  calls: number;
  /** Each once. */
  servedFrom: (string | null)[];
  /** Of each page but the last. */
  cursors: string[];
}

interface Span {
  gte: string;
  lt: string;
}

/** Of what has been sent since, the part that an archive with the least `settleHours` must cover. @param since Unix ms */
export function settledSince(since: number): Span {
  return { gte: new Date(since).toISOString(), lt: new Date(Date.now() - 2 * DAY_MS).toISOString() };
}

/** Walks over all of a span. @param after a cursor of such a walk */
export async function walkSettled(
  url: string,
  span: Span,
  direction: 'ASC' | 'DESC' = 'DESC',
  after: string | null = null,
): Promise<SettledWalk> {
  const walk: SettledWalk = { ids: [], calls: 0, servedFrom: [], cursors: [] };
  const sides = new Set<string | null>();
  for (let cursor = after, hasMore = true; hasMore;) {
    const { data, errors } = await ask(url, PAGE, { span, direction, after: cursor });
    expect(errors).toEqual([]);
    const { nodes, pageInfo, sources } = data?.['messages'] as Page;
    expect(sources.filter(({ errorCode }) => errorCode !== null)).toEqual([]);
    walk.ids.push(...nodes.map(({ id }) => id));
    for (const { upstreamCalls, servedFrom } of sources) {
      walk.calls += upstreamCalls;
      sides.add(servedFrom);
    }
    ({ hasNextPage: hasMore, endCursor: cursor } = pageInfo);
    if (hasMore && cursor !== null) walk.cursors.push(cursor);
  }
  return { ...walk, servedFrom: [...sides] };
}

export interface ShownArchive {
  name: string;
  archive: {
    since: string;
    coverage: { since: string; until: string }[];
    gaps: unknown[];
    messages: number;
  } | null;
}

export async function readArchives(url: string): Promise<ShownArchive[]> {
  const { data, errors } = await ask(url, ARCHIVES);
  expect(errors).toEqual([]);
  return data?.['channels'] as ShownArchive[];
}

/** Unix ms: from when on the archives of all channels are complete, up to what has settled. Before, something had expired. */
export async function completeSince(url: string): Promise<number> {
  const archives = await readArchives(url);
  return Math.max(...archives.map(({ archive }) => Date.parse(archive?.coverage.at(-1)?.since ?? '')));
}

/** Whether every channel has an archive without a gap. */
export async function areComplete(url: string): Promise<boolean> {
  return (await readArchives(url)).every(({ archive }) => archive !== null && archive.gaps.length === 0);
}
