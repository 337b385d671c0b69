import { expect, test } from 'vitest';
import { isIterator, mapEvents, onEnd, whenReady } from '../../src/util/iterators.ts';

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
  ['whenReady', (events: AsyncIterator<number>) => whenReady(events, () => Promise.resolve())],
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

test('an event is requested only once the consumer is ready', async () => {
  const { events } = open();
  const ready = Promise.withResolvers<undefined>();
  let requested = 0;
  const next = events.next.bind(events);
  events.next = () => {
    requested++;
    return next();
  };
  const event = whenReady(events, () => ready.promise).next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(requested).toBe(0);
  ready.resolve(undefined);
  expect([await event, requested]).toEqual([{ done: false, value: 1 }, 1]);
});
