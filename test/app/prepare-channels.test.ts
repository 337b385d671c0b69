import { expect, test } from 'vitest';
import { prepareChannels } from '../../src/app/prepare-channels.ts';
import type { CallBudget } from '../../src/datasources/message-source.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { createGatewayWorld } from '../support/gateway-world.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { waitUntil } from '../support/wait-until.ts';

const clock = new TestClock(Date.parse('2026-03-20T12:00:00Z'));
const LIMITS = { upstreamCallsPerRequest: 10, requestTimeoutMs: 15_000 };
const createBudget = (): RequestBudget => new RequestBudget(LIMITS, clock);

class PreparedChannel extends MemoryChannel {
  readonly prepare: (budget: CallBudget) => Promise<void>;

  constructor(name: string, prepare: (budget: CallBudget) => Promise<void>) {
    super(name);
    this.prepare = prepare;
  }
}

test('a few channels at a time are prepared, each once, and those that need nothing are passed over', async () => {
  const prepared: string[] = [];
  const turns: (() => void)[] = [];
  const channels = Array.from({ length: 20 }, (_, index) =>
    index % 10 === 9
      ? new MemoryChannel(`memory-${index}`)
      : new PreparedChannel(`channel-${index}`, () => {
          prepared.push(`channel-${index}`);
          return new Promise((resolve) => turns.push(resolve));
        }),
  );
  const { log, lines } = createMemoryLog();
  const stop = prepareChannels(channels, createBudget, log);
  let most = 0;
  for (let ended = 0; ended < 18; ended++) {
    await waitUntil(() => turns.length > 0);
    most = Math.max(most, turns.length);
    turns.shift()?.();
  }
  await stop();
  expect(prepared.toSorted()).toEqual(
    channels.flatMap((channel) => (channel instanceof PreparedChannel ? channel.name : [])).toSorted(),
  );
  expect(most).toBeLessThanOrEqual(8);
  expect(lines()).toEqual([]);
});

test('a failure is a line of the log, and the next channel is prepared', async () => {
  const failure = { code: 'UPSTREAM_AUTH_FAILED', isRetryable: false, advice: 'check the secret' } as const;
  const failing = new PreparedChannel('failing', () =>
    Promise.reject(new UpstreamError('failing', 'WECOM', failure)),
  );
  let isPrepared = false;
  const next = new PreparedChannel('next', () => {
    isPrepared = true;
    return Promise.resolve();
  });
  const { log, lines } = createMemoryLog();
  const stop = prepareChannels([failing, next], createBudget, log);
  await waitUntil(() => isPrepared && lines().length > 0);
  await stop();
  expect(lines()).toEqual([
    expect.objectContaining({ level: 40, channel: 'failing', msg: 'A channel could not be prepared' }),
  ]);
});

test('what is under way is aborted, without a line of the log, and no other channel is prepared', async () => {
  const prepared: string[] = [];
  const channels = Array.from(
    { length: 20 },
    (_, index) =>
      new PreparedChannel(
        `channel-${index}`,
        ({ signal }) =>
          new Promise((_resolve, reject) => {
            prepared.push(`channel-${index}`);
            signal.addEventListener('abort', () => {
              reject(new BudgetSpentError());
            });
          }),
      ),
  );
  const { log, lines } = createMemoryLog();
  const stop = prepareChannels(channels, createBudget, log);
  await waitUntil(() => prepared.length > 0);
  const begun = prepared.length;
  await stop();
  expect({ prepared: prepared.length, lines: lines() }).toEqual({ prepared: begun, lines: [] });
});

test('the first request of a gateway that was prepared fetches no token', async () => {
  const world = await createGatewayWorld({ messages: 40 });
  const calls = (): string[] =>
    world.sandbox.all.flatMap(({ server }) => server.calls.map(({ endpoint }) => endpoint));
  const isToken = (endpoint: string): boolean => /token/.test(endpoint);
  world.gateway.prepare();
  await waitUntil(() => calls().length === 2);
  expect(calls().toSorted()).toEqual(['GET /cgi-bin/gettoken', 'POST /cgi-bin/stable_token']);
  const { errors } = await world.query('{ messages(first: 40) { nodes { id } } }');
  expect(errors).toEqual([]);
  expect(calls().filter(isToken)).toHaveLength(2);
  expect(calls().filter((endpoint) => !isToken(endpoint)).length).toBeGreaterThan(3);
  await world.close();
});
