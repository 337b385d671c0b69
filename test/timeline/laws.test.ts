import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Sandboxes } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';
import { fetchPage, walkTimeline, type ShownMessage } from '../support/walk-timeline.ts';
import { runs } from '../support/runs.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const directions = ['ASC', 'DESC'] as const;

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(options: WorldOptions = {}): Promise<GatewayWorld & { clock: TestClock }> {
  const clock = new TestClock(NOW);
  const world = await createGatewayWorld({ clock, messages: 120, weComReachDays: 365, ...options });
  worlds.push(world);
  return Object.assign(world, { clock });
}

/** Without a push token, WeCom is asked after so long at the earliest. */
const WECOM_PAUSE_MS = 30_000;

/** A message as the provider tells of it and as the gateway shows it: the same text for both. */
function identify(channel: string, sentAt: number, nativeId: string | null): string {
  return JSON.stringify([channel, sentAt, nativeId]);
}

/** What is shown is what the providers list, each message as often as it is listed. */
function expectAllListed(messages: readonly ShownMessage[], { all }: Sandboxes): void {
  const listed = all.flatMap((sandbox) =>
    sandbox.listed().map(({ sentAt, nativeId }) => identify(sandbox.channel, sentAt, nativeId)),
  );
  const shown = messages.map(({ channel, sentAt, nativeId }) =>
    identify(channel.name, Date.parse(sentAt), nativeId),
  );
  expect(shown.sort()).toEqual(listed.sort());
}

function expectInOrder(messages: ShownMessage[], direction: 'ASC' | 'DESC'): void {
  const places = messages.map(({ sentAt, channel }) => `${sentAt} ${channel.name}`);
  const sorted = [...places].sort();
  expect(places).toEqual(direction === 'ASC' ? sorted : sorted.reverse());
}

