import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/datasources/message-source.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline, type TimelineQuery } from '../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';
import { runs } from '../support/runs.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SECRET = Buffer.alloc(32, 5);
const RUNS = runs(200);

/** For each channel, how long ago its messages were sent, in seconds; few values, so that many share a moment. */
const histories = fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 25 }), {
  minLength: 1,
  maxLength: 4,
});
const orders = fc.constantFrom<Order>('ASC', 'DESC');
const directions = fc.constantFrom<'forward' | 'backward'>('forward', 'backward');

interface World {
  clock: TestClock;
  channels: PagedMemoryChannel[];
  /** Reads a page in a process of its own. */
  read: (query: Partial<TimelineQuery>, calls?: number) => Promise<TimelinePage>;
}

function setUp(ages: readonly (readonly number[])[], pageSize: number): World {
  const clock = new TestClock(NOW);
  const channels = ages.map((own, index) => {
    const channel = new PagedMemoryChannel({ name: `channel-${index}`, pageSize });
    for (const age of own.toSorted((a, b) => b - a)) channel.add(NOW - age * 1000);
    return channel;
  });
  return {
    clock,
    channels,
    read: (query, calls = 64) =>
      new Timeline(channels, new CursorCodec(SECRET), clock, pino({ enabled: false })).read(
        {
          filter: NO_FILTER,
          order: 'DESC',
          page: { size: 1_000, direction: 'forward', cursor: null },
          onSourceFailure: 'PARTIAL',
          ...query,
        },
        new RequestBudget({ upstreamCallsPerRequest: calls, requestTimeoutMs: 60_000 }, clock),
      ),
  };
}

type Shown = [channel: string, key: string];

const toShown = ({ nodes }: Pick<TimelinePage, 'nodes'>): Shown[] =>
  nodes.map(({ channel, key }) => [channel, key]);

/** All messages in the order of the timeline, by nothing but their times, channels and sequences. */
function inOrder(channels: readonly PagedMemoryChannel[], order: Order): Shown[] {
  const places = channels.flatMap(({ messages }) =>
    messages.map(({ sentAt, channel, sequence, key }) => ({
      place: `${sentAt} ${channel} ${sequence}`,
      shown: [channel, key] satisfies Shown,
    })),
  );
  const sorted = places.toSorted((a, b) => (a.place < b.place ? -1 : 1)).map(({ shown }) => shown);
  return order === 'ASC' ? sorted : sorted.reverse();
}

/** Walks from one end to the other. @returns the messages in the order in which they are shown */
async function walk(
  { read }: World,
  order: Order,
  direction: 'forward' | 'backward',
  sizes: readonly number[],
  { calls = 64, onPage = () => undefined }: { calls?: number; onPage?: (page: number) => void } = {},
): Promise<Shown[]> {
  const shown: Shown[] = [];
  let cursor: string | null = null;
  for (let number = 0; ; number++) {
    if (number > 1_000) throw new Error('The walk does not end');
    const size = sizes[number % sizes.length] ?? 1;
    const page: TimelinePage = await read({ order, page: { size, direction, cursor } }, calls);
    expect(page.nodes.length).toBeLessThanOrEqual(size);
    if (direction === 'forward') shown.push(...toShown(page));
    else shown.unshift(...toShown(page));
    onPage(number);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    if (!(direction === 'forward' ? hasNextPage : hasPreviousPage)) return shown;
    cursor = direction === 'forward' ? endCursor : startCursor;
    expect(cursor).not.toBeNull();
  }
}

