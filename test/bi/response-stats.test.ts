import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { callsOf, openKeptWorld } from '../support/kept-world.ts';
import { completeSince, settledSince } from '../support/settled-walk.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 15 * DAY_MS;
const ZONE = 'Asia/Kathmandu';

const STATS = `query (
  $since: DateTime, $until: DateTime, $channel: String, $groupBy: ResponseStatsGroup, $timeZone: String
) {
  responseStats(since: $since, until: $until, channel: $channel, groupBy: $groupBy, timeZone: $timeZone) {
    group groupName startsAt turns answered unanswered medianSeconds p90Seconds conversations
  }
}`;
const MESSAGES = `query ($after: String) {
  messages(orderBy: { direction: ASC }, first: 1000, after: $after, readFrom: ARCHIVE) {
    nodes { sentAt direction conversation { id } channel { name } sender { id role displayName } recipients { id role } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Message {
  sentAt: string;
  direction: string;
  conversation: { id: string };
  channel: { name: string };
  sender: { id: string; role: string; displayName: string | null };
  recipients: { id: string; role: string }[] | null;
}
interface Turn {
  channel: string;
  conversation: string;
  beganAt: number;
  seconds: number | null;
  agent: string;
}
type Stat = Record<string, unknown>;

let world: GatewayWorld;
let turns: Turn[];
/** Of which all archives have everything: of some channels the rest had expired before. */
let settled: ReturnType<typeof settledSince>;
beforeAll(async () => {
  world = await openKeptWorld(SINCE);
  settled = settledSince(await completeSince(world.url));
  turns = toTurns(await readAll());
});
afterAll(() => world.close());

async function readAll(): Promise<Message[]> {
  const found: Message[] = [];
  for (let after: string | null = null; ;) {
    const { data, errors } = await world.query(MESSAGES, { after });
    expect(errors).toEqual([]);
    const page = data?.['messages'] as {
      nodes: Message[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    found.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

function toTurns(messages: readonly Message[]): Turn[] {
  const asksOrAnswers = messages.filter(({ direction }) => ['INBOUND', 'OUTBOUND'].includes(direction));
  return [...Map.groupBy(asksOrAnswers, ({ conversation }) => conversation.id).values()].flatMap((own) =>
    own.flatMap((message, index): Turn[] => {
      if (message.direction !== 'INBOUND' || own[index - 1]?.direction === 'INBOUND') return [];
      const answer = own.slice(index).find(({ direction }) => direction === 'OUTBOUND');
      const people = [answer?.sender, ...(answer?.recipients ?? [])];
      const agent = people.find((person) =>
        ['AGENT', 'BOT', 'OFFICIAL_ACCOUNT'].includes(person?.role ?? ''),
      );
      const beganAt = Date.parse(message.sentAt);
      return [
        {
          channel: message.channel.name,
          conversation: message.conversation.id,
          beganAt,
          seconds: answer ? (Date.parse(answer.sentAt) - beganAt) / 1000 : null,
          agent: agent?.id ?? 'NONE',
        },
      ];
    }),
  );
}

/** The least of the times within which so many percent of them lie. */
function within(percent: number, times: readonly number[]): number | null {
  const least = times.filter(
    (time) => times.filter((other) => other <= time).length * 100 >= percent * times.length,
  );
  return least.length === 0 ? null : Math.min(...least);
}

function figuresOf(some: readonly Turn[], keyOf: (turn: Turn) => string): Stat[] {
  return [...Map.groupBy(some, keyOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, own]) => {
      const times = own.flatMap(({ seconds }) => seconds ?? []);
      return {
        group,
        turns: own.length,
        answered: times.length,
        unanswered: own.length - times.length,
        medianSeconds: within(50, times),
        p90Seconds: within(90, times),
        conversations: new Set(own.map(({ conversation }) => conversation)).size,
      };
    });
}

async function fetchStats(variables: Record<string, unknown>): Promise<Stat[]> {
  const before = callsOf(world);
  const { data, errors } = await world.query(STATS, variables);
  expect(errors).toEqual([]);
  expect(callsOf(world)).toBe(before);
  return data?.['responseStats'] as Stat[];
}

const local = (length: number) => (turn: Turn) => {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: ZONE,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(turn.beganAt);
  return text.replace(' ', 'T').slice(0, length);
};
const keys: Record<string, (turn: Turn) => string> = {
  DAY: local(10),
  HOUR: local(13),
  CHANNEL: ({ channel }) => channel,
  AGENT: ({ agent }) => agent,
};

test.each(Object.entries(keys))('by %s, the figures are those of the messages', async (groupBy, keyOf) => {
  const begin = Date.parse(settled.gte);
  const length = Date.parse(settled.lt) - begin;
  const ranges = [
    { since: settled.gte, until: settled.lt },
    // Turns are open at both ends.
    {
      since: new Date(begin + 0.3 * length).toISOString(),
      until: new Date(begin + 0.8 * length).toISOString(),
    },
  ];
  for (const range of ranges) {
    for (const channel of [null, 'corp']) {
      const isWanted = ({ beganAt, channel: own }: Turn): boolean =>
        (channel === null || own === channel) &&
        beganAt >= Date.parse(range.since) &&
        beganAt < Date.parse(range.until);
      const expected = figuresOf(turns.filter(isWanted), keyOf);
      expect(expected.length).toBeGreaterThan(0);
      const found = await fetchStats({ ...range, channel, groupBy, timeZone: ZONE });
      expect(found.map(({ groupName: _, startsAt: __, ...stat }) => stat)).toEqual(expected);
    }
  }
});

test('groups have their names, and those in time the moment when they start', async () => {
  const range = { since: settled.gte, until: settled.lt, timeZone: ZONE };
  for (const { group, groupName, startsAt } of await fetchStats({ ...range, groupBy: 'DAY' }))
    expect([groupName, startsAt]).toEqual([
      null,
      new Date(Date.parse(`${String(group)}T00:00:00+05:45`)).toISOString(),
    ]);
  for (const { group, groupName, startsAt } of await fetchStats({ ...range, groupBy: 'CHANNEL' }))
    expect([groupName, startsAt]).toEqual([`The ${String(group)}`, null]);
  const agents = await fetchStats({ ...range, groupBy: 'AGENT' });
  expect(agents.map(({ groupName }) => groupName)).toContainEqual(expect.any(String));
});

test('without an archive there are no figures, but what is missing', async () => {
  const bare = await createGatewayWorld({
    messages: 5,
    channels: ({ channels }) => channels.filter(({ name }) => name === 'shop'),
  });
  try {
    expect(await bare.query(STATS)).toMatchObject({
      status: 400,
      data: { responseStats: null },
      errors: [{ message: expect.stringMatching(/^No archive is kept of shop: /) as unknown }],
    });
  } finally {
    await bare.close();
  }
  const { errors } = await world.query(STATS, { channel: 'shop', since: '2020-01-01T00:00:00Z' });
  expect(errors[0]?.message).toMatch(
    /^The archive of shop does not have all of this time range yet: it is complete from /,
  );
});

const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const ROWS = {
  messageStatRows: `query (
    $since: DateTime, $until: DateTime, $groupBy: String, $timeZone: String, $first: Int, $after: String
  ) {
    messageStatRows(
      since: $since, until: $until, groupBy: $groupBy, timeZone: $timeZone, readFrom: "ARCHIVE", first: $first, after: $after
    ) {
      edges { cursor node { group startsAt messages customers } }
      nodes { group startsAt messages customers }
      ${PAGE_INFO}
    }
  }`,
  responseStatRows: `query (
    $since: DateTime, $until: DateTime, $groupBy: String, $timeZone: String, $first: Int, $after: String
  ) {
    responseStatRows(
      since: $since, until: $until, groupBy: $groupBy, timeZone: $timeZone, first: $first, after: $after
    ) {
      edges { cursor node { group startsAt turns medianSeconds } }
      nodes { group startsAt turns medianSeconds }
      ${PAGE_INFO}
    }
  }`,
};
const LISTS = `query (
  $since: DateTime, $until: DateTime, $g: MessageStatsGroup, $h: ResponseStatsGroup, $timeZone: String
) {
  messageStatRows: messageStats(since: $since, until: $until, groupBy: $g, timeZone: $timeZone, readFrom: ARCHIVE) {
    group startsAt messages customers
  }
  responseStatRows: responseStats(since: $since, until: $until, groupBy: $h, timeZone: $timeZone) {
    group startsAt turns medianSeconds
  }
}`;

interface Page {
  edges: { cursor: string; node: Stat }[];
  nodes: Stat[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

describe.each(['messageStatRows', 'responseStatRows'] as const)('%s', (field) => {
  let range: Record<string, string>;
  beforeAll(() => {
    range = { since: settled.gte, until: settled.lt, timeZone: 'Europe/Berlin' };
  });

  test.each(['DAY', 'HOUR', 'CHANNEL', 'AGENT'])(
    'by %s has the figures of its list, page by page',
    async (groupBy) => {
      const lists = await world.query(LISTS, { ...range, g: groupBy, h: groupBy });
      const expected = lists.data?.[field] as Stat[];
      const first = Math.ceil(expected.length / 3);
      const rows: Stat[] = [];
      let after: string | null = '${__pagination.cursor}';
      for (let isFirst = true; after !== null; isFirst = false) {
        const { data, errors } = await world.query(ROWS[field], { ...range, groupBy, first, after });
        expect(errors).toEqual([]);
        const { edges, nodes, pageInfo } = data?.[field] as Page;
        expect(nodes).toEqual(edges.map(({ node }) => node));
        rows.push(...nodes);
        expect(pageInfo).toEqual({
          hasNextPage: rows.length < expected.length,
          hasPreviousPage: !isFirst,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        });
        after = pageInfo.endCursor;
      }
      expect(rows).toEqual(expected);
    },
  );

  test('keeps the range that its first page had', async () => {
    const { data } = await world.query(ROWS[field], { since: settled.gte, groupBy: 'DAY', first: 1 });
    const { edges } = data?.[field] as Page;
    const next = await world.query(ROWS[field], {
      since: settled.gte,
      groupBy: 'DAY',
      first: 100,
      after: edges[0]?.cursor,
    });
    expect(next.errors).toEqual([]);
    expect((next.data?.[field] as Page).nodes[0]?.['startsAt']).not.toBe(edges[0]?.node['startsAt']);
  });

  test('refuses what it does not know, and cursors of another list', async () => {
    const other = field === 'messageStatRows' ? 'responseStatRows' : 'messageStatRows';
    const { data } = await world.query(ROWS[other], { ...range, first: 1 });
    const after = (data?.[other] as Page).pageInfo.endCursor;
    for (const [variables, code] of [
      [{ groupBy: 'day' }, 'BAD_USER_INPUT'],
      [{ after }, 'BAD_CURSOR'],
      [{ first: 10_001 }, 'BAD_USER_INPUT'],
    ] as const) {
      const answer = await world.query(ROWS[field], { ...range, ...variables });
      expect([answer.status, answer.errors[0]?.extensions['code']]).toEqual([400, code]);
    }
  });
});
