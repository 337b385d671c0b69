import { expect, test, vi } from 'vitest';
import type { KeepUp } from '../../src/datasources/message-source.ts';
import type { Background } from '../../src/datasources/call-budget.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { NewestEvents } from '../../src/live/newest-events.ts';
import { Upkeep } from '../../src/live/upkeep.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { untilAborted } from '../../src/util/until-aborted.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createLease } from '../support/fill-archive.ts';
import { createKeptSource } from '../support/kept-source.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { MemorySource } from '../support/memory-source.ts';
import { openLive } from '../support/open-live.ts';
import { TestClock } from '../support/test-clock.ts';
import { nextTurns, turnsUntil } from '../support/turns.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;

/** As pino numbers levels. */
const WARN = 40;
const ERROR = 50;
const KEEPS_FREE = { keepsFree: 0.3 };

/** @param clock on the one of tests every pause takes no time */
async function setUp(clock = new TestClock(NOW)) {
  const { events, publish } = await openLive();
  const { log, lines } = createMemoryLog();
  const backgrounds: (Background | undefined)[] = [];
  const upkeep = new Upkeep({
    events,
    newest: new NewestEvents(events),
    clock,
    log,
    pullEveryMs: HOUR_MS,
    createRequestBudget: (background) => {
      backgrounds.push(background);
      return new RequestBudget({ upstreamCallsPerRequest: 9, requestTimeoutMs: 60_000 }, clock);
    },
  });
  const ending = new AbortController();
  const archive = new MemoryArchive();
  const messages = variedHistory('shop', 1, 30, NOW);
  const source = new MemorySource({ channel: 'shop', messages, pageSize: 7 });
  const kept = createKeptSource({
    source,
    archive,
    since: NOW - HOUR_MS,
    settleMs: 1_000,
    background: KEEPS_FREE,
  });
  return {
    events,
    upkeep,
    backgrounds,
    archive,
    source,
    kept,
    lease: createLease(ending.signal),
    end: (working: Promise<void>): Promise<void> => {
      ending.abort();
      return working;
    },
    told: () => lines().map(({ level, channel, msg }) => [level, channel, msg]),
    publish: (channel: string) =>
      publish([{ type: 'message', channel, message: new MemoryChannel(channel).add(NOW) }], NOW),
  };
}

function upstream(): UpstreamError {
  return new UpstreamError('shop', 'WECOM', { code: 'UPSTREAM_TIMEOUT', isRetryable: true, advice: '' });
}

/** Each pause on it lasts until something is to be done. */
class SleepingClock extends TestClock {
  sleeping = 0;

  override async sleep(_milliseconds: number, signal = new AbortController().signal): Promise<void> {
    this.sleeping++;
    await untilAborted(signal);
    this.sleeping--;
  }
}

test('a channel is pulled every hour while the lease lasts, with calls that wait for none, and one that fails is told of', async () => {
  const clock = new TestClock(NOW);
  const { upkeep, backgrounds, lease, end, told } = await setUp(clock);
  const pulledAt: number[] = [];
  let failure: Error | null = null;
  const keepUp: KeepUp = {
    pull: () => {
      pulledAt.push(clock.now());
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
    ageMs: () => null,
  };
  const working = upkeep.pullWith(lease, 'shop', keepUp);
  await turnsUntil(() => pulledAt.length >= 3);
  expect(pulledAt.slice(0, 3)).toEqual([NOW, NOW + HOUR_MS, NOW + 2 * HOUR_MS]);
  expect(told()).toEqual([]);
  failure = upstream();
  await turnsUntil(() => told().length > 0);
  failure = new TypeError('a mistake');
  await turnsUntil(() => told().length > 1);
  expect(told()).toEqual([
    [WARN, 'shop', 'A scheduled pull failed'],
    [ERROR, 'shop', 'A scheduled pull failed unexpectedly'],
  ]);
  await end(working);
  const { length } = pulledAt;
  await nextTurns();
  expect(pulledAt).toHaveLength(length);
  expect(new Set(backgrounds)).toEqual(new Set([undefined]));
});

test('an archive is filled while the lease lasts, in the background, and a provider that fails is told of', async () => {
  const { upkeep, backgrounds, archive, source, kept, lease, end, told } = await setUp();
  const leases = new Set<string | undefined>();
  archive.onKeep = (_, fence) => leases.add(fence?.name);
  source.onRead = () => {
    throw upstream();
  };
  const working = upkeep.fillWith(lease, kept);
  await turnsUntil(() => told().length > 0);
  expect(told()).toEqual([[WARN, 'shop', 'An archive could not be filled']]);
  source.onRead = () => undefined;
  await turnsUntil(async () => (await archive.count()) === 30);
  await end(working);
  const { pages } = archive;
  await nextTurns();
  expect(archive.pages).toBe(pages);
  expect([leases, new Set(backgrounds)]).toEqual([new Set([lease.name]), new Set([KEEPS_FREE])]);
});

test('an archive is read again when its channel has an event', async () => {
  const clock = new SleepingClock(NOW);
  const { upkeep, source, kept, lease, end, publish } = await setUp(clock);
  let reads = 0;
  source.onRead = () => reads++;
  const working = upkeep.fillWith(lease, kept);
  await turnsUntil(() => clock.sleeping === 1);
  clock.advance(5_000);
  const before = reads;
  await publish('corp');
  await nextTurns(10);
  expect(reads).toBe(before);
  await publish('shop');
  await turnsUntil(() => reads > before && clock.sleeping === 1);
  await end(working);
});

test('an archive whose events cannot be read is told of, and goes on by itself', async () => {
  const { events, upkeep, archive, kept, lease, end, told } = await setUp();
  vi.spyOn(events, 'bounds').mockRejectedValueOnce(new Error('The disk is full'));
  const working = upkeep.fillWith(lease, kept);
  await turnsUntil(async () => (await archive.count()) === 30);
  await end(working);
  expect(told()).toEqual([[WARN, 'shop', 'An archive cannot see what is new; it looks by itself']]);
});
