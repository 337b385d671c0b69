import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConsumerWatch } from '../../src/http/slow-consumer.ts';
import { TestClock } from '../support/test-clock.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('one timer watches all consumers, each by its own pace, and only while there are any', () => {
  const clock = new TestClock(0);
  const watch = new ConsumerWatch(3_000, clock);
  const told: string[] = [];
  const states = { reader: { takes: true, may: true }, stalled: { takes: false, may: true } };
  const stops = Object.entries(states).map(([name, state]) =>
    watch.watch({
      isTaking: () => state.takes,
      isCurrent: () => state.may,
      onSlow: () => told.push(`${name} is slow`),
      onForbidden: () => told.push(`${name} is forbidden`),
    }),
  );
  expect(vi.getTimerCount()).toBe(1);
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      vi.advanceTimersByTime(1_000);
    }
  };
  pass(2);
  expect(told).toEqual([]);
  pass(1);
  expect(told.splice(0)).toEqual(['stalled is slow']);
  states.stalled.takes = true;
  states.reader.may = false;
  pass(1);
  expect(told).toEqual(['reader is forbidden']);
  for (const stop of stops) stop();
  expect(vi.getTimerCount()).toBe(0);
});
