import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resealErasures } from '../../src/compliance/erasure-key.ts';
import { Erasures } from '../../src/compliance/erasures.ts';
import { StoreError, UnreachableStoreError } from '../../src/errors/store-error.ts';
import type { Store } from '../../src/store/store.ts';
import { TestClock } from '../support/test-clock.ts';
import { createTestLocation, openTestLocation, openTestStore } from '../support/test-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-erasures-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const NOW = Date.UTC(2026, 2, 20);
const ANNA = { role: 'CUSTOMER', nativeId: 'anna' } as const;
const BEN = { role: 'CUSTOMER', nativeId: 'ben' } as const;
const ACCOUNT = 'TEST 1';
const ALL = { channel: null, participant: null, conversationKey: null, since: null, until: null };
let files = 0;

function setUp() {
  const { store, sql } = openTestStore();
  const clock = new TestClock(NOW);
  const secret = randomBytes(32);
  const open = (own = store, by = secret): Erasures => new Erasures(own.compliance, by, clock);
  return { store, sql, clock, secret, open };
}

/** A store that two processes have open. */
async function openTwice(): Promise<{ stores: [Store, Store]; close: () => Promise<void> }> {
  const location = await createTestLocation(`sqlite:${join(directory, `${files++}.db`)}`);
  const stores: [Store, Store] = [await openTestLocation(location), await openTestLocation(location)];
  return {
    stores,
    close: async () => {
      for (const store of stores) await store.close();
    },
  };
}

test('nothing is erased until it is noted, and then of that account, that role and that time alone', async () => {
  const { store, open } = setUp();
  const erasures = open();
  expect([await erasures.of(ACCOUNT), await erasures.isSurelyEmpty()]).toEqual([null, true]);
  await erasures.note(ACCOUNT, ANNA, ['m1'], NOW);
  const erased = await erasures.of(ACCOUNT);
  expect([
    erased?.has(ANNA, NOW),
    erased?.has(ANNA, NOW + 1),
    erased?.has({ ...ANNA, role: 'AGENT' }, NOW),
    erased?.has(BEN, NOW),
    erased?.hasMessage('m1', NOW),
    erased?.hasMessage('m2', NOW),
    (await erasures.of('TEST 2'))?.has(ANNA, NOW),
    await erasures.isSurelyEmpty(),
  ]).toEqual([true, false, false, false, true, false, false, false]);
  await store.close();
});

test('the later moment stays, and another process knows it within a second', async () => {
  const { clock, open } = setUp();
  const { stores, close } = await openTwice();
  const [one, other] = [open(stores[0]), open(stores[1])];
  await one.note(ACCOUNT, ANNA, [], NOW);
  expect((await other.of(ACCOUNT))?.has(ANNA, NOW)).toBe(true);
  await one.note(ACCOUNT, ANNA, [], NOW + 5);
  await one.note(ACCOUNT, ANNA, [], NOW + 2);
  clock.advance(1_000);
  expect((await other.of(ACCOUNT))?.has(ANNA, NOW + 5)).toBe(true);
  await close();
});

test('the rest is read again only once another process has changed some of it', async () => {
  const { clock, open } = setUp();
  const { stores, close } = await openTwice();
  const [one, other] = [open(stores[0]), open(stores[1])];
  const { compliance } = stores[1];
  const read = compliance.erasures.bind(compliance);
  let readings = 0;
  compliance.erasures = () => {
    readings++;
    return read();
  };
  const see = async (): Promise<unknown> => {
    clock.advance(1_000);
    const erased = await other.of(ACCOUNT);
    return [erased?.has(ANNA, NOW), erased?.has(BEN, NOW), erased?.isHeld({} as never), readings];
  };
  await one.note(ACCOUNT, ANNA, [], NOW);
  expect([await see(), await see(), await see()]).toEqual([
    [true, false, false, 1],
    [true, false, false, 1],
    [true, false, false, 1],
  ]);
  await one.note(ACCOUNT, BEN, [], NOW);
  expect([await see(), await see()]).toEqual([
    [true, true, false, 2],
    [true, true, false, 2],
  ]);
  await stores[0].compliance.placeHold('x', ALL, NOW);
  expect([await see(), await see()]).toEqual([
    [true, true, true, 3],
    [true, true, true, 3],
  ]);
  await close();
});

test('many messages are noted a thousand at a time, each of them once', async () => {
  const { store, sql } = setUp();
  const unit = sql.unit.bind(sql);
  let units = 0;
  sql.unit = (...args) => {
    units++;
    return unit(...args);
  };
  const subjects = Array.from({ length: 2_345 }, (_, index) => `subject ${index}`);
  const { compliance } = store;
  await compliance.noteErasures(subjects, NOW);
  expect(units).toBe(3);
  await compliance.noteErasures(['subject 7', 'subject 7', 'another'], NOW + 1);
  await compliance.noteErasures(['subject 8'], NOW - 1);
  const noted = subjects.map((subject): [string, number] => [subject, NOW]);
  expect(await compliance.erasures()).toEqual(
    new Map([...noted, ['subject 7', NOW + 1], ['another', NOW + 1]]),
  );
  await store.close();
});

test('the store has neither the id, nor what it could be looked up by without the secret', async () => {
  const { store, sql, secret, open } = setUp();
  await open().note(ACCOUNT, ANNA, [], NOW);
  const rows = await sql.all('SELECT subject FROM archive_erased');
  const sealed = await store.compliance.erasureKey();
  expect(JSON.stringify([rows, sealed])).not.toMatch(/anna|CUSTOMER/);
  expect(rows).toEqual([{ subject: await open().hashOf(ACCOUNT, ANNA) }]);
  await expect(open(store, randomBytes(32)).check()).rejects.toThrow(StoreError);
  const next = randomBytes(32);
  await expect(resealErasures(store.compliance, next, secret)).rejects.toThrow(StoreError);
  await resealErasures(store.compliance, secret, next);
  expect((await open(store, next).of(ACCOUNT))?.has(ANNA, NOW)).toBe(true);
  await expect(open().check()).rejects.toThrow(/another secret/);
  await store.close();
});

test('while the store is away what is known stays hidden, and soon nothing is sure', async () => {
  const { store, clock, open } = setUp();
  const [erasures, before] = [open(), open()];
  await before.check();
  await erasures.note(ACCOUNT, ANNA, [], NOW);
  await erasures.check();
  store.compliance.version = () => Promise.reject(new UnreachableStoreError('away'));
  clock.advance(1_500);
  expect(await before.isSurelyEmpty()).toBe(true);
  // An erasure waits for three seconds, in which a page may be stored that was judged before it.
  clock.advance(500);
  expect(await before.isSurelyEmpty()).toBe(false);
  clock.advance(5_000);
  expect((await erasures.of(ACCOUNT))?.has(ANNA, NOW)).toBe(true);
  await expect(open().of(ACCOUNT)).rejects.toThrow(UnreachableStoreError);
  await store.close();
});

test('a hold keeps messages from being hidden', async () => {
  const { store, clock, open } = setUp();
  const erasures = open();
  await erasures.note(ACCOUNT, ANNA, [], NOW);
  const id = await store.compliance.placeHold('x', ALL, NOW);
  const isHeld = async (): Promise<boolean | undefined> => {
    clock.advance(1_000);
    return (await erasures.of(ACCOUNT))?.isHeld({} as never);
  };
  expect(await isHeld()).toBe(true);
  await store.compliance.releaseHold(id, NOW);
  expect(await isHeld()).toBe(false);
  await store.close();
});
