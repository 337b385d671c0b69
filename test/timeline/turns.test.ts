import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';
import { fetchPage, walkTimeline } from '../support/walk-timeline.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** A cursor with what it must mean: how many messages of the whole list lie before what comes after it, and before it. */
interface Place {
  cursor: string | null;
  forwardFrom: number;
  backwardTo: number;
}

test('paging on from any cursor met on any way, forward or backward, gives what the whole list has there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 10_000 }),
        messages: fc.integer({ min: 5, max: 40 }),
        direction: fc.constantFrom('ASC' as const, 'DESC' as const),
        filter: fc.constantFrom(
          undefined,
          { textContains: 'the' },
          { kinds: ['TEXT', 'IMAGE'] },
          { directions: ['INBOUND'] },
        ),
        upstreamCallsPerRequest: fc.constantFrom(2, 5, 64),
        restarts: fc.boolean(),
        steps: fc.array(
          fc.record({
            from: fc.nat(),
            isLatest: fc.boolean(),
            isForward: fc.boolean(),
            size: fc.integer({ min: 1, max: 8 }),
          }),
          { minLength: 10, maxLength: 40 },
        ),
      }),
      async ({ seed, messages, direction, filter, upstreamCallsPerRequest, restarts, steps }) => {
        const world = await createGatewayWorld({
          clock: new TestClock(NOW),
          seed,
          messages,
          weComReachDays: 365,
          limits: { upstreamCallsPerRequest },
        });
        worlds.push(world);
        const query = { direction, ...(filter && { filter }) };
        const list = (await walkTimeline(() => world.url, { ...query, sizes: [200] })).map(({ id }) => id);
        if (restarts) await world.restart();
        const places: Place[] = [{ cursor: null, forwardFrom: 0, backwardTo: list.length }];
        for (const { from, isLatest, isForward, size } of steps) {
          const place = (isLatest ? places.at(-1) : places[from % places.length]) ?? places[0];
          if (!place) throw new Error('There is always the start');
          const { cursor, forwardFrom, backwardTo } = place;
          const page = await fetchPage(world.url, {
            ...query,
            ...(isForward ? { first: size, after: cursor } : { last: size, before: cursor }),
          });
          const got = page.edges.map(({ node }) => node.id);
          const start = isForward ? forwardFrom : backwardTo - got.length;
          expect(got).toEqual(list.slice(start, start + got.length));
          const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
          const isAtEnd = isForward ? start + got.length === list.length : start === 0;
          const hasMore = isForward ? hasNextPage : hasPreviousPage;
          if (!hasMore) expect(isAtEnd).toBe(true);
          for (const [index, edge] of page.edges.entries()) {
            places.push({ cursor: edge.cursor, forwardFrom: start + index + 1, backwardTo: start + index });
          }
          // A page that was cut short goes on from between two messages.
          const stop = isForward ? endCursor : startCursor;
          if (hasMore) expect(stop).not.toBeNull();
          if (stop !== null && page.edges.every((edge) => edge.cursor !== stop)) {
            const between = isForward ? start + got.length : start;
            places.push({ cursor: stop, forwardFrom: between, backwardTo: between });
          }
        }
        expect(world.sandbox.violations()).toEqual([]);
      },
    ),
    { numRuns: 10 },
  );
});
