import { afterEach, describe, expect, test } from 'vitest';
import type { UpstreamErrorCode } from '../../../src/errors/catalogue.ts';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import type { Fault } from '../../../src/sandbox/sandbox-server.ts';
import type { TencentChatKnobs } from '../../../src/sandbox/tencent-chat/sandbox.ts';
import { createDependencies, TestBudget } from '../../support/dependencies.ts';
import { NOW, openWorld, type TencentChatWorld } from './world.ts';

const worlds: TencentChatWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

interface Outcome {
  failure: UpstreamError | null;
  calls: number;
  world: TencentChatWorld;
}

/** Checks a channel, which makes one call when all is well. */
async function check(
  knobs: Partial<TencentChatKnobs>,
  { config = {}, callTimeoutMs = 5_000 }: { config?: Record<string, unknown>; callTimeoutMs?: number } = {},
): Promise<Outcome> {
  const world = await openWorld({ messages: 40, knobs });
  worlds.push(world);
  const channel = world.createChannel({ ...createDependencies(world.clock), callTimeoutMs }, config);
  const budget = new TestBudget(NOW);
  try {
    await channel.check(budget);
    return { failure: null, calls: budget.calls, world };
  } catch (failure) {
    if (failure instanceof UpstreamError) return { failure, calls: budget.calls, world };
    throw failure;
  }
}

