import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import { toFailure } from '../../../src/datasources/wechat/errors.ts';
import { WECHAT_ENDPOINTS } from '../../../src/sandbox/wechat/sandbox.ts';
import type { Fault } from '../../../src/sandbox/sandbox-server.ts';
import { createDependencies, TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, openShop, sourceOf, type Shop } from './shop.ts';

const { messages, token } = WECHAT_ENDPOINTS;

async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  if (outcome instanceof UpstreamError) return outcome;
  throw new Error('It did not fail as a provider does', { cause: outcome });
}

function check({ channel }: Shop): Promise<void> {
  return channel.check(new TestBudget(NOW));
}

describe('the access token', () => {
  test('is asked for once, however many calls wait for it', async () => {
    const shop = await openShop();
    await Promise.all(Array.from({ length: 10 }, () => check(shop)));
    expect(shop.sandbox.server.callsTo(token)).toBe(1);
    expect(shop.sandbox.server.callsTo(messages)).toBe(10);
  });

  test('is replaced before it ends', async () => {
    const shop = await openShop();
    for (let hours = 0; hours < 5; hours++) {
      await check(shop);
      shop.clock.advance(3_600_000);
    }
    expect(shop.sandbox.server.callsTo(token)).toBe(3);
    expect(shop.sandbox.server.callsTo(messages)).toBe(5);
  });

  test.each([40001, 40014, 42001])('is replaced once when a call is refused with %i', async (code) => {
    const shop = await openShop();
    await check(shop);
    shop.sandbox.tokens.revoke(code);
    await Promise.all([check(shop), check(shop)]);
    expect(shop.sandbox.server.callsTo(token)).toBe(2);
    expect(shop.sandbox.server.violations).toEqual([]);
  });

  test('is not asked for again and again when fresh ones are refused too', async () => {
    const shop = await openShop();
    shop.sandbox.refuse(messages, 40001, 99);
    expect(await failureOf(check(shop))).toMatchObject({
      code: 'UPSTREAM_AUTH_FAILED',
      providerCode: '40001',
    });
    expect(shop.sandbox.server.callsTo(token)).toBe(2);
    expect(shop.sandbox.server.callsTo(messages)).toBe(2);
  });

  test('is not to be had with a wrong secret', async () => {
    const shop = await openShop({}, { appSecret: 'wrong' });
    expect(await failureOf(check(shop))).toMatchObject({
      channel: 'shop',
      provider: 'WECHAT',
      code: 'UPSTREAM_AUTH_FAILED',
      providerCode: '40001',
      isRetryable: false,
    });
    expect(shop.sandbox.server.callsTo(messages)).toBe(0);
  });

  test('is not to be had with an unknown appId, nor from an address that is not allowed', async () => {
    const stranger = await openShop({}, { appId: 'wx0' });
    expect(await failureOf(check(stranger))).toMatchObject({
      code: 'UPSTREAM_AUTH_FAILED',
      providerCode: '40013',
    });
    const outside = await openShop();
    outside.sandbox.refuse(token, 40164);
    expect(await failureOf(check(outside))).toMatchObject({
      code: 'UPSTREAM_MISCONFIGURED',
      providerCode: '40164',
    });
  });
});

