import { expect, test } from 'vitest';
import { compare, type Difference } from '../../src/archive/compare.ts';
import { listParts, mayHaveExpiredUpTo } from '../../src/archive/listing.ts';
import { markAt, parseMark, toText } from '../../src/archive/mark.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { beforePage } from '../../src/datasources/kit/position.ts';
import type { MessageSource } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createPage } from '../support/archive-page.ts';
import { TestBudget } from '../support/dependencies.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = 1_000_000;

interface Page {
  /** When its messages were sent. */
  sentAt: readonly number[];
  /** Left out: when the last of them was sent. */
  watermark?: number;
  isIncomplete?: boolean;
}

/** A source that lists these pages, oldest first, and an archive that has more. */
async function setUp(pages: readonly Page[], taken: readonly number[], hidden: readonly number[] = []) {
  const channel = new MemoryChannel('shop');
  const kept = [...pages.flatMap(({ sentAt }) => sentAt), ...taken, ...hidden].sort((a, b) => a - b);
  const messages = new Map(kept.map((sentAt) => [sentAt, channel.add(sentAt)]));
  const archive = new MemoryArchive();
  const entries = [...messages.values()].map(toEntry);
  await archive.keep(createPage({ entries, readAt: NOW }));
  const starts: (number | undefined)[] = [];
  const source: MessageSource = {
    id: 'shop',
    channel: 'shop',
    start: ({ order }, newer) => {
      starts.push(newer?.sentAt);
      return beforePage(0, order, null);
    },
    read: ({ page }, { order }) => {
      const index = Number(page);
      const listed: Page = pages[index] ?? { sentAt: [] };
      const { sentAt, watermark = sentAt.at(-1) ?? null, isIncomplete = false } = listed;
      return Promise.resolve({
        page,
        messages: sentAt.map((moment) => messages.get(moment)).filter((one) => one !== undefined),
        next: beforePage(index + 1, order, watermark),
        isEnd: index >= pages.length - 1,
        endReason: 'EXPIRED' as const,
        isIncomplete,
      });
    },
  };
  const clock = new TestClock(NOW);
  const options = { source, archive, clock, createBudget: () => new TestBudget(clock.now()) };
  const toMoments = (keys: readonly string[]): number[] =>
    [...messages].filter(([, { key }]) => keys.includes(key)).map(([sentAt]) => sentAt);
  return {
    archive,
    messages,
    options,
    starts,
    /** Each part is kept, and the next page is read by another process. @returns what was taken away */
    delisted: async (until: number, isMortal: boolean): Promise<number[]> => {
      const found: Difference[] = [];
      let mark = markAt(0);
      while (mark.until < until) {
        for await (const part of listParts(mark, until, options)) {
          const difference = await compare(part, options);
          found.push(difference);
          const entry = { entries: [], delisted: difference.delisted, readAt: NOW, covers: null };
          await archive.keep({ ...entry, progress: { job: 'pass', position: toText(part.next) } });
          mark = parseMark(await archive.progress('pass')) ?? markAt(0);
          expect(mark).toEqual(part.next);
          if (isMortal) break;
        }
      }
      expect(found.flatMap(({ missing, changed }) => [...missing, ...changed])).toEqual([]);
      return toMoments(found.flatMap((difference) => difference.delisted));
    },
  };
}

test.each([false, true])(
  'of a page that says it lacks something nothing is taken for delisted, and of all others what they do not list (by other processes: %s)',
  async (isMortal) => {
    const pages = [
      { sentAt: [10, 20, 30] },
      { sentAt: [40, 50, 60], isIncomplete: true },
      { sentAt: [70, 80, 90] },
      { sentAt: [100] },
    ];
    const { delisted } = await setUp(pages, [25, 75, 95], [45, 59]);
    expect(await delisted(110, isMortal)).toEqual([25, 75, 95]);
  },
);

test('what an incomplete page reaches beyond its watermark is not known either, and the rest of the next page is', async () => {
  const pages = [
    { sentAt: [10, 60], watermark: 20, isIncomplete: true },
    { sentAt: [30, 70, 90] },
    { sentAt: [100] },
  ];
  const { delisted } = await setUp(pages, [65, 80], [15, 40, 55]);
  expect(await delisted(110, false)).toEqual([65, 80]);
});

test.each([false, true])(
  'what was listed beyond a watermark, pages ago, is not taken for delisted (by other processes: %s)',
  async (isMortal) => {
    const pages = [
      { sentAt: [10, 70], watermark: 20 },
      { sentAt: [20, 30, 90], watermark: 40 },
      { sentAt: [50, 60, 80], watermark: 65 },
      { sentAt: [95] },
    ];
    const { delisted } = await setUp(pages, [55, 75]);
    expect(await delisted(100, isMortal)).toEqual([55, 75]);
  },
);

test('the mark of another version is one at which a moment may be spread over two pages', () => {
  const position = beforePage(3, 'ASC', 70);
  const progress = { until: 70, page: 3, passed: null, isPassedExcluded: false, watermark: 70 };
  for (const listed of [['key'], null, undefined])
    expect(parseMark(JSON.stringify({ ...progress, listed }))).toEqual({
      until: 70,
      position,
      listed: [],
      sureFrom: 71,
    });
});

test('a source begins at the next message that it is known to list, and not at its newest one', async () => {
  const later = [200_000, 260_000, 500_000];
  const { archive, messages, options, starts } = await setUp([{ sentAt: [10] }], [100_000], later);
  const keyOf = (sentAt: number): MessageRecord | undefined => messages.get(sentAt);
  const gone = keyOf(260_000)?.key ?? '';
  await archive.keep(createPage({ delisted: [gone], readAt: NOW }));
  for await (const part of listParts(markAt(0), 150_000, options)) expect(part.span.until).toBe(150_000);
  for await (const part of listParts(markAt(0), 200_000, options)) expect(part.span.until).toBe(200_000);
  for await (const part of listParts(markAt(0), 600_000, options)) expect(part.span.until).toBe(600_000);
  expect(await mayHaveExpiredUpTo(130_000, options)).toBe(false);
  // A minute after all that is wanted, as the order of the list may differ from that of the times.
  expect(starts).toEqual([500_000, 500_000, undefined, 200_000]);
});
