import { expect, test } from 'vitest';
import { limitConcurrency } from '../../src/util/limit-concurrency.ts';

test('so much is done at a time, in the order in which it came; what fails leaves its place', async () => {
  const limited = limitConcurrency(2);
  const log: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const begin = (name: string): Promise<string> =>
    limited('one', async () => {
      log.push(name);
      await new Promise<void>((resolve, reject) => {
        ends.set(name, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
      return name;
    });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(begin);
  await settle();
  expect(log).toEqual(['a', 'b']);
  ends.get('b')?.(new Error('b fails'));
  await expect(b).rejects.toThrow('b fails');
  await settle();
  expect(log).toEqual(['a', 'b', 'c']);
  ends.get('a')?.();
  ends.get('c')?.();
  expect(await Promise.all([a, c])).toEqual(['a', 'c']);
  await settle();
  expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
  ends.get('d')?.();
  ends.get('e')?.();
  expect(await Promise.all([d, e])).toEqual(['d', 'e']);
  const f = begin('f');
  await settle();
  ends.get('f')?.();
  expect(await f).toBe('f');
});

test('callers are served in rotation, however much one of them asks for', async () => {
  const limited = limitConcurrency(1);
  const log: string[] = [];
  const ask = (caller: string | null, name: string): Promise<void> =>
    limited(caller, () => {
      log.push(name);
      return Promise.resolve();
    });
  await Promise.all([
    ...['a1', 'a2', 'a3', 'a4'].map((name) => ask('a', name)),
    ...['b1', 'b2'].map((name) => ask('b', name)),
    ask(null, 'own'),
  ]);
  expect(log).toEqual(['a1', 'a2', 'b1', 'own', 'a3', 'b2', 'a4']);
});
