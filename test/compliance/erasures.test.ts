import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Erasures, resealErasures } from '../../src/compliance/erasures.ts';
import { StoreError, UnreachableStoreError } from '../../src/errors/store-error.ts';
import { TestClock } from '../support/test-clock.ts';
import { openTestStore } from '../support/test-store.ts';

const NOW = Date.UTC(2026, 2, 20);
const ANNA = { role: 'CUSTOMER', nativeId: 'anna' } as const;
const ACCOUNT = 'TEST 1';

function setUp() {
  const { store, another, sql } = openTestStore();
  const clock = new TestClock(NOW);
  const secret = randomBytes(32);
  const open = (own = store, by = secret): Erasures => new Erasures(own.compliance, by, clock);
  return { store, another, sql, clock, secret, open };
}

test('nothing is erased until it is noted, and then of that account, that role and that time alone', async () => {
  const { store, open } = setUp();
  const erasures = open();
  expect([await erasures.of(ACCOUNT), await erasures.isEmpty()]).toEqual([null, true]);
  await erasures.note(ACCOUNT, ANNA, ['m1'], NOW);
  const erased = await erasures.of(ACCOUNT);
  expect([
    erased?.has(ANNA, NOW),
    erased?.has(ANNA, NOW + 1),
    erased?.has({ ...ANNA, role: 'AGENT' }, NOW),
    erased?.has({ ...ANNA, nativeId: 'ben' }, NOW),
    erased?.hasMessage('m1', NOW),
    erased?.hasMessage('m2', NOW),
    (await erasures.of('TEST 2'))?.has(ANNA, NOW),
    await erasures.isEmpty(),
  ]).toEqual([true, false, false, false, true, false, false, false]);
  await store.close();
});

test('the later moment stays, and another process knows it within a second', async () => {
  const { store, another, clock, open } = setUp();
  const [one, other] = [open(), open(another())];
  await one.note(ACCOUNT, ANNA, [], NOW);
  expect((await other.of(ACCOUNT))?.has(ANNA, NOW)).toBe(true);
  await one.note(ACCOUNT, ANNA, [], NOW + 5);
  await one.note(ACCOUNT, ANNA, [], NOW + 2);
  clock.advance(1_000);
  expect((await other.of(ACCOUNT))?.has(ANNA, NOW + 5)).toBe(true);
  await store.close();
});

test('the store has neither the id, nor what it could be looked up by without the secret', async () => {
  const { store, sql, secret, open } = setUp();
  await open().note(ACCOUNT, ANNA, [], NOW);
  const rows = await sql.all('SELECT subject FROM archive_erased');
  const sealed = await store.compliance.erasureKey();
  expect(JSON.stringify([rows, sealed])).not.toMatch(/anna|CUSTOMER/);
  await expect(open(store, randomBytes(32)).check()).rejects.toThrow(StoreError);
  const next = randomBytes(32);
  await expect(resealErasures(store.compliance, next, secret)).rejects.toThrow(StoreError);
  await resealErasures(store.compliance, secret, next);
  expect((await open(store, next).of(ACCOUNT))?.has(ANNA, NOW)).toBe(true);
  await expect(open().check()).rejects.toThrow(/another secret/);
  await store.close();
});

test('while the store is away what is known stays hidden', async () => {
  const { store, clock, open } = setUp();
  const erasures = open();
  await erasures.note(ACCOUNT, ANNA, [], NOW);
  await erasures.check();
  const { compliance } = store;
  const read = compliance.erasures.bind(compliance);
  compliance.erasures = () => Promise.reject(new UnreachableStoreError('away'));
  clock.advance(5_000);
  expect((await erasures.of(ACCOUNT))?.has(ANNA, NOW)).toBe(true);
  await expect(open().of(ACCOUNT)).rejects.toThrow(UnreachableStoreError);
  compliance.erasures = read;
  await store.close();
});

test('a hold keeps messages from being hidden', async () => {
  const { store, clock, open } = setUp();
  const erasures = open();
  await erasures.note(ACCOUNT, ANNA, [], NOW);
  const all = { channel: null, participant: null, conversationKey: null, since: null, until: null };
  const id = await store.compliance.placeHold('x', all, NOW);
  const isHeld = async (): Promise<boolean | undefined> => {
    clock.advance(1_000);
    return (await erasures.of(ACCOUNT))?.isHeld({} as never);
  };
  expect(await isHeld()).toBe(true);
  await store.compliance.releaseHold(id, NOW);
  expect(await isHeld()).toBe(false);
  await store.close();
});
