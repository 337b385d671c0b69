import { expect, test } from 'vitest';
import { gapsWithin } from '../../src/archive/coverage-gaps.ts';
import { SourceSync } from '../../src/archive/source-sync.ts';
import { tailPauseMs } from '../../src/archive/tail-pause.ts';
import { isWorthReading } from '../../src/archive/is-worth-reading.ts';
import { GapPauses, IDLE_MS } from '../../src/archive/gap-pauses.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageSource } from '../../src/datasources/message-source.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

test('a gap whose pages stay incomplete is read ever more rarely, and is closed when they are complete', async () => {
  const messages = variedHistory('shop', 3, 60, NOW);
  const native = new MemorySource({ channel: 'shop', messages, pageSize: 10 });
  const [hidden] = messages.filter(({ sentAt }) => sentAt >= NOW - 700);
  if (!hidden) throw new Error('There is no message');
  const world = { isLying: true, readAt: [] as number[] };
  const clock = new TestClock(NOW);
  const source: MessageSource = {
    id: native.id,
    channel: native.channel,
    start: (walk) => native.start(walk),
    async read(position, walk, budget) {
      const slice = await native.read(position, walk, budget);
      const isOfPage = slice.messages.some(({ key }) => key === hidden.key);
      if (isOfPage && walk.order === 'DESC') world.readAt.push(clock.now());
      if (!isOfPage || !world.isLying) return slice;
      return {
        ...slice,
        messages: slice.messages.filter(({ key }) => key !== hidden.key),
        isIncomplete: true,
      };
    },
  };
  const archive = new MemoryArchive();
  const kept = { name: 'shop', since: NOW - 1_000, settleMs: 300, source, archive };
  const sync = new SourceSync({ ...kept, background: { keepsFree: 0.3 }, isPushedTo: false }, clock);
  const go = async (until: number): Promise<void> => {
    while (clock.now() < until) {
      const { pauseMs, failure } = await sync.run(createLease(), () => new TestBudget(clock.now()));
      expect(failure).toBeNull();
      clock.advance(pauseMs);
    }
  };
  await go(NOW + DAY_MS);
  const gaps = async (): Promise<number> =>
    gapsWithin(await archive.coverage(), { since: kept.since, until: NOW }).length;
  expect([archive.has(hidden.key), await gaps()]).toEqual([false, 1]);
  const minutes = world.readAt.map((moment) => Math.round((moment - NOW) / MINUTE_MS));
  // It may be read for what lies beside it, too.
  expect(minutes.length).toBeLessThanOrEqual(14);
  const pauses = minutes.slice(1).map((at, index) => at - (minutes[index] ?? 0));
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(6 * 60 + 5);
  world.isLying = false;
  await go(clock.now() + 7 * 60 * MINUTE_MS);
  expect([archive.has(hidden.key), await gaps()]).toEqual([true, 0]);
});

test('what has settled is read when something is kept of it, or it is an hour long, and gaps before it at any time', async () => {
  const archive = new MemoryArchive();
  const clock = new TestClock(NOW);
  const choice = new GapPauses(archive, clock);
  const covered = [{ since: 1_000, until: 2_000 }];
  const next = (until: number, since = 1_000) => choice.next(covered, { since, until });
  expect(await next(2_000 + IDLE_MS - 1)).toBeNull();
  expect(await next(2_000 + IDLE_MS - 1, 500)).toEqual({ since: 500, until: 1_000 });
  expect(await next(2_000 + IDLE_MS)).toEqual({ since: 2_000, until: 2_000 + IDLE_MS });
  // Nothing is covered yet.
  expect(await choice.next([], { since: 500, until: 600 })).toEqual({ since: 500, until: 600 });
  const entry = toEntry(new MemoryChannel('shop').add(2_500));
  await archive.keep({ entries: [entry], delisted: [], readAt: NOW, covers: null, progress: null });
  expect([await next(2_500), await next(2_501)]).toEqual([null, { since: 2_000, until: 2_501 }]);
  expect(await isWorthReading(archive, { since: 2_501, until: 2_600 }, 99)).toBe(true);
});

test('what has settled behind a part that waits is new, too, and what is covered otherwise waits no longer', async () => {
  const archive = new MemoryArchive();
  const clock = new TestClock(NOW);
  const choice = new GapPauses(archive, clock);
  const covered = [{ since: 1_000, until: 2_000 }];
  choice.noteRead({ since: 2_000, until: 3_000 }, covered);
  const next = (until: number, coverage = covered) => choice.next(coverage, { since: 1_000, until });
  expect(await next(3_500)).toBeNull();
  expect(await next(3_000 + IDLE_MS)).toEqual({ since: 3_000, until: 3_000 + IDLE_MS });
  expect(await next(3_500, [{ since: 1_000, until: 3_500 }])).toBeNull();
  // By another process it was covered, and something was missing again.
  expect(await next(3_000 + IDLE_MS)).toEqual({ since: 2_000, until: 3_000 + IDLE_MS });
});

test('the tail is read again after a quarter of the time for which nothing has come, within its bounds', () => {
  const pauses = (isPushedTo: boolean): number[] =>
    [0, 4, 20, 40, 100, 120, Infinity].map((minutes) => tailPauseMs(minutes * MINUTE_MS, isPushedTo));
  expect(pauses(false)).toEqual([1, 1, 5, 10, 10, 10, 10].map((minutes) => minutes * MINUTE_MS));
  expect(pauses(true)).toEqual([1, 1, 5, 10, 25, 30, 30].map((minutes) => minutes * MINUTE_MS));
});
