import { expect, test } from 'vitest';
import type { EndReason } from '../../src/datasources/message-source.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import type { UpstreamErrorCode } from '../../src/errors/catalogue.ts';
import {
  findFailure,
  findLack,
  type ServedFrom,
  type SourceState,
  toKeptStatus,
  toSourceStatus,
} from '../../src/timeline/source-status.ts';
import type { MergeInput } from '../../src/timeline/merge-input.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { NOW, openMergeWorld } from '../support/merge-world.ts';

const channel = new MemoryChannel('shop');

function inputs(...changes: Partial<MergeInput>[]): MergeInput[] {
  const { open } = openMergeWorld('DESC');
  return changes.map((change) => Object.assign(open('shop', [1]).input, change));
}

function failure(code: UpstreamErrorCode, isGone = false): UpstreamError {
  return new UpstreamError('shop', 'WECOM', { code, isRetryable: true, isGone, advice: '' });
}

test('a channel that answered is OK, and says how it was read', async () => {
  const [input] = inputs({ state: 'ended', endReason: 'BEGINNING' });
  expect(await toSourceStatus(channel, input ? [input] : [], { upstreamCalls: 1, now: NOW })).toEqual({
    channel,
    state: 'OK',
    failure: null,
    reason: null,
    upstreamCalls: 1,
    reachedStart: true,
    endReason: 'BEGINNING',
    earliestReachableAt: null,
    asOf: null,
    servedFrom: null,
  });
});

test.each<[UpstreamErrorCode, SourceState]>([
  ['UPSTREAM_RATE_LIMITED', 'RATE_LIMITED'],
  ['UPSTREAM_TIMEOUT', 'TIMED_OUT'],
  ['UPSTREAM_UNAVAILABLE', 'UNAVAILABLE'],
  ['UPSTREAM_AUTH_FAILED', 'AUTH_FAILED'],
  ['UPSTREAM_BAD_RESPONSE', 'UNAVAILABLE'],
  ['UPSTREAM_MISCONFIGURED', 'MISCONFIGURED'],
])('the failure %s of one source speaks for its channel as %s', async (code, state) => {
  const error = failure(code);
  const own = inputs({ state: 'paused' }, { state: 'failed', failure: error });
  expect(await toSourceStatus(channel, own, { upstreamCalls: 0, now: NOW })).toMatchObject({
    state,
    failure: error,
    reason: null,
    reachedStart: false,
  });
});

test('a bug of ours is an unavailable source with its cause', async () => {
  const own = inputs({ state: 'failed', failure: new TypeError('x') });
  expect((await toSourceStatus(channel, own, { upstreamCalls: 0, now: NOW })).failure).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    cause: new TypeError('x'),
  });
});

test('a channel is partial where records are missing, or else where the request reached a limit', async () => {
  const reasonOf = async (...changes: Partial<MergeInput>[]): Promise<unknown> => {
    const { state, reason } = await toSourceStatus(channel, inputs(...changes), {
      upstreamCalls: 0,
      now: NOW,
    });
    return [state, reason];
  };
  expect(await reasonOf({}, { state: 'paused' })).toEqual(['PARTIAL', 'LIMIT_REACHED']);
  expect(await reasonOf({ state: 'paused' }, { isIncomplete: true })).toEqual(['PARTIAL', 'RECORDS_MISSING']);
});

test.each<[(EndReason | null)[], EndReason | null]>([
  [[], 'BOUND'],
  [['BEGINNING', 'BOUND', 'EXPIRED'], 'EXPIRED'],
  [['BEGINNING', 'BOUND'], 'BOUND'],
  [['BEGINNING', null], null],
])('sources that end by %j make a channel end by %s', async (reasons, expected) => {
  const own = inputs(...reasons.map((endReason) => ({ endReason })));
  expect((await toSourceStatus(channel, own, { upstreamCalls: 0, now: NOW })).endReason).toBe(expected);
});

test.each<[('ARCHIVE' | 'PROVIDER')[][], ServedFrom | null]>([
  [[], null],
  [[[], []], null],
  [[['ARCHIVE'], []], 'ARCHIVE'],
  [[['PROVIDER'], ['PROVIDER']], 'PROVIDER'],
  [[['PROVIDER'], ['ARCHIVE']], 'BOTH'],
  [[['ARCHIVE', 'PROVIDER']], 'BOTH'],
])('sources that were read from %j make a channel served from %s', async (sides, expected) => {
  const own = inputs(...sides.map((each) => ({ sides: new Set(each) })));
  expect((await toSourceStatus(channel, own, { upstreamCalls: 0, now: NOW })).servedFrom).toBe(expected);
});

test('a channel that is pulled tells up to when it is whole', async () => {
  const keepUp = { pull: () => Promise.resolve(), ageMs: () => 1_500.4 };
  const pulled = Object.assign(new MemoryChannel('shop'), { keepUp });
  expect((await toSourceStatus(pulled, [], { upstreamCalls: 0, now: NOW })).asOf).toBe(NOW - 1_500);
});

test('what is gone is no failure of a list, and what is counted and not listed is a lack of it', async () => {
  const gone = await toSourceStatus(
    channel,
    inputs({ state: 'gone', failure: failure('UPSTREAM_MISCONFIGURED', true) }),
    { upstreamCalls: 0, now: NOW },
  );
  const short = await toSourceStatus(channel, inputs({ isIncomplete: true }), { upstreamCalls: 0, now: NOW });
  const error = failure('UPSTREAM_TIMEOUT');
  const failed = await toSourceStatus(channel, inputs({ state: 'failed', failure: error }), {
    upstreamCalls: 0,
    now: NOW,
  });
  expect([findFailure([gone, short]), findLack([gone])]).toEqual([null, null]);
  expect(findLack([gone, short])).toMatchObject({ channel: 'shop', code: 'UPSTREAM_BAD_RESPONSE' });
  expect([findFailure([short, failed]), findLack([short, failed])]).toEqual([error, error]);
});

test('a channel that discloses no texts is partial when they are looked for, which is no lack', async () => {
  const { capabilities } = channel;
  const mute = Object.assign(new MemoryChannel('shop'), {
    capabilities: { ...capabilities, disclosesText: false },
  });
  const searched = await toSourceStatus(mute, [], { upstreamCalls: 0, now: NOW, needsText: true });
  expect(searched).toMatchObject({ state: 'PARTIAL', reason: 'TEXT_NOT_DISCLOSED', failure: null });
  expect(findLack([searched])).toBeNull();
  for (const status of [
    await toSourceStatus(mute, [], { upstreamCalls: 0, now: NOW }),
    await toSourceStatus(channel, [], { upstreamCalls: 0, now: NOW, needsText: true }),
  ])
    expect(status).toMatchObject({ state: 'OK', reason: null });
});

test('in lists of what archives keep, a channel without one is PARTIAL, and none has an end at its provider', async () => {
  const kept = { upstreamCalls: 0, reachedStart: null, endReason: null, asOf: null };
  expect(await toKeptStatus(channel, NOW)).toMatchObject({
    ...kept,
    state: 'PARTIAL',
    reason: 'NOT_ARCHIVED',
    servedFrom: null,
  });
  const archived = Object.assign(new MemoryChannel('corp'), { archiveNames: ['archive of corp'] });
  expect(await toKeptStatus(archived, NOW)).toMatchObject({
    ...kept,
    channel: archived,
    state: 'OK',
    reason: null,
    servedFrom: 'ARCHIVE',
  });
});
