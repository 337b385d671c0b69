import { expect, test } from 'vitest';
import { Activity } from '../../../src/datasources/activity.ts';
import { AccessToken } from '../../../src/datasources/kit/access-token.ts';
import { TestClock } from '../../support/test-clock.ts';

const REQUEST = { activity: new Activity(new TestClock(0)) };

function createToken(expiresIn = 7200): {
  token: AccessToken<typeof REQUEST>;
  clock: TestClock;
  fetched: () => number;
} {
  const clock = new TestClock(0);
  let fetched = 0;
  const token = new AccessToken<typeof REQUEST>(async () => {
    fetched++;
    await clock.sleep(1);
    return { token: `token ${fetched}`, expiresIn };
  }, clock);
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
  const token = new AccessToken<typeof REQUEST>(() => {
    attempts++;
    return attempts === 1
      ? Promise.reject(new Error('no'))
      : Promise.resolve({ token: 'good', expiresIn: 60 });
  }, new TestClock(0));
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
