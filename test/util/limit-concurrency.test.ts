import { expect, test } from 'vitest';
import { limitConcurrency } from '../../src/util/limit-concurrency.ts';

test('so much is done at a time, in the order in which it came; what fails leaves its place', async () => {
  const limited = limitConcurrency(2);
  const log: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const begin = (name: string): Promise<string> =>
    limited(async () => {
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
