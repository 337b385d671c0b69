import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { runs } from '../support/runs.ts';

const NOW = Date.now();
const NAMES = ['shop', 'whatsapp'] as const;
/** It has no archive. */
const PLAIN = 'corp';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 1,
    channels: ({ channels }) =>
      channels.map((channel) => ({
        ...channel,
        ...(channel['name'] === PLAIN
          ? {}
          : { archive: { since: new Date(NOW - 86_400_000).toISOString() } }),
      })),
  });
}, 60_000);
afterAll(() => world.close());

interface Person {
  id: string;
  role: string;
}
interface Message {
  id: string;
  sentAt: string;
  direction: string;
  sender: Person;
  recipients: Person[] | null;
  conversation: { id: string; kind: string };
  channel: { name: string; provider: string };
}
interface Connection<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  sources: unknown[];
}
interface Conversation {
  id: string;
  kind: string;
  channel: { name: string; provider: string };
  lastMessage: Message;
  lastMessageAt: string;
  firstMessageAt: string;
  messageCount: number;
  awaitingReply: { since: string; messages: number; isAtLeast: boolean } | null;
}
interface Participant extends Person {
  firstSeenAt: string;
  lastSeenAt: string;
  messageCount: number;
}

const MESSAGE = `id sentAt direction sender { id role } recipients { id role } conversation { id kind } channel { name provider }`;
const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const MESSAGES = `query Kept($after: String) {
  messages(readFrom: ARCHIVE, orderBy: { direction: ASC }, first: 100, after: $after) { nodes { ${MESSAGE} } ${PAGE_INFO} }
}`;
const CONVERSATIONS = `query Conversations(
  $filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int, $after: String, $last: Int, $before: String
) {
  conversations(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes {
      id kind channel { name provider } lastMessage { ${MESSAGE} } lastMessageAt firstMessageAt messageCount
      awaitingReply { since messages isAtLeast }
    }
    ${PAGE_INFO}
    sources { channel { name } state reason servedFrom upstreamCalls }
  }
}`;
const PARTICIPANTS = `query Participants($filter: ParticipantFilter, $first: Int, $after: String) {
  participants(filter: $filter, first: $first, after: $after) {
    nodes { id role firstSeenAt lastSeenAt messageCount } ${PAGE_INFO} sources { channel { name } }
  }
}`;

async function read<T>(query: string, field: string, variables: object): Promise<Connection<T>> {
  const { data, errors } = await world.query(query, { ...variables });
  expect(errors).toEqual([]);
  return data?.[field] as Connection<T>;
}

/** All pages, in the order in which they are shown; no page has anything that another one has. */
async function walk<T extends { id: string }>(
  query: string,
  field: string,
  variables: object,
  direction: 'forward' | 'backward',
  size: number,
): Promise<T[]> {
  const nodes: T[] = [];
  for (let cursor: string | null = null; ;) {
    const paging: object =
      direction === 'forward' ? { first: size, after: cursor } : { last: size, before: cursor };
    const page: Connection<T> = await read<T>(query, field, { ...variables, ...paging });
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    expect(direction === 'forward' ? hasPreviousPage : hasNextPage).toBe(cursor !== null);
    if (direction === 'forward') nodes.push(...page.nodes);
    else nodes.unshift(...page.nodes);
    if (!(direction === 'forward' ? hasNextPage : hasPreviousPage)) break;
    expect(page.nodes).toHaveLength(size);
    cursor = direction === 'forward' ? endCursor : startCursor;
  }
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  return nodes;
}

/** Keeps messages as a backfill would, or in any other order. */
async function keep(name: string, messages: readonly MessageRecord[]): Promise<void> {
  const channel = world.gateway.channels.get(name);
  const [archiveName = ''] = channel?.archiveNames ?? [];
  const archive = world.stores.store.messageArchive(archiveName, `${channel?.account ?? ''} ${name}`);
  const own = messages.map((message) => ({ ...message, provider: channel?.provider ?? '' }));
  await archive.keep(createPage({ entries: own.map(toEntry), readAt: NOW }));
}

/** What messages, oldest first, tell of their conversations. */
function toConversations(messages: readonly Message[]): Conversation[] {
  const groups = Map.groupBy(messages, ({ conversation }) => conversation.id);
  return [...groups].map(([id, own]) => {
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) throw new Error('A group without a message');
    const answered = own.findLastIndex(({ direction }) => direction === 'OUTBOUND');
    const asked = own.slice(answered + 1).filter(({ direction }) => direction === 'INBOUND');
    const [oldest] = asked;
    return {
      id,
      kind: last.conversation.kind,
      channel: last.channel,
      lastMessage: last,
      lastMessageAt: last.sentAt,
      firstMessageAt: first.sentAt,
      messageCount: own.length,
      awaitingReply: oldest ? { since: oldest.sentAt, messages: asked.length, isAtLeast: false } : null,
    };
  });
}

function peopleOf({ sender, recipients }: Message): Map<string, Person> {
  return new Map([sender, ...(recipients ?? [])].map((person) => [person.id, person]));
}

function toParticipants(messages: readonly Message[]): Participant[] {
  const groups = new Map<string, { person: Person; own: Message[] }>();
  for (const message of messages) {
    for (const [id, person] of peopleOf(message)) {
      const group = groups.get(id) ?? { person, own: [] };
      group.own.push(message);
      groups.set(id, group);
    }
  }
  return [...groups.values()].map(({ person, own }) => ({
    ...person,
    firstSeenAt: own[0]?.sentAt ?? '',
    lastSeenAt: own.at(-1)?.sentAt ?? '',
    messageCount: own.length,
  }));
}

