import { Buffer } from 'node:buffer';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChatChannel } from '../../src/datasources/message-source.ts';
import { anyChannelConfig, createChannel } from '../../src/datasources/provider.ts';
import { providers } from '../../src/resolvers/providers.ts';
import { startSandboxes } from '../../src/sandbox/start.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { createDependencies } from '../support/dependencies.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const DAY_MS = 86_400_000;

const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0).reverse()) await world.close();
});

async function open(options: WorldOptions = {}): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    clock: new TestClock(NOW),
    messages: 30,
    weComReachDays: 365,
    from: NOW - 6 * DAY_MS,
    channels: ({ channels }) =>
      channels.map((entry) =>
        'historyStart' in entry
          ? { ...entry, historyStart: new Date(NOW - 7 * DAY_MS).toISOString() }
          : entry,
      ),
    ...options,
  });
  worlds.push(world);
  return world;
}

interface Status {
  channel: { name: string };
  state: string;
  errorCode: string | null;
  providerCode: string | null;
  endReason: string | null;
}
interface Page {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  sources: Status[];
}

async function read(world: GatewayWorld, variables: Record<string, unknown>): Promise<Page> {
  const { data, errors } = await world.query(
    `query ($filter: MessageFilter, $first: Int, $after: String, $direction: OrderDirection!, $policy: SourceFailurePolicy) {
      messages(filter: $filter, first: $first, after: $after, orderBy: { direction: $direction }, onSourceFailure: $policy) {
        nodes { id }
        pageInfo { hasNextPage endCursor }
        sources { channel { name } state errorCode providerCode endReason }
      }
    }`,
    { first: 1000, direction: 'DESC', policy: 'PARTIAL', ...variables },
  );
  expect(errors).toEqual([]);
  return data?.['messages'] as Page;
}

function reasons({ sources }: Page): Record<string, string | null> {
  return Object.fromEntries(sources.map(({ channel, endReason }) => [channel.name, endReason]));
}

describe('why a channel has nothing older', () => {
  test('is told at the end of a walk, on the last page of channels that ended before it too', async () => {
    const world = await open();
    const whole = { shop: 'BOUND', corp: 'EXPIRED', broadcast: 'BEGINNING', whatsapp: 'BOUND' };
    expect(reasons(await read(world, {}))).toEqual(whole);
    let page = await read(world, { first: 20 });
    expect(Object.values(reasons(page))).toContain(null);
    while (page.pageInfo.hasNextPage) page = await read(world, { first: 20, after: page.pageInfo.endCursor });
    expect(reasons(page)).toEqual(whole);
  });

  test('is the bound that the request sets', async () => {
    const world = await open();
    const filter = { sentAt: { gte: new Date(NOW - 2 * DAY_MS).toISOString() } };
    expect(new Set(Object.values(reasons(await read(world, { filter }))))).toEqual(new Set(['BOUND']));
  });

  test('is not told where the walk goes towards the present', async () => {
    const world = await open();
    expect(new Set(Object.values(reasons(await read(world, { direction: 'ASC' }))))).toEqual(new Set([null]));
  });

  test('is what the provider says of what has expired, and the bound of the configuration', async () => {
    const world = await open({
      channels: ({ channels }) => {
        const broadcast = channels.find(({ provider }) => provider === 'TENCENT_CHAT') ?? {};
        const historyStart = new Date(NOW - 2 * DAY_MS).toISOString();
        return [broadcast, { ...broadcast, name: 'lately', historyStart }];
      },
    });
    world.sandbox.tencentChat.server.knobs.lastPage = 'says-expired';
    expect(reasons(await read(world, {}))).toEqual({ broadcast: 'EXPIRED', lately: 'BOUND' });
  });
});

test('an official account that is gone is shown, and the channel’s other accounts go on to their end', async () => {
  const world = await open();
  const { tencentChat } = world.sandbox;
  const [, gone = ''] = tencentChat.officialAccounts;
  tencentChat.dissolve(gone);
  const filter = { channels: ['broadcast'] };
  const ids: string[] = [];
  let page = await read(world, { filter, first: 4 });
  for (;;) {
    ids.push(...page.nodes.map(({ id }) => id));
    expect(page.sources).toEqual([
      {
        channel: { name: 'broadcast' },
        state: 'MISCONFIGURED',
        errorCode: 'UPSTREAM_MISCONFIGURED',
        providerCode: '10010',
        endReason: null,
      },
    ]);
    if (!page.pageInfo.hasNextPage) break;
    page = await read(world, { filter, first: 4, after: page.pageInfo.endCursor });
  }
  expect(new Set(ids).size).toBe(tencentChat.posts().length);
  // What a provider does not list is not missing.
  expect((await read(world, { filter, policy: 'FAIL' })).nodes).toHaveLength(ids.length);
});

test('the provider’s own code of a failure stands beside ours', async () => {
  const world = await open();
  world.sandbox.tencentChat.server.knobs.errorCode = 60020;
  const { sources } = await read(world, { filter: { channels: ['broadcast'] } });
  expect(sources).toMatchObject([{ state: 'MISCONFIGURED', providerCode: '60020' }]);
});

test('a cursor of a channel whose name has gone to another provider is refused as such', async () => {
  const clock = new TestClock(NOW);
  const sandbox = await startSandboxes({
    seed: 3,
    now: () => clock.now(),
    messages: 20,
    weComReachDays: 365,
  });
  worlds.push(sandbox);
  const dependencies = createDependencies(clock);
  const channels = sandbox.channels.map((entry): ChatChannel => {
    const officialAccounts = entry['officialAccounts'] === undefined ? {} : { officialAccounts: ['x'] };
    const config = anyChannelConfig(providers).parse({ ...entry, name: 'desk', ...officialAccounts });
    return createChannel(config, providers, dependencies);
  });
  worlds.push(...channels);
  const cursors = new CursorCodec(Buffer.alloc(32, 3), 'cursors');
  const page = (channel: ChatChannel, cursor: string | null): Promise<TimelinePage> =>
    new Timeline([channel], cursors, clock, pino({ enabled: false })).read(
      {
        filter: NO_FILTER,
        order: 'DESC',
        page: { size: 3, direction: 'forward', cursor },
        onSourceFailure: 'PARTIAL',
      },
      new RequestBudget({ upstreamCallsPerRequest: 64, requestTimeoutMs: 60_000 }, clock),
    );
  // An official account is a source of its own name, which no other provider has.
  const single = channels.filter(({ provider }) => provider !== 'TENCENT_CHAT');
  for (const channel of single) {
    const { pageInfo } = await page(channel, null);
    for (const other of single.filter((candidate) => candidate !== channel)) {
      await expect(page(other, pageInfo.endCursor)).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    }
  }
});
