import { expect, test } from 'vitest';
import type { ArchiveEntry, ArchivePage, MessageArchive } from '../../src/store/store.ts';
import { SOME_FACTS } from '../support/archive-entry.ts';
import { createPage } from '../support/archive-page.ts';

const FIRST = Date.UTC(2026, 0);
const MINUTE_MS = 60_000;
const SHORT = 200;
const LONG = 20_000;
const PAGE_SIZE = 2_000;

export interface MeasuredArchive {
  archive: MessageArchive;
  /** How many rows have been read so far. */
  countRead: () => Promise<number>;
}

/** What a change costs does not depend on how long its conversation is, or its source. */
export function describeArchiveWork(open: (source: string) => Promise<MeasuredArchive>): void {
  test(
    `a change in a conversation of ${LONG} messages reads as much as in one of ${SHORT}`,
    { timeout: 120_000 },
    async () => {
      const [short, long] = [await measureChanges(open, SHORT), await measureChanges(open, LONG)];
      const names = Object.keys(short);
      expect(Object.keys(long)).toEqual(names);
      for (const name of names) {
        const [few = 0, many = 0] = [short[name], long[name]];
        expect(few, name).toBeGreaterThan(0);
        expect(many, name).toBeLessThanOrEqual(few * 2 + 20);
      }
    },
  );
}

/** @returns how many rows each change reads */
async function measureChanges(
  open: (source: string) => Promise<MeasuredArchive>,
  count: number,
): Promise<Record<string, number>> {
  const { archive, countRead } = await open(`of ${count}`);
  for (let first = 0; first < count; first += PAGE_SIZE)
    await archive.keep(
      toPage(
        Array.from({ length: Math.min(PAGE_SIZE, count - first) }, (_, index) => toEntry(first + index)),
      ),
    );
  const measured: Record<string, number> = {};
  const measure = async (name: string, change: () => Promise<unknown>): Promise<void> => {
    const before = await countRead();
    await change();
    measured[name] = (await countRead()) - before;
  };
  await archive.keep(
    toPage([...Array.from({ length: OF_CAROL }, (_, index) => toCarols(-1 - index)), toCarols(count)]),
  );
  const [first, middle, last] = [0, count / 2, count - 1];
  const otherKind = (number: number): ArchiveEntry => ({
    ...toEntry(number),
    kind: 'IMAGE',
    record: '"changed"',
  });
  for (const [name, number] of Object.entries({ first, middle, last }))
    await measure(`another kind of the ${name}`, () => archive.keep(toPage([otherKind(number)])));
  const earlier = toEntry(middle);
  const moved = { ...earlier, sentAt: earlier.sentAt - 1, sequence: `${earlier.sentAt - 1}.0` };
  await measure('another moment', () => archive.keep(toPage([moved])));
  await measure('another sender', () =>
    archive.keep(toPage([{ ...toEntry(last), participants: [ANNA], record: '"anna"', agent: null }])),
  );
  await measure('a message in the place of another', () =>
    archive.keep(toPage([{ ...toEntry(middle + 1), key: 'another' }])),
  );
  for (const [name, number] of Object.entries({ first, middle, last }))
    await measure(`removal of the ${name}`, () => archive.remove([toEntry(number).key]));
  await measure('removal of the newest one of an agent who was busy long ago', () =>
    archive.remove([toCarols(count).key]),
  );
  return measured;
}

const ANNA = { role: 'CUSTOMER', nativeId: 'anna' } as const;
const BOB = { role: 'AGENT', nativeId: 'bob' } as const;
const CAROL = { role: 'AGENT', nativeId: 'carol' } as const;
/** Before all others. */
const OF_CAROL = 150;

function toEntry(number: number): ArchiveEntry {
  const sentAt = FIRST + number * MINUTE_MS;
  return {
    ...SOME_FACTS,
    key: `k${number}`,
    sequence: `${sentAt}.0`,
    sentAt,
    terms: [],
    participants: [ANNA, BOB],
    customer: ANNA,
    agent: BOB,
    direction: number % 2 === 0 ? 'INBOUND' : 'OUTBOUND',
    record: `"${number}"`,
  };
}

function toCarols(number: number): ArchiveEntry {
  const conversation = { ...SOME_FACTS.conversation, key: 'of carol' };
  return {
    ...toEntry(number),
    key: `carol ${number}`,
    conversation,
    participants: [ANNA, CAROL],
    agent: CAROL,
  };
}

function toPage(entries: readonly ArchiveEntry[]): ArchivePage {
  return createPage({ entries, readAt: FIRST });
}
