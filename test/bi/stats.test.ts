import { afterEach, describe, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';
import { walkRows, type Row } from '../support/walk-rows.ts';

const NOW = Date.parse('2026-03-20T10:00:00.500Z');
const DAY_MS = 86_400_000;

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(options: WorldOptions = {}): Promise<GatewayWorld & { clock: TestClock }> {
  const clock = new TestClock(NOW);
  const world = await createGatewayWorld({
    clock,
    messages: 80,
    from: NOW - 40 * DAY_MS,
    weComReachDays: 365,
    channels: ({ channels }) =>
      channels.map((entry) => ({ ...entry, displayName: `The ${String(entry['name'])}` })),
    ...options,
  });
  worlds.push(world);
  return Object.assign(world, { clock });
}

const STATS = `query ($since: DateTime, $until: DateTime, $channel: String, $groupBy: MessageStatsGroup) {
  messageStats(since: $since, until: $until, channel: $channel, groupBy: $groupBy) {
    group groupName startsAt messages inbound outbound conversations customers firstAt lastAt
  }
}`;

type Stat = Record<string, unknown>;

async function fetchStats(world: GatewayWorld, variables: Record<string, unknown> = {}): Promise<Stat[]> {
  const { status, data, errors } = await world.query(STATS, variables);
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  return data?.['messageStats'] as Stat[];
}

/** The same figures, from the rows. */
function count(rows: Row[], keyOf: (row: Row) => string): Stat[] {
  const groups = Map.groupBy(rows, keyOf);
  return [...groups].sort().map(([group, own]) => {
    const of = (column: string): unknown[] => own.map((row) => row[column]);
    const times = of('sentAt').map(String).sort();
    return {
      group,
      messages: own.length,
      inbound: of('direction').filter((direction) => direction === 'INBOUND').length,
      outbound: of('direction').filter((direction) => direction === 'OUTBOUND').length,
      conversations: new Set(of('conversationId')).size,
      customers: new Set(of('customerId').filter((id) => id !== null)).size,
      firstAt: times[0],
      lastAt: times.at(-1),
    };
  });
}

const groupings: Record<string, { keyOf: (row: Row) => string; nameAndStart: (group: string) => unknown[] }> =
  {
    DAY: {
      keyOf: (row) => String(row['sentAt']).slice(0, 10),
      nameAndStart: (group) => [null, `${group}T00:00:00.000Z`],
    },
    HOUR: {
      keyOf: (row) => String(row['sentAt']).slice(0, 13),
      nameAndStart: (group) => [null, `${group}:00:00.000Z`],
    },
    CHANNEL: { keyOf: (row) => String(row['channel']), nameAndStart: (group) => [`The ${group}`, null] },
    DIRECTION: { keyOf: (row) => String(row['direction']), nameAndStart: () => [null, null] },
    KIND: { keyOf: (row) => String(row['kind']), nameAndStart: () => [null, null] },
  };

describe('figures are those of the rows', () => {
  test.each(Object.entries(groupings))('by %s', async (groupBy, { keyOf, nameAndStart }) => {
    const world = await open();
    const rows = await walkRows(() => world.url, { first: 1000 });
    const expected = count(rows, keyOf).map((stat) => {
      const [groupName, startsAt] = nameAndStart(String(stat['group']));
      return { ...stat, groupName, startsAt };
    });
    expect(await fetchStats(world, { groupBy })).toEqual(expected);
  });

  test('by AGENT, with those that no agent sent or received, and names where the provider tells them', async () => {
    const world = await open();
    const rows = await walkRows(() => world.url, { first: 1000 });
    const names = new Map(rows.map((row) => [row['agentId'] ?? 'NONE', row['agentName']]));
    const expected = count(rows, (row) => row['agentId'] ?? 'NONE').map((stat) => ({
      ...stat,
      groupName: names.get(String(stat['group'])) ?? null,
      startsAt: null,
    }));
    expect(expected.length).toBeGreaterThan(3);
    expect(expected.map(({ groupName }) => groupName)).toContainEqual(expect.any(String));
    expect(await fetchStats(world, { groupBy: 'AGENT' })).toEqual(expected);
  });

  test('over many pages, in a window and a channel', async () => {
    const world = await open({ limits: { defaultRows: 4, maxRows: 4 } });
    const window = { channel: 'whatsapp', since: '2026-02-20T12:00:00Z', until: '2026-03-10T12:00:00Z' };
    const rows = await walkRows(() => world.url, window);
    expect(rows.length).toBeGreaterThan(8);
    expect(await fetchStats(world, { ...window, groupBy: 'CHANNEL' })).toMatchObject(
      count(rows, () => 'whatsapp'),
    );
  });
});

test('without messages there are no groups', async () => {
  const world = await open();
  expect(await fetchStats(world, { until: '2001-01-01T00:00:00Z' })).toEqual([]);
});

test('a window that one request cannot read gives no figures; asking again gets further, until it gives them all', async () => {
  const world = await open({ limits: { upstreamCallsPerRequest: 15 } });
  const window = { since: '2026-02-20T00:00:00Z', until: '2026-03-15T00:00:00Z' };
  const first = await world.query(STATS, window);
  expect(first).toEqual({
    status: 400,
    data: { messageStats: null },
    errors: [
      {
        message:
          'One request could not read all messages of this time range. Narrow it with "since" and "until", or to one "channel"; or retry: the gateway caches what it read, so a retry gets further. Channels with an archive need no walk: "readFrom: ARCHIVE" counts what is kept, in any range.',
        locations: expect.anything() as unknown,
        path: ['messageStats'],
        extensions: { code: 'QUERY_TOO_COMPLEX' },
      },
    ],
  });
  let last = first;
  for (let times = 0; times < 10 && last.errors.length > 0; times++) last = await world.query(STATS, window);
  expect(last.errors).toEqual([]);
  const rows = await walkRows(() => world.url, window);
  expect(last.data?.['messageStats']).toMatchObject(count(rows, (row) => String(row['sentAt']).slice(0, 10)));
});

test('when a provider fails there are no figures, but its error', async () => {
  const world = await open();
  world.sandbox.tencentChat.server.knobs.fault = 'server-error';
  const { status, data, errors } = await world.query(STATS);
  expect({ status, data }).toEqual({ status: 503, data: { messageStats: null } });
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_UNAVAILABLE']);
});
