import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import Keyv from 'keyv';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRedis, type RedisParts } from '../../../src/store/redis/open.ts';
import type { FetchWait, SharedFetch, Store } from '../../../src/store/store.ts';
import { systemClock, type Clock } from '../../../src/util/clock.ts';
import { createStores } from '../../support/dependencies.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { readRedis, startRedis, type RedisServer } from '../../support/redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SECRET = Buffer.alloc(32, 7);
const PATIENT: FetchWait = { deadline: Infinity, signal: new AbortController().signal };
let server: RedisServer;
/** That all gateways share. */
let store: Store;
const opened: RedisParts[] = [];
beforeEach(async () => {
  server = await startRedis();
  ({ store } = createStores());
});
afterEach(async () => {
  for (const parts of opened.splice(0)) parts.close();
  await server.kill();
});

/** As one gateway has it, with no more permissions than the documentation names. */
async function open(
  pages = new Keyv<string>(),
  secret = SECRET,
  clock: Clock = systemClock,
): Promise<RedisParts> {
  const surroundings = { clock, log: createMemoryLog().log };
  const { settings } = store;
  const options = { url: server.gatewayUrl, secret, requestsPerMinute: 3, pages, settings };
  const parts = openRedis(options, surroundings);
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

const dump = (): Promise<Record<string, string>> => readRedis(server.url);

/** What is in it under names of this kind. */
async function dumpOf(kind: string): Promise<Record<string, string>> {
  const all = Object.entries(await dump());
  return Object.fromEntries(all.filter(([name]) => name.startsWith(`gateway:${kind}:`)));
}

async function write(values: Record<string, string>): Promise<void> {
  await withShell((client) =>
    Promise.all(Object.entries(values).map(([name, value]) => client.set(name, value))),
  );
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

test('what was deleted while Redis was lost is not found in it when the store has lost its pages, too', async () => {
  const pages = new Keyv<string>();
  const [first, second] = [await open(pages), await open(pages)];
  await first.pages.set('page', 'incomplete');
  server.signal('SIGSTOP');
  await waitUntil(() => !first.state.isUp);
  await first.pages.delete('page');
  // As after a crash of PostgreSQL.
  await pages.clear();
  server.signal('SIGCONT');
  expect(await (await open(pages)).pages.get('page')).toBeUndefined();
  await waitUntil(async () => (await second.pages.get('page')) === undefined && second.state.isUp);
});

/** Fails from now on, until it is mended. */
function breakStore(): { mend: () => void } {
  const { settings } = store;
  const read = vi.spyOn(settings, 'redisEra').mockRejectedValue(new Error('down'));
  const begin = vi.spyOn(settings, 'beginRedisEra').mockRejectedValue(new Error('down'));
  return {
    mend: () => {
      read.mockRestore();
      begin.mockRestore();
    },
  };
}

test('a page is deleted where that is possible also when the store fails', async () => {
  const kept = new Keyv<string>();
  const { pages } = await open(kept);
  await pages.set('page', 'incomplete');
  await kept.set('page', 'incomplete');
  breakStore();
  await expect(pages.delete('page')).rejects.toThrow('down');
  expect([await dumpOf('page'), await kept.get('page')]).toEqual([{}, undefined]);
});

test('a page that could be deleted nowhere is not found once the store is back', async () => {
  const { pages, state } = await open();
  await pages.set('page', 'incomplete');
  server.signal('SIGSTOP');
  await waitUntil(() => !state.isUp);
  const { mend } = breakStore();
  await expect(pages.delete('page')).rejects.toThrow('down');
  mend();
  server.signal('SIGCONT');
  await waitUntil(() => state.isUp);
  expect(await pages.get('page')).toBeUndefined();
});

test('what was deleted while Redis did not answer is not found in it later, by any gateway', async () => {
  const store = new Keyv<string>();
  const [first, second] = [await open(store), await open(store)];
  await first.pages.set('page', 'incomplete');
  expect(await second.pages.get('page')).toBe('incomplete');
  server.signal('SIGSTOP');
  // What is sent before that, it reads later.
  await waitUntil(() => !first.state.isUp);
  await first.pages.delete('page');
  first.close();
  server.signal('SIGCONT');
  expect(await (await open(store)).pages.get('page')).toBeUndefined();
  // It may not have noticed anything, and learns of it within a second.
  await waitUntil(async () => (await second.pages.get('page')) === undefined && second.state.isUp);
  await second.pages.set('page', 'whole');
  expect(await (await open(store)).pages.get('page')).toBe('whole');
  expect(await store.get('page')).toBeUndefined();
});

test.each([
  ['its memory is full', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
  ['it has become a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
])('while Redis refuses to write since %s, it is done without', async (_, begin, end) => {
  const store = new Keyv<string>();
  let aheadMs = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs };
  const { pages, fetches, counts, bell, state } = await open(store, SECRET, clock);
  await pages.set('older', 'in Redis');
  await withShell((client) => client.sendCommand(begin));
  await pages.set('page', 'meanwhile');
  const kept = [await pages.get('page'), await pages.getMany(['page', 'none']), await store.get('page')];
  expect(kept).toEqual(['meanwhile', ['meanwhile', undefined], 'meanwhile']);
  await pages.delete('older');
  expect((await fetches.join('page', PATIENT)).isOwn).toBe(true);
  expect((await fetches.join('page', PATIENT)).isOwn).toBe(true);
  expect(await counts.count('caller', () => -1)).toBe(-1);
  bell.ring();
  await withShell((client) => client.sendCommand(end));
  expect(await (await open(store)).pages.get('older')).toBeUndefined();
  await pages.set('page', 'not tried again yet');
  expect(await store.get('page')).toBe('not tried again yet');
  aheadMs += 10_000;
  await pages.set('page', 'in Redis again');
  expect([await pages.get('page'), await store.get('page')]).toEqual([
    'in Redis again',
    'not tried again yet',
  ]);
  expect(state.isUp).toBe(true);
});

/** @returns ends it with a page, which was complete at this time, by default now */
function endOf(fetch: SharedFetch): (text: string | null, doneAt?: number) => Promise<void> {
  if (!fetch.isOwn) throw new Error('It is not its own');
  return (text, doneAt = systemClock.monotonic()) =>
    fetch.end(text === null ? null : { toText: () => text, doneAt });
}

test('one fetches, the others get its page, which was complete after they asked', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  const end = endOf(await first.fetches.join('page', PATIENT));
  const asked = systemClock.monotonic();
  const waiting = Promise.all([second.fetches.join('page', PATIENT), third.fetches.join('page', PATIENT)]);
  expect((await second.fetches.join('another page', PATIENT)).isOwn).toBe(true);
  await sleep(1_500);
  const done = systemClock.monotonic();
  await end('CANARY');
  for (const got of await waiting) {
    expect(got).toEqual({ isOwn: false, text: 'CANARY', doneAfter: expect.any(Number) as number });
    if (got.isOwn) continue;
    expect(got.doneAfter).toBeGreaterThan(asked);
    expect(got.doneAfter).toBeLessThanOrEqual(done);
  }
  expect(JSON.stringify(await dump())).not.toContain('CANARY');
  // The next question is newer than that page.
  expect((await second.fetches.join('page', PATIENT)).isOwn).toBe(true);
});

test('when the one that fetches dies, one of those that wait is next, and the others get its page', async () => {
  const all = [await open(), await open(), await open()];
  const [first, ...others] = all;
  await first?.fetches.join('page', PATIENT);
  let fetched = 0;
  const waiting = others.map(async ({ fetches }) => {
    const got = await fetches.join('page', PATIENT);
    if (!got.isOwn) return got.text;
    await endOf(got)(`fetched ${++fetched}`);
    return `own ${fetched}`;
  });
  first?.close();
  expect((await Promise.all(waiting)).sort()).toEqual(['fetched 1', 'own 1']);
});

test('when the fetch brings nothing, or Redis dies, each that waits fetches for itself', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  const failing = endOf(await first.fetches.join('page', PATIENT));
  const waiting = [second.fetches.join('page', PATIENT), third.fetches.join('page', PATIENT)];
  await failing(null);
  expect((await Promise.all(waiting)).map(({ isOwn }) => isOwn)).toEqual([true, true]);
  endOf(await first.fetches.join('page 2', PATIENT));
  const cut = second.fetches.join('page 2', PATIENT);
  await server.kill();
  expect((await cut).isOwn).toBe(true);
  expect((await third.fetches.join('page 2', PATIENT)).isOwn).toBe(true);
});

/** Pings are further apart. */
const LONGEST_LOOK_MS = 50;

/** A clock on which those that wait are woken by hand. */
function createDoze(): { clock: Clock; isAsleep: () => boolean; wake: () => void } {
  let sleeper: (() => void) | null = null;
  return {
    clock: {
      ...systemClock,
      sleep: (ms, signal) =>
        ms > LONGEST_LOOK_MS ? systemClock.sleep(ms, signal) : new Promise((resolve) => (sleeper = resolve)),
    },
    isAsleep: () => sleeper !== null,
    wake: () => {
      const wake = sleeper;
      sleeper = null;
      wake?.();
    },
  };
}

interface Waiting {
  end: ReturnType<typeof endOf>;
  got: Promise<SharedFetch>;
  isAsleep: () => boolean;
  look: () => void;
}

/** One gateway fetches a page, and another one waits for it, and looks when it is told to. */
async function startWaiting(page: string): Promise<Waiting> {
  const { clock, isAsleep, wake } = createDoze();
  const [holder, waiter] = [await open(), await open(new Keyv(), SECRET, clock)];
  const end = endOf(await holder.fetches.join(page, PATIENT));
  const got = waiter.fetches.join(page, PATIENT);
  await waitUntil(isAsleep);
  return { end, got, isAsleep, look: wake };
}

test('a result is there for those that wait also when another gateway has come to fetch the page again', async () => {
  const { end, got, look } = await startWaiting('page');
  await end('text');
  expect((await (await open()).fetches.join('page', PATIENT)).isOwn).toBe(true);
  look();
  expect(await got).toMatchObject({ isOwn: false, text: 'text' });
});

test('none waits longer than its request has time, or once that has ended', async () => {
  const [holder, waiter] = [await open(), await open()];
  endOf(await holder.fetches.join('page', PATIENT));
  const began = systemClock.monotonic();
  const ending = new AbortController();
  const waiting = [
    waiter.fetches.join('page', { ...PATIENT, deadline: began + 100 }),
    waiter.fetches.join('page', { ...PATIENT, signal: ending.signal }),
  ];
  expect((await waiting[0])?.isOwn).toBe(true);
  ending.abort();
  expect((await waiting[1])?.isOwn).toBe(true);
  // The longest that others wait is five seconds.
  expect(systemClock.monotonic() - began).toBeLessThan(4_000);
});

test('a result that is moved to another page is not taken', async () => {
  const both = [await startWaiting('one'), await startWaiting('another')];
  for (const { end } of both) await end('text');
  const [[one, ofOne] = [], [another, ofAnother] = []] = Object.entries(await dumpOf('fetched'));
  await write({ [one ?? '']: ofAnother ?? '', [another ?? '']: ofOne ?? '' });
  for (const { look } of both) look();
  const got = await Promise.all(both.map((waiting) => waiting.got));
  expect(got.map(({ isOwn }) => isOwn)).toEqual([true, true]);
});

test('a claim that is moved to another page brings no page of the first', async () => {
  const [first, second, third, fourth] = [await open(), await open(), await open(), await open()];
  const end = endOf(await first.fetches.join('one', PATIENT));
  const [[one, token] = []] = Object.entries(await dumpOf('fetch'));
  await second.fetches.join('another', PATIENT);
  const [another = ''] = Object.keys(await dumpOf('fetch')).filter((name) => name !== one);
  // Its holder renews it no more.
  second.close();
  await withShell((client) => client.set(another, token ?? '', { expiration: { type: 'PX', value: 1_000 } }));
  const waiting = third.fetches.join('another', PATIENT);
  const meant = fourth.fetches.join('one', PATIENT);
  // Both have looked.
  await sleep(200);
  await end('text');
  expect(await meant).toMatchObject({ isOwn: false, text: 'text' });
  expect((await waiting).isOwn).toBe(true);
});

test('a result that is put back for a later question is not taken', async () => {
  const earlier = await startWaiting('page');
  const claim = await dumpOf('fetch');
  await earlier.end('old');
  const result = await dumpOf('fetched');
  earlier.look();
  expect(await earlier.got).toMatchObject({ isOwn: false, text: 'old' });
  await write({ ...claim, ...result });
  const deadline = systemClock.monotonic() + 500;
  expect((await (await open()).fetches.join('page', { ...PATIENT, deadline })).isOwn).toBe(true);
});

test('a result that is held back is not younger for that', async () => {
  const { end, got, look, isAsleep } = await startWaiting('page');
  const claim = await dumpOf('fetch');
  await end('old');
  const done = systemClock.monotonic();
  const result = await dumpOf('fetched');
  await withShell((client) => client.del(Object.keys(result)));
  await write(claim);
  for (let looks = 0; looks < 2; looks++) {
    look();
    await waitUntil(isAsleep);
  }
  await write(result);
  look();
  const found = await got;
  if (found.isOwn) expect.unreachable();
  expect(found.text).toBe('old');
  expect(found.doneAfter).toBeLessThanOrEqual(done);
});

test('a result is as old as the gateway that fetched it has measured', async () => {
  const { end, got, look } = await startWaiting('page');
  const doneAt = systemClock.monotonic() - 60_000;
  await end('page', doneAt);
  look();
  const found = await got;
  if (found.isOwn) expect.unreachable();
  expect(found.doneAfter).toBeLessThanOrEqual(doneAt);
  expect(found.doneAfter).toBeGreaterThan(doneAt - 10_000);
});

test('a gateway whose claim is lost neither prolongs nor ends that of another', async () => {
  const holder = await open();
  const end = endOf(await holder.fetches.join('page', PATIENT));
  const [claim = ''] = Object.keys(await dumpOf('fetch'));
  expect(claim).not.toBe('');
  await withShell(async (client) => {
    await client.set(claim, 'another', { expiration: { type: 'PX', value: 60_000 } });
    // It has been renewed once or twice.
    await sleep(700);
    expect(await client.pTTL(claim)).toBeGreaterThan(30_000);
    await end('page');
    expect(await client.get(claim)).toBe('another');
  });
});

test('what is fetched without others that wait is not sent', async () => {
  const { fetches } = await open();
  await endOf(await fetches.join('page', PATIENT))('CANARY');
  expect(await dump()).toEqual({});
});

test('a forged claim is waited for as long as it lasts, and no longer', async () => {
  const [first, second] = [await open(), await open()];
  endOf(await first.fetches.join('page', PATIENT));
  const [claim = ''] = Object.keys(await dump());
  first.close();
  await withShell((client) => client.set(claim, 'forged', { expiration: { type: 'PX', value: 300 } }));
  expect((await second.fetches.join('page', PATIENT)).isOwn).toBe(true);
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

test.each<[string, (client: ReturnType<typeof createShell>, name: string) => Promise<unknown>]>([
  [
    'a number that would stay for days',
    (client, name) => client.set(name, '1000000', { expiration: { type: 'EX', value: 864_000 } }),
  ],
  ['no number', (client, name) => client.set(name, 'x')],
  ['a list', (client, name) => client.del(name).then(() => client.lPush(name, 'x'))],
])('a count that was replaced by %s refuses none: each gateway counts for itself', async (_, forge) => {
  const { counts } = await open();
  expect(await counts.count('caller', () => -1)).toBeNull();
  const [name = ''] = Object.keys(await dumpOf('requests'));
  await withShell((client) => forge(client, name));
  expect(await counts.count('caller', () => -1)).toBe(-1);
});
