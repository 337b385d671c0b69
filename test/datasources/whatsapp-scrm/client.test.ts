import { afterEach, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';
import { toToken } from '../../../src/datasources/whatsapp-scrm/client.ts';
import { whatsAppConfig } from '../../../src/datasources/whatsapp-scrm/config.ts';
import type { Fault } from '../../../src/sandbox/sandbox-server.ts';
import type { Clock } from '../../../src/util/clock.ts';
import { createDependencies, TestBudget } from '../../support/dependencies.ts';
import { createWalk, takeMessages } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  throw new Error('The call did not fail');
}

describe('calling the WhatsApp SCRM', () => {
  let world: WhatsAppWorld;
  afterEach(() => world.close());

  test('signs with the MD5 of tenant, time and key', async () => {
    expect(toToken('82', '1710936559123', 'test-key')).toBe('98474ad070256af04ca997ee703ca8ff');
    world = await openWorld();
    await world.createChannel().check(new TestBudget(NOW));
    expect(world.calls()).toBe(1);
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test.each([
    ['a wrong key', { apiKey: 'wrong' }, 'apiKey'],
    ['a wrong tenant', { tenantId: '83' }, 'tenantId'],
  ])('%s is told in plain words', async (_, changes, word) => {
    world = await openWorld();
    const channel = world.createChannel(createDependencies(world.clock), changes);
    const failure = await failureOf(channel.check(new TestBudget(NOW)));
    expect(failure).toMatchObject({ code: 'UPSTREAM_AUTH_FAILED', providerCode: '507', isRetryable: false });
    expect(failure.advice).toContain(word);
    expect(world.calls()).toBe(1);
  });

  test.each([
    [508, 'UPSTREAM_AUTH_FAILED', false],
    [511, 'UPSTREAM_AUTH_FAILED', false],
    [429, 'UPSTREAM_RATE_LIMITED', true],
    [500, 'UPSTREAM_BAD_RESPONSE', false],
    [40013, 'UPSTREAM_BAD_RESPONSE', false],
  ])('the code %i becomes %s', async (code, expected, isRetryable) => {
    world = await openWorld({ knobs: { code } });
    const failure = await failureOf(world.createChannel().check(new TestBudget(NOW)));
    expect(failure).toMatchObject({ code: expected, providerCode: String(code), isRetryable });
    expect(failure.message).not.toContain('sandbox');
  });

  test.each<[Fault, string, number]>([
    ['hang', 'UPSTREAM_TIMEOUT', 1],
    ['reset', 'UPSTREAM_UNAVAILABLE', 2],
    ['html', 'UPSTREAM_BAD_RESPONSE', 1],
    ['cut-json', 'UPSTREAM_BAD_RESPONSE', 1],
    ['wrong-types', 'UPSTREAM_BAD_RESPONSE', 1],
    ['server-error', 'UPSTREAM_UNAVAILABLE', 2],
    ['too-many-requests', 'UPSTREAM_RATE_LIMITED', 1],
  ])('%s becomes %s after %i calls, and the position stays good', async (fault, code, calls) => {
    world = await openWorld({ messages: 60 });
    // Long enough for a busy machine, where the provider does answer.
    const callTimeoutMs = fault === 'hang' ? 200 : 5_000;
    const channel = world.createChannel({ ...createDependencies(world.clock), callTimeoutMs });
    const source = onlySource(channel);
    const walk = createWalk('DESC', NOW);
    const first = await takeMessages(source, walk, source.start(walk), 1);
    const before = world.calls();
    world.sandbox.server.knobs.fault = fault;
    const failure = await failureOf(takeMessages(source, walk, first.position, 1000));
    expect(failure).toMatchObject({ code, channel: 'whatsapp', provider: 'WHATSAPP_SCRM' });
    expect(world.calls() - before).toBe(calls);
    world.sandbox.server.knobs.fault = null;
    const rest = await takeMessages(source, walk, first.position, 1000);
    expect([...first.messages, ...rest.messages].map(({ nativeId }) => nativeId)).toEqual(
      world.ids().reverse(),
    );
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('a call that is repeated is signed anew', async () => {
    world = await openWorld({ knobs: { fault: 'server-error' } });
    const { clock } = world;
    const dependencies = createDependencies(clock);
    const slow: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      timeout: (milliseconds) => clock.timeout(milliseconds),
      sleep: async (milliseconds: number) => {
        world.sandbox.server.knobs.fault = null;
        // Longer than a signature is good for.
        await clock.sleep(milliseconds + 600_000);
      },
    };
    await world.createChannel({ ...dependencies, clock: slow }).check(new TestBudget(NOW));
    expect(world.calls()).toBe(2);
  });

  test('nothing of the credentials shows in a failure or the configuration', async () => {
    world = await openWorld({ knobs: { code: 507 } });
    const failure = await failureOf(world.createChannel().check(new TestBudget(NOW)));
    expect(JSON.stringify(failure) + failure.message).not.toContain('sandbox-api-key');
    const config = whatsAppConfig.parse(world.sandbox.config('whatsapp'));
    expect(JSON.stringify(config)).not.toContain('sandbox-api-key');
    expect(config).toMatchObject({
      tenantId: '82',
      timeZone: '+08:00',
      quota: { callsPerSecond: 50, pageSize: 100 },
    });
    expect(whatsAppConfig.safeParse({ ...world.sandbox.config('x'), tenantId: 'abc' }).success).toBe(false);
  });
});
