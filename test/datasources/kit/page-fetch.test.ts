import Keyv from 'keyv';
import { expect, test } from 'vitest';
import { Activity } from '../../../src/datasources/activity.ts';
import type { PageRequest } from '../../../src/datasources/kit/page-fetch.ts';
import type { FetchedPage, SharedFetch, SharedFetches } from '../../../src/store/store.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { HOUR, NOW, setUpPages } from '../../support/page-store.ts';
import { TestClock } from '../../support/test-clock.ts';

/** Other processes, as one that waits for them sees them. */
function createFetches(
  joins: SharedFetch[],
): SharedFetches & { ended: (FetchedPage | null)[]; asked: string[] } {
  const ended: (FetchedPage | null)[] = [];
  const asked: string[] = [];
  return {
    ended,
    asked,
    join: (key) => {
      asked.push(key);
      const end = (page: FetchedPage | null): Promise<void> => {
        ended.push(page);
        return Promise.resolve();
      };
      return Promise.resolve(joins.shift() ?? { isOwn: true, end });
    },
  };
}

/** @returns a page as another process sends it, whose clock shows this time */
async function fetchElsewhere(
  now: number,
  request: Partial<PageRequest<string>> = {},
): Promise<FetchedPage & { text: string }> {
  const own = createFetches([]);
  await setUpPages(new Keyv(), new TestClock(now), own).read(request);
  const [page] = own.ended;
  if (!page) return expect.unreachable();
  return { ...page, text: page.toText() };
}

test('a page that another process fetches meanwhile is not fetched again, and is as old as this process knows', async () => {
  // Its machine's clock is an hour ahead.
  const { text, doneAt } = await fetchElsewhere(NOW);
  const clock = new TestClock(NOW - HOUR);
  expect(doneAt).toBe(clock.monotonic());
  clock.advance(100);
  const others = createFetches([{ isOwn: false, text, doneAfter: clock.monotonic() - 40 }]);
  const { read, fetched, pages } = setUpPages(new Keyv(), clock, others);
  const answers = await Promise.all(Array.from({ length: 50 }, () => read({ notBefore: clock.now() - 40 })));
  expect([new Set(answers), fetched()]).toEqual([new Set(['answer 1']), 0]);
  expect(others.asked).toEqual(['v4 page']);
  expect(pages.reads).toEqual({ memory: 0, store: 0, shared: 50, provider: 0 });
  // Too old for a request that began a moment later, unlike for those before.
  expect(await read({ notBefore: clock.now() - 40, coversUntil: NOW })).toBe('answer 1');
  expect(await read({ notBefore: clock.now() - 39, coversUntil: NOW })).toBe('answer 1');
  expect([fetched(), others.ended.length]).toEqual([1, 1]);
});

test('a page that is read in the background is not shared with other processes, for it may wait for long', async () => {
  const others = createFetches([]);
  const { read, fetched } = setUpPages(new Keyv(), new TestClock(NOW), others);
  const budget = Object.assign(new TestBudget(NOW), { activity: new Activity(new TestClock(NOW), true) });
  expect(await read({ budget })).toBe('answer 1');
  expect([fetched(), others.asked]).toEqual([1, []]);
});

test('a page of another process that is too old for the request is fetched here', async () => {
  const { text } = await fetchElsewhere(NOW);
  for (const [agoMs, coversUntil, expected] of [
    [41, NOW, 1],
    [40, NOW, 0],
    [41, NOW - HOUR, 0],
  ] as const) {
    const clock = new TestClock(NOW);
    const fetches = createFetches([{ isOwn: false, text, doneAfter: clock.monotonic() - agoMs }]);
    const { read, fetched } = setUpPages(new Keyv(), clock, fetches);
    await read({ notBefore: clock.now() - 40, coversUntil });
    expect([agoMs, fetched()]).toEqual([agoMs, expected]);
  }
});

test.each([
  [-HOUR, -1, 1],
  [-HOUR, 0, 0],
  [HOUR, -1, 1],
  [HOUR, 0, 0],
])(
  'a page of a machine whose clock differs by %d ms, with a URL that expires %d ms later, is fetched here %d times',
  async (differsBy, later, expected) => {
    const { text } = await fetchElsewhere(NOW + differsBy, { usableUntil: () => NOW + 5_000 + later });
    const clock = new TestClock(NOW);
    const fetches = createFetches([{ isOwn: false, text, doneAfter: clock.monotonic() }]);
    const { read, fetched } = setUpPages(new Keyv(), clock, fetches);
    const request = { notBefore: NOW };
    await read(request);
    clock.advance(4_999);
    await read(request);
    expect(fetched()).toBe(expected);
  },
);

test.each([-HOUR, 0, HOUR])(
  'a page of a machine whose clock differs by %d ms is adopted once',
  async (ms) => {
    const { text } = await fetchElsewhere(NOW + ms);
    const clock = new TestClock(NOW);
    const fetches = createFetches([{ isOwn: false, text, doneAfter: clock.monotonic() - 40 }]);
    const { read, fetched } = setUpPages(new Keyv(), clock, fetches);
    const adopt = (value: string, behindMs: number): string => `${value}, ${behindMs} ms behind`;
    const request = { notBefore: NOW - 100, adopt };
    expect(await read(request)).toBe(`answer 1, ${-40 - ms} ms behind`);
    expect(await read(request)).toBe(`answer 1, ${-40 - ms} ms behind`);
    expect(fetched()).toBe(0);
  },
);

test('a page of another machine that cannot be adopted is fetched here', async () => {
  const { text } = await fetchElsewhere(NOW, { fetch: () => Promise.resolve('theirs') });
  const clock = new TestClock(NOW);
  const fetches = createFetches([{ isOwn: false, text, doneAfter: clock.monotonic() }]);
  const { read, fetched } = setUpPages(new Keyv(), clock, fetches);
  expect([await read({ adopt: () => null }), fetched()]).toEqual(['answer 1', 1]);
});

test('what another process has sent is checked, and fetched here when it is no page', async () => {
  for (const text of [
    '',
    'no JSON',
    'null',
    '1',
    '{}',
    '{"value":1}',
    '{"value":1,"fetchedAt":"x","earliestFetchedAt":1,"usableUntil":2,"weight":1}',
  ]) {
    const { read, fetched } = setUpPages(
      new Keyv(),
      new TestClock(NOW),
      createFetches([{ isOwn: false, text, doneAfter: 0 }]),
    );
    expect([await read(), fetched()]).toEqual(['answer 1', 1]);
  }
});

test('the others are told when a fetch has failed, and the next read tries again', async () => {
  const fetches = createFetches([]);
  const { read } = setUpPages(new Keyv(), new TestClock(NOW), fetches);
  await expect(read({ fetch: () => Promise.reject(new Error('down')) })).rejects.toThrow('down');
  expect(fetches.ended).toEqual([null]);
  expect(await read()).toBe('answer 1');
  expect(fetches.ended.map((page) => page?.toText().includes('"value":"answer 1"'))).toEqual([
    undefined,
    true,
  ]);
});

test('a page that another process has stored just before is not fetched, and those that wait look for it there', async () => {
  const store = new Keyv();
  const writer = setUpPages(store);
  const fetches = createFetches([]);
  const { read, fetched } = setUpPages(store, new TestClock(NOW), {
    join: async (key, request) => {
      await writer.read();
      return fetches.join(key, request);
    },
  });
  expect([await read(), fetched()]).toEqual(['answer 1', 0]);
  // Sent as a result, it would seem to be new.
  expect(fetches.ended).toEqual([null]);
});
