import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { runs } from '../support/runs.ts';
import { areComplete, completeSince, settledSince } from '../support/settled-walk.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SINCE = Date.now() - 15 * DAY_MS;
const settings = { secret: randomBytes(32).toString('base64') };
const UNTIL = settledSince(SINCE).lt;

const STATS = `query (
  $since: DateTime, $until: DateTime, $channel: String, $groupBy: MessageStatsGroup, $timeZone: String, $readFrom: ReadFrom
) {
  messageStats(since: $since, until: $until, channel: $channel, groupBy: $groupBy, timeZone: $timeZone, readFrom: $readFrom) {
    group groupName startsAt messages inbound outbound conversations customers firstAt lastAt
  }
}`;

/** All call the same providers; the last one keeps one channel only. */
let plain: GatewayWorld;
let archived: GatewayWorld;
let partly: GatewayWorld;
/** Of which all archives have everything: of some channels the rest had expired before. */
let settled: ReturnType<typeof settledSince>;
beforeAll(async () => {
  plain = await createGatewayWorld({ from: SINCE, messages: 150, weComReachDays: 30, settings });
  const keeping = (isKept: (name: unknown) => boolean): Promise<GatewayWorld> =>
    createGatewayWorld({
      only: [],
      settings,
      channels: () =>
        plain.sandbox.channels.map((channel) => ({
          ...channel,
          displayName: `The ${String(channel['name'])}`,
          ...(isKept(channel['name']) ? { archive: { since: new Date(SINCE).toISOString() } } : {}),
        })),
    });
  archived = await keeping(() => true);
  partly = await keeping((name) => name === 'shop');
  archived.gateway.live.keepUp();
  await waitUntil(() => areComplete(archived.url));
  settled = settledSince(await completeSince(archived.url));
});
afterAll(async () => {
  await partly.close();
  await archived.close();
  await plain.close();
});

type Variables = Record<string, unknown>;

async function fetchStats(world: GatewayWorld, variables: Variables): Promise<Record<string, unknown>[]> {
  const { data, errors } = await world.query(STATS, variables);
  expect(errors).toEqual([]);
  return data?.['messageStats'] as Record<string, unknown>[];
}

function callsOf({ sandbox }: GatewayWorld): number {
  return sandbox.all.reduce((sum, { server }) => sum + server.calls.length, 0);
}

/** Names are those of the configuration, or as the newest message has them. */
function unnamed(stats: Record<string, unknown>[]): Record<string, unknown>[] {
  return stats.map((stat) => ({ ...stat, groupName: null }));
}