const VALUES = {
  LAST_MESSAGE_AT: ({ lastMessageAt }: Conversation): number => Date.parse(lastMessageAt),
  FIRST_MESSAGE_AT: ({ firstMessageAt }: Conversation): number => Date.parse(firstMessageAt),
  MESSAGES: ({ messageCount }: Conversation): number => messageCount,
};

interface Asked {
  channels?: string[];
  providers?: string[];
  kinds?: string[];
  /** Which of those that there are. */
  participant?: number;
  lastMessageAt?: { gte?: string; lt?: string };
  isAwaitingReply?: boolean;
}

const moment = fc.integer({ min: NOW - 300, max: NOW }).map((at) => new Date(at).toISOString());
const asked: fc.Arbitrary<Asked> = fc.record(
  {
    channels: fc.subarray([...NAMES, PLAIN]),
    providers: fc.subarray(['WECHAT', 'WHATSAPP_SCRM', 'WECOM']),
    kinds: fc.subarray(['DIRECT', 'GROUP', 'BROADCAST']),
    participant: fc.nat(20),
    lastMessageAt: fc.record({ gte: moment, lt: moment }, { requiredKeys: [] }),
    isAwaitingReply: fc.boolean(),
  },
  { requiredKeys: [] },
);
const question = fc.record({
  asked,
  field: fc.constantFrom('LAST_MESSAGE_AT', 'FIRST_MESSAGE_AT', 'MESSAGES'),
  direction: fc.constantFrom('ASC', 'DESC'),
  paging: fc.constantFrom('forward', 'backward'),
  size: fc.integer({ min: 1, max: 7 }),
});
const pages = fc.array(
  fc.record({ name: fc.constantFrom(...NAMES), seed: fc.nat(), count: fc.integer({ min: 0, max: 12 }) }),
  { minLength: 1, maxLength: 3 },
);

let made = 0;

test('conversations and participants are what a walk over all messages that are kept tells of them', async () => {
  await fc.assert(
    fc.asyncProperty(pages, fc.array(question, { minLength: 1, maxLength: 4 }), async (kept, questions) => {
      for (const { name, seed, count } of kept) {
        const run = `${made++}`;
        const messages = variedHistory(name, seed, count, NOW).map((message) => ({
          ...message,
          key: `${run} ${message.key}`,
          sequence: `${message.sequence} ${run}`,
          conversation: { ...message.conversation, key: `${message.conversation.key} ${Number(run) % 4}` },
        }));
        await keep(name, messages);
      }
      const messages = await walk<Message>(MESSAGES, 'messages', {}, 'forward', 100);
      const all = toConversations(messages);
      const people = toParticipants(messages);

      for (const { asked: wanted, field, direction, paging, size } of questions) {
        const { participant, ...rest } = wanted;
        const person = participant === undefined ? undefined : people[participant % people.length];
        const filter = { ...rest, ...(person ? { participantId: person.id } : {}) };
        const orderBy = { field, direction };
        const shown = await walk<Conversation>(
          CONVERSATIONS,
          'conversations',
          { filter, orderBy },
          paging,
          size,
        );
        const expected = all.filter(
          (one) =>
            (rest.channels?.includes(one.channel.name) ?? true) &&
            (rest.providers?.includes(one.channel.provider) ?? true) &&
            (rest.kinds?.includes(one.kind) ?? true) &&
            (person === undefined ||
              messages.some((some) => some.conversation.id === one.id && peopleOf(some).has(person.id))) &&
            (rest.lastMessageAt?.gte === undefined || one.lastMessageAt >= rest.lastMessageAt.gte) &&
            (rest.lastMessageAt?.lt === undefined || one.lastMessageAt < rest.lastMessageAt.lt) &&
            (rest.isAwaitingReply === undefined || (one.awaitingReply !== null) === rest.isAwaitingReply),
        );
        const values = shown.map(VALUES[field]);
        const sorted = values.toSorted((a, b) => (direction === 'ASC' ? a - b : b - a));
        expect(values).toEqual(sorted);
        expect(byId(shown)).toEqual(byId(expected));
      }

      const everybody = await walk<Participant>(PARTICIPANTS, 'participants', {}, 'forward', 5);
      const seen = everybody.map(({ lastSeenAt }) => lastSeenAt);
      expect(seen).toEqual(seen.toSorted().reverse());
      expect(byId(everybody)).toEqual(byId(people));
      const [one] = all;
      if (!one) return;
      const filter = { conversationId: one.id, roles: ['CUSTOMER'] };
      const members = await walk<Participant>(PARTICIPANTS, 'participants', { filter }, 'forward', 2);
      const own = messages.filter(({ conversation }) => conversation.id === one.id);
      const customers = toParticipants(own).filter(({ role }) => role === 'CUSTOMER');
      // Their figures are those of all conversations, wherever they are found.
      const ids = new Set(customers.map(({ id }) => id));
      expect(byId(members)).toEqual(byId(people.filter(({ id }) => ids.has(id))));
    }),
    { numRuns: runs(30) },
  );
}, 240_000);

function byId<T extends { id: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
