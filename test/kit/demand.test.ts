import { afterEach, expect, test } from 'vitest';
import { BudgetSpentError } from '../../src/datasources/errors.ts';
import { Accounts } from '../../src/datasources/kit/account.ts';
import { systemClock } from '../../src/datasources/kit/clock.ts';
import { HttpClient } from '../../src/datasources/kit/http.ts';
import type { Access } from '../../src/datasources/message-source.ts';
import { SandboxServer, type SandboxKnobs } from '../../src/sandbox/sandbox-server.ts';
import { TestAccess } from '../support/dependencies.ts';

const CALLS_PER_SECOND = 50;
const SECONDS = 4;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function open(knobs: Partial<SandboxKnobs> = {}): Promise<{
  server: SandboxServer<SandboxKnobs>;
  call: (access: Access) => Promise<unknown>;
}> {
  const server = new SandboxServer({
    handlers: { 'GET /call': () => ({ body: { ok: true } }) },
    knobs: { fault: null, delayMs: 0, ...knobs },
    nonsense: {},
    firstPage: {},
  });
  await server.start();
  const client = new HttpClient(
    {
      channel: 'shop',
      provider: 'WECHAT',
      baseUrl: server.baseUrl,
      account: 'shop',
      quota: { callsPerSecond: CALLS_PER_SECOND, maxConcurrent: 10 },
    },
    { clock: systemClock, accounts: new Accounts(systemClock), callTimeoutMs: 5_000 },
  );
  closers.push(
    () => client.close(),
    () => server.close(),
  );
  return { server, call: (access) => client.call({ method: 'GET', path: '/call' }, access, (body) => body) };
}

function accessOf(caller: string, signal: AbortSignal): Access {
  return Object.assign(new TestAccess(Date.now()), { caller, signal });
}

function mostInAnySecond(times: readonly number[]): number {
  return Math.max(
    ...times.map((end, index) => times.slice(0, index + 1).filter((at) => at > end - 1000).length),
  );
}

async function demand(
  call: (access: Access) => Promise<unknown>,
  caller: string,
  { perTick, until, signal }: { perTick: number; until: number; signal: AbortSignal },
): Promise<number[]> {
  const waits: number[] = [];
  const calls: Promise<unknown>[] = [];
  while (Date.now() < until) {
    for (let i = 0; i < perTick; i++) {
      const began = Date.now();
      const note = (): number => waits.push(Date.now() - began);
      calls.push(
        call(accessOf(caller, signal))
          .then(note)
          .catch((error: unknown) => {
            if (!(error instanceof BudgetSpentError)) throw error;
          }),
      );
    }
    await systemClock.sleep(100);
  }
  return Promise.all(calls).then(() => waits);
}

test.concurrent.each([
  ['at once', 0],
  ['slowly', 60],
])(
  'at three times the demand no second sees more than the limit, nearly all of it is used, and a modest caller waits for nobody, when the provider answers %s',
  // Others share the machine while it is measured; that the limit holds whatever happens, quota.test.ts shows.
  { retry: 2 },
  async (_, delayMs) => {
    const { server, call } = await open({ delayMs });
    const end = new AbortController();
    const began = Date.now();
    const until = began + SECONDS * 1000;
    const flood = demand(call, 'flood', { perTick: 13, until, signal: end.signal });
    const modest = demand(call, 'modest', { perTick: 2, until, signal: end.signal });
    await systemClock.sleep(until - Date.now());
    const times = server.calls.map(({ at }) => at).filter((at) => at < until);
    end.abort();
    const waits = await modest;
    await flood;
    expect(mostInAnySecond(server.calls.map(({ at }) => at))).toBeLessThanOrEqual(CALLS_PER_SECOND);
    expect(times.length).toBeGreaterThanOrEqual(0.9 * CALLS_PER_SECOND * SECONDS);
    // 20 a second is less than its half of the quota: it waits for the second to pass at most, and not for the flood.
    expect(waits.length).toBeGreaterThanOrEqual(0.6 * 20 * SECONDS);
    expect(Math.max(...waits)).toBeLessThan(1_500);
    // All who had gone left nothing behind.
    const { length } = server.calls;
    await systemClock.sleep(200);
    expect(server.calls).toHaveLength(length);
  },
);