describe('the client', () => {
  test('keeps every rule of a call', async () => {
    const { failure, calls, world } = await check({});
    expect({ failure, calls, violations: world.sandbox.server.violations }).toEqual({
      failure: null,
      calls: 1,
      violations: [],
    });
  });

  test('signs anew, once, when its signature is refused', async () => {
    expect(await check({ rejectSignatures: 1 })).toMatchObject({ failure: null, calls: 2 });
    expect(await check({ rejectSignatures: 5 })).toMatchObject({
      failure: { code: 'UPSTREAM_AUTH_FAILED', providerCode: '70001', isRetryable: false },
      calls: 2,
    });
  });

  test('signs anew before its signature expires', async () => {
    const world = await openWorld({ messages: 10 });
    worlds.push(world);
    const channel = world.createChannel(createDependencies(world.clock));
    const budget = new TestBudget(NOW);
    for (let hours = 0; hours < 72; hours += 6) {
      await channel.check(budget);
      world.clock.advance(6 * 3_600_000);
    }
    expect(budget.calls).toBe(12);
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, UpstreamErrorCode, string]>([
    ['another key', { secretKey: 'another' }, 'UPSTREAM_AUTH_FAILED', '70009'],
    ['another app', { sdkAppId: 1 }, 'UPSTREAM_MISCONFIGURED', '70020'],
    ['a user who is no administrator', { adminUserId: 'alice' }, 'UPSTREAM_MISCONFIGURED', '60010'],
    [
      'an account that does not exist',
      { officialAccounts: ['@TOA#_NONE'] },
      'UPSTREAM_MISCONFIGURED',
      '10010',
    ],
    ['an account that cannot exist', { officialAccounts: ['a b'] }, 'UPSTREAM_MISCONFIGURED', '10015'],
  ])('tells of %s in the configuration', async (_, config, code, providerCode) => {
    const { failure, world } = await check({}, { config });
    expect(failure).toMatchObject({ code, providerCode, isRetryable: false });
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('checks every official account', async () => {
    const world = await openWorld({ messages: 10, accounts: 3 });
    worlds.push(world);
    const accounts = world.sandbox.officialAccounts;
    const budget = new TestBudget(NOW);
    await world.createChannel(createDependencies(world.clock)).check(budget);
    expect(budget.calls).toBe(3);
    const channel = world.createChannel(createDependencies(world.clock), {
      officialAccounts: [...accounts, '@TOA#_NONE'],
    });
    await expect(channel.check(new TestBudget(NOW))).rejects.toMatchObject({ providerCode: '10010' });
  });

  test.each<[number, UpstreamErrorCode, number | null, number]>([
    [10002, 'UPSTREAM_UNAVAILABLE', null, 2],
    [91000, 'UPSTREAM_UNAVAILABLE', null, 2],
    [60007, 'UPSTREAM_RATE_LIMITED', null, 1],
    [10023, 'UPSTREAM_RATE_LIMITED', null, 1],
    [70050, 'UPSTREAM_RATE_LIMITED', 60, 1],
    [70052, 'UPSTREAM_AUTH_FAILED', null, 2],
    [10007, 'UPSTREAM_MISCONFIGURED', null, 1],
    [60020, 'UPSTREAM_MISCONFIGURED', null, 1],
    [10004, 'UPSTREAM_BAD_RESPONSE', null, 1],
    [12345, 'UPSTREAM_BAD_RESPONSE', null, 1],
  ])('takes ErrorCode %i for %s', async (errorCode, code, retryAfterSeconds, calls) => {
    const outcome = await check({ errorCode });
    expect(outcome.calls).toBe(calls);
    expect(outcome.failure).toMatchObject({ code, retryAfterSeconds, providerCode: String(errorCode) });
    expect(outcome.failure?.message).not.toMatch(/refused \[|http|10\.0\.0\.7/);
  });

  test.each<[Fault, UpstreamErrorCode, number]>([
    ['html', 'UPSTREAM_BAD_RESPONSE', 1],
    ['cut-json', 'UPSTREAM_BAD_RESPONSE', 1],
    ['wrong-types', 'UPSTREAM_BAD_RESPONSE', 1],
    ['server-error', 'UPSTREAM_UNAVAILABLE', 2],
    ['reset', 'UPSTREAM_UNAVAILABLE', 2],
    ['too-many-requests', 'UPSTREAM_RATE_LIMITED', 1],
    ['hang', 'UPSTREAM_TIMEOUT', 1],
  ])('takes the fault "%s" for %s', async (fault, code, calls) => {
    const outcome = await check({ fault }, { callTimeoutMs: fault === 'hang' ? 100 : 5_000 });
    expect(outcome.failure).toMatchObject({ code, isRetryable: true });
    expect(outcome.calls).toBe(calls);
  });

  test('does not take a failure without a code for success', async () => {
    const rewritePage = (page: object): object => ({ ...page, ActionStatus: 'FAIL' });
    expect((await check({ rewritePage })).failure).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  test('asks for as many messages as have fit into an answer before, and one more each time', async () => {
    const world = await openWorld({ messages: 40, knobs: { largestAnswer: 13 } });
    worlds.push(world);
    const channel = world.createChannel(createDependencies(world.clock));
    const [oldest] = world.sandbox.posts();
    const budget = new TestBudget(NOW);
    const key = JSON.stringify([world.sandbox.officialAccounts[0], oldest?.MsgSeq, oldest?.MsgKey]);
    expect(await channel.findMessage(key, budget)).toMatchObject({ nativeId: oldest?.MsgKey });
    // 20 are too many, then 10, 11 and 12 of the 40 fit, and the last 7 into a page of 13.
    expect(budget.calls).toBe(5);
  });

  test('asks for fewer messages until the answer is small enough', async () => {
    const world = await openWorld({ messages: 40, knobs: { largestAnswer: 2 } });
    worlds.push(world);
    const channel = world.createChannel(createDependencies(world.clock));
    const [newest] = world.sandbox.posts().slice(-1);
    const budget = new TestBudget(NOW);
    const key = JSON.stringify([world.sandbox.officialAccounts[0], newest?.MsgSeq, newest?.MsgKey]);
    expect(await channel.findMessage(key, budget)).toMatchObject({ nativeId: newest?.MsgKey });
    // 20, 10, 5, 3, 2.
    expect(budget.calls).toBe(5);
    world.sandbox.server.knobs.largestAnswer = 0;
    await expect(channel.check(new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      providerCode: '10018',
      isRetryable: false,
    });
  });
});
