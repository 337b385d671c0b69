import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Keyv from 'keyv';
import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import { PageStore, type PageRequest } from '../../../src/datasources/kit/page-store.ts';
import { latestNow } from '../../../src/util/present.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { SqliteKeyv } from '../../../src/store/sqlite/keyv.ts';
import { PAGES_MIGRATIONS } from '../../../src/store/sqlite/migrations.ts';
import type { FetchedPage, SharedFetch, SharedFetches } from '../../../src/store/store.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { TestClock } from '../../support/test-clock.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

interface Setup {
  pages: PageStore;
  clock: TestClock;
  errors: unknown[];
  read: (request?: Partial<PageRequest<string>>) => Promise<string>;
  fetched: () => number;
}

function setUp(store = new Keyv(), clock = new TestClock(NOW), fetches: SharedFetches | null = null): Setup {
  const errors: unknown[] = [];
  const pages = new PageStore(store, clock, (error) => errors.push(error), { fetches });
  let fetched = 0;
  const read = (request: Partial<PageRequest<string>> = {}): Promise<string> =>
    pages.read({
      key: 'page',
      notBefore: latestNow(clock),
      coversUntil: NOW - HOUR,
      fetch: () => Promise.resolve(`answer ${++fetched}`),
      budget: new TestBudget(clock.now()),
      weigh: () => 1,
      ...request,
    });
  return { pages, clock, errors, read, fetched: () => fetched };
}

test('a page is fresh for as long again as it lay back when it was fetched', async () => {
  const { read, clock } = setUp();
  expect(await read()).toBe('answer 1');
  clock.advance(HOUR - 1);
  expect(await read()).toBe('answer 1');
  clock.advance(1);
  expect(await read()).toBe('answer 2');
});

test('a page of the present is fresh only for requests that began before it was fetched', async () => {
  const { read, clock } = setUp();
  const began = clock.now();
  expect(await read({ coversUntil: NOW })).toBe('answer 1');
  clock.advance(10_000);
  expect(await read({ coversUntil: NOW, notBefore: began })).toBe('answer 1');
  expect(await read({ coversUntil: NOW })).toBe('answer 2');
});

test('equal reads at once are one', async () => {
  const { read, fetched } = setUp();
  const answers = await Promise.all(Array.from({ length: 50 }, () => read()));
  expect(new Set(answers)).toEqual(new Set(['answer 1']));
  expect(fetched()).toBe(1);
});

test('a page outlives the process in the store', async () => {
  using database = openDatabase(':memory:', 'NORMAL', null, PAGES_MIGRATIONS);
  const store = new Keyv({ store: new SqliteKeyv(database, new TestClock(NOW)), useKeyPrefix: false });
  const first = setUp(store);
  expect(await first.read()).toBe('answer 1');
  const second = setUp(store);
  expect(await second.read({ fetch: () => Promise.reject(new Error('not asked')) })).toBe('answer 1');
});

test('what the store keeps ends by the clock that it was given', () => {
  using database = openDatabase(':memory:', 'NORMAL', null, PAGES_MIGRATIONS);
  const clock = new TestClock(NOW);
  const store = new SqliteKeyv(database, clock);
  store.set('page', 'text', 1_000);
  clock.advance(999);
  expect(store.get('page')).toBe('text');
  clock.advance(1);
  expect(store.get('page')).toBeUndefined();
});

test('a page is not used after the end of its URLs', async () => {
  const { read, clock } = setUp();
  expect(await read({ usableUntil: () => NOW + 5_000 })).toBe('answer 1');
  clock.advance(4_999);
  expect(await read()).toBe('answer 1');
  clock.advance(1);
  expect(await read()).toBe('answer 2');
});

/** A storage adapter of which every operation does the same. */
function createStoreThat(acts: () => Promise<never>): Keyv {
  const adapter = { opts: {}, get: acts, set: acts, delete: acts, clear: acts, on: () => adapter };
  return new Keyv({ store: adapter, throwOnErrors: true });
}

test('a store that fails costs speed, never the answer', async () => {
  const { read, errors } = setUp(createStoreThat(() => Promise.reject(new Error('broken'))));
  expect(await read()).toBe('answer 1');
  expect(await read()).toBe('answer 1');
  expect(errors.map(String)).toEqual(['Error: broken', 'Error: broken']);
});

