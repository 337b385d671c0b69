import { expect, test } from 'vitest';
import { readArchiveState } from '../../src/archive/archive-state.ts';
import { SourceSync } from '../../src/archive/source-sync.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { LostLeaseError, UnreachableStoreError } from '../../src/errors/store-error.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createLease, fillSettled } from '../support/fill-archive.ts';
import { createKeptSource } from '../support/kept-source.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SETTINGS = { since: NOW - 1_000, settleMs: 300 };
const GOAL = { since: SETTINGS.since, dueMs: SETTINGS.settleMs };
const SETTLED = { since: NOW - 1_000, until: NOW - 300 };

function setUp(settings: typeof SETTINGS & { isPushedTo?: boolean } = SETTINGS) {
  const messages = variedHistory('shop', 1, 80, NOW);
  const source = new MemorySource({ channel: 'shop', messages, pageSize: 10 });
  const archive = new MemoryArchive();
  const clock = new TestClock(NOW);
  const ending = new AbortController();
  const kept = createKeptSource({ ...settings, source, archive });
  const sync = new SourceSync(kept, clock);
  const lease = createLease(ending.signal);
  return {
    messages,
    source,
    archive,
    clock,
    ending,
    sync,
    run: () => sync.run(lease, () => new TestBudget(clock.now())),
    /** All that is due now, whenever it was done last. @throws what fails */
    fill: async () => {
      const { failure } = await new SourceSync(kept, clock).run(lease, () => new TestBudget(clock.now()));
      if (failure) throw failure;
    },
    state: () => readArchiveState([archive], GOAL, clock),
  };
}

const countOf = (messages: readonly MessageRecord[]): number =>
  messages.filter(({ sentAt }) => sentAt >= SETTLED.since).length;
