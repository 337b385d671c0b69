import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import type { Fault } from '../../../src/sandbox/sandbox-server.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, openWorld, PAUSE_MS, sourceOf, type WeComWorld } from './wecom-world.ts';

async function failureOf({ channel, clock }: WeComWorld): Promise<UpstreamError> {
  const failure: unknown = await channel.check(new TestBudget(clock.now())).catch((error: unknown) => error);
  if (failure instanceof UpstreamError) return failure;
  throw new Error('Expected an UpstreamError', { cause: failure });
}

describe('the budget token', () => {
  test('is fetched once, and again before its end', async () => {
    await using world = await openWorld();
    for (let i = 0; i < 3; i++) {
      await world.channel.check(new TestBudget(world.clock.now()));
      world.clock.advance(PAUSE_MS);
    }
    expect(world.tokenCalls()).toBe(1);
    world.clock.advance(7_200_000 - 4 * PAUSE_MS);
    await world.channel.check(new TestBudget(NOW));
    expect(world.tokenCalls()).toBe(2);
    expect(world.syncCalls()).toBe(4);
  });

  test('is fetched anew when it was revoked, and the call is made again', async () => {
    await using world = await openWorld({ messages: 5 });
    await world.channel.check(new TestBudget(NOW));
    world.sandbox.expireCredentials();
    world.clock.advance(PAUSE_MS);
    const budget = new TestBudget(world.clock.now());
    await world.channel.check(budget);
    expect(budget.calls).toBe(3);
  });

  test.each([40014, 42001])('is fetched anew once only, when %i comes again and again', async (errcode) => {
    await using world = await openWorld({ knobs: { syncErrcode: errcode } });
    expect(await failureOf(world)).toMatchObject({
      code: 'UPSTREAM_AUTH_FAILED',
      providerCode: String(errcode),
    });
    expect(world.tokenCalls()).toBe(2);
    expect(world.syncCalls()).toBe(2);
  });

  test('is not asked for again and again with a wrong secret, which would get the address blocked', async () => {
    await using world = await openWorld();
    const channel = world.connect({ secret: 'wrong' });
    for (let i = 0; i < 3; i++) {
      const failure = channel.check(new TestBudget(world.clock.now()));
      await expect(failure).rejects.toMatchObject({ code: 'UPSTREAM_AUTH_FAILED', providerCode: '40001' });
    }
    expect(world.tokenCalls()).toBe(1);
    world.clock.advance(60_000);
    await expect(channel.check(new TestBudget(world.clock.now()))).rejects.toThrow('secret');
    expect(world.tokenCalls()).toBe(2);
    expect(world.syncCalls()).toBe(0);
  });

  test('a wrong corpId is a refusal of the credentials', async () => {
    await using world = await openWorld();
    const failure = world.connect({ corpId: 'wwother' }).check(new TestBudget(NOW));
    await expect(failure).rejects.toMatchObject({ code: 'UPSTREAM_AUTH_FAILED', providerCode: '40013' });
  });
});

describe('what the provider refuses', () => {
  test.each([
    [-1, 'UPSTREAM_UNAVAILABLE', true, null, 2],
    [40001, 'UPSTREAM_AUTH_FAILED', false, null, 1],
    [40091, 'UPSTREAM_AUTH_FAILED', false, null, 1],
    [40058, 'UPSTREAM_BAD_RESPONSE', false, null, 1],
    [45009, 'UPSTREAM_RATE_LIMITED', true, 60, 1],
    [45033, 'UPSTREAM_RATE_LIMITED', true, 1, 1],
    [48002, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    [48003, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    [48004, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    [60020, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    [301042, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    [301052, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    [301053, 'UPSTREAM_MISCONFIGURED', false, null, 1],
    // 1000, 500, 250 and so on down to a single message.
    [301058, 'UPSTREAM_BAD_RESPONSE', false, null, 11],
    [99999, 'UPSTREAM_BAD_RESPONSE', true, null, 1],
  ])('%i is %s', async (syncErrcode, code, isRetryable, retryAfterSeconds, calls) => {
    await using world = await openWorld({ messages: 0, knobs: { syncErrcode } });
    const failure = await failureOf(world);
    expect(failure).toMatchObject({
      channel: 'corp',
      provider: 'WECOM',
      code,
      providerCode: String(syncErrcode),
      isRetryable,
      retryAfterSeconds,
    });
    // The provider's text names an address, a link and a hint.
    expect(`${failure.message} ${JSON.stringify(failure)}`).not.toMatch(/203\.0\.113|http|hint/);
    expect(world.syncCalls()).toBe(calls);
  });

  test('an answer that would be too large is asked for in halves, and smaller from then on', async () => {
    await using world = await openWorld({ messages: 300, knobs: { largestAnswer: 130 } });
    const budget = new TestBudget(NOW);
    await world.channel.pull(budget);
    // The token; 1000, 500 and 250 in vain; three pages of 125.
    expect(budget.calls).toBe(7);
    world.sandbox.add();
    world.clock.advance(PAUSE_MS);
    const later = new TestBudget(world.clock.now());
    await world.channel.pull(later);
    expect(later.calls).toBe(1);
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', world.clock.now()));
    expect(messages).toHaveLength(301);
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('60020 may come from gettoken already', async () => {
    await using world = await openWorld({ knobs: { tokenErrcode: 60020 } });
    expect(await failureOf(world)).toMatchObject({ code: 'UPSTREAM_MISCONFIGURED', providerCode: '60020' });
  });

  test('a warning that the request was only partly understood is a failure even with code 0', async () => {
    await using world = await openWorld();
    world.sandbox.server.knobs.rewritePage = (page) => ({
      ...page,
      errmsg: 'ok. Warning: wrong json format. ',
    });
    const failure = await failureOf(world);
    expect(failure).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    expect(failure.message).not.toContain('Warning');
  });
});

describe('a provider out of order', () => {
  test.each<[Fault, string, number | null]>([
    ['hang', 'UPSTREAM_TIMEOUT', null],
    ['reset', 'UPSTREAM_UNAVAILABLE', null],
    ['html', 'UPSTREAM_BAD_RESPONSE', null],
    ['cut-json', 'UPSTREAM_BAD_RESPONSE', null],
    ['wrong-types', 'UPSTREAM_BAD_RESPONSE', null],
    ['server-error', 'UPSTREAM_UNAVAILABLE', null],
    ['too-many-requests', 'UPSTREAM_RATE_LIMITED', 7],
  ])(
    '%s is %s, before the token and after it, and the walk goes on when it is over',
    async (fault, code, seconds) => {
      await using world = await openWorld({
        messages: 30,
        knobs: { maxPageSize: 10 },
        callTimeoutMs: fault === 'hang' ? 1_000 : 10_000,
      });
      const { knobs } = world.sandbox.server;
      knobs.fault = fault;
      expect(await failureOf(world)).toMatchObject({ code, retryAfterSeconds: seconds });
      knobs.fault = null;
      await world.channel.check(new TestBudget(NOW));
      knobs.fault = fault;
      const source = sourceOf(world.channel);
      const walk = createWalk('DESC', NOW);
      await expect(walkAll(source, walk)).rejects.toMatchObject({ code, retryAfterSeconds: seconds });
      knobs.fault = null;
      expect((await walkAll(source, walk)).messages).toHaveLength(30);
      expect(world.sandbox.server.violations).toEqual([]);
    },
  );
});
