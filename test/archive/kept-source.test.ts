import { expect, test } from 'vitest';
import { readArchiveState } from '../../src/archive/archive-state.ts';
import { fillArchive } from '../../src/archive/kept-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { LostLeaseError, UnreachableStoreError } from '../../src/errors/store-error.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import type { Lease } from '../../src/store/store.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SETTINGS = { name: 'shop', since: NOW - 1_000, settleMs: 300 };
const GOAL = { since: SETTINGS.since, dueMs: SETTINGS.settleMs };
const SETTLED = { since: NOW - 1_000, until: NOW - 300 };

function setUp() {
  const messages = variedHistory('shop', 1, 80, NOW);
  const source = new MemorySource({ channel: 'shop', messages, pageSize: 10 });
  const archive = new MemoryArchive();
  const clock = new TestClock(NOW);
  const ending = new AbortController();
  const lease: Lease = { name: 'archive:shop', token: 1, signal: ending.signal };
  return {
    messages,
    source,
    archive,
    clock,
    ending,
    fill: () =>
      fillArchive({ ...SETTINGS, source, archive }, lease, {
        clock,
        createBudget: () => new TestBudget(NOW),
      }),
    state: () => readArchiveState([archive], GOAL, clock),
  };
}

const countOf = (messages: readonly MessageRecord[]): number =>
  messages.filter(({ sentAt }) => sentAt >= SETTLED.since && sentAt < SETTLED.until).length;
const upstream = (code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_UNAVAILABLE'): UpstreamError =>
  new UpstreamError('shop', 'WECOM', { code, isRetryable: true, advice: 'not to be kept' });

test('its state tells how much is kept, and what is missing', async () => {
  const { messages, fill, state } = setUp();
  const { since } = SETTINGS;
  expect(await state()).toEqual({
    since,
    coverage: [],
    gaps: [SETTLED],
    isSearchable: true,
    messages: 0,
    failure: null,
  });
  await fill();
  expect(countOf(messages)).toBeGreaterThan(10);
  expect(await state()).toEqual({
    since,
    coverage: [SETTLED],
    gaps: [],
    isSearchable: true,
    messages: countOf(messages),
    failure: null,
  });
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
    isSearchable: true,
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
  const { pages } = archive;
  // A run that finds nothing to do writes nothing.
  await fill();
  expect(archive.pages).toBe(pages);
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
  expect([(await state()).failure, archive.pages]).toEqual([null, 0]);
});

test('a run that is told to end has not failed, and keeps nothing any more', async () => {
  const { source, archive, ending, fill, state } = setUp();
  source.onRead = () => {
    ending.abort();
    throw upstream('UPSTREAM_UNAVAILABLE');
  };
  await expect(fill()).rejects.toThrow(UpstreamError);
  expect([(await state()).failure, archive.pages]).toEqual([null, 0]);
});

test('of several sources that is covered which is complete in each of them', async () => {
  const { clock } = setUp();
  const [one, other] = [new MemoryArchive(), new MemoryArchive()];
  one.cover({ since: NOW - 900, until: NOW - 400 });
  other.cover({ since: NOW - 1_000, until: NOW - 600 });
  await fillArchive(
    {
      ...SETTINGS,
      since: NOW - 400,
      archive: other,
      source: new MemorySource({ channel: 'shop', messages: variedHistory('shop', 2, 60, NOW), pageSize: 7 }),
    },
    { name: 'archive:shop', token: 1, signal: new AbortController().signal },
    { clock, createBudget: () => new TestBudget(NOW) },
  );
  const state = await readArchiveState([one, other], GOAL, clock);
  expect(state).toMatchObject({
    coverage: [{ since: NOW - 900, until: NOW - 600 }],
    isSearchable: true,
    gaps: [
      { since: NOW - 1_000, until: NOW - 900 },
      { since: NOW - 600, until: NOW - 300 },
    ],
  });
  expect(state.messages).toBe(await other.count());
});
