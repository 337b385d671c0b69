import { expect, test } from 'vitest';
import { InboxWait } from '../../src/live/inbox-wait.ts';
import { TestClock } from '../support/test-clock.ts';

interface Setup {
  /** @returns how long it took, in ms */
  wait: () => Promise<number>;
  beginPass: () => void;
}

/**
 * @param looks what waits in the inbox at each look, as its first and last id; the last stays
 * @param lookMs how long each look takes
 */
function setUp(looks: ([number, number] | null)[], mayWait = (): boolean => true, lookMs = 0): Setup {
  const clock = new TestClock(0);
  const left = [...looks];
  const waitingIds = (): Promise<{ oldest: number; newest: number } | null> => {
    clock.advance(lookMs);
    const [oldest, newest] = (left.length > 1 ? left.shift() : left[0]) ?? [];
    return Promise.resolve(oldest === undefined || newest === undefined ? null : { oldest, newest });
  };
  const wait = new InboxWait({ channel: 'whatsapp', inbox: { waitingIds }, clock, mayWait });
  return {
    wait: async () => {
      const before = clock.monotonic();
      await wait.untilProcessed();
      return clock.monotonic() - before;
    },
    beginPass: () => {
      wait.beginPass();
    },
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
  expect(await setUp(looks).wait()).toBe(expected);
});

test('all waits of a pass together are as long as one may be', async () => {
  const { wait } = setUp([[3, 3], [3, 3], null, [4, 4]]);
  expect([await wait(), await wait(), await wait()]).toEqual([200, 14_800, 0]);
});

test('it ends once it may wait no longer', async () => {
  let asked = 0;
  expect(await setUp([[3, 5]], () => ++asked < 4).wait()).toBe(300);
});

test('a slow store does not prolong it', async () => {
  const { wait } = setUp([[3, 5]], undefined, 900);
  expect(await wait()).toBeLessThan(16_000);
});

test('an item that was waited for in vain is not waited for again, in any pass; one behind it is', async () => {
  const inVain = Array<[number, number]>(151).fill([3, 5]);
  const { wait, beginPass } = setUp([...inVain, [3, 6], [3, 7], [4, 7], [5, 7], [8, 8]]);
  const waits: number[] = [];
  for (let pass = 0; pass < 4; pass++) {
    beginPass();
    waits.push(await wait());
  }
  expect(waits).toEqual([15_000, 0, 0, 200]);
});