describe('many sources in memory are one list', () => {
  test('that any walk has whole, once and in order, whatever its pages, the providers’ and the budget', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 1, max: 9 }),
        orders,
        directions,
        fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 2, 5, 64),
        async (ages, pageSize, order, direction, sizes, calls) => {
          const world = setUp(ages, pageSize);
          const walked = await walk(world, order, direction, sizes, { calls });
          expect(walked).toEqual(inOrder(world.channels, order));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('in which every edge is a place to continue from, forward and backward', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 1, max: 9 }),
        orders,
        fc.nat(),
        fc.integer({ min: 1, max: 30 }),
        async (ages, pageSize, order, at, size) => {
          const world = setUp(ages, pageSize);
          const all = inOrder(world.channels, order);
          fc.pre(all.length > 0);
          const index = at % all.length;
          const { edges } = await world.read({ order });
          const cursor = edges[index]?.cursor ?? null;
          const after = await world.read({ order, page: { size, direction: 'forward', cursor } });
          expect(toShown(after)).toEqual(all.slice(index + 1, index + 1 + size));
          const before = await world.read({ order, page: { size, direction: 'backward', cursor } });
          expect(toShown(before)).toEqual(all.slice(Math.max(0, index - size), index));
          expect(before.pageInfo.hasNextPage).toBe(true);
          expect(after.pageInfo.hasPreviousPage).toBe(true);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('that neither repeats nor hides anything when messages arrive during a walk', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 1, max: 9 }),
        orders,
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (ages, pageSize, order, size, arrivals) => {
          const world = setUp(ages, pageSize);
          const before = inOrder(world.channels, order);
          const walked = await walk(world, order, 'forward', [size], {
            onPage: (number) => {
              const channel = world.channels[(arrivals[number] ?? 0) % world.channels.length];
              world.clock.advance(1_000);
              if (number < arrivals.length) channel?.add(world.clock.now());
            },
          });
          // Newest first, the list is fixed at its first page's time; oldest first, it goes on to the present.
          if (order === 'DESC') expect(walked).toEqual(before);
          else expect(walked).toEqual(inOrder(world.channels, order).slice(0, walked.length));
          expect(walked.length).toBeGreaterThanOrEqual(before.length);
          expect(await walk(world, order, 'forward', [size])).toEqual(inOrder(world.channels, order));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('from which bounds of time leave out exactly what lies outside', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.integer({ min: 1, max: 9 }),
        orders,
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 13 }),
        async (ages, pageSize, order, from, length) => {
          const world = setUp(ages, pageSize);
          const sentAtGte = NOW - from * 1000;
          const sentAtLt = sentAtGte + length * 1000;
          const { nodes } = await world.read({ order, filter: { ...NO_FILTER, sentAtGte, sentAtLt } });
          const inside = new Set(
            world.channels.flatMap(({ messages }) =>
              messages.filter(({ sentAt }) => sentAt >= sentAtGte && sentAt < sentAtLt),
            ),
          );
          expect(new Set(nodes)).toEqual(inside);
          expect(nodes).toHaveLength(inside.size);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('when a source fails', () => {
  const down = new UpstreamError('channel-1', 'WECOM', {
    code: 'UPSTREAM_UNAVAILABLE',
    isRetryable: true,
    advice: 'down',
  });
  const fail = ({ channels }: World, failure: Error | null): void => {
    const [, channel] = channels;
    if (channel)
      channel.source.onRead = () => {
        if (failure) throw failure;
      };
  };

  test('its messages come later in the walk, each once, and the others go on', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 9 }), orders, async (ages, pageSize, order) => {
        const world = setUp([[1, 3], ...ages.slice(0, 2)], pageSize);
        const all = inOrder(world.channels, order);
        fail(world, down);
        const first = await world.read({ order });
        const others = all.filter(([channel]) => channel !== 'channel-1');
        expect(toShown(first)).toEqual(others);
        const states = first.sources.map(({ state }) => state);
        expect(states).toEqual(world.channels.map((_, index) => (index === 1 ? 'UNAVAILABLE' : 'OK')));
        fail(world, null);
        const shown = toShown(first);
        for (let { pageInfo } = first; pageInfo.hasNextPage;) {
          const page: TimelinePage = await world.read({
            order,
            page: { size: 7, direction: 'forward', cursor: pageInfo.endCursor },
          });
          shown.push(...toShown(page));
          ({ pageInfo } = page);
        }
        expect(shown.toSorted()).toEqual(all.toSorted());
      }),
      { numRuns: RUNS },
    );
  });

  test('a query that wants all or nothing fails with its error', async () => {
    const world = setUp([[1], [2]], 5);
    fail(world, down);
    await expect(world.read({ onSourceFailure: 'FAIL' })).rejects.toBe(down);
  });

  test('a mistake of our own shows as unavailable, with no word of it', async () => {
    const world = setUp([[1], [2]], 5);
    fail(world, new TypeError('x is not a function'));
    const { sources } = await world.read({});
    expect(sources.map(({ failure }) => failure?.advice ?? null)).toEqual([
      null,
      'Something went wrong in the gateway',
    ]);
  });
});

test('the same timeline of fewer channels has their messages only', async () => {
  const world = setUp([[1], [2], [3]], 5);
  const whole = new Timeline(world.channels, new CursorCodec(SECRET), world.clock, pino({ enabled: false }));
  const narrow = whole.narrow(world.channels.slice(1, 2), () => 'as it is shown');
  const query: TimelineQuery = {
    filter: { ...NO_FILTER, textContains: 'SHOWN' },
    order: 'ASC',
    page: { size: 10, direction: 'forward', cursor: null },
    onSourceFailure: 'FAIL',
  };
  const budget = new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, world.clock);
  expect(toShown(await narrow.read(query, budget))).toEqual([['channel-1', '00000000']]);
});
