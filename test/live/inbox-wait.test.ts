import { expect, test } from 'vitest';
import { InboxWait } from '../../src/live/inbox-wait.ts';
import { TestClock } from '../support/test-clock.ts';

/** @param looks what waits in the inbox at each look, as its first and last id; the last stays */
function setUp(looks: ([number, number] | null)[], mayWait = (): boolean => true): () => Promise<number> {
  const clock = new TestClock(0);
  const left = [...looks];
  const waitingIds = (): Promise<{ oldest: number; newest: number } | null> => {
    const [oldest, newest] = (left.length > 1 ? left.shift() : left[0]) ?? [];
    return Promise.resolve(oldest === undefined || newest === undefined ? null : { oldest, newest });
  };
  const wait = new InboxWait({ channel: 'whatsapp', inbox: { waitingIds }, clock, mayWait });
  return async () => {
    const before = clock.monotonic();
    await wait.untilProcessed();
    return clock.monotonic() - before;
  };
}

test.each<[string, ([number, number] | null)[], number]>([
  ['nothing waits', [null], 0],
  ['what waited is processed', [[3, 5], [4, 5], null], 200],
  [
    'only later items wait',
    [
      [3, 5],
      [5, 7],
      [6, 8],
      [6, 9],
    ],
    200,
  ],
  ['an item cannot be processed', [[3, 5]], 15_000],
])('it ends when %s', async (_, looks, expected) => {
  expect(await setUp(looks)()).toBe(expected);
});

test('all waits together are as long as one may be', async () => {
  const wait = setUp([[3, 3], [3, 3], null, [4, 4]]);
  expect([await wait(), await wait(), await wait()]).toEqual([200, 14_800, 0]);
});

test('it ends once it may wait no longer', async () => {
  let asked = 0;
  expect(await setUp([[3, 5]], () => ++asked < 4)()).toBe(300);
});