test('the figures of archives are those of a walk, whatever is asked, without a call', async () => {
  const moment = fc.integer({
    min: Date.parse(settled.gte),
    max: Date.parse(settled.lt),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(moment, moment),
      fc.constantFrom(null, 'shop', 'corp', 'broadcast', 'whatsapp'),
      fc.constantFrom('DAY', 'HOUR', 'CHANNEL', 'DIRECTION', 'AGENT', 'KIND'),
      fc.constantFrom('UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
      async ([one, other], channel, groupBy, timeZone) => {
        const [since, until] = [Math.min(one, other), Math.max(one, other)];
        const variables = {
          channel,
          groupBy,
          timeZone,
          since: new Date(since).toISOString(),
          until: new Date(until).toISOString(),
        };
        const walked = unnamed(await fetchStats(plain, variables));
        const before = callsOf(plain);
        for (const readFrom of ['ARCHIVE', 'LIVE'])
          expect(unnamed(await fetchStats(archived, { ...variables, readFrom }))).toEqual(walked);
        expect(callsOf(plain)).toBe(before);
      },
    ),
    { numRuns: runs(40) },
  );
});

test('groups of archives have their names', async () => {
  const range = { since: settled.gte, until: settled.lt, readFrom: 'ARCHIVE' };
  const channels = await fetchStats(archived, { ...range, groupBy: 'CHANNEL' });
  expect(channels.map(({ groupName }) => groupName)).toEqual(
    channels.map(({ group }) => `The ${String(group)}`),
  );
  const agents = await fetchStats(archived, { ...range, groupBy: 'AGENT' });
  const walked = await fetchStats(plain, { ...range, readFrom: 'LIVE', groupBy: 'AGENT' });
  const namesOf = (stats: Record<string, unknown>[]): unknown[] => stats.map((stat) => stat['groupName']);
  expect(namesOf(agents).filter((name) => name !== null).length).toBeGreaterThan(0);
  for (const [index, name] of namesOf(agents).entries())
    if (name !== null) expect(name).toBe(namesOf(walked)[index]);
});

test('what an archive lacks is an error that says what it has', async () => {
  const missing = await partly.query(STATS, { since: settled.gte, until: settled.lt, readFrom: 'ARCHIVE' });
  expect(missing).toMatchObject({
    status: 400,
    data: { messageStats: null },
    errors: [
      {
        message: 'No archive is kept of corp, broadcast, whatsapp: name a "channel" that has one.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  const lacking = async (since: number, until: number): Promise<string | undefined> => {
    const { errors } = await archived.query(STATS, {
      channel: 'shop',
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      readFrom: 'ARCHIVE',
    });
    return errors[0]?.message;
  };
  const until = Date.parse(UNTIL);
  expect(await lacking(SINCE - DAY_MS, until)).toBe(
    `The archive of shop does not have all of this time range yet: it is complete from ${new Date(SINCE).toISOString()} until ${UNTIL}. Narrow it with "since" and "until"; "Channel.archive" tells what is kept.`,
  );
  expect(await lacking(SINCE - 2 * DAY_MS, SINCE - DAY_MS)).toContain('nothing of it is complete');
  // What has not settled is as complete as it can be.
  expect(await lacking(SINCE, Date.now())).toBeUndefined();
});

test('what had expired before it could be kept is an error that says so, and from when on an archive is complete', async () => {
  const complete = Date.parse(settled.gte);
  const ask = async (since: number): Promise<unknown> => {
    const range = { since: new Date(since).toISOString(), until: settled.lt, readFrom: 'ARCHIVE' };
    const { status, data, errors } = await archived.query(STATS, range);
    return data?.['messageStats'] ?? [status, errors[0]?.extensions['code'], errors[0]?.message];
  };
  expect(await ask(SINCE)).toEqual([
    400,
    'BAD_USER_INPUT',
    expect.stringMatching(
      /^The archive of \w+ does not have all of this time range, of which a part had expired before it could be kept: it is complete from .* until .*\. Narrow it with "since" and "until"; "Channel.archive" tells what is kept\.$/,
    ),
  ]);
  expect(await ask(complete - 1)).toEqual([
    400,
    'BAD_USER_INPUT',
    expect.stringContaining(`it is complete from ${settled.gte} until ${settled.lt}.`),
  ]);
  expect(await ask(complete)).not.toEqual([]);
});

test('where an archive has a part only, LIVE reads the rest from the provider', async () => {
  const range = { channel: 'shop', since: new Date(SINCE - DAY_MS).toISOString(), groupBy: 'DIRECTION' };
  expect(unnamed(await fetchStats(archived, range))).toEqual(unnamed(await fetchStats(plain, range)));
});

test('archives answer for a range that no request could walk', async () => {
  const poor = await createGatewayWorld({
    only: [],
    settings,
    limits: { upstreamCallsPerRequest: 2 },
    channels: () => plain.sandbox.channels,
  });
  try {
    const { errors } = await poor.query(STATS, { since: settled.gte, until: settled.lt });
    expect(errors[0]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
    expect(errors[0]?.message).toContain('readFrom: ARCHIVE');
  } finally {
    await poor.close();
  }
});

test.each<[string, Variables, string, string]>([
  [
    'no time zone',
    { timeZone: '+08:00' },
    'BAD_USER_INPUT',
    '"timeZone" is the name of an IANA time zone, such as Asia/Shanghai; it was "+08:00".',
  ],
  [
    'ten years by the hour',
    { groupBy: 'HOUR', since: new Date(Date.now() - 10 * 366 * 24 * HOUR_MS).toISOString() },
    'QUERY_TOO_COMPLEX',
    'This time range may have more than 50000 groups. Narrow it with "since" and "until", or group by DAY.',
  ],
])('%s is refused, saying what to do', async (_, variables, code, message) => {
  for (const readFrom of ['LIVE', 'ARCHIVE']) {
    const { data, errors } = await archived.query(STATS, { ...variables, readFrom });
    expect({ data, errors }).toMatchObject({
      data: { messageStats: null },
      errors: [{ message, extensions: { code } }],
    });
  }
});
