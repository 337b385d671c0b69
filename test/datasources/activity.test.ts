import Keyv from 'keyv';
import { expect, test } from 'vitest';
import { Activity } from '../../src/datasources/activity.ts';
import { AccessToken, type IssuedToken } from '../../src/datasources/kit/access-token.ts';
import { PageStore } from '../../src/datasources/kit/page-store.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

function setUp(): { clock: TestClock; open: () => Activity } {
  const clock = new TestClock(NOW);
  return { clock, open: () => new Activity(clock) };
}

test('a request is as active as its last call', () => {
  const { clock, open } = setUp();
  const activity = open();
  expect(activity.lastAt).toBe(0);
  activity.called();
  const calledAt = clock.monotonic();
  clock.advance(5_000);
  expect(activity.lastAt).toBe(calledAt);
});

test('while it waits in the queue it is active, and after that no longer', async () => {
  const { clock, open } = setUp();
  const activity = open();
  const turn = Promise.withResolvers<string>();
  const queued = activity.whileQueued(turn.promise);
  clock.advance(5_000);
  expect(activity.lastAt).toBe(clock.monotonic());
  turn.resolve('permit');
  expect([await queued, activity.lastAt]).toEqual(['permit', 0]);
});

test('a request that waits for the work of another is as active as that one, over any number of them', async () => {
  const { clock, open } = setUp();
  const [first, second, third] = [open(), open(), open()];
  const work = Promise.withResolvers<string>();
  const passedOn = second.whileShared({ result: work.promise, activity: first }, 'a');
  const waiting = third.whileShared({ result: passedOn, activity: second }, 'a');
  first.called();
  const calledAt = clock.monotonic();
  clock.advance(5_000);
  // The provider hangs: all of them time out, and not the first alone.
  expect([second.lastAt, third.lastAt]).toEqual([calledAt, calledAt]);
  const turn = Promise.withResolvers<undefined>();
  void first.whileQueued(turn.promise);
  expect([second.lastAt, third.lastAt]).toEqual([clock.monotonic(), clock.monotonic()]);
  turn.resolve(undefined);
  work.resolve('page');
  expect([await waiting, third.lastAt]).toEqual(['page', 0]);
});

test('requests that wait for each other are looked at once each', () => {
  const { clock, open } = setUp();
  const [first, second] = [open(), open()];
  const never = new Promise<never>(() => undefined);
  void first.whileShared({ result: never, activity: second }, 'a');
  void second.whileShared({ result: never, activity: first }, 'a');
  second.called();
  expect([first.lastAt, second.lastAt]).toEqual([clock.monotonic(), clock.monotonic()]);
});

test('work that failed is waited for no longer', async () => {
  const { open } = setUp();
  const [first, second] = [open(), open()];
  first.called();
  const failed = second.whileShared({ result: Promise.reject(new Error('down')), activity: first }, 'a');
  await expect(failed).rejects.toThrow('down');
  expect(second.lastAt).toBe(0);
});

test('what another request waits for is in the background no more, nor is what that waits for', () => {
  const { clock, open } = setUp();
  const never = new Promise<never>(() => undefined);
  const [first, second, third] = [0, 1, 2].map(() => new Activity(clock, true));
  if (!first || !second || !third) throw new Error('There are three');
  const { hurried } = first;
  void second.whileShared({ result: never, activity: first }, 'a');
  expect([first, second, third].map(({ isInBackground }) => isInBackground)).toEqual([true, true, true]);
  void open().whileShared({ result: never, activity: second }, 'a');
  expect([first, second, third].map(({ isInBackground }) => isInBackground)).toEqual([false, false, true]);
  expect([first, second, third].map(({ hurriedBy }) => hurriedBy)).toEqual(['a', 'a', null]);
  expect([hurried.aborted, second.hurried.aborted, third.hurried.aborted]).toEqual([true, true, false]);
  // From now on it waits as others do.
  void second.whileShared({ result: never, activity: third }, 'a');
  expect(third.hurried.aborted).toBe(true);
});

/** What several requests need, and one of them gets: called once for each request. */
type Get = (activity: Activity) => Promise<unknown>;

const SHARED: [name: string, open: (clock: TestClock, fetch: () => Promise<string>) => Get][] = [
  [
    'a page',
    (clock, fetch) => {
      const pages = new PageStore(new Keyv(), clock, () => undefined);
      const { signal } = new AbortController();
      const page = { key: 'page', notBefore: NOW, coversUntil: 0, weigh: () => 1 };
      return (activity) =>
        pages.read({ ...page, budget: { activity, caller: 'a', signal, deadline: Infinity }, fetch });
    },
  ],
  [
    'an access token',
    (clock, fetch) => {
      const make = async (): Promise<IssuedToken> => ({ token: await fetch(), expiresIn: 7_200 });
      const tokens = new AccessToken(make, clock, { account: 'one', tokens: null });
      const { signal } = new AbortController();
      return (activity) => tokens.get({ activity, caller: 'a', signal });
    },
  ],
];

test.each(SHARED)(
  'who waits for %s that another request fetches is as active as that one',
  async (_, openShared) => {
    const { clock, open } = setUp();
    const answer = Promise.withResolvers<string>();
    let fetches = 0;
    const get = openShared(clock, () => {
      fetches++;
      return answer.promise;
    });
    const [first, second] = [open(), open()];
    const got = [get(first), get(second)];
    while (fetches === 0) await new Promise((resolve) => setImmediate(resolve));
    first.called();
    const calledAt = clock.monotonic();
    clock.advance(5_000);
    expect([first.lastAt, second.lastAt]).toEqual([calledAt, calledAt]);
    const turn = Promise.withResolvers<undefined>();
    void first.whileQueued(turn.promise);
    expect(second.lastAt).toBe(clock.monotonic());
    turn.resolve(undefined);
    answer.resolve('answer');
    expect([await Promise.all(got), fetches]).toEqual([['answer', 'answer'], 1]);
  },
);
