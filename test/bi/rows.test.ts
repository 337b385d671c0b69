import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { deliver } from '../support/deliver.ts';
import { TestClock } from '../support/test-clock.ts';
import { askRows, fetchRows, walkRows, type Row, type RowVariables } from '../support/walk-rows.ts';
import { runs } from '../support/runs.ts';

const NOW = Date.parse('2026-03-20T10:00:00.500Z');
const DAY_MS = 86_400_000;

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

/** Its history is longer than the window that rows have by themselves. */
async function open(options: WorldOptions = {}): Promise<GatewayWorld & { clock: TestClock }> {
  const clock = new TestClock(NOW);
  const world = await createGatewayWorld({
    clock,
    messages: 60,
    from: NOW - 40 * DAY_MS,
    weComReachDays: 365,
    ...options,
  });
  worlds.push(world);
  return Object.assign(world, { clock });
}

interface Person {
  id: string;
  role: string;
  displayName: string | null;
}
interface FullMessage {
  id: string;
  provider: string;
  channel: { name: string };
  conversation: { id: string; kind: string };
  sentAt: string;
  direction: string;
  kind: string;
  availability: string;
  text: string | null;
  sender: Person;
  recipients: Person[] | null;
  nativeId: string | null;
  parts: { __typename: string; url?: string | null; mimeType?: string | null }[] | null;
  deliveryStatus?: string | null;
}