const upstream = (code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_UNAVAILABLE'): UpstreamError =>
  new UpstreamError('shop', 'WECOM', { code, isRetryable: true, advice: 'not to be kept' });

test('its state tells how much is kept, and what is missing', async () => {
  const { messages, clock, fill, state } = setUp();
  const { since } = SETTINGS;
  expect(await state()).toEqual({
    since,
    coverage: [],
    gaps: [SETTLED],
    expired: [],
    isSearchable: true,
    retentionDays: null,
    messages: 0,
    caughtUpAt: null,
    lagSeconds: null,
    verifiedUntil: null,
    failure: null,
  });
  await fill();
  expect(countOf(messages)).toBeGreaterThan(10);
  expect(await state()).toEqual({
    since,
    coverage: [SETTLED],
    gaps: [],
    expired: [],
    isSearchable: true,
    retentionDays: null,
    messages: countOf(messages),
    caughtUpAt: NOW,
    lagSeconds: 0,
    verifiedUntil: NOW - 7 * 86_400_000,
    failure: null,
  });
  clock.advance(1_500);
  expect(await state()).toMatchObject({ caughtUpAt: NOW, lagSeconds: 1.5 });
});

test('what has settled since the last run is kept by the next one', async () => {
  const { messages, clock, fill, state } = setUp();
  await fill();
  clock.advance(300);
  expect((await state()).gaps).toEqual([{ since: NOW - 300, until: NOW }]);
  await fill();
  expect(await state()).toMatchObject({
    coverage: [{ since: SETTLED.since, until: NOW }],
    gaps: [],
    messages: messages.filter(({ sentAt }) => sentAt >= SETTLED.since).length,
  });
});

test('a failure is kept with its code and when it began, until a run goes well', async () => {
  const { source, archive, clock, fill, state } = setUp();
  const failures = [upstream('UPSTREAM_TIMEOUT'), upstream('UPSTREAM_TIMEOUT'), new TypeError('secret')];
  const seen: unknown[] = [];
  for (const failure of failures) {
    source.onRead = () => {
      throw failure;
    };
    await expect(fill()).rejects.toBe(failure);
    seen.push((await state()).failure);
    clock.advance(10);
  }
  expect(seen).toEqual([
    { since: NOW, code: 'UPSTREAM_TIMEOUT' },
    { since: NOW, code: 'UPSTREAM_TIMEOUT' },
    { since: NOW + 20, code: 'INTERNAL_SERVER_ERROR' },
  ]);
  source.onRead = () => undefined;
  await fill();
  expect((await state()).failure).toBeNull();
  const kept = await archive.keysIn({ since: 0, until: NOW });
  await fill();
  expect(await archive.keysIn({ since: 0, until: NOW })).toEqual(kept);
});

test('a failure is over once pages are kept again, and not when the run has ended', async () => {
  const { source, archive, fill, state } = setUp();
  source.onRead = () => {
    throw upstream('UPSTREAM_TIMEOUT');
  };
  await expect(fill()).rejects.toThrow(UpstreamError);
  source.onRead = () => undefined;
  const seen: unknown[] = [];
  const keep = archive.keep.bind(archive);
  archive.keep = async (page) => {
    const { failure } = await state();
    seen.push(failure?.code ?? null);
    return keep(page);
  };
  await fill();
  // The tail, and then the first page of what has settled.
  expect(seen.indexOf(null)).toBeLessThan(seen.length - 3);
  expect(seen[0]).toBe('UPSTREAM_TIMEOUT');
  expect(seen.slice(seen.indexOf(null)).every((code) => code === null)).toBe(true);
});

test('a failure goes on while other gaps are filled', async () => {
  const { source, archive, fill, state } = setUp();
  archive.cover({ since: NOW - 600, until: NOW - 500 });
  const read = source.read.bind(source);
  source.read = (position, walk, budget) =>
    walk.newest >= NOW - 500 ? Promise.reject(upstream('UPSTREAM_TIMEOUT')) : read(position, walk, budget);
  await expect(fill()).rejects.toThrow(UpstreamError);
  expect(await state()).toMatchObject({
    coverage: [{ since: NOW - 1_000, until: NOW - 500 }],
    failure: { since: NOW, code: 'UPSTREAM_TIMEOUT' },
  });
});

test.each([
  ['is out of calls', new BudgetSpentError()],
  ['has lost its lease', new LostLeaseError('x')],
  ['cannot reach the store', new UnreachableStoreError('x')],
])('a run that %s has not failed', async (_, error) => {
  const { source, archive, fill, state } = setUp();
  source.onRead = () => {
    throw error;
  };
  await expect(fill()).rejects.toBe(error);
  expect([(await state()).failure, await archive.count()]).toEqual([null, 0]);
});

test('a run that is told to end has not failed, and keeps nothing any more', async () => {
  const { source, archive, ending, fill, state } = setUp();
  source.onRead = () => {
    ending.abort();
    throw upstream('UPSTREAM_UNAVAILABLE');
  };
  await expect(fill()).rejects.toThrow(UpstreamError);
  expect([(await state()).failure, await archive.count()]).toEqual([null, 0]);
});

test('of several sources that is covered which is complete in each of them', async () => {
  const { clock } = setUp();
  const [one, other] = [new MemoryArchive(), new MemoryArchive()];
  one.cover({ since: NOW - 900, until: NOW - 400 });
  other.cover({ since: NOW - 1_000, until: NOW - 600 });
  await fillSettled(
    {
      ...SETTINGS,
      since: NOW - 400,
      archive: other,
      source: new MemorySource({ channel: 'shop', messages: variedHistory('shop', 2, 60, NOW), pageSize: 7 }),
    },
    clock,
  );
  const state = await readArchiveState([one, other], GOAL, clock);
  expect(state).toMatchObject({
    coverage: [{ since: NOW - 900, until: NOW - 600 }],
    gaps: [
      { since: NOW - 1_000, until: NOW - 900 },
      { since: NOW - 600, until: NOW - 300 },
    ],
  });
  expect(state.messages).toBe(await other.count());
});

test('what is new is kept within seconds of its event, else within a minute, also while older history is filled', async () => {
  const { messages, source, clock, archive, sync, run } = setUp({
    ...SETTINGS,
    since: NOW - 1_000_000,
    settleMs: 700_000,
  });
  await run();
  const add = (): string => {
    const [copy] = variedHistory('shop', messages.length, 1, clock.now());
    if (!copy) throw new Error('There is no message');
    const message = {
      ...copy,
      key: `new ${messages.length}`,
      sequence: `${messages.at(-1)?.sequence ?? ''}.1`,
    };
    messages.push({ ...message, sentAt: clock.now() - 1 });
    return message.key;
  };
  const first = add();
  sync.wake();
  // Not sooner than some seconds after the last reading.
  expect(await run()).toMatchObject({ pauseMs: 5_000 });
  expect(archive.has(first)).toBe(false);
  clock.advance(5_000);
  await run();
  expect(archive.has(first)).toBe(true);
  const second = add();
  clock.advance(59_000);
  expect(await run()).toMatchObject({ pauseMs: 1_000 });
  expect(archive.has(second)).toBe(false);
  clock.advance(1_000);
  await run();
  expect(archive.has(second)).toBe(true);

  // What is there by now is filled, with half a minute for a page.
  clock.advance(1_000_000);
  let reads = 0;
  const seen: boolean[] = [];
  let third = '';
  source.onRead = () => {
    if (++reads === 3) {
      third = add();
      sync.wake();
    }
    if (reads > 3) seen.push(archive.has(third));
    clock.advance(30_000);
  };
  await run();
  expect(seen.length).toBeGreaterThan(6);
  expect(seen.indexOf(true)).toBeLessThan(4);
});

test('a failing page of the past does not keep what is new from being kept, and is told of until it is read', async () => {
  const { source, clock, archive, run } = setUp();
  const read = source.read.bind(source);
  const broken = upstream('UPSTREAM_TIMEOUT');
  source.read = (position, walk, budget) =>
    walk.order === 'DESC' ? Promise.reject(broken) : read(position, walk, budget);
  expect(await run()).toEqual({ pauseMs: 60_000, failure: broken });
  const tailed = await archive.progress('tail');
  clock.advance(30_000);
  expect(await run()).toEqual({ pauseMs: 30_000, failure: broken });
  clock.advance(30_000);
  expect(await run()).toEqual({ pauseMs: 60_000, failure: broken });
  expect(await archive.progress('tail')).not.toBe(tailed);
  source.read = read;
  clock.advance(60_000);
  expect(await run()).toMatchObject({ failure: null });
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Of a source whose last message is two days old. @returns how many pages are read within a day, by the job */
async function readsOfADay(isPushedTo: boolean, onHour: (world: ReturnType<typeof setUp>) => void) {
  const world = setUp({ ...SETTINGS, since: NOW - 10 * DAY_MS, settleMs: 26 * HOUR_MS, isPushedTo });
  const { clock, source, run } = world;
  clock.advance(2 * DAY_MS);
  await run();
  clock.advance(3 * HOUR_MS);
  await run();
  let reads = 0;
  source.onRead = () => reads++;
  const begin = clock.now();
  let hours = 0;
  while (clock.now() < begin + DAY_MS) {
    const { pauseMs, failure } = await run();
    expect(failure).toBeNull();
    clock.advance(pauseMs);
    if (clock.now() >= begin + hours * HOUR_MS) {
      hours++;
      onHour(world);
    }
  }
  const state = await readArchiveState(
    [world.archive],
    { since: NOW - 10 * DAY_MS, dueMs: 27.25 * HOUR_MS },
    clock,
  );
  expect(state.gaps).toEqual([]);
  expect(state.lagSeconds).toBeLessThanOrEqual(isPushedTo ? 1_800 : 600);
  return reads;
}

test('a source in which nothing happens is read 200 times a day, and 110 times where webhooks would tell', async () => {
  // The tail each ten or thirty minutes, what is two hours old and what has settled each hour, and five for a week and a month.
  expect(await readsOfADay(false, () => undefined)).toBeLessThanOrEqual(24 * 6 + 24 + 24 + 5 + 3);
  expect(await readsOfADay(true, () => undefined)).toBeLessThanOrEqual(24 * 2 + 24 + 24 + 5 + 3);
  // An event an hour is followed closely for some minutes, in case the message is listed later.
  expect(
    await readsOfADay(true, ({ sync }) => {
      sync.wake();
    }),
  ).toBeLessThanOrEqual(24 * 17 + 24 + 24 + 5 + 3);
});
