import { expect, test } from 'vitest';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { MergeInput } from '../../src/timeline/merge-input.ts';
import { NOW, openMergeWorld } from '../support/merge-world.ts';

test('its position follows the messages that are taken, and goes on behind a page once that is through', async () => {
  const { budget, open } = openMergeWorld('DESC');
  const { input } = open('a', [1, 2, 3, 4]);
  expect(input).toBeInstanceOf(MergeInput);
  await input.read(budget, 1_000);
  const first = input.take();
  expect(input.position).toEqual({
    order: 'DESC',
    page: 2,
    passed: first.sequence,
    isPassedExcluded: false,
    watermark: first.sentAt,
  });
  input.settle();
  expect(input.position.passed).toBe(first.sequence);
  const second = input.take();
  input.settle();
  expect(input.position).toMatchObject({ page: 0, passed: null, watermark: second.sentAt });
  expect([input.head, input.state]).toEqual([undefined, 'open']);
  expect(() => input.take()).toThrow('There is nothing to take');
});

test('it tells why nothing older follows, and of newer ones nothing', async () => {
  const older = openMergeWorld('DESC');
  const { input } = older.open('a', [1]);
  await input.read(older.budget, 1_000);
  expect(input.mayHaveMore).toBe(true);
  input.take();
  input.settle();
  expect([input.state, input.endReason, input.mayHaveMore]).toEqual(['ended', 'BEGINNING', false]);
  const newer = openMergeWorld('ASC');
  const { input: ascending } = newer.open('a', []);
  await ascending.read(newer.budget, 1_000);
  expect([ascending.state, ascending.endReason]).toEqual(['ended', null]);
});

test('what the bounds and the filter exclude is not there, and beyond a bound it ends without a call', async () => {
  const { budget, open } = openMergeWorld('DESC', { oldest: NOW - 5_000, newest: NOW - 2_000 });
  const { input } = open('a', [1, 2, 3, 4, 5, 6], {
    pageSize: 6,
    matches: ({ sentAt }) => sentAt !== NOW - 3_000,
  });
  await input.read(budget, 1_000);
  const taken: number[] = [];
  while (input.head) taken.push((NOW - input.take().sentAt) / 1000);
  expect(taken).toEqual([2, 4, 5]);
  const beyond = open('b', [1], {
    from: { order: 'DESC', page: 0, passed: null, isPassedExcluded: false, watermark: NOW - 5_001 },
  });
  expect([beyond.input.state, beyond.input.endReason, budget.forChannel('b').calls]).toEqual([
    'ended',
    'BOUND',
    0,
  ]);
});

test('oldest first, what came in after the request stays ahead of its position', async () => {
  const { budget, open } = openMergeWorld('ASC');
  const { input, channel } = open('a', [2, 1], { pageSize: 5 });
  channel.add(NOW + 1_000);
  await input.read(budget, 1_000);
  input.take();
  const last = input.take();
  input.settle();
  expect([input.state, input.position.passed]).toEqual(['ended', last.sequence]);
});

test.each([
  ['DESC', NOW - 2_000, true, false],
  ['ASC', NOW - 2_000, false, true],
] as const)(
  '%s, it is needed before a message that its watermark does not rule out',
  (order, watermark, beforeOlder, beforeNewer) => {
    const { open } = openMergeWorld(order);
    const from = { order, page: 0, passed: null, isPassedExcluded: false, watermark };
    const { input, channel } = open('a', [], { from });
    const older = channel.add(NOW - 3_000);
    const newer = channel.add(NOW - 1_000);
    expect(input.isNeededBefore(older)).toBe(beforeOlder);
    expect(input.isNeededBefore(newer)).toBe(beforeNewer);
    expect(input.isNeededBefore(null)).toBe(true);
  },
);

test('a failure is kept, one that says the source is gone ends it, and its position stays', async () => {
  const { budget, open } = openMergeWorld('DESC');
  const read = async (failure: Error): Promise<MergeInput> => {
    const { input, channel } = open('a', [1]);
    const { position } = input;
    channel.source.onRead = () => {
      throw failure;
    };
    await input.read(budget, 1_000);
    expect(input.failure).toBe(failure);
    expect(input.position).toBe(position);
    return input;
  };
  const upstream = (isGone: boolean): UpstreamError =>
    new UpstreamError('a', 'WECOM', {
      code: 'UPSTREAM_MISCONFIGURED',
      isRetryable: false,
      isGone,
      advice: '',
    });
  expect(await read(new Error('ours'))).toMatchObject({ state: 'failed', mayHaveMore: true });
  expect(await read(upstream(false))).toMatchObject({ state: 'failed', mayHaveMore: true });
  expect(await read(upstream(true))).toMatchObject({ state: 'gone', mayHaveMore: false });
});

test('a request that is over reads nothing', async () => {
  const { budget, open, clock } = openMergeWorld('DESC');
  const { input } = open('a', [1]);
  clock.advance(60_000);
  await input.read(budget, 1_000);
  expect([input.state, budget.forChannel('a').calls]).toEqual(['paused', 0]);
});
