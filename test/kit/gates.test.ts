import { expect, test } from 'vitest';
import type { UpstreamFailure } from '../../src/errors/upstream-error.ts';
import { Gates } from '../../src/datasources/kit/gates.ts';
import { TestClock } from '../support/test-clock.ts';

function limited(changes: Partial<UpstreamFailure> = {}): UpstreamFailure {
  return { code: 'UPSTREAM_RATE_LIMITED', isRetryable: true, advice: 'Too often', ...changes };
}

function open(): { gates: Gates; clock: TestClock; secondsOf: (operation: string) => number } {
  const clock = new TestClock(1_000_000);
  const gates = new Gates(clock);
  const secondsOf = (operation: string): number =>
    ((gates.closureOf(operation)?.until ?? clock.monotonic()) - clock.monotonic()) / 1000;
  return { gates, clock, secondsOf };
}

test('a rate code closes the gate of the whole account for as long as the provider says', () => {
  const { gates, clock, secondsOf } = open();
  gates.noteFailure('/a', limited({ retryAfterSeconds: 7 }));
  expect([secondsOf('/a'), secondsOf('/b'), gates.restMs]).toEqual([7, 7, 7_000]);
  clock.advance(7_000);
  expect([secondsOf('/a'), gates.restMs]).toEqual([0, 0]);
});

test('a limit of one operation leaves the others alone', () => {
  const { gates, secondsOf } = open();
  gates.noteFailure('/a', limited({ retryAfterSeconds: 60, rests: 'OPERATION' }));
  expect([secondsOf('/a'), secondsOf('/b')]).toEqual([60, 0]);
});

test('where no reset is said, the rest doubles each time, up to a minute, until a call gets through', () => {
  const { gates, clock, secondsOf } = open();
  const rests: number[] = [];
  for (let i = 0; i < 8; i++) {
    gates.noteFailure('/a', limited());
    rests.push(secondsOf('/a'));
    clock.advance(60_000);
  }
  expect(rests).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  gates.noteSuccess('/a');
  gates.noteFailure('/a', limited());
  expect(secondsOf('/a')).toBe(1);
});

test('calls that were under way together and are refused together count once', () => {
  const { gates, clock, secondsOf } = open();
  for (let i = 0; i < 20; i++) gates.noteFailure('/a', limited());
  clock.advance(60_000);
  gates.noteFailure('/a', limited());
  expect(secondsOf('/a')).toBe(2);
});

test('a reset that is far off is told as it is, and tried once an hour', () => {
  const { gates, clock, secondsOf } = open();
  gates.noteFailure('/a', limited({ retryAfterSeconds: 50_000 }));
  expect(secondsOf('/a')).toBe(3_600);
  expect(gates.closureOf('/a')?.resetAt).toBe(clock.monotonic() + 50_000_000);
});

test('a 503 that says when it will be over closes the gate too, any other failure does not', () => {
  const { gates, secondsOf } = open();
  gates.noteFailure('/a', limited({ code: 'UPSTREAM_UNAVAILABLE' }));
  gates.noteFailure('/a', limited({ code: 'UPSTREAM_BAD_RESPONSE' }));
  expect(secondsOf('/a')).toBe(0);
  gates.noteFailure('/a', limited({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 3 }));
  expect(secondsOf('/a')).toBe(3);
});

test('a call that left before the gate closed does not open it', () => {
  const { gates, secondsOf } = open();
  gates.noteFailure('/a', limited({ retryAfterSeconds: 7 }));
  gates.noteSuccess('/a');
  expect(secondsOf('/a')).toBe(7);
});
