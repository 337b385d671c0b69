import { expect, test } from 'vitest';
import { archiveChannel } from '../../src/archive/archived-channel.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { keepExpired, readExpired } from '../../src/archive/expired.ts';
import type { ChatChannel, EndReason, MessageSource, Walk } from '../../src/datasources/message-source.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createLease, fillSettled } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const SETTLE_MS = 300;

/** A provider that has let expire what was sent before its oldest message. @param since Unix ms: how far back it is to be kept */
function setUp(since: number, count = 80) {
  const messages = variedHistory('shop', 1, count, NOW);
  const paged = new PagedMemoryChannel({ name: 'shop', pageSize: 10 }, messages);
  const { source } = paged;
  const channel: ChatChannel = paged;
  const read = source.read.bind(source);
  source.read = async (...args) => ({ ...(await read(...args)), endReason: 'EXPIRED' });
  const oldest = messages[0]?.sentAt ?? null;
  channel.earliestReachableAt = () => oldest;
  const archive = new MemoryArchive();
  const clock = new TestClock(NOW);
  const archived = archiveChannel(
    channel,
    { nameOf: (id) => id, open: () => archive },
    { since, dueMs: SETTLE_MS },
    clock,
    (error) => {
      throw error;
    },
  );
  const fill = () => fillSettled({ since, settleMs: SETTLE_MS, source, archive }, clock);
  return { source, archive, archived, oldest: oldest ?? NaN, fill };
}

async function endReasonOf(source: MessageSource | undefined, oldest: number): Promise<EndReason | null> {
  if (!source) throw new Error('There is no source');
  const walk: Walk = { order: 'DESC', oldest, newest: NOW - 400, asOf: NOW, filter: EVERYTHING };
  for (let position = source.start(walk); ;) {
    const slice = await source.read(position, walk, new TestBudget(NOW));
    if (slice.isEnd) return slice.endReason ?? null;
    position = slice.next;
  }
}

test('what the provider had let expire is neither complete nor missing, and a walk ends there as it does at the provider', async () => {
  const since = NOW - 1_000_000;
  const { source, archived, oldest, fill } = setUp(since);
  await fill();
  expect(await archived.archiveState?.()).toMatchObject({
    coverage: [{ since: oldest, until: NOW - SETTLE_MS }],
    gaps: [],
    expired: [{ since, until: oldest }],
  });
  expect(await archived.earliestReachableAt(NOW)).toBe(oldest);
  const [kept] = archived.sourcesFor(EVERYTHING);
  expect(await endReasonOf(source, NOW - 500_000)).toBe('EXPIRED');
  let calls = 0;
  source.onRead = () => calls++;
  expect([await endReasonOf(kept, NOW - 500_000), calls]).toEqual(['EXPIRED', 0]);
  expect(await endReasonOf(kept, oldest)).toBeNull();
});

test('history that begins within what is listed is complete down to where it is to be kept', async () => {
  const since = NOW - 600;
  const { archive, archived, fill } = setUp(since);
  await fill();
  expect(await readExpired(archive)).toEqual([]);
  expect(await archived.archiveState?.()).toMatchObject({ coverage: [{ since, until: NOW - SETTLE_MS }] });
});

test('where nothing is listed any more, nothing is complete', async () => {
  const since = NOW - 1_000;
  const { archived, fill } = setUp(since, 0);
  await fill();
  expect(await archived.archiveState?.()).toMatchObject({ coverage: [], gaps: [], messages: 0 });
});

test('spans that touch are one, and what is no span is none', async () => {
  const archive = new MemoryArchive();
  // Of two processes at the same time.
  const spans = [
    [10, 20],
    [40, 50],
    [20, 30],
    [5, 15],
  ] as const;
  await Promise.all(
    spans.map(([since, until]) => keepExpired(archive, { since, until }, NOW, createLease())),
  );
  expect(await readExpired(archive)).toEqual([
    { since: 5, until: 30 },
    { since: 40, until: 50 },
  ]);
  await archive.keep({
    entries: [],
    delisted: [],
    readAt: NOW,
    covers: null,
    progress: { job: 'expired', position: '[{"since":1},{"since":1,"until":2}]' },
  });
  expect(await readExpired(archive)).toEqual([
    { since: 1, until: 2 },
    { since: 5, until: 30 },
    { since: 40, until: 50 },
  ]);
});