describe('one timeline over four providers', () => {
  test.each([
    ['ASC', 'forward'],
    ['ASC', 'backward'],
    ['DESC', 'forward'],
    ['DESC', 'backward'],
  ] as const)('%s, paged %s, it has every message once and in order', async (direction, paging) => {
    const world = await open();
    const messages = await walkTimeline(() => world.url, { direction, paging, sizes: [33] });
    expectAllListed(messages, world.sandbox);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    expectInOrder(messages, direction);
    const other = await walkTimeline(() => world.url, { direction: direction === 'ASC' ? 'DESC' : 'ASC' });
    expect(other.reverse()).toEqual(messages);
    expect(world.sandbox.violations()).toEqual([]);
  });

  test('any page sizes, restarts, budgets and seeds give the same list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 10_000 }),
          messages: fc.integer({ min: 0, max: 90 }),
          direction: fc.constantFrom(...directions),
          paging: fc.constantFrom('forward' as const, 'backward' as const),
          sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
          restartEvery: fc.integer({ min: 1, max: 4 }),
          upstreamCallsPerRequest: fc.constantFrom(12, 64),
        }),
        async ({ seed, messages, direction, paging, sizes, restartEvery, upstreamCallsPerRequest }) => {
          const world = await open({ seed, messages, limits: { upstreamCallsPerRequest } });
          const baseline = await walkTimeline(() => world.url, { direction, sizes: [500] });
          expectAllListed(baseline, world.sandbox);
          const walked = await walkTimeline(() => world.url, {
            direction,
            paging,
            sizes,
            onPage: (_, number) => (number % restartEvery === 0 && number < 12 ? world.restart() : undefined),
          });
          expect(walked).toEqual(baseline);
          expect(world.sandbox.violations()).toEqual([]);
        },
      ),
      { numRuns: runs(4) },
    );
  });

  test('every edge is a place to continue from, forward and backward', async () => {
    const world = await open({ messages: 60 });
    for (const direction of directions) {
      const { edges } = await fetchPage(world.url, { direction, first: 1000 });
      const nodes = edges.map(({ node }) => node);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: edges.length - 1 }),
          fc.integer({ min: 1, max: 40 }),
          async (index, count) => {
            const cursor = edges[index]?.cursor ?? '';
            const after = await fetchPage(world.url, { direction, first: count, after: cursor });
            expect(after.edges.map(({ node }) => node)).toEqual(nodes.slice(index + 1, index + 1 + count));
            const before = await fetchPage(world.url, { direction, last: count, before: cursor });
            expect(before.edges.map(({ node }) => node)).toEqual(
              nodes.slice(Math.max(0, index - count), index),
            );
            expect(before.pageInfo.hasNextPage).toBe(true);
          },
        ),
        { numRuns: runs(6) },
      );
      // There and back again: a page backward, then forward from its end.
      const back = await fetchPage(world.url, { direction, last: 10, before: edges[30]?.cursor ?? '' });
      const again = await fetchPage(world.url, { direction, first: 10, after: back.pageInfo.startCursor });
      expect(again.edges.map(({ node }) => node)).toEqual(nodes.slice(21, 31));
    }
    expect(world.sandbox.violations()).toEqual([]);
  });

  test('what arrives during a walk newest first neither repeats nor hides anything, and is in the next', async () => {
    const world = await open();
    const listed = world.sandbox.all.flatMap((sandbox) => sandbox.listed()).length;
    const walked = await walkTimeline(() => world.url, {
      sizes: [30],
      onPage: () => {
        world.clock.advance(2_000);
        for (const sandbox of world.sandbox.all) sandbox.add({});
      },
    });
    expect(walked).toHaveLength(listed);
    expect(new Set(walked.map(({ id }) => id)).size).toBe(listed);
    world.clock.advance(WECOM_PAUSE_MS);
    const next = await walkTimeline(() => world.url, {});
    expectAllListed(next, world.sandbox);
    expect(next.slice(-listed)).toEqual(walked);
    expect(world.sandbox.violations()).toEqual([]);
  });

  test('oldest first, the last cursor goes on when messages arrive', async () => {
    const world = await open({ messages: 40 });
    let last: string | null = null;
    const first = await walkTimeline(() => world.url, {
      direction: 'ASC',
      onPage: ({ pageInfo }) => {
        last = pageInfo.endCursor ?? last;
      },
    });
    const found = [...first];
    for (let round = 0; round < 5; round++) {
      world.clock.advance(WECOM_PAUSE_MS + 3_000);
      world.sandbox.wechat.add({});
      for (const sandbox of world.sandbox.all) sandbox.add({});
      const page = await fetchPage(world.url, { direction: 'ASC', first: 100, after: last });
      expect(page.edges).toHaveLength(5);
      found.push(...page.edges.map(({ node }) => node));
      last = page.pageInfo.endCursor;
    }
    expect(found).toEqual(await walkTimeline(() => world.url, { direction: 'ASC' }));
    expect(world.sandbox.violations()).toEqual([]);
  });

  test('filters mean the same at every provider', async () => {
    const world = await open();
    const all = await walkTimeline(() => world.url, {});
    const pick = all[200];
    if (!pick) throw new Error('There are too few messages');
    const since = all[300]?.sentAt ?? '';
    const filters: [Record<string, unknown>, (message: ShownMessage) => boolean][] = [
      [{ channels: ['shop', 'corp'] }, ({ channel }) => ['shop', 'corp'].includes(channel.name)],
      [{ providers: ['WHATSAPP_SCRM'] }, ({ channel }) => channel.name === 'whatsapp'],
      [{ sentAt: { gte: since } }, ({ sentAt }) => sentAt >= since],
      [{ sentAt: { lt: since } }, ({ sentAt }) => sentAt < since],
      [{ sentAt: { gte: since, lt: pick.sentAt } }, ({ sentAt }) => sentAt >= since && sentAt < pick.sentAt],
      [{ textContains: 'THE' }, ({ text }) => text?.toLowerCase().includes('the') ?? false],
      [{ channels: [] }, () => false],
    ];
    for (const [filter, matches] of filters) {
      for (const direction of directions) {
        const walked = await walkTimeline(() => world.url, { filter, direction, sizes: [40] });
        const expected = all.filter(matches);
        expect(walked).toEqual(direction === 'ASC' ? expected.reverse() : expected);
      }
    }
    expect(world.sandbox.violations()).toEqual([]);
  });
});
