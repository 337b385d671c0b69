import { expect, test } from 'vitest';
import { deliverEach, isIterator, mapEvents, onEnd } from '../../src/util/iterators.ts';

/** Events one to three, then none for ever, as a subscription has them. */
function open(): { events: AsyncIterableIterator<number>; returned: () => number } {
  let count = 0;
  let returned = 0;
  const closed = Promise.withResolvers<IteratorResult<number>>();
  return {
    returned: () => returned,
    events: {
      next: () => (count < 3 ? Promise.resolve({ done: false, value: ++count }) : closed.promise),
      return: () => {
        returned++;
        closed.resolve({ done: true, value: undefined });
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}

test('an iterator is told from what is none', () => {
  expect([isIterator(open().events), isIterator({}), isIterator(null), isIterator('text')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ['onEnd', (events: AsyncIterator<number>) => onEnd(events, () => undefined)],
  ['mapEvents', (events: AsyncIterator<number>) => mapEvents(events, (event) => event)],
])('%s ends at once with its source, also while it waits for an event', async (_, derive) => {
  const { events, returned } = open();
  const derived = derive(events);
  for (const value of [1, 2, 3]) expect(await derived.next()).toEqual({ done: false, value });
  const waiting = derived.next();
  expect(await derived.return?.()).toEqual({ done: true, value: undefined });
  expect([await waiting, returned()]).toEqual([{ done: true, value: undefined }, 1]);
});

test.each(['return', 'throw', 'an error of the source', 'the end of the source'])(
  'the end is told after %s',
  async (way) => {
    const { events } = open();
    let ends = 0;
    const failure = new Error('down');
    if (way === 'an error of the source') events.next = () => Promise.reject(failure);
    if (way === 'the end of the source')
      events.next = () => Promise.resolve({ done: true, value: undefined });
    const derived = onEnd(events, () => ends++);
    const ended: unknown = await (way === 'return'
      ? derived.return?.()
      : way === 'throw'
        ? derived.throw?.(failure).catch((error: unknown) => error)
        : derived.next().catch((error: unknown) => error));
    const isError = way === 'throw' || way === 'an error of the source';
    expect(ended).toEqual(isError ? failure : { done: true, value: undefined });
    expect(ends).toBeGreaterThanOrEqual(1);
  },
);

test('events that are picked are changed, others are skipped, and a failing pick ends the source', async () => {
  const { events, returned } = open();
  const picked = mapEvents(events, (event) => {
    if (event === 3) throw new Error('not this one');
    return event === 1 ? null : `event ${event}`;
  });
  expect(await picked.next()).toEqual({ done: false, value: 'event 2' });
  await expect(picked.next()).rejects.toThrow('not this one');
  expect(returned()).toBe(1);
});

test('what is picked later is waited for', async () => {
  const { events } = open();
  const picked = mapEvents(events, (event) => (event === 2 ? Promise.resolve(`event ${event}`) : null));
  expect(await picked.next()).toEqual({ done: false, value: 'event 2' });
});

test('each event is requested only once the last one is delivered, and the end of them is the end', async () => {
  const { events } = open();
  const delivered: number[] = [];
  let left = Promise.withResolvers<undefined>();
  const delivery = deliverEach(events, (event) => {
    delivered.push(event);
    return left.promise;
  });
  const end = delivery.next();
  for (const so of [[1], [1, 2], [1, 2, 3]]) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(delivered).toEqual(so);
    const { resolve } = left;
    left = Promise.withResolvers();
    resolve(undefined);
  }
  await delivery.return?.();
  expect(await end).toEqual({ done: true, value: undefined });
});

test('a delivery that fails ends the events', async () => {
  const { events, returned } = open();
  const failure = new Error('gone');
  await expect(deliverEach(events, () => Promise.reject(failure)).next()).rejects.toBe(failure);
  expect(returned()).toBe(1);
});
