import { expect, test } from 'vitest';
import type { UpstreamFailure } from '../../../src/errors/upstream-error.ts';
import { Cooldowns } from '../../../src/datasources/kit/cooldowns.ts';
import { TestClock } from '../../support/test-clock.ts';

function limited(changes: Partial<UpstreamFailure> = {}): UpstreamFailure {
  return { code: 'UPSTREAM_RATE_LIMITED', isRetryable: true, advice: 'Too often', ...changes };
}

function open(): { cooldowns: Cooldowns; clock: TestClock; secondsOf: (operation: string) => number } {
  const clock = new TestClock(1_000_000);
  const cooldowns = new Cooldowns(clock);
  const secondsOf = (operation: string): number =>
    ((cooldowns.cooldownOf(operation)?.until ?? clock.monotonic()) - clock.monotonic()) / 1000;
  return { cooldowns, clock, secondsOf };
}

test('a rate code starts a cooldown of the whole account for as long as the provider says', () => {
  const { cooldowns, clock, secondsOf } = open();
  cooldowns.noteFailure('/a', limited({ retryAfterSeconds: 7 }));
  expect([secondsOf('/a'), secondsOf('/b'), cooldowns.cooldownMs]).toEqual([7, 7, 7_000]);
  clock.advance(7_000);
  expect([secondsOf('/a'), cooldowns.cooldownMs]).toEqual([0, 0]);
});

test('a limit of one operation leaves the others alone', () => {
  const { cooldowns, secondsOf } = open();
  cooldowns.noteFailure('/a', limited({ retryAfterSeconds: 60, cooldownOf: 'OPERATION' }));
  expect([secondsOf('/a'), secondsOf('/b')]).toEqual([60, 0]);
});

test('where no reset is said, the cooldown doubles each time, up to a minute, until a call gets through', () => {
  const { cooldowns, clock, secondsOf } = open();
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    cooldowns.noteFailure('/a', limited());
    pauses.push(secondsOf('/a'));
    clock.advance(60_000);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  cooldowns.noteSuccess('/a');
  cooldowns.noteFailure('/a', limited());
  expect(secondsOf('/a')).toBe(1);
});

test('calls that were under way together and are refused together count once', () => {
  const { cooldowns, clock, secondsOf } = open();
  for (let i = 0; i < 20; i++) cooldowns.noteFailure('/a', limited());
  clock.advance(60_000);
  cooldowns.noteFailure('/a', limited());
  expect(secondsOf('/a')).toBe(2);
});

test('a reset that is far off is told as it is, and tried once an hour', () => {
  const { cooldowns, clock, secondsOf } = open();
  cooldowns.noteFailure('/a', limited({ retryAfterSeconds: 50_000 }));
  expect(secondsOf('/a')).toBe(3_600);
  expect(cooldowns.cooldownOf('/a')?.resetAt).toBe(clock.monotonic() + 50_000_000);
});

test('a 503 that says when it will be over starts a cooldown too, any other failure does not', () => {
  const { cooldowns, secondsOf } = open();
  cooldowns.noteFailure('/a', limited({ code: 'UPSTREAM_UNAVAILABLE' }));
  cooldowns.noteFailure('/a', limited({ code: 'UPSTREAM_BAD_RESPONSE' }));
  expect(secondsOf('/a')).toBe(0);
  cooldowns.noteFailure('/a', limited({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 3 }));
  expect(secondsOf('/a')).toBe(3);
});

test('a call that left before the cooldown began does not end it', () => {
  const { cooldowns, secondsOf } = open();
  cooldowns.noteFailure('/a', limited({ retryAfterSeconds: 7 }));
  cooldowns.noteSuccess('/a');
  expect(secondsOf('/a')).toBe(7);
});
