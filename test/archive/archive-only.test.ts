import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { ChatChannel } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { RequestError } from '../../src/errors/request-error.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline, type TimelineQuery } from '../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { runs } from '../support/runs.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SECRET = Buffer.alloc(32, 7);
const clock = new TestClock(NOW);

function read(
  channels: readonly ChatChannel[],
  query: Partial<TimelineQuery> & Pick<TimelineQuery, 'page'>,
): Promise<TimelinePage> {
  const timeline = new Timeline(channels, new CursorCodec(SECRET), clock, pino({ enabled: false }));
  // Without a call: a read at the provider fails.
  const budget = new RequestBudget({ upstreamCallsPerRequest: 0, requestTimeoutMs: 60_000 }, clock);
  const defaults = { filter: NO_FILTER, order: 'DESC', onSourceFailure: 'PARTIAL' } as const;
  return timeline.read({ ...defaults, readFrom: 'ARCHIVE', ...query }, budget);
}

/** @param kept those of the channel's messages that its archive has */
async function archived(channel: ChatChannel, kept: readonly MessageRecord[]): Promise<ChatChannel> {
  const archive = new MemoryArchive();
  const covers = { since: NOW - 400, until: NOW - 100 };
  await archive.keep(createPage({ entries: kept.map(toEntry), readAt: 0, covers }));
  return archiveChannel(
    channel,
    { nameOf: (id) => id, open: () => archive },
    { since: 0, dueMs: 0 },
    clock,
    (error) => {
      throw error;
    },
  );
}

/** A source that cannot be read. */
function unreachable(name: string): ChatChannel {
  const channel = new PagedMemoryChannel({ name, pageSize: 5 });
  channel.source.read = () => Promise.reject(new Error('The provider was read'));
  return channel;
}

test('from archives alone, a walk has what is kept, once and in order, and reads no provider', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 100_000 }),
        count: fc.integer({ min: 0, max: 60 }),
        keptOf: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        order: fc.constantFrom('ASC' as const, 'DESC' as const),
        direction: fc.constantFrom('forward' as const, 'backward' as const),
        size: fc.integer({ min: 1, max: 12 }),
      }),
      async ({ seed, count, keptOf, order, direction, size }) => {
        const kept = ['shop', 'desk'].map((name, index) =>
          variedHistory(name, seed + index, count, NOW).filter((_, place) => keptOf[place % keptOf.length]),
        );
        const channels = await Promise.all(
          ['shop', 'desk'].map((name, index) => archived(unreachable(name), kept[index] ?? [])),
        );
        const walk: MessageRecord[] = [];
        let cursor: string | null = null;
        do {
          const page: TimelinePage = await read(channels, { order, page: { size, direction, cursor } });
          if (direction === 'forward') walk.push(...page.nodes);
          else walk.unshift(...page.nodes);
          const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
          const hasMore = direction === 'forward' ? hasNextPage : hasPreviousPage;
          cursor = hasMore ? (direction === 'forward' ? endCursor : startCursor) : null;
        } while (cursor !== null);
        const oldestFirst = kept
          .flat()
          .sort(
            (one, other) =>
              one.sentAt - other.sentAt ||
              (one.channel < other.channel ? -1 : one.channel > other.channel ? 1 : 0) ||
              (one.sequence < other.sequence ? -1 : 1),
          );
        expect(walk).toEqual(order === 'ASC' ? oldestFirst : oldestFirst.reverse());
      },
    ),
    { numRuns: runs(200) },
  );
});

test('a page says where it is not known to be complete, and which channels have no archive', async () => {
  const history = variedHistory('shop', 1, 40, NOW);
  const channels = [await archived(unreachable('shop'), history), unreachable('desk')];
  const statusOf = async (sentAtGte: number, sentAtLt: number): Promise<unknown> => {
    const page = { size: 5, direction: 'forward', cursor: null } as const;
    const { sources } = await read(channels, { filter: { ...NO_FILTER, sentAtGte, sentAtLt }, page });
    return sources.map(({ state, reason, servedFrom, upstreamCalls, reachedStart }) => ({
      state,
      reason,
      servedFrom,
      upstreamCalls,
      reachedStart,
    }));
  };
  const desk = {
    servedFrom: null,
    upstreamCalls: 0,
    state: 'PARTIAL',
    reason: 'NOT_ARCHIVED',
    reachedStart: true,
  };
  const shop = { servedFrom: 'ARCHIVE', upstreamCalls: 0, reachedStart: false };
  expect(await statusOf(NOW - 300, NOW - 150)).toEqual([{ ...shop, state: 'OK', reason: null }, desk]);
  expect(await statusOf(NOW - 300, NOW)).toEqual([
    { ...shop, state: 'PARTIAL', reason: 'NOT_COVERED' },
    desk,
  ]);
});

test('where a list must be complete, a channel without an archive is an error', async () => {
  const channels = [await archived(unreachable('shop'), []), unreachable('desk')];
  const page = { size: 5, direction: 'forward', cursor: null } as const;
  await expect(read(channels, { page, onSourceFailure: 'FAIL' })).rejects.toEqual(
    new RequestError(
      'BAD_USER_INPUT',
      'No archive is kept of desk: select channels that have one, or read with LIVE.',
    ),
  );
});

test('a cursor of what is kept does not go on at the provider, nor the other way round', async () => {
  const history = variedHistory('shop', 1, 40, NOW);
  const channels = [await archived(new PagedMemoryChannel({ name: 'shop', pageSize: 5 }, history), history)];
  for (const [made, used] of [
    ['ARCHIVE', 'LIVE'],
    ['LIVE', 'ARCHIVE'],
  ] as const) {
    const first = { size: 5, direction: 'forward', cursor: null } as const;
    const filter = { ...NO_FILTER, sentAtGte: NOW - 300, sentAtLt: NOW - 150 };
    const { pageInfo } = await read(channels, { readFrom: made, filter, page: first });
    const page = { ...first, cursor: pageInfo.endCursor };
    await expect(read(channels, { readFrom: used, filter, page })).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
  }
});
