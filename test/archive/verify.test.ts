import { expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import { verify, type Verified } from '../../src/archive/verify.ts';
import type { MessageSource, Slice } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { variedHistory } from '../support/archived-history.ts';
import { TestBudget } from '../support/dependencies.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const span = { since: NOW - 400, until: NOW - 100 };
const ALWAYS = { since: 0, until: NOW };

interface World {
  archive: MemoryArchive;
  listed: MessageRecord[];
  /** All that was ever sent in the span. */
  inside: MessageRecord[];
  verify(change?: Partial<Slice>, signal?: AbortSignal): Promise<Verified | null>;
}

/** An archive that lacks a message, and has one in an older version and one that the source has taken away. */
async function open(): Promise<World> {
  const messages = variedHistory('shop', 5, 60, NOW);
  const inside = messages.filter(({ sentAt }) => sentAt >= span.since && sentAt < span.until);
  const [missing, changed, gone] = [inside[2], inside[5], inside[9]];
  if (!missing || !changed || !gone) throw new Error('There are too few messages');
  const archive = new MemoryArchive();
  const entries = messages
    .filter((message) => message !== missing)
    .map((message) => toEntry(message === changed ? { ...message, text: 'before' } : message));
  await archive.keep({ entries, delisted: [], readAt: 0, covers: null, progress: null });
  // Outside of the span too: that is not looked at.
  const listed = messages.filter((message) => message !== gone && message.sentAt >= span.since - 50);
  const native = new MemorySource({ channel: 'shop', messages: listed, pageSize: 4 });
  return {
    archive,
    listed,
    inside,
    verify(change = {}, signal = new AbortController().signal) {
      const source: MessageSource = {
        id: native.id,
        channel: native.channel,
        start: (walk) => native.start(walk),
        read: async (position, walk, budget) => ({
          ...(await native.read(position, walk, budget)),
          ...change,
        }),
      };
      const createBudget = () => new TestBudget(NOW);
      return verify(
        span,
        { source, archive, clock: new TestClock(NOW), createBudget },
        { name: 'archive:shop', token: 1, signal },
      );
    },
  };
}

test('keeps what was missing or has changed, and marks what is listed no more', async () => {
  const world = await open();
  expect(await world.verify()).toEqual({ added: 1, revised: 1, delisted: 1 });
  const kept = await world.archive.read({ order: 'ASC', span, after: null, terms: [], limit: 100 });
  expect(kept).toEqual(
    world.inside.map((message) => ({
      sequence: message.sequence,
      sentAt: message.sentAt,
      record: JSON.stringify(message),
      delistedAt: world.listed.includes(message) ? null : NOW,
    })),
  );
  const outside = await world.archive.read({
    order: 'ASC',
    span: ALWAYS,
    after: null,
    terms: [],
    limit: 100,
  });
  expect(outside.filter(({ delistedAt }) => delistedAt !== null)).toHaveLength(1);
});

test.each([{ isIncomplete: true }, { endReason: 'EXPIRED' as const }])(
  'takes nothing for delisted where the source may list less than there is: %o',
  async (change) => {
    const world = await open();
    expect(await world.verify(change)).toEqual({ added: 1, revised: 1, delisted: 0 });
  },
);

test('changes nothing when the lease is lost', async () => {
  const world = await open();
  const { pages } = world.archive;
  expect(await world.verify({}, AbortSignal.abort())).toBeNull();
  expect(world.archive.pages).toBe(pages);
});
