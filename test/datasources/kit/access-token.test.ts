import { expect, test } from 'vitest';
import { Activity } from '../../../src/datasources/activity.ts';
import { AccessToken } from '../../../src/datasources/kit/access-token.ts';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import type { AccessTokens } from '../../../src/store/store.ts';
import { TestClock } from '../../support/test-clock.ts';

const REQUEST = {
  activity: new Activity(new TestClock(0)),
  caller: 'test',
  signal: new AbortController().signal,
};
const ALONE = { account: 'one', tokens: null };

function createToken(expiresIn = 7200): {
  token: AccessToken<typeof REQUEST>;
  clock: TestClock;
  fetched: () => number;
} {
  const clock = new TestClock(0);
  let fetched = 0;
  const token = new AccessToken<typeof REQUEST>(
    async () => {
      fetched++;
      await clock.sleep(1);
      return { token: `token ${fetched}`, expiresIn };
    },
    clock,
    ALONE,
  );
  return { token, clock, fetched: () => fetched };
}

test('many who wait share one fetch', async () => {
  const { token, fetched } = createToken();
  const tokens = await Promise.all(Array.from({ length: 50 }, () => token.get(REQUEST)));
  expect(new Set(tokens)).toEqual(new Set(['token 1']));
  expect(fetched()).toBe(1);
});

test('a token is replaced shortly before it ends', async () => {
  const { token, clock } = createToken(7200);
  expect(await token.get(REQUEST)).toBe('token 1');
  clock.advance(7_130_000);
  expect(await token.get(REQUEST)).toBe('token 1');
  clock.advance(20_000);
  expect(await token.get(REQUEST)).toBe('token 2');
});

test('a refused token is replaced once, however many were refused it', async () => {
  const { token, fetched } = createToken();
  const old = await token.get(REQUEST);
  token.refuse(old);
  expect(await token.get(REQUEST)).toBe('token 2');
  token.refuse(old);
  expect(await token.get(REQUEST)).toBe('token 2');
  expect(fetched()).toBe(2);
});

test('a failed fetch is tried again by the next caller', async () => {
  let attempts = 0;
  const token = new AccessToken<typeof REQUEST>(
    () => {
      attempts++;
      return attempts === 1
        ? Promise.reject(new Error('no'))
        : Promise.resolve({ token: 'good', expiresIn: 60 });
    },
    new TestClock(0),
    ALONE,
  );
  await expect(token.get(REQUEST)).rejects.toThrow('no');
  expect(await token.get(REQUEST)).toBe('good');
});

test('a token lives for as long as was said, wherever the clock is set meanwhile', async () => {
  const { token, clock } = createToken(7200);
  expect(await token.get(REQUEST)).toBe('token 1');
  for (const jump of [-1_800_000, 86_400_000, -86_400_000]) {
    clock.jump(jump);
    clock.advance(2_000_000);
    expect(await token.get(REQUEST)).toBe('token 1');
  }
  clock.advance(1_200_000);
  expect(await token.get(REQUEST)).toBe('token 2');
});

/** What processes have in common, one after the other. */
function shareTokens(clock: TestClock): AccessTokens {
  let kept: { token: string; goodUntil: number } | null = null;
  return {
    get: async (_, refused, __, make) => {
      if (kept === null || kept.token === refused || kept.goodUntil <= clock.monotonic()) {
        const { token, goodForMs } = await make();
        kept = { token, goodUntil: clock.monotonic() + goodForMs };
      }
      return { token: kept.token, goodForMs: kept.goodUntil - clock.monotonic() };
    },
  };
}

function startTwo(clock: TestClock): {
  first: AccessToken<typeof REQUEST>;
  second: AccessToken<typeof REQUEST>;
  fetched: () => number;
} {
  const sharing = { account: 'one', tokens: shareTokens(clock) };
  let fetched = 0;
  const start = (): AccessToken<typeof REQUEST> =>
    new AccessToken(() => Promise.resolve({ token: `token ${++fetched}`, expiresIn: 7_200 }), clock, sharing);
  return { first: start(), second: start(), fetched: () => fetched };
}

test('of two processes one fetches, and the other has that token for as long as is left of it', async () => {
  const clock = new TestClock(0);
  const { first, second } = startTwo(clock);
  expect(await first.get(REQUEST)).toBe('token 1');
  clock.advance(7_000_000);
  expect(await second.get(REQUEST)).toBe('token 1');
  clock.advance(140_000);
  expect(await second.get(REQUEST)).toBe('token 2');
  expect(await first.get(REQUEST)).toBe('token 2');
});

test('a token that was refused to two processes is replaced once', async () => {
  const { first, second, fetched } = startTwo(new TestClock(0));
  expect([await first.get(REQUEST), await second.get(REQUEST)]).toEqual(['token 1', 'token 1']);
  first.refuse('token 1');
  second.refuse('token 1');
  expect([await first.get(REQUEST), await second.get(REQUEST)]).toEqual(['token 2', 'token 2']);
  expect(fetched()).toBe(2);
});

test('one who waits for the token of another process until its request is over has spent its budget', async () => {
  const over = new AbortController();
  const tokens: AccessTokens = {
    get: (_, __, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
  };
  const clock = new TestClock(0);
  const token = new AccessToken<typeof REQUEST>(() => expect.unreachable(), clock, {
    account: 'one',
    tokens,
  });
  const waiting = token.get({ ...REQUEST, signal: over.signal });
  over.abort();
  await expect(waiting).rejects.toThrow(BudgetSpentError);
});