describe('errors', () => {
  test.each([
    [65400, 'UPSTREAM_MISCONFIGURED'],
    [65416, 'UPSTREAM_BAD_RESPONSE'],
    [65417, 'UPSTREAM_BAD_RESPONSE'],
    [42007, 'UPSTREAM_AUTH_FAILED'],
    [48001, 'UPSTREAM_MISCONFIGURED'],
    [48004, 'UPSTREAM_MISCONFIGURED'],
    [50002, 'UPSTREAM_MISCONFIGURED'],
    [89503, 'UPSTREAM_MISCONFIGURED'],
    [47001, 'UPSTREAM_BAD_RESPONSE'],
  ])('%i is %s, for good', async (errorCode, code) => {
    const shop = await openShop();
    shop.sandbox.refuse(messages, errorCode);
    expect(await failureOf(check(shop))).toMatchObject({
      code,
      providerCode: String(errorCode),
      isRetryable: false,
      retryAfterSeconds: null,
    });
  });

  test('an unknown one may pass', async () => {
    const shop = await openShop();
    shop.sandbox.refuse(messages, 99999);
    expect(await failureOf(check(shop))).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', isRetryable: true });
  });

  test('a daily quota comes back at midnight in Beijing, one by the minute with the next minute', () => {
    const at = (errorCode: number, time: string) => toFailure(errorCode, Date.parse(time)).retryAfterSeconds;
    expect(at(45009, '2026-03-20T15:59:00Z')).toBe(60);
    expect(at(45009, '2026-03-20T16:00:00Z')).toBe(86_400);
    expect(at(45011, '2026-03-20T10:00:40Z')).toBe(20);
    expect(toFailure(45009, NOW)).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', isRetryable: true });
  });

  test('a busy provider is asked once more', async () => {
    const shop = await openShop();
    shop.sandbox.refuse(messages, -1);
    await check(shop);
    expect(shop.sandbox.server.callsTo(messages)).toBe(2);
    shop.sandbox.refuse(messages, -1, 2);
    expect(await failureOf(check(shop))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', isRetryable: true });
    expect(shop.sandbox.server.callsTo(messages)).toBe(4);
  });

  test.each<[Fault, string]>([
    ['reset', 'UPSTREAM_UNAVAILABLE'],
    ['server-error', 'UPSTREAM_UNAVAILABLE'],
    ['html', 'UPSTREAM_BAD_RESPONSE'],
    ['cut-json', 'UPSTREAM_BAD_RESPONSE'],
    ['wrong-types', 'UPSTREAM_BAD_RESPONSE'],
    ['too-many-requests', 'UPSTREAM_RATE_LIMITED'],
  ])('a provider with the fault %s is %s, and right again when it is over', async (fault, code) => {
    const { sandbox, source, clock } = await openShop({ messages: 40 });
    sandbox.server.knobs.fault = fault;
    const walk = createWalk('DESC', NOW);
    expect(await failureOf(source.read(source.start(walk), walk, new TestBudget(NOW)))).toMatchObject({
      code,
    });
    sandbox.server.knobs.fault = null;
    // The first read makes two calls at once, and each is retried, which opens the circuit breaker for a second.
    clock.advance(1_100);
    expect((await walkAll(source, walk)).messages).toHaveLength(40);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('a provider that does not answer is timed out', async () => {
    const { sandbox, clock, restart } = await openShop();
    sandbox.server.knobs.fault = 'hang';
    const channel = restart({}, { ...createDependencies(clock), callTimeoutMs: 500 });
    expect(await failureOf(channel.check(new TestBudget(NOW)))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('never say the secret, the token, an address or the words of the provider', async () => {
    const { sandbox, channel } = await openShop();
    sandbox.refuse(messages, 65400);
    const failure = await failureOf(channel.check(new TestBudget(NOW)));
    const { appSecret, baseUrl } = sandbox.config('shop');
    for (const kept of [appSecret, baseUrl, 'access_token', 'refused for the test', 'rid:']) {
      expect(`${failure.message} ${failure.stack ?? ''} ${JSON.stringify(failure)}`).not.toContain(kept);
    }
  });
});

test('the secret does not show in the configuration', async () => {
  const { sandbox } = await openShop();
  const { weChatConfig } = await import('../../../src/datasources/wechat/config.ts');
  const { appSecret } = sandbox.config('shop');
  expect(JSON.stringify(weChatConfig.parse(sandbox.config('shop')))).not.toContain(appSecret);
});

test('calls are counted truthfully', async () => {
  const { sandbox, restart } = await openShop({ messages: 200 });
  const { calls } = await walkAll(sourceOf(restart()), createWalk('ASC', NOW));
  expect(calls).toBe(sandbox.server.calls.length);
});
