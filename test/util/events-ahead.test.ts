import { expect, test } from 'vitest';
import { EventsAhead } from '../../src/util/events-ahead.ts';

interface Source {
  events: AsyncIterator<number>;
  add: (...events: number[]) => void;
  fail: (error: unknown) => void;
  /** How often it was asked, and ended. */
  counts: { asked: number; returned: number };
}

/** Events that come when they are added. Asking again before an answer is an error, as it is for a follower of the log. */
function open(): Source {
  const ready: number[] = [];
  const counts = { asked: 0, returned: 0 };
  let failure: { error: unknown } | null = null;
  let waiting: PromiseWithResolvers<IteratorResult<number>> | null = null;
  const answer = (): void => {
    if (!waiting) return;
    const { resolve, reject } = waiting;
    const value = ready.shift();
    if (value === undefined && failure === null) return;
    waiting = null;
    if (value !== undefined) resolve({ done: false, value });
    else reject(failure?.error);
  };
  return {
    counts,
    add: (...events) => {
      ready.push(...events);
      answer();
    },
    fail: (error) => {
      failure = { error };
      answer();
    },
    events: {
      next: () => {
        if (waiting) throw new Error('It was asked twice at once');
        counts.asked++;
        waiting = Promise.withResolvers();
        const { promise } = waiting;
        answer();
        return promise;
      },
      return: () => {
        counts.returned++;
        waiting?.resolve({ done: true, value: undefined });
        waiting = null;
        return Promise.resolve({ done: true, value: undefined });
      },
    },
  };
}

interface World extends Source {
  ahead: EventsAhead<number, string>;
  /** Events that were begun, each with what makes it. */
  begun: Map<number, PromiseWithResolvers<string>>;
  limit: { most: number };
  ends: () => number;
}

/** Odd hundreds are skipped. */
function openAhead(most = 3): World {
  const source = open();
  const begun: World['begun'] = new Map();
  const limit = { most };
  let ends = 0;
  const begin = (event: number): Promise<string> | null => {
    if (event >= 100) return null;
    const making = Promise.withResolvers<string>();
    begun.set(event, making);
    return making.promise;
  };
  const ahead = new EventsAhead(
    source.events,
    begin,
    () => limit.most,
    () => ends++,
  );
  return { ...source, ahead, begun, limit, ends: () => ends };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const make = (begun: World['begun'], ...events: number[]): void => {
  for (const event of events) begun.get(event)?.resolve(`event ${event}`);
};

test('what is there already is begun together, up to the limit, and yielded in order', async () => {
  const { ahead, begun, add } = openAhead();
  add(1, 100, 2, 3, 4, 5);
  const first = ahead.next();
  await turn();
  expect([...begun.keys()]).toEqual([1, 2, 3]);
  make(begun, 2, 3);
  make(begun, 1);
  expect(await first).toEqual({ done: false, value: 'event 1' });
  await turn();
  expect([...begun.keys()]).toEqual([1, 2, 3]);
  const others = [];
  for (let count = 0; count < 4; count++) {
    const next = ahead.next();
    await turn();
    make(begun, ...begun.keys());
    others.push((await next).value);
  }
  expect(others).toEqual(['event 2', 'event 3', 'event 4', 'event 5']);
});

test('with a limit of one, no event is asked for before the last one was taken and another one is wanted', async () => {
  const { ahead, begun, add, counts } = openAhead(0.2);
  add(1, 2);
  const first = ahead.next();
  await turn();
  make(begun, 1);
  await first;
  await turn();
  expect([counts.asked, [...begun.keys()]]).toEqual([1, [1]]);
  const second = ahead.next();
  await turn();
  make(begun, 2);
  expect(await second).toEqual({ done: false, value: 'event 2' });
});

test('an event that comes while none is there is waited for, and those after it are not', async () => {
  const { ahead, begun, add } = openAhead();
  const first = ahead.next();
  await turn();
  add(1);
  await turn();
  make(begun, 1);
  expect(await first).toEqual({ done: false, value: 'event 1' });
});

test('an error of the source, and the end, are told after what was begun before them, and end everything', async () => {
  const { ahead, begun, add, fail, counts, ends } = openAhead();
  add(1, 2);
  fail(new Error('gone'));
  const first = ahead.next();
  await turn();
  make(begun, 1, 2);
  expect([(await first).value, (await ahead.next()).value]).toEqual(['event 1', 'event 2']);
  await expect(ahead.next()).rejects.toThrow('gone');
  expect(await ahead.next()).toEqual({ done: true, value: undefined });
  expect([counts.returned > 0, ends() > 0]).toEqual([true, true]);
});

test('an event that cannot be made ends the events in its place, and those behind it are never yielded', async () => {
  const { ahead, begun, add, counts } = openAhead();
  add(1, 2, 3);
  const first = ahead.next();
  await turn();
  begun.get(2)?.reject(new Error('not this one'));
  make(begun, 3, 1);
  expect((await first).value).toBe('event 1');
  await expect(ahead.next()).rejects.toThrow('not this one');
  expect(await ahead.next()).toEqual({ done: true, value: undefined });
  expect(counts.returned).toBeGreaterThanOrEqual(1);
});

test('return ends it while it waits for an event, and forgets what was begun', async () => {
  const waits = openAhead();
  const next = waits.ahead.next();
  await waits.ahead.return();
  expect(await next).toEqual({ done: true, value: undefined });
  const { ahead, begun, add, ends } = openAhead();
  add(1, 2, 3);
  const first = ahead.next();
  await turn();
  make(begun, 1, 2, 3);
  await first;
  await ahead.return();
  expect(await ahead.next()).toEqual({ done: true, value: undefined });
  expect(ends()).toBeGreaterThanOrEqual(1);
});
