import { expect, test } from 'vitest';
import { callWith } from '../../../src/datasources/kit/credential.ts';
import { askForFewer } from '../../../src/datasources/kit/fewer.ts';

const refusal = new Error('refused');
const isRefusal = (error: unknown): boolean => error === refusal;

/** @param accepted the credentials that the provider takes */
function setUp(accepted: string[]): { calls: string[]; call: () => Promise<string> } {
  const calls: string[] = [];
  let number = 1;
  const credential = {
    get: () => `token ${number}`,
    refuse: (value: string) => {
      if (value === `token ${number}`) number++;
    },
  };
  const send = (value: string): Promise<string> => {
    calls.push(value);
    return accepted.includes(value) ? Promise.resolve(`with ${value}`) : Promise.reject(refusal);
  };
  return { calls, call: () => callWith(credential, send, isRefusal) };
}

test('a refused credential is replaced, and the call made once more', async () => {
  const { calls, call } = setUp(['token 2']);
  expect(await call()).toBe('with token 2');
  expect(calls).toEqual(['token 1', 'token 2']);
});

test('a second refusal is the answer', async () => {
  const { calls, call } = setUp([]);
  await expect(call()).rejects.toBe(refusal);
  expect(calls).toEqual(['token 1', 'token 2']);
});

test('half as many are asked for until the answer is not too large', async () => {
  const asked: number[] = [];
  const halved: number[] = [];
  const fetch = (count: number): Promise<number> => {
    asked.push(count);
    return count > 3 ? Promise.reject(refusal) : Promise.resolve(count);
  };
  expect(await askForFewer(20, fetch, isRefusal, (count) => halved.push(count))).toBe(3);
  expect([asked, halved]).toEqual([
    [20, 10, 5, 3],
    [10, 5, 3],
  ]);
});

test('when a single one is too large, or something else is wrong, that is the answer', async () => {
  const asked: number[] = [];
  const fetch = (count: number): Promise<never> => {
    asked.push(count);
    return Promise.reject(refusal);
  };
  await expect(askForFewer(2, fetch, isRefusal)).rejects.toBe(refusal);
  await expect(askForFewer(8, fetch, () => false)).rejects.toBe(refusal);
  expect(asked).toEqual([2, 1, 8]);
});
