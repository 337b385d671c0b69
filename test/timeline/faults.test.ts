import { beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/sandbox-server.ts';
import { WIDEST_QUOTA, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { CHANNELS, type ChannelName } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { isOnServer } from '../support/test-store.ts';
import { fetchPage, walkTimeline, type ShownPage, type ShownSource } from '../support/walk-timeline.ts';

// Only silence takes most of it; on a busy machine, the others need some of it, and more where a server keeps what they say: of what
// silence leaves, the last twentieth, which fills the page.
const REQUEST_TIMEOUT_MS = isOnServer ? 30_000 : 8_000;
const PAGE_SIZE = 40;

type Act = (sandbox: Sandbox) => void;

interface Cell {
  expected: Partial<ShownSource>;
  /** Applied to the channel's entry in the configuration. */
  config?: Record<string, unknown>;
  /** Before the gateway is asked for anything. */
  prepare?: Act;
  /** The fault must strike a gateway that has a token. */
  isWarm?: boolean;
  strike?: Act;
  mend?: Act;
}

const OK = { state: 'OK', errorCode: null };
const TIMED_OUT = { state: 'TIMED_OUT', errorCode: 'UPSTREAM_TIMEOUT' };
const UNAVAILABLE = { state: 'UNAVAILABLE', errorCode: 'UPSTREAM_UNAVAILABLE' };
const BAD_RESPONSE = { state: 'UNAVAILABLE', errorCode: 'UPSTREAM_BAD_RESPONSE' };
const RATE_LIMITED = { state: 'RATE_LIMITED', errorCode: 'UPSTREAM_RATE_LIMITED' };
const AUTH_FAILED = { state: 'AUTH_FAILED', errorCode: 'UPSTREAM_AUTH_FAILED' };

/** A host name that no resolver has to be asked about: its first label is too long. */
const NO_HOST = `http://${'x'.repeat(64)}.invalid`;

function broken(fault: Fault, expected: Cell['expected']): Cell {
  return {
    expected,
    strike: ({ server }) => {
      server.knobs.fault = fault;
    },
    mend: ({ server }) => {
      server.knobs.fault = null;
    },
  };
}

/** How long the provider's own code for too many calls makes the gateway wait. */
const pauses: Partial<Record<ChannelName, number>> = {
  shop: expect.any(Number) as number,
  corp: 60,
};

const faults: Record<string, (channel: ChannelName) => Cell> = {
  // Of each channel first: they wait until the time is over, while the others run.
  'a hang': () => broken('hang', TIMED_OUT),
  'throttled bytes': () => broken('trickle', TIMED_OUT),
  latency: () => ({
    expected: OK,
    strike: ({ server }) => {
      server.knobs.delayMs = 60;
    },
  }),
  'a slow close': () => broken('slow-close', OK),
  'a reset': () => broken('reset', UNAVAILABLE),
  'an answer cut off': () => broken('cut', UNAVAILABLE),
  '429': () => broken('too-many-requests', { ...RATE_LIMITED, retryAfterSeconds: 7 }),
  '503': () => broken('server-error', UNAVAILABLE),
  'a rate code in a 200': (channel) =>
    broken('over-quota', {
      ...RATE_LIMITED,
      ...(channel in pauses && { retryAfterSeconds: pauses[channel] ?? null }),
    }),
  'an expired token': (channel) => ({
    // A new one is taken, and the caller does not notice. WhatsApp SCRM has none, but it may refuse the time of a call.
    expected: channel === 'whatsapp' ? AUTH_FAILED : OK,
    isWarm: true,
    strike: (sandbox) => {
      sandbox.expireCredentials();
    },
  }),
  HTML: () => broken('html', BAD_RESPONSE),
  'truncated JSON': () => broken('cut-json', BAD_RESPONSE),
  'a body of 50 MB': () => broken('huge', BAD_RESPONSE),
  'wrong types': () => broken('wrong-types', BAD_RESPONSE),
  'a cursor that repeats': () => ({
    ...broken('stuck-cursor', BAD_RESPONSE),
    // Pages so short that the first does not bring everything.
    config: { quota: { ...WIDEST_QUOTA, pageSize: 2 } },
    prepare: ({ server }) => {
      server.knobs.maxPageSize = 2;
    },
  }),
  'a DNS failure': () => ({ expected: UNAVAILABLE, config: { baseUrl: NO_HOST } }),
};

async function open(channel: ChannelName, { config = {} }: Cell): Promise<GatewayWorld> {
  return createGatewayWorld({
    messages: 24,
    from: Date.now() - 5 * 86_400_000,
    weComReachDays: 365,
    limits: { requestTimeoutMs: REQUEST_TIMEOUT_MS },
    // In the tests' haste, the gateway's own care for quotas would be the slowest of all, and the archive would answer.
    channels: ({ all }) =>
      all.map((sandbox) => ({
        ...sandbox.config(),
        ...sandbox.liftLimits(),
        ...(sandbox.channel === channel ? config : {}),
      })),
  });
}

/** The failing provider's messages must all come once it is back, and nobody's twice. */
async function expectRestOfWalk(world: GatewayWorld, first: ShownPage): Promise<void> {
  // Another process knows nothing of what this one has learnt not to do.
  await world.restart();
  const ids = first.edges.map(({ node }) => node.id);
  for (let page = first; page.pageInfo.hasNextPage;) {
    page = await fetchPage(world.url, { first: 100, after: page.pageInfo.endCursor });
    ids.push(...page.edges.map(({ node }) => node.id));
  }
  const all = await walkTimeline(() => world.url, { sizes: [100] });
  expect(all).toHaveLength(4 * 24);
  expect(ids.sort()).toEqual(all.map(({ id }) => id).sort());
}

async function run(channel: ChannelName, cell: Cell): Promise<void> {
  const world = await open(channel, cell);
  try {
    const sandbox = world.sandbox.of(channel);
    cell.prepare?.(sandbox);
    if (cell.isWarm) await fetchPage(world.url, { first: 1 });
    cell.strike?.(sandbox);
    const page = await fetchPage(world.url, { first: PAGE_SIZE });
    for (const { channel: source, state, errorCode, retryAfterSeconds } of page.sources) {
      const expected = source.name === channel ? cell.expected : OK;
      expect({ channel: source.name, state, errorCode, retryAfterSeconds }).toMatchObject(expected);
    }
    expect(page.sources).toHaveLength(4);
    expect(page.edges).toHaveLength(PAGE_SIZE);
    if (cell.config?.['baseUrl'] === NO_HOST) return;
    cell.mend?.(sandbox);
    await expectRestOfWalk(world, page);
    expect(world.sandbox.violations()).toEqual([]);
  } finally {
    await world.close();
  }
}

// Whatever the first request of a process pays for must not count against a deadline.
beforeAll(() => run('shop', { expected: OK }));

test.concurrent.each(
  CHANNELS.flatMap((channel) =>
    Object.entries(faults).map(([fault, toCell]) => ({ channel, fault, cell: toCell(channel) })),
  ),
)(
  'while $channel suffers from $fault, the others answer, and its own messages come later in the walk',
  { timeout: 120_000 },
  ({ channel, cell }) => run(channel, cell),
);