test('a store that hangs is passed by', async () => {
  const { read, errors } = setUp(createStoreThat(() => new Promise(() => undefined)));
  expect(await read()).toBe('answer 1');
  expect(errors).toHaveLength(2);
});

test("another request's spent budget is not ours", async () => {
  const { read } = setUp();
  const poor = read({ fetch: () => Promise.reject(new BudgetSpentError()) });
  const rich = read();
  await expect(poor).rejects.toThrow(BudgetSpentError);
  expect(await rich).toBe('answer 1');
});

test('a reader that joined a call which its first caller aborted tries for itself', async () => {
  const { read, fetched } = setUp();
  const gone = new AbortController();
  const begun = Promise.withResolvers<null>();
  const first = read({
    fetch: () =>
      new Promise((_, reject) => {
        begun.resolve(null);
        gone.signal.addEventListener('abort', () => {
          reject(new BudgetSpentError());
        });
      }),
  });
  const joined = Array.from({ length: 10 }, () => read());
  await begun.promise;
  gone.abort();
  await expect(first).rejects.toThrow(BudgetSpentError);
  expect(new Set(await Promise.all(joined))).toEqual(new Set(['answer 1']));
  expect(fetched()).toBe(1);
});

test('a failed fetch is not kept', async () => {
  const { read } = setUp();
  await expect(read({ fetch: () => Promise.reject(new Error('down')) })).rejects.toThrow('down');
  expect(await read()).toBe('answer 1');
});

test("a page's age is what has passed since, wherever the clock is set meanwhile", async () => {
  const { read, clock } = setUp();
  expect(await read()).toBe('answer 1');
  for (const jump of [-HOUR / 2, 24 * HOUR, -24 * HOUR, HOUR / 2]) {
    clock.jump(jump);
    clock.advance(HOUR / 4 - 1);
    expect(await read()).toBe('answer 1');
  }
  clock.advance(4);
  expect(await read()).toBe('answer 2');
});

test('a page of the present is asked for again by those who come later, wherever the clock is set meanwhile', async () => {
  const { read, clock } = setUp();
  for (const [index, jump] of [0, -HOUR / 2, 24 * HOUR, -24 * HOUR].entries()) {
    clock.jump(jump);
    clock.advance(1_000);
    const present = { coversUntil: latestNow(clock), notBefore: latestNow(clock) };
    expect(await read(present)).toBe(`answer ${index + 1}`);
    clock.advance(1_000);
    expect(await read(present)).toBe(`answer ${index + 1}`);
  }
});

test('what seems to lie back only because the clock is ahead is not fresh', async () => {
  const { read, clock } = setUp();
  expect(latestNow(clock)).toBe(NOW);
  clock.jump(24 * HOUR);
  const day = { coversUntil: NOW + HOUR };
  expect(await read(day)).toBe('answer 1');
  clock.advance(1_000);
  expect(await read(day)).toBe('answer 2');
});

test('a page that was written while the clock was ahead is not taken for the newest', async () => {
  const store = new Keyv();
  await setUp(store, new TestClock(NOW + 24 * HOUR)).read();
  const later = setUp(store, new TestClock(NOW + HOUR));
  await later.read();
  expect(later.pages.reads).toEqual({ memory: 0, store: 0, shared: 0, provider: 1 });
});

test('a page with expiring URLs is used for as long as they live, wherever the clock is set meanwhile', async () => {
  const { read, clock } = setUp();
  const request = { coversUntil: 0, usableUntil: () => NOW + HOUR };
  expect(await read(request)).toBe('answer 1');
  clock.jump(-HOUR / 2);
  clock.advance(HOUR - 1);
  expect(await read(request)).toBe('answer 1');
  clock.advance(1);
  expect(await read(request)).toBe('answer 2');
});

