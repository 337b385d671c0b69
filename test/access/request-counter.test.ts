import { expect, test } from 'vitest';
import { RateLimitedError, RequestCounter } from '../../src/access/request-counter.ts';
import { TestClock } from '../support/test-clock.ts';

async function refusal(counted: Promise<void>): Promise<number | null> {
  try {
    await counted;
    return null;
  } catch (error) {
    if (error instanceof RateLimitedError) return error.retryAfterSeconds;
    throw error;
  }
}

test('a caller has so many requests in a minute, onEnd from its first, and others have theirs', async () => {
  const clock = new TestClock(0);
  const counter = new RequestCounter(2, clock);
  expect(await refusal(counter.count('a'))).toBe(null);
  clock.advance(20_000);
  expect(await refusal(counter.count('a'))).toBe(null);
  expect(await refusal(counter.count('a'))).toBe(40);
  expect(await refusal(counter.count('b'))).toBe(null);
  clock.advance(39_999);
  expect(await refusal(counter.count('a'))).toBe(1);
  clock.advance(1);
  expect(await refusal(counter.count('a'))).toBe(null);
});

test.each([-1_800_000, 86_400_000])('a clock that is set by %d ms changes nothing', async (ms) => {
  const clock = new TestClock(1_000_000_000);
  const counter = new RequestCounter(1, clock);
  await counter.count('a');
  clock.jump(ms);
  expect(await refusal(counter.count('a'))).toBe(60);
  clock.advance(60_000);
  expect(await refusal(counter.count('a'))).toBe(null);
});
