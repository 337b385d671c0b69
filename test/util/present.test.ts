import { expect, test } from 'vitest';
import { earliestNow, isSettled, latestNow } from '../../src/util/present.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const HOUR_MS = 3_600_000;

/** By how much the answers differ from the wall time, and whether it is fresh. */
function look(clock: TestClock): [number, number, boolean] {
  return [latestNow(clock) - clock.now(), earliestNow(clock) - clock.now(), isSettled(clock)];
}

test.each([
  ['set back', -HOUR_MS / 2, [HOUR_MS / 2, 0]],
  ['set forward, or stood still in a suspended machine', 192 * HOUR_MS, [0, -192 * HOUR_MS]],
])(
  'a clock that was %s gives two answers, until it has gone on for an hour',
  (_, jumpMs, [later, earlier]) => {
    const clock = new TestClock(NOW);
    expect(look(clock)).toEqual([0, 0, false]);
    clock.advance(2 * HOUR_MS);
    expect(look(clock)).toEqual([0, 0, true]);
    clock.jump(jumpMs);
    expect(look(clock)).toEqual([later, earlier, false]);
    clock.advance(HOUR_MS - 1);
    expect(look(clock)).toEqual([later, earlier, false]);
    clock.advance(1);
    expect(look(clock)).toEqual([0, 0, true]);
  },
);

test('a further jump begins the hour again, and does not move what the time was without any', () => {
  const clock = new TestClock(NOW);
  look(clock);
  clock.jump(-HOUR_MS);
  look(clock);
  clock.advance(HOUR_MS - 1);
  clock.jump(-HOUR_MS);
  expect(look(clock)).toEqual([2 * HOUR_MS, 0, false]);
  clock.advance(HOUR_MS - 1);
  expect(look(clock)).toEqual([2 * HOUR_MS, 0, false]);
  clock.jump(2 * HOUR_MS);
  expect(look(clock)).toEqual([0, 0, false]);
});
