import { expect, test } from 'vitest';
import { LongestPage } from '../../../src/datasources/wechat/longest-page.ts';
import { withDigest, type DigestedRecord } from '../../../src/datasources/wechat/record-order.ts';
import { TestClock } from '../../support/test-clock.ts';
import { openTestStore } from '../../support/test-store.ts';
import { NOW } from './shop.ts';

const DAY_MS = 86_400_000;
const line = withDigest({ time: 1, openId: 'o', operationCode: 2003, text: '', worker: '', raw: null });

interface Page {
  records: DigestedRecord[];
  unplaceable: number;
  bytes: number;
  claimed: number | null;
}

function page(count: number, bytes = count * 150, claimed: number | null = count): Page {
  return { records: Array.from({ length: count }, () => line), unplaceable: 0, bytes, claimed };
}

interface World {
  clock: TestClock;
  /** Where the provider was found to cut pages shorter than before. */
  lowered: number[];
  /** As another process would, after a restart. */
  open: (account?: string) => LongestPage;
}

function createWorld(): World {
  const clock = new TestClock(NOW);
  const { store } = openTestStore();
  const lowered: number[] = [];
  const open = (account = 'shop'): LongestPage =>
    new LongestPage({
      memory: store.accountMemory(account),
      clock,
      onLowered: (records) => lowered.push(records),
    });
  return { clock, lowered, open };
}

/** For each page, whether it may have been cut. */
async function ask(longest: LongestPage, pages: readonly Page[], requested = 10_000): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (const one of pages) answers.push(await longest.mayBeCut(one, requested));
  return answers;
}

test('only a page as long as the longest may have been cut, in this process and the next', async () => {
  const { open } = createWorld();
  expect(await ask(open(), [page(7), page(7), page(6), page(9), page(7)])).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect(await ask(open(), [page(8), page(9), page(10)])).toEqual([false, true, true]);
});

test('every account has its own longest', async () => {
  const { open } = createWorld();
  await ask(open(), [page(9)]);
  expect(await ask(open('other'), [page(3)])).toEqual([true]);
});

test('a page as long as was asked for may have been cut, whatever the longest', async () => {
  const longest = createWorld().open();
  await ask(longest, [page(900)]);
  expect(await ask(longest, [page(50), page(49)], 50)).toEqual([true, false]);
});

test('records that have no time count', async () => {
  const longest = createWorld().open();
  await ask(longest, [page(9)]);
  expect(await ask(longest, [{ ...page(8), unplaceable: 1 }])).toEqual([true]);
});

test('bytes tell nothing below any limit that there may be, and leave room for the longest record', async () => {
  const longest = createWorld().open();
  await ask(longest, [page(900, 10_000)]);
  expect(await ask(longest, [page(20, 63_036), page(21, 63_037)])).toEqual([false, true]);
  await ask(longest, [page(30, 500_000)]);
  expect(await ask(longest, [page(20, 497_500), page(21, 497_501)])).toEqual([false, true]);
});

test('a page that is said to have more records than it has may have been cut', async () => {
  const longest = createWorld().open();
  await ask(longest, [page(90)]);
  // The last as in the documentation's example, where it may be what was asked for.
  expect(await ask(longest, [page(7, 900, 8), page(7, 900, null), page(7, 900, 10_000)])).toEqual([
    true,
    false,
    false,
  ]);
});

test('a limit that is lowered to a round number is found out at once, and held to from then on', async () => {
  const { open, lowered } = createWorld();
  const longest = open();
  await ask(longest, [page(3_210)]);
  expect(await ask(longest, [page(1_234), page(1_000)])).toEqual([false, true]);
  await longest.sawMore(page(1_000), 10_000);
  expect(lowered).toEqual([1_000]);
  expect(await ask(open(), [page(980), page(1_000), page(1_234)])).toEqual([false, true, true]);
});

test('more after a page that was no shorter than the longest, or as long as was asked for, lowers nothing', async () => {
  const { open, lowered } = createWorld();
  const longest = open();
  await ask(longest, [page(300)]);
  await longest.sawMore(page(300), 10_000);
  await longest.sawMore(page(50), 50);
  expect(lowered).toEqual([]);
  expect(await ask(longest, [page(299)])).toEqual([false]);
});

test('the longest is forgotten after 30 days, so that any other lower limit is found out then', async () => {
  const { clock, open } = createWorld();
  const longest = open();
  await ask(longest, [page(3_210)]);
  clock.advance(20 * DAY_MS);
  expect(await ask(longest, [page(1_234), page(4_000)])).toEqual([false, true]);
  clock.advance(11 * DAY_MS);
  expect(await ask(longest, [page(1_234), page(1_210)])).toEqual([true, false]);
});
