import { expect, test } from 'vitest';
import { Groups } from '../../src/util/groups.ts';
import { nextTurns } from '../support/turns.ts';

interface World {
  groups: Groups<number>;
  /** What was written, group by group. */
  written: (readonly number[])[];
  /** Lets the group under way end. */
  end: (error?: Error) => Promise<void>;
}

function open(maxSize = 10): World {
  const written: (readonly number[])[] = [];
  let ending = Promise.withResolvers<undefined>();
  const groups = new Groups<number>(async (take) => {
    // As a store does, which begins a transaction in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    written.push(take());
    await ending.promise;
  }, maxSize);
  const end = async (error?: Error): Promise<void> => {
    const last = ending;
    ending = Promise.withResolvers();
    if (error) last.reject(error);
    else last.resolve(undefined);
    await nextTurns();
  };
  return { groups, written, end };
}

/** As requests come that are read from their sockets in one turn. */
function addEachByItself(groups: Groups<number>, items: readonly number[]): Promise<unknown> {
  return Promise.all(
    items.map(
      (item) =>
        new Promise((resolve) => {
          setImmediate(() => {
            resolve(groups.add(item));
          });
        }),
    ),
  );
}

test('what comes while a group is written is one group after it', async () => {
  const { groups, written, end } = open();
  const first = groups.add(1);
  await new Promise((resolve) => setImmediate(resolve));
  const rest = addEachByItself(groups, [2, 3, 4]);
  await new Promise((resolve) => setImmediate(resolve));
  await end();
  await first;
  await end();
  await rest;
  expect(written).toEqual([[1], [2, 3, 4]]);
});

test('a group takes no more than it may, and the rest follows in order', async () => {
  const { groups, written, end } = open(2);
  const all = addEachByItself(groups, [1, 2, 3, 4, 5]);
  for (let count = 0; count < 4; count++) await end();
  await all;
  expect(written).toEqual([[1, 2], [3, 4], [5]]);
});

test('a second attempt gets the same items, and not those that have come since', async () => {
  const taken: (readonly number[])[] = [];
  const groups = new Groups<number>(async (take) => {
    taken.push(take());
    await new Promise((resolve) => setImmediate(resolve));
    taken.push(take());
  }, 10);
  const first = groups.add(1);
  const second = groups.add(2);
  await Promise.all([first, second]);
  expect(taken).toEqual([[1], [1], [2], [2]]);
});

test('what cannot be written fails its own group only, also when it fails before it takes one', async () => {
  const { groups, end } = open();
  const first = groups.add(1);
  await new Promise((resolve) => setImmediate(resolve));
  const second = groups.add(2);
  const failed = expect(first).rejects.toThrow('The disk is full');
  await end(new Error('The disk is full'));
  await failed;
  await end();
  await second;
  const closed = new Groups<number>(() => Promise.reject(new Error('The store is closed')), 10);
  await expect(Promise.all([closed.add(1), closed.add(2)])).rejects.toThrow('The store is closed');
  await closed.settled();
});
