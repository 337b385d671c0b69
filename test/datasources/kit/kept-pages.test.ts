import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Keyv from 'keyv';
import { expect, test } from 'vitest';
import { latestNow } from '../../../src/util/present.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { SqliteKeyv } from '../../../src/store/sqlite/keyv.ts';
import { PAGES_MIGRATIONS } from '../../../src/store/sqlite/migrations.ts';
import { HOUR, NOW, setUpPages } from '../../support/page-store.ts';
import { TestClock } from '../../support/test-clock.ts';

test('a page outlives the process in the store', async () => {
  using database = openDatabase(':memory:', 'NORMAL', null, PAGES_MIGRATIONS);
  const store = new Keyv({ store: new SqliteKeyv(database, new TestClock(NOW)), useKeyPrefix: false });
  const first = setUpPages(store);
  expect(await first.read()).toBe('answer 1');
  const second = setUpPages(store);
  expect(await second.read({ fetch: () => Promise.reject(new Error('not asked')) })).toBe('answer 1');
});

test('a page that must not leave the process is in its memory alone, and is not asked of others', async () => {
  const store = new Keyv();
  const fetches = { join: () => Promise.reject(new Error('not asked')) };
  let mayStore = false;
  const first = setUpPages(store, new TestClock(NOW), fetches, () => Promise.resolve(mayStore));
  expect([await first.read(), await first.read(), first.errors]).toEqual(['answer 1', 'answer 1', []]);
  expect(await setUpPages(store).read()).toBe('answer 1');
  mayStore = true;
  const alone = setUpPages(store, new TestClock(NOW), null, () => Promise.resolve(mayStore));
  await alone.read({ key: 'other' });
  const reading = setUpPages(store).read({ key: 'other', fetch: () => Promise.resolve('fetched again') });
  expect(await reading).toBe('answer 1');
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

/** A storage adapter of which every operation does the same. */
function createStoreThat(acts: () => Promise<never>): Keyv {
  const adapter = { opts: {}, get: acts, set: acts, delete: acts, clear: acts, on: () => adapter };
  return new Keyv({ store: adapter, throwOnErrors: true });
}

test('a store that fails costs speed, never the answer', async () => {
  const { read, errors } = setUpPages(createStoreThat(() => Promise.reject(new Error('broken'))));
  expect(await read()).toBe('answer 1');
  expect(await read()).toBe('answer 1');
  expect(errors.map(String)).toEqual(['Error: broken', 'Error: broken']);
});

test('a store that hangs is passed by', async () => {
  const { read, errors } = setUpPages(createStoreThat(() => new Promise(() => undefined)));
  expect(await read()).toBe('answer 1');
  expect(errors).toHaveLength(2);
});

test('a page that was written while the clock was ahead is not taken for the newest', async () => {
  const store = new Keyv();
  await setUpPages(store, new TestClock(NOW + 24 * HOUR)).read();
  const later = setUpPages(store, new TestClock(NOW + HOUR));
  await later.read();
  expect(later.pages.reads).toEqual({ memory: 0, store: 0, shared: 0, provider: 1 });
});

test('of many pages the first that is kept is found, in memory or in the store, and none that is too old', async () => {
  const clock = new TestClock(NOW);
  const keyv = new Keyv({
    store: new SqliteKeyv(openDatabase(':memory:', 'NORMAL', null, PAGES_MIGRATIONS), clock),
  });
  const earlier = setUpPages(keyv, clock);
  await earlier.read({ key: 'stored' });
  await earlier.read({ key: 'of the present', coversUntil: NOW });
  const { pages, read, errors } = setUpPages(keyv, clock);
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
  const { read } = setUpPages(new Keyv({ store: keyv }), clock);
  expect(await read()).toBe('answer 1');
  expect(await setUpPages(new Keyv({ store: keyv }), clock).read()).toBe('answer 1');
  database.close();
  rmSync(directory, { recursive: true });
});

test('what is in the store and is no page counts as absent', async () => {
  const store = new Keyv();
  const { read, errors } = setUpPages(store);
  for (const value of ['a text', [], null, { value: 1, fetchedAt: null }]) {
    await store.set('v4 page', value);
    expect(await read({ coversUntil: NOW })).toMatch(/^answer/);
  }
  expect(errors).toEqual([]);
});