test('of many pages the first that is kept is found, in memory or in the store, and none that is too old', async () => {
  const clock = new TestClock(NOW);
  const keyv = new Keyv({
    store: new SqliteKeyv(openDatabase(':memory:', 'NORMAL', null, PAGES_MIGRATIONS), clock),
  });
  const earlier = setUp(keyv, clock);
  await earlier.read({ key: 'stored' });
  await earlier.read({ key: 'of the present', coversUntil: NOW });
  const { pages, read, errors } = setUp(keyv, clock);
  await read({ key: 'in memory', coversUntil: NOW });
  const find = (...keys: string[]): Promise<number | null> =>
    pages.findKept(keys.map((key) => ({ key, notBefore: latestNow(clock), coversUntil: NOW - HOUR })));
  expect(await find('unknown', 'in memory', 'stored')).toBe(1);
  expect(await find('unknown', 'stored', 'in memory')).toBe(1);
  expect(await find('unknown', 'of the present')).toBeNull();
  expect(await find()).toBeNull();
  clock.advance(HOUR);
  expect(await find('unknown', 'stored')).toBeNull();
  expect(errors).toEqual([]);
});

test('a cache that an earlier version has made is used on, without its pages', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-pages-'));
  const file = join(directory, 'gateway.db.pages');
  const [first] = PAGES_MIGRATIONS;
  const clock = new TestClock(NOW);
  const earlier = openDatabase(file, 'NORMAL', null, [first]);
  new SqliteKeyv(earlier, clock).set('v3 page', '{"value":"an old page"}');
  earlier.close();
  const database = openDatabase(file, 'NORMAL', null, PAGES_MIGRATIONS);
  const keyv = new SqliteKeyv(database, clock);
  expect(keyv.getMany(['v3 page', 'v4 page'])).toEqual([undefined, undefined]);
  const { read } = setUp(new Keyv({ store: keyv }), clock);
  expect(await read()).toBe('answer 1');
  expect(await setUp(new Keyv({ store: keyv }), clock).read()).toBe('answer 1');
  database.close();
  rmSync(directory, { recursive: true });
});

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
  await setUp(new Keyv(), new TestClock(now), own).read(request);
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
  const { read, fetched, pages } = setUp(new Keyv(), clock, others);
  const answers = await Promise.all(Array.from({ length: 50 }, () => read({ notBefore: clock.now() - 40 })));
  expect([new Set(answers), fetched()]).toEqual([new Set(['answer 1']), 0]);
  expect(others.asked).toEqual(['v4 page']);
  expect(pages.reads).toEqual({ memory: 0, store: 0, shared: 50, provider: 0 });
  // Too old for a request that began a moment later, unlike for those before.
  expect(await read({ notBefore: clock.now() - 40, coversUntil: NOW })).toBe('answer 1');
  expect(await read({ notBefore: clock.now() - 39, coversUntil: NOW })).toBe('answer 1');
  expect([fetched(), others.ended.length]).toEqual([1, 1]);
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
    const { read, fetched } = setUp(new Keyv(), clock, fetches);
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
    const { read, fetched } = setUp(new Keyv(), clock, fetches);
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
    const { read, fetched } = setUp(new Keyv(), clock, fetches);
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
  const { read, fetched } = setUp(new Keyv(), clock, fetches);
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
    const { read, fetched } = setUp(
      new Keyv(),
      new TestClock(NOW),
      createFetches([{ isOwn: false, text, doneAfter: 0 }]),
    );
    expect([await read(), fetched()]).toEqual(['answer 1', 1]);
  }
});

test('what is in the store and is no page counts as absent', async () => {
  const store = new Keyv();
  const { read, errors } = setUp(store);
  for (const value of ['a text', [], null, { value: 1, fetchedAt: null }]) {
    await store.set('v4 page', value);
    expect(await read({ coversUntil: NOW })).toMatch(/^answer/);
  }
  expect(errors).toEqual([]);
});

test('the others are told when a fetch has failed, and the next read tries again', async () => {
  const fetches = createFetches([]);
  const { read } = setUp(new Keyv(), new TestClock(NOW), fetches);
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
  const writer = setUp(store);
  const fetches = createFetches([]);
  const { read, fetched } = setUp(store, new TestClock(NOW), {
    join: async (key, request) => {
      await writer.read();
      return fetches.join(key, request);
    },
  });
  expect([await read(), fetched()]).toEqual(['answer 1', 0]);
  // Sent as a result, it would seem to be new.
  expect(fetches.ended).toEqual([null]);
});
