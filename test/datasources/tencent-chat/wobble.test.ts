import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { CursorCodec } from '../../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../../src/timeline/filter.ts';
import { RequestBudget } from '../../../src/timeline/request-budget.ts';
import { Timeline } from '../../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../../src/timeline/timeline-page.ts';
import { createDependencies, createStores } from '../../support/dependencies.ts';
import { NOW, openWorld } from './world.ts';

const orders = ['ASC', 'DESC'] as const;
const cursors = new CursorCodec(Buffer.alloc(32, 7), 'cursors');

/** Seconds by which the time of each message differs from that of a clock that goes on from message to message. */
const stream = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 1, 1, 2, 5, 30, 4_000),
    wobble: fc.integer({ min: -5, max: 5 }),
    account: fc.nat({ max: 1 }),
  }),
  { maxLength: 90 },
);

const walk = fc.record({
  order: fc.constantFrom(...orders),
  direction: fc.constantFrom('forward' as const, 'backward' as const),
  sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
  maxPageSize: fc.constantFrom(20, 20, 7, 3),
  upstreamCallsPerRequest: fc.constantFrom(4, 64),
  restarts: fc.boolean(),
});

test('times that fall by seconds from one message to the next lose and repeat nothing, and are put in order', async () => {
  await fc.assert(
    fc.asyncProperty(stream, walk, async (posts, how) => {
      const { order, direction, sizes, maxPageSize, upstreamCallsPerRequest, restarts } = how;
      const world = await openWorld({ accounts: 2, messages: 0, firstSequence: 40, knobs: { maxPageSize } });
      const { sandbox, clock } = world;
      try {
        const accounts = sandbox.officialAccounts;
        let second = NOW / 1000 - 500_000;
        for (const { gap, wobble, account } of posts) {
          second += gap;
          sandbox.add({ sentAt: (second + wobble) * 1000 }, accounts[account]);
        }
        const stores = createStores();
        const limits = { upstreamCallsPerRequest, requestTimeoutMs: 1_000_000 };
        const connect = (): Timeline =>
          new Timeline(
            [world.createChannel(createDependencies(clock, stores))],
            cursors,
            clock,
            pino({ enabled: false }),
          );
        let timeline = connect();
        const keys: string[] = [];
        let cursor: string | null = null;
        for (let number = 0; ; number++) {
          const page: TimelinePage = await timeline.read(
            {
              filter: NO_FILTER,
              order,
              page: { size: sizes[number % sizes.length] ?? 1, direction, cursor },
              onSourceFailure: 'FAIL',
            },
            new RequestBudget(limits, clock),
          );
          const found = page.nodes.map(({ nativeId }) => nativeId ?? '');
          if (direction === 'forward') keys.push(...found);
          else keys.unshift(...found);
          const { hasNextPage, hasPreviousPage, endCursor, startCursor } = page.pageInfo;
          if (!(direction === 'forward' ? hasNextPage : hasPreviousPage)) break;
          cursor = direction === 'forward' ? endCursor : startCursor;
          if (number > 1_000 || cursor === null) throw new Error('The walk does not end');
          if (restarts && number % 5 === 0) timeline = connect();
        }
        const listed = accounts
          .toSorted()
          .flatMap((account) => sandbox.posts(account).map((post) => ({ account, ...post })))
          .toSorted((a, b) => a.MsgTimeStamp - b.MsgTimeStamp)
          .map(({ MsgKey }) => MsgKey);
        expect(keys).toEqual(order === 'ASC' ? listed : listed.reverse());
        expect(sandbox.server.violations).toEqual([]);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 60 },
  );
});

test.each(orders)(
  'times that fall by hours or stand years ahead change the order at most, walked in %s order',
  async (order) => {
    const world = await openWorld({ messages: 0, firstSequence: 40 });
    const { sandbox, clock } = world;
    try {
      for (let i = 0; i < 130; i++) {
        const offset = i % 37 === 20 ? 900 : i % 23 === 11 ? -7 : 0;
        sandbox.add({ sentAt: NOW - 90 * 86_400_000 + (i + offset) * 3_600_000 });
      }
      const timeline = new Timeline(
        [world.createChannel(createDependencies(clock))],
        cursors,
        clock,
        pino({ enabled: false }),
      );
      const keys: (string | null)[] = [];
      let cursor: string | null = null;
      do {
        const page: TimelinePage = await timeline.read(
          {
            filter: NO_FILTER,
            order,
            page: { size: 7, direction: 'forward', cursor },
            onSourceFailure: 'FAIL',
          },
          new RequestBudget({ upstreamCallsPerRequest: 64, requestTimeoutMs: 1_000_000 }, clock),
        );
        keys.push(...page.nodes.map(({ nativeId }) => nativeId));
        cursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (cursor !== null);
      expect(keys.toSorted()).toEqual(
        sandbox
          .posts()
          .map(({ MsgKey }) => MsgKey)
          .toSorted(),
      );
    } finally {
      await world.close();
    }
  },
);
