import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageSource } from '../../src/datasources/message-source.ts';
import { LostLeaseError } from '../../src/errors/store-error.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import type { ArchivePage, Fence } from '../../src/store/store.ts';
import { tencentChatSuite } from '../datasources/tencent-chat/suite.ts';
import { weChatSuite } from '../datasources/wechat/suite.ts';
import { weComSuite } from '../datasources/wecom/suite.ts';
import { whatsAppSuite } from '../datasources/whatsapp-scrm/suite.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createDependencies } from '../support/dependencies.ts';
import { createLease, fillSettled } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { runs } from '../support/runs.ts';
import { TestClock } from '../support/test-clock.ts';
import { createWalk, walkAll } from '../support/walk-source.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SETTLE_MS = 300;
const everything = { since: 0, until: Infinity };

/** A process dies there. */
class Killed extends Error {}

describe('a backfill', () => {
  test('killed anywhere, it reads at most one page again each time, and what it calls complete is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 100_000 }),
          count: fc.integer({ min: 0, max: 120 }),
          pageSize: fc.integer({ min: 1, max: 20 }),
          // For each page: whether the process dies before or after it is kept.
          deaths: fc.array(fc.constantFrom('none', 'none', 'before', 'after'), { maxLength: 200 }),
          holes: fc.array(fc.tuple(fc.nat(1_200), fc.nat(300)), { maxLength: 3 }),
        }),
        async ({ seed, count, pageSize, deaths, holes }) => {
          const messages = variedHistory('shop', seed, count, NOW);
          const clock = new TestClock(NOW);
          const since = NOW - 1_000;
          const until = NOW - SETTLE_MS;

          const run = async (
            isMortal: boolean,
          ): Promise<{ reads: number; deaths: number; archive: MemoryArchive }> => {
            const archive = new MemoryArchive();
            // What an earlier run has kept.
            for (const [ago, length] of holes) {
              const span = {
                since: Math.max(since, NOW - ago - 300),
                until: Math.min(until, NOW - ago - 300 + length),
              };
              if (span.since < span.until) await archive.keep({ ...toPage(messages, span), covers: span });
            }
            const native = new MemorySource({ channel: 'shop', messages, pageSize });
            let reads = 0;
            native.onRead = () => {
              reads++;
            };
            let died = 0;
            let page = 0;
            let dying = new AbortController();
            const keep = archive.keep.bind(archive);
            archive.keep = async (kept: ArchivePage) => {
              const death = isMortal ? deaths[page++] : 'none';
              const die = (): never => {
                dying.abort();
                throw new Killed();
              };
              if (death === 'before') die();
              const result = await keep(kept);
              const complete = await archive.coverage();
              const lacking = messages.filter(
                ({ key, sentAt }) =>
                  complete.some((span) => sentAt >= span.since && sentAt < span.until) && !archive.has(key),
              );
              expect(lacking).toEqual([]);
              if (death === 'after') die();
              return result;
            };
            for (;;) {
              const options = { name: 'shop', source: native, archive, clock, since, settleMs: SETTLE_MS };
              dying = new AbortController();
              try {
                await fillSettled(options, options.clock, createLease(dying.signal));
                return { reads, deaths: died, archive };
              } catch (error) {
                if (!(error instanceof Killed)) throw error;
                died++;
              }
            }
          };

          const calm = await run(false);
          const killed = await run(true);
          expect(killed.reads).toBeLessThanOrEqual(calm.reads + killed.deaths);
          for (const { archive } of [calm, killed]) {
            expect(await archive.coverage()).toEqual([{ since, until }]);
            const kept = [...(await archive.keysIn(everything)).keys()].sort();
            const settled = messages.filter(({ sentAt }) => sentAt >= since && sentAt < until);
            expect(kept).toEqual(settled.map(({ key }) => key).sort());
          }
        },
      ),
      { numRuns: runs(400) },
    );
  });

  test('the position of a gap that others have filled is forgotten', async () => {
    const archive = new MemoryArchive();
    const source = new MemorySource({
      channel: 'shop',
      messages: variedHistory('shop', 5, 100, NOW),
      pageSize: 10,
    });
    for (const job of [`backfill ${NOW - 700}`, `backfill ${NOW - 100}`, 'tail'])
      await archive.keep({ ...toPage([], everything), progress: { job, position: '{}' } });
    const kept = { source, archive, since: NOW - 1_000, settleMs: SETTLE_MS };
    await fillSettled(kept, new TestClock(NOW));
    // Where nothing is covered yet, a gap may begin.
    expect([...(await archive.positions()).keys()]).toEqual([`backfill ${NOW - 100}`, 'tail']);
  });

  test('fills the newest gap first, and later what has settled since', async () => {
    const messages = variedHistory('shop', 5, 100, NOW);
    const clock = new TestClock(NOW);
    const archive = new MemoryArchive();
    const span = { since: NOW - 700, until: NOW - 500 };
    await archive.keep({ ...toPage(messages, span), covers: span });
    const source = new MemorySource({ channel: 'shop', messages, pageSize: 10 });
    const order: number[] = [];
    archive.onKeep = ({ entries }) => order.push(...entries.map(({ sentAt }) => sentAt));
    const options = { name: 'shop', source, archive, clock, since: NOW - 900, settleMs: SETTLE_MS };
    await fillSettled(options, options.clock);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    expect(await archive.coverage()).toEqual([{ since: NOW - 900, until: NOW - SETTLE_MS }]);
    const reads = order.splice(0).length;
    expect(reads).toBeGreaterThan(20);
    clock.advance(100);
    await fillSettled(options, options.clock);
    expect(await archive.coverage()).toEqual([{ since: NOW - 900, until: NOW - SETTLE_MS + 100 }]);
    expect(order.every((sentAt) => sentAt >= NOW - SETTLE_MS)).toBe(true);
  });

  test('does not count as complete what the provider says is not, and asks again in the next run', async () => {
    const messages = variedHistory('shop', 5, 60, NOW);
    const native = new MemorySource({ channel: 'shop', messages, pageSize: 6 });
    let isShort = true;
    const source: MessageSource = {
      id: native.id,
      channel: native.channel,
      start: (walk) => native.start(walk),
      async read(position, walk, budget) {
        const slice = await native.read(position, walk, budget);
        const [first] = slice.messages;
        return isShort && first && first.sentAt < NOW - 400 && first.sentAt >= NOW - 500
          ? { ...slice, messages: slice.messages.slice(0, -1), isIncomplete: true }
          : slice;
      },
    };
    const archive = new MemoryArchive();
    const options = {
      name: 'shop',
      source,
      archive,
      clock: new TestClock(NOW),
      since: NOW - 600,
      settleMs: SETTLE_MS,
    };
    const lacking = async (): Promise<number[]> => {
      const coverage = await archive.coverage();
      return messages
        .filter(({ key, sentAt }) => sentAt >= NOW - 600 && sentAt < NOW - SETTLE_MS && !archive.has(key))
        .map(({ sentAt }) => coverage.filter((span) => sentAt >= span.since && sentAt < span.until).length);
    };
    await fillSettled(options, options.clock);
    expect((await lacking()).length).toBeGreaterThan(0);
    expect((await lacking()).every((spans) => spans === 0)).toBe(true);
    isShort = false;
    await fillSettled(options, options.clock);
    expect(await lacking()).toEqual([]);
    expect(await archive.coverage()).toEqual([{ since: NOW - 600, until: NOW - SETTLE_MS }]);
  });

  test('fills older gaps though a page of a newer one fails for good', async () => {
    const messages = variedHistory('shop', 1, 80, NOW);
    const source = new MemorySource({ channel: 'shop', messages, pageSize: 10 });
    const archive = new MemoryArchive();
    archive.cover({ since: NOW - 600, until: NOW - 500 });
    const broken = new UpstreamError('shop', 'WECOM', {
      code: 'UPSTREAM_BAD_RESPONSE',
      isRetryable: false,
      advice: '',
    });
    const read = source.read.bind(source);
    source.read = (position, walk, budget) =>
      walk.newest >= NOW - 500 ? Promise.reject(broken) : read(position, walk, budget);
    const options = {
      name: 'shop',
      source,
      archive,
      clock: new TestClock(NOW),
      since: NOW - 1_000,
      settleMs: SETTLE_MS,
    };
    await expect(fillSettled(options, options.clock)).rejects.toBe(broken);
    expect(await archive.coverage()).toEqual([{ since: NOW - 1_000, until: NOW - 500 }]);
  });

  test('keeps what settles while a long gap is filled', async () => {
    const clock = new TestClock(NOW);
    const messages = variedHistory('shop', 1, 80, NOW);
    const source = new MemorySource({ channel: 'shop', messages, pageSize: 1 });
    const HOUR_MS = 3_600_000;
    let pages = 0;
    source.onRead = () => {
      pages++;
      clock.advance(HOUR_MS);
    };
    const archive = new MemoryArchive();
    const options = { name: 'shop', source, archive, clock, since: NOW - 1_000, settleMs: SETTLE_MS };
    const newestKept: number[] = [];
    archive.onKeep = ({ covers }) => {
      if (covers) newestKept.push(covers.until);
    };
    let rounds = 1;
    while ((await fillSettled(options, options.clock)).hasMore) rounds++;
    expect(rounds).toBeGreaterThan(20);
    // Never more than a page of the past apart.
    expect(Math.max(...newestKept)).toBeGreaterThan(NOW + (pages - 3) * HOUR_MS);
    const [covered] = await archive.coverage();
    expect(covered?.since).toBe(NOW - 1_000);
  });

  test('ends with its lease, and keeps under its fence', async () => {
    const messages = variedHistory('shop', 5, 60, NOW);
    const source = new MemorySource({ channel: 'shop', messages, pageSize: 6 });
    const archive = new MemoryArchive();
    const options = {
      name: 'shop',
      source,
      archive,
      clock: new TestClock(NOW),
      since: NOW - 600,
      settleMs: SETTLE_MS,
    };
    const losing = new AbortController();
    archive.onKeep = () => {
      losing.abort();
    };
    await fillSettled(options, options.clock, createLease(losing.signal));
    expect(archive.pages).toBe(1);
    const lease = createLease();
    archive.onKeep = (_, fence?: Fence) => {
      if (fence === lease) throw new LostLeaseError('Another process keeps this');
    };
    await expect(fillSettled(options, options.clock, lease)).rejects.toThrow(LostLeaseError);
    expect(archive.pages).toBe(1);
  });

  test('begins anew where the stored position is not one of the source', async () => {
    const messages = variedHistory('shop', 5, 60, NOW);
    const archive = new MemoryArchive();
    const world = await weChatSuite.createWorld({
      variant: weChatSuite.variants[0] ?? '',
      messages: messages.length,
      seed: 3,
      clock: new TestClock(NOW),
    });
    onTestFinished(() => world.close());
    const clock = new TestClock(NOW);
    const [source] = world.createChannel(createDependencies(clock)).sourcesFor(createWalk('ASC', NOW).filter);
    if (!source) throw new Error('The channel has no source');
    const since = NOW - 30 * 86_400_000;
    const progress = {
      until: NOW - SETTLE_MS,
      page: { before: null },
      passed: null,
      isPassedExcluded: false,
      watermark: null,
    };
    await archive.keep({
      ...toPage([], everything),
      covers: null,
      progress: { job: `backfill ${since}`, position: JSON.stringify(progress) },
    });
    const options = { name: 'shop', source, archive, clock, since, settleMs: SETTLE_MS };
    await fillSettled(options, options.clock);
    expect((await archive.keysIn(everything)).size).toBe(messages.length);
  });

  test.each(
    [weChatSuite, weComSuite, tencentChatSuite, whatsAppSuite].flatMap((suite) =>
      suite.variants.slice(0, 2).map((variant) => ({ suite, variant })),
    ),
  )('keeps what walks show of $suite.name, $variant', async ({ suite, variant }) => {
    const clock = new TestClock(NOW);
    const world = await suite.createWorld({ variant, messages: 120, seed: 5, clock });
    onTestFinished(() => world.close());
    const sourceOf = (): MessageSource => {
      const [source] = world
        .createChannel(createDependencies(clock))
        .sourcesFor(createWalk('ASC', NOW).filter);
      if (!source) throw new Error('The channel has no source');
      return source;
    };
    const settleMs = 26 * 3_600_000;
    const since = clock.now() - 60 * 86_400_000;
    const archive = new MemoryArchive();
    const options = { name: 'shop', source: sourceOf(), archive, clock, since, settleMs };
    await fillSettled(options, options.clock);
    const [covered] = await archive.coverage();
    expect(covered?.since).toBe(since);
    const newest = (covered?.until ?? 0) - 1;
    const { messages } = await walkAll(sourceOf(), createWalk('ASC', clock.now(), { newest }));
    expect(messages.length).toBeGreaterThan(20);
    const kept = await archive.keysIn(everything);
    expect([...kept.keys()].sort()).toEqual(messages.map(({ key }) => key).sort());
    expect(messages.map(({ key }) => kept.get(key))).toEqual(
      messages.map((message) => JSON.stringify(message)),
    );
    expect(world.violations()).toEqual([]);
  });
});

function toPage(
  messages: ReturnType<typeof variedHistory>,
  span: { since: number; until: number },
): ArchivePage {
  const entries = messages.filter(({ sentAt }) => sentAt >= span.since && sentAt < span.until).map(toEntry);
  return createPage({ entries, readAt: NOW });
}
