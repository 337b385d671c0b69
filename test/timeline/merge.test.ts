import { expect, test } from 'vitest';
import type { Order } from '../../src/datasources/message-source.ts';
import { compareMessages, mergeInputs } from '../../src/timeline/merge.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { NOW, openMergeWorld } from '../support/merge-world.ts';

test('messages are ordered by time, then by channel, then by their own sequence, by code unit', () => {
  const [b, a] = [new MemoryChannel('b'), new MemoryChannel('a')];
  const upper = new MemoryChannel('B');
  const messages = [b.add(2), b.add(1), a.add(1), b.add(1), upper.add(1)];
  const sorted = messages.toSorted(compareMessages).map(({ channel, key }) => `${channel}${key}`);
  expect(sorted).toEqual(['B00000000', 'a00000000', 'b00000001', 'b00000002', 'b00000000']);
});

test.each<[Order, string[]]>([
  ['DESC', ['a 1', 'b 2', 'b 3', 'a 3']],
  ['ASC', ['b 9', 'a 8', 'b 5', 'a 3']],
])(
  '%s, the first of each input come in one order, and no more than are asked for',
  async (order, expected) => {
    const { budget, open } = openMergeWorld(order);
    const inputs = [open('a', [1, 3, 8]).input, open('b', [2, 3, 5, 9]).input];
    const taken: string[] = [];
    await mergeInputs(inputs, order, 4, budget, ({ channel, sentAt }, input) => {
      expect(input.source.id).toBe(channel);
      taken.push(`${channel} ${(NOW - sentAt) / 1000}`);
    });
    expect(taken).toEqual(expected);
  },
);

test('an input is read when the merge gets to what it may have, and not before', async () => {
  const { budget, open } = openMergeWorld('DESC');
  const late = open('late', [1, 2, 3, 4], { pageSize: 4 });
  const old = open('old', [100_000], {
    from: { order: 'DESC', page: 0, passed: null, isPassedExcluded: false, watermark: NOW - 99_000_000 },
  });
  let reads = 0;
  old.channel.source.onRead = () => reads++;
  const taken: number[] = [];
  const take = ({ sentAt }: { sentAt: number }): void => void taken.push((NOW - sentAt) / 1000);
  await mergeInputs([late.input, old.input], 'DESC', 4, budget, take);
  expect([taken, reads]).toEqual([[1, 2, 3, 4], 0]);
  await mergeInputs([late.input, old.input], 'DESC', 4, budget, take);
  expect([taken, reads]).toEqual([[1, 2, 3, 4, 100_000], 1]);
});

test('an input that failed is passed by, and one that is needed and out of calls ends the page', async () => {
  const failing = openMergeWorld('DESC');
  const broken = failing.open('a', [1]);
  broken.channel.source.onRead = () => {
    throw new Error('broken');
  };
  const sound = failing.open('b', [2]);
  const taken: string[] = [];
  await mergeInputs(
    [broken.input, sound.input],
    'DESC',
    5,
    failing.budget,
    ({ channel }) => void taken.push(channel),
  );
  expect([taken, broken.input.state, sound.input.state]).toEqual([['b'], 'failed', 'ended']);

  const poor = openMergeWorld('DESC', {}, 1);
  const { input } = poor.open('a', [1, 2, 3], { pageSize: 2 });
  const keys: string[] = [];
  await mergeInputs([input], 'DESC', 5, poor.budget, ({ key }) => void keys.push(key));
  expect([keys, input.state]).toEqual([['00000002', '00000001'], 'paused']);
});