const MESSAGES = `query ($filter: MessageFilter, $after: String) {
  messages(filter: $filter, first: 1000, after: $after, onSourceFailure: FAIL) {
    nodes {
      id provider channel { name } conversation { id kind } sentAt direction kind availability text
      sender { id role displayName } recipients { id role displayName } nativeId
      parts { __typename ... on MediaPart { url mimeType } }
      ... on WhatsAppMessage { deliveryStatus }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** What `messages` has, made flat by the rules that the columns' descriptions give. */
async function expectedRows(world: GatewayWorld, filter: Record<string, unknown>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const { data, errors } = await world.query(MESSAGES, { filter, after });
    expect(errors).toEqual([]);
    const { nodes, pageInfo } = data?.['messages'] as {
      nodes: FullMessage[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    rows.push(...nodes.map(flatten));
    if (!pageInfo.hasNextPage) return rows;
    after = pageInfo.endCursor;
  }
}

function flatten(message: FullMessage): Row {
  const { id, provider, sentAt, direction, kind, availability, text, nativeId, sender } = message;
  const people = [sender, ...(message.recipients ?? [])];
  const customer = people.find(({ role }) => role === 'CUSTOMER');
  const agent = people.find(({ role }) => ['AGENT', 'BOT', 'OFFICIAL_ACCOUNT'].includes(role));
  const media = message.parts?.find(({ __typename }) => __typename === 'MediaPart');
  return {
    ...{ id, provider, sentAt, direction, kind, availability, text, nativeId },
    channel: message.channel.name,
    conversationId: message.conversation.id,
    conversationKind: message.conversation.kind,
    senderId: sender.id,
    senderRole: sender.role,
    senderName: sender.displayName,
    customerId: customer?.id ?? null,
    customerName: customer?.displayName ?? null,
    agentId: agent?.id ?? null,
    agentName: agent?.displayName ?? null,
    attachmentUrl: media?.url ?? null,
    attachmentMimeType: media?.mimeType ?? null,
    deliveryStatus: message.deliveryStatus ?? null,
    archivedSeq: null,
  };
}

/** Pictures are signed anew whenever the provider is asked. */
function unsigned(rows: Row[]): Row[] {
  return rows.map((row) => ({
    ...row,
    attachmentUrl: row['attachmentUrl']?.split('?')[0] ?? null,
  }));
}

test('in any window, channel and page size, and while time goes on, rows are the messages of that window', async () => {
  const moment = fc.option(fc.integer({ min: -42, max: 1 }), { nil: null });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 10_000 }),
        from: moment,
        until: moment,
        channel: fc.constantFrom(null, null, 'shop', 'corp', 'broadcast', 'whatsapp'),
        first: fc.integer({ min: 20, max: 200 }),
        upstreamCallsPerRequest: fc.constantFrom(20, 64),
      }),
      async ({ seed, from, until, channel, first, upstreamCallsPerRequest }) => {
        fc.pre(from === null || until === null || from <= until);
        const world = await open({ seed, messages: 40, limits: { upstreamCallsPerRequest } });
        const toText = (days: number): string => new Date(NOW + days * DAY_MS).toISOString();
        const rows = await walkRows(
          () => world.url,
          {
            channel,
            first,
            since: from === null ? null : toText(from),
            until: until === null ? null : toText(until),
          },
          async (_page, number) => {
            if (number > 1) return;
            // What arrives now is in the next walk; what is 30 days old now was not when this walk began.
            world.clock.advance(DAY_MS / 2);
            for (const provider of [world.sandbox.wechat, world.sandbox.wecom, world.sandbox.whatsApp])
              provider.add({});
            await world.restart();
          },
        );
        const filter = {
          channels: channel === null ? null : [channel],
          sentAt: {
            gte: toText(from ?? (until ?? 0) - 30),
            // With an end in the future, the first page's time is the end of the walk all the same.
            lt: until === null || until > 0 ? new Date(NOW + 1).toISOString() : toText(until),
          },
        };
        expect(unsigned(rows)).toEqual(unsigned(await expectedRows(world, filter)));
        expect(world.sandbox.violations()).toEqual([]);
      },
    ),
    { numRuns: runs(6) },
  );
});

test('a walk keeps the 30 days that its first page had, however long it takes', async () => {
  const world = await open();
  const rows = await walkRows(
    () => world.url,
    { first: 40 },
    () => {
      world.clock.advance(3 * DAY_MS);
    },
  );
  const sentAt = { gte: new Date(NOW - 30 * DAY_MS).toISOString(), lt: new Date(NOW + 1).toISOString() };
  const expected = await expectedRows(world, { sentAt });
  expect(expected.length).toBeGreaterThan(120);
  expect(unsigned(rows)).toEqual(unsigned(expected));
});

test('filters mean what they mean for messages', async () => {
  const world = await open();
  const all = await walkRows(() => world.url, { first: 1000 });
  const some = all.find((row) => row['customerId'] !== null);
  const filters: RowVariables[] = [
    { channel: 'shop' },
    { provider: 'WHATSAPP_SCRM' },
    { direction: 'INBOUND' },
    { kind: 'IMAGE' },
    { conversationId: String(some?.['conversationId']) },
  ];
  for (const filter of filters) {
    const [[column, value] = ['', '']] = Object.entries(filter);
    const expected = all.filter((row) => row[column] === value);
    expect(expected.length).toBeGreaterThan(0);
    expect(unsigned(await walkRows(() => world.url, filter))).toEqual(unsigned(expected));
  }
  const participantId = String(some?.['customerId']);
  const ofCustomer = await walkRows(() => world.url, { participantId });
  expect(ofCustomer.map(({ id }) => id)).toEqual(
    all.filter((row) => row['customerId'] === participantId).map(({ id }) => id),
  );
});

test('the delivery status is the one that webhooks told', async () => {
  const world = await open({ messages: 5 });
  const { whatsApp } = world.sandbox;
  const record = whatsApp.add({ actionType: 1, chatType: 1 });
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([record]));
  await deliver(world.url, 'whatsapp', whatsApp.pushes.clientStatus([record], 4));
  const isRead = async (): Promise<boolean> => {
    const { nodes } = await fetchRows(world.url, { channel: 'whatsapp', first: 1 });
    return nodes[0]?.['deliveryStatus'] === 'READ';
  };
  await expect.poll(isRead).toBe(true);
});

test('the page is of the configured size, and no larger one may be asked for', async () => {
  const world = await open({ limits: { defaultRows: 11, maxRows: 20 } });
  expect((await fetchRows(world.url)).nodes).toHaveLength(11);
  expect((await fetchRows(world.url, { first: 20 })).nodes).toHaveLength(20);
  const { errors } = await askRows(world.url, { first: 21 });
  expect(errors.map(({ message }) => message)).toEqual([
    '"first" may be at most 20; it was 21. Page on with cursors.',
  ]);
});

test('a row of a large page takes about as long as one of a small page', async () => {
  const world = await open({ messages: 4_000, from: NOW - 3 * DAY_MS });
  // As many rows of either size: some systems count the processor's time in steps of milliseconds.
  const timeOf = async (first: number): Promise<number> => {
    const before = process.threadCpuUsage();
    for (let rows = 0; rows < 3_500; rows += first) {
      expect((await fetchRows(world.url, { channel: 'shop', first })).nodes).toHaveLength(first);
    }
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 3_500;
  };
  const times = { small: Infinity, large: Infinity };
  for (let round = 0; round < 5; round++) {
    times.small = Math.min(times.small, await timeOf(350));
    times.large = Math.min(times.large, await timeOf(3_500));
  }
  console.info(`${times.small.toFixed(0)} µs a row of 350, ${times.large.toFixed(0)} µs a row of 3500`);
  expect(times.large).toBeLessThan(times.small * 3);
});

test.each(['', '${__pagination.cursor}'])('the cursor "%s" is none', async (after) => {
  const world = await open({ messages: 10 });
  expect((await fetchRows(world.url, { after })).nodes).toEqual((await fetchRows(world.url)).nodes);
});

test('a page behind the last row is empty and has no cursor', async () => {
  const world = await open({ messages: 10 });
  const { nodes, pageInfo } = await fetchRows(world.url);
  expect(nodes.length).toBeGreaterThan(20);
  expect(pageInfo).toEqual({ hasNextPage: false, endCursor: expect.any(String) as unknown });
  expect(await fetchRows(world.url, { after: pageInfo.endCursor })).toEqual({
    nodes: [],
    pageInfo: { hasNextPage: false, endCursor: null },
  });
});

test('cursors are bound to the arguments as they were given', async () => {
  const world = await open();
  const { pageInfo } = await fetchRows(world.url, { first: 3 });
  const after = pageInfo.endCursor;
  for (const other of [{ since: '2026-03-01T00:00:00Z' }, { channel: 'shop' }]) {
    const { status, errors } = await askRows(world.url, { first: 3, after, ...other });
    expect([status, errors[0]?.extensions['code']]).toEqual([400, 'BAD_CURSOR']);
  }
});

test.each<[string, RowVariables, string]>([
  [
    'an unknown provider',
    { provider: 'wechat' },
    '"provider" may be one of TENCENT_CHAT, WECHAT, WECOM, WHATSAPP_SCRM; it was "wechat".',
  ],
  [
    'an unknown direction',
    { direction: 'IN' },
    '"direction" may be one of INBOUND, OUTBOUND, INTERNAL, SYSTEM; it was "IN".',
  ],
  [
    'a window that ends before it begins',
    { since: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' },
    '"since" must not be after "until".',
  ],
  [
    'an unknown channel',
    { channel: 'nowhere' },
    'There is no channel "nowhere"; query "channels" for their names.',
  ],
])('%s is refused, saying what is right', async (_, variables, message) => {
  const world = await open({ messages: 5 });
  const { status, data, errors } = await askRows(world.url, variables);
  expect({ status, data, errors: errors.map((error) => [error.message, error.extensions]) }).toEqual({
    status: 400,
    data: { messageRows: null },
    errors: [[message, { code: 'BAD_USER_INPUT' }]],
  });
});
