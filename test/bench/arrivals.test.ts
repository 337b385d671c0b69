import { expect, test } from 'vitest';
import { Arrivals } from '../../bench/subscribers/arrivals.ts';
import { toText } from '../../bench/webhooks.ts';

test('it waits until every subscriber has every message, also when several come together', async () => {
  const arrivals = new Arrivals(2);
  arrivals.arrived(0, toText(0) + toText(1));
  let isComplete = false;
  const all = arrivals.all(2).then(() => {
    isComplete = true;
  });
  arrivals.arrived(1, toText(1));
  await Promise.resolve();
  expect(isComplete).toBe(false);
  arrivals.arrived(1, toText(0));
  await all;
  await arrivals.all(1);
});

test('a message that comes twice is a mistake', () => {
  const arrivals = new Arrivals(1);
  arrivals.arrived(0, toText(7));
  expect(() => {
    arrivals.arrived(0, toText(7));
  }).toThrow('Subscriber 0 got message 7 twice');
});

test('delays are of every subscriber, from a message on, and never less than none', () => {
  const arrivals = new Arrivals(2);
  for (const number of [0, 1]) {
    arrivals.arrived(0, toText(number));
    arrivals.arrived(1, toText(number));
    arrivals.answered(number);
  }
  expect(arrivals.delays(1)).toEqual([0, 0]);
});
