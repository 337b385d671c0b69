import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import Keyv from 'keyv';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRedis, type RedisParts } from '../../../src/store/redis/open.ts';
import type { SharedFetch } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SECRET = Buffer.alloc(32, 7);
let server: RedisServer;
const opened: RedisParts[] = [];
beforeEach(async () => {
  server = await startRedis();
});
afterEach(async () => {
  for (const parts of opened.splice(0)) parts.close();
  await server.kill();
});

/** As one gateway has it. */
async function open(pages = new Keyv<string>(), secret = SECRET): Promise<RedisParts> {
  const surroundings = { clock: systemClock, log: createMemoryLog().log };
  const parts = openRedis({ url: server.url, secret, requestsPerMinute: 3, pages }, surroundings);
  opened.push(parts);
  await waitUntil(() => parts.state.isUp);
  return parts;
}

function createShell(url: string) {
  return createClient({ url });
}

/** As a person with a shell would. */
async function withShell<T>(use: (client: ReturnType<typeof createShell>) => Promise<T>): Promise<T> {
  const client = createShell(server.url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** Everything that is in it, as text. */
async function dump(): Promise<Record<string, string>> {
  return withShell(async (client) => {
    const names = await client.keys('*');
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, (await client.get(name)) ?? ''] as const)),
    );
  });
}

test('a page that one gateway has kept, others find, and neither its key nor its text can be read there', async () => {
  const [first, second] = [await open(), await open()];
  await first.pages.set('wechat CANARY key', '{"text":"CANARY"}', 60_000.5);
  expect(await second.pages.get('wechat CANARY key')).toBe('{"text":"CANARY"}');
  expect(await second.pages.get('wechat another key')).toBeUndefined();
  const text = JSON.stringify(await dump());
  expect(text).not.toMatch(/CANARY|wechat/);
  expect(Buffer.from(text).toString('latin1')).not.toContain(
    Buffer.from('CANARY').toString('base64').slice(0, 7),
  );
  await second.pages.delete('wechat CANARY key');
  expect(await first.pages.get('wechat CANARY key')).toBeUndefined();
});

test('gateways with another secret neither find nor disturb them', async () => {
  const [own, other] = [await open(), await open(new Keyv(), Buffer.alloc(32, 8))];
  await own.pages.set('page', 'ours');
  await other.pages.set('page', 'theirs');
  expect([await own.pages.get('page'), await other.pages.get('page')]).toEqual(['ours', 'theirs']);
  let rings = 0;
  own.bell.onRing(() => rings++);
  other.bell.ring();
  (await open()).bell.ring();
  await waitUntil(() => rings > 0);
  expect(rings).toBe(1);
});

test('what was changed, moved, cut or written by others counts as absent', async () => {
  const { pages } = await open();
  await pages.set('page', 'right');
  await pages.set('other', 'another caller’s');
  const kept = await dump();
  const [name = '', other = ''] = Object.keys(kept);
  const sealed = kept[name] ?? '';
  const key = (await pages.get('page')) === 'right' ? 'page' : 'other';
  const values = [
    kept[other] ?? '',
    sealed.slice(0, -4),
    sealed.replace(/^..../, 'AAAA'),
    '',
    '{"value":"forged"}',
    'x'.repeat(100_000),
  ];
  for (const value of values) {
    await withShell((client) => Promise.all([client.set(name, value), client.set(other, value)]));
    const found = [await pages.get('page'), await pages.get('other')];
    // One of the two has got its own.
    const isOwn = value === kept[other];
    expect(found.filter((text) => text !== undefined)).toHaveLength(isOwn ? 1 : 0);
  }
  await withShell((client) => client.del(name).then(() => client.lPush(name, 'a list')));
  await pages.get(key);
  expect(await pages.get('page')).toBeUndefined();
});

test('while Redis is down, pages are where they are without it, and one that is forgotten is gone in both', async () => {
  const store = new Keyv<string>();
  const { pages, state } = await open(store);
  await server.kill();
  await waitUntil(() => !state.isUp);
  await pages.set('page', 'kept meanwhile');
  expect([await pages.get('page'), await store.get('page')]).toEqual(['kept meanwhile', 'kept meanwhile']);
  await server.start();
  await waitUntil(() => state.isUp);
  expect(await pages.get('page')).toBeUndefined();
  await pages.delete('page');
  expect(await store.get('page')).toBeUndefined();
});

function endOf(fetch: SharedFetch): (text: string | null) => Promise<void> {
  if (!fetch.isOwn) throw new Error('It is not its own');
  return fetch.end;
}

test('one fetches, the others get its page, which was complete after they asked', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  const end = endOf(await first.fetches.join('page'));
  const asked = systemClock.monotonic();
  const waiting = Promise.all([second.fetches.join('page'), third.fetches.join('page')]);
  expect((await second.fetches.join('another page')).isOwn).toBe(true);
  await sleep(1_500);
  const done = systemClock.monotonic();
  await end('CANARY');
  for (const got of await waiting) {
    expect(got).toEqual({ isOwn: false, text: 'CANARY', doneAfter: expect.any(Number) as number });
    if (got.isOwn) continue;
    expect(got.doneAfter).toBeGreaterThan(asked);
    expect(got.doneAfter).toBeLessThan(done + 50);
  }
  expect(JSON.stringify(await dump())).not.toContain('CANARY');
  // The next question is newer than that page.
  expect((await second.fetches.join('page')).isOwn).toBe(true);
});

test('when the one that fetches dies, one of those that wait is next, and the others get its page', async () => {
  const all = [await open(), await open(), await open()];
  const [first, ...others] = all;
  await first?.fetches.join('page');
  let fetched = 0;
  const waiting = others.map(async ({ fetches }) => {
    const got = await fetches.join('page');
    if (!got.isOwn) return got.text;
    await got.end(`fetched ${++fetched}`);
    return `own ${fetched}`;
  });
  first?.close();
  expect((await Promise.all(waiting)).sort()).toEqual(['fetched 1', 'own 1']);
});

test('when the fetch brings nothing, or Redis dies, each that waits fetches for itself', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  const failing = endOf(await first.fetches.join('page'));
  const waiting = [second.fetches.join('page'), third.fetches.join('page')];
  await failing(null);
  expect((await Promise.all(waiting)).map(({ isOwn }) => isOwn)).toEqual([true, true]);
  endOf(await first.fetches.join('page 2'));
  const cut = second.fetches.join('page 2');
  await server.kill();
  expect((await cut).isOwn).toBe(true);
  expect((await third.fetches.join('page 2')).isOwn).toBe(true);
});

test('a forged claim is waited for as long as it lasts, and no longer', async () => {
  const [first, second] = [await open(), await open()];
  endOf(await first.fetches.join('page'));
  const [claim = ''] = Object.keys(await dump());
  first.close();
  await withShell((client) => client.set(claim, 'forged', { expiration: { type: 'PX', value: 300 } }));
  expect((await second.fetches.join('page')).isOwn).toBe(true);
});

test('requests are counted over all gateways, by names that cannot be read, and by each while Redis is down', async () => {
  const [first, second] = [await open(), await open()];
  const here = (): number | null => -1;
  for (const { counts } of [first, second, first]) expect(await counts.count('jwt:CANARY', here)).toBeNull();
  for (const { counts } of [first, second]) {
    const left = await counts.count('jwt:CANARY', here);
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  }
  expect(await second.counts.count('another', here)).toBeNull();
  expect(JSON.stringify(await dump())).not.toContain('CANARY');
  await server.kill();
  expect(await first.counts.count('jwt:CANARY', here)).toBe(-1);
});
