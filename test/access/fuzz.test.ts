import fc from 'fast-check';
import { getNamedType, isCompositeType, isEnumType, isRequiredArgument, type GraphQLArgument } from 'graphql';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSchema } from '../../src/schema/load.ts';
import { leavesOf, rootFields, selectEverything } from '../support/every-field.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { fillArchives } from '../support/fill-archives.ts';

const RUNS = Number(process.env['FUZZ'] ?? 600);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const AT_ONCE = 50;
const TIME_LIMIT_MS = 60_000 + RUNS * 20;

const schema = createSchema();
let world: GatewayWorld;
let pool: Pool;
/** Ids and cursors that the gateway has given out. */
let known: string[];

beforeAll(async () => {
  const since = Date.now() - 7_200_000;
  const archive = { since: new Date(since).toISOString() };
  world = await createGatewayWorld({
    messages: 6,
    from: since,
    channels: ({ channels: all }) => all.map((channel) => ({ ...channel, archive })),
  });
  await fillArchives(world, Date.now());
  pool = new Pool(new URL(world.url).origin, { connections: 8, pipelining: 4 });
  const { data, errors } = await world.query(
    `{ messages(first: 8) { edges { cursor node { id conversation { id } sender { id } } } } channels { id }
      conversations(first: 4) { edges { cursor } } participants(first: 4) { edges { cursor } } }`,
  );
  expect(errors).toEqual([]);
  known = leavesOf(data).map(({ text }) => text);
}, 60_000);
afterAll(async () => {
  await pool.destroy();
  await world.close();
});

interface FuzzRequest {
  path: string;
  method: 'GET' | 'POST';
  body: string;
}

const anyName = fc.constantFrom(
  'id',
  'name',
  '__typename',
  '__proto__',
  'constructor',
  'nodes',
  'edges',
  'zzz',
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '__proto__',
    'shop',
    'corp',
    'nowhere',
    '2026-02-30T00:00:00Z',
    '9'.repeat(300),
    '\0',
    '\uD800',
  ),
);

/** What was given out, whole or damaged. */
function knownText(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...known), fc.option(fc.tuple(fc.nat(200), anyText)))
    .map(([text, damage]) =>
      damage === null ? text : text.slice(0, damage[0]) + damage[1] + text.slice(damage[0] + 1),
    );
}

function valueFor({ type }: GraphQLArgument): fc.Arbitrary<unknown> {
  const named = getNamedType(type);
  const fitting = isEnumType(named)
    ? fc.constantFrom(...named.getValues().map(({ name }) => name))
    : ({
        Int: fc.integer({ min: -1, max: 12 }),
        MessageFilter: filter(),
        ConversationFilter: conversationFilter(),
        ConversationOrder: conversationOrder(),
        ParticipantFilter: participantFilter(),
      }[named.name] ?? fc.oneof(knownText(), anyText));
  return fc.oneof(
    { weight: 6, arbitrary: fitting },
    { weight: 1, arbitrary: fc.array(fitting, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

const channels = fc.array(fc.constantFrom('shop', 'corp', 'broadcast', 'whatsapp', 'x'), { maxLength: 2 });
const moment = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  anyText,
);
const range = fc.record({ gte: moment, lt: moment }, { requiredKeys: [] });

function conversationFilter(): fc.Arbitrary<unknown> {
  return fc.record(
    {
      channels,
      kinds: fc.subarray(['DIRECT', 'GROUP', 'NONE']),
      participantId: knownText(),
      lastMessageAt: range,
      isAwaitingReply: fc.option(fc.boolean()),
    },
    { requiredKeys: [] },
  );
}

function conversationOrder(): fc.Arbitrary<unknown> {
  return fc.record(
    {
      field: fc.constantFrom('LAST_MESSAGE_AT', 'FIRST_MESSAGE_AT', 'MESSAGES', 'X', null),
      direction: fc.constantFrom('ASC', 'DESC', null),
    },
    { requiredKeys: [] },
  );
}

function participantFilter(): fc.Arbitrary<unknown> {
  return fc.record(
    { channels, roles: fc.subarray(['CUSTOMER', 'AGENT', 'NONE']), conversationId: knownText() },
    { requiredKeys: [] },
  );
}

function filter(): fc.Arbitrary<unknown> {
  return fc.record(
    {
      channels,
      sentAt: range,
      conversationId: knownText(),
      participantId: knownText(),
      textContains: anyText,
      search: anyText,
    },
    { requiredKeys: [] },
  );
}

/** An operation on one root field with some of its arguments, and everything below it or some of it. */
function operation(): fc.Arbitrary<{ query: string; variables: unknown }> {
  return fc.constantFrom(...rootFields(schema)).chain(({ operation: kind, field }) => {
    const values = Object.fromEntries(field.args.map((argument) => [argument.name, valueFor(argument)]));
    const requiredKeys = field.args.filter(isRequiredArgument).map(({ name }) => name);
    return fc.record({
      variables: fc.record(values, { requiredKeys }),
      query: fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 2 })).map(([salt, depth]) => {
        const isLeaf = !isCompositeType(getNamedType(field.type));
        const { text } = selectEverything(schema, kind, field, {
          depth,
          first: { root: 3, nested: 1 },
          // Few enough to stay within the limits, and others each time.
          selects: (place) => isLeaf || (place.length + salt) % 8 === 0,
        });
        return text;
      }),
    });
  });
}

/** Cuts pieces out of a text, doubles them, or puts others in. */
function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof(
    anyName,
    anyText,
    fc.constantFrom('{', '}', '(', ')', '[', '!', '$', '@', '...', '"', '"""', ':', '#'),
  );
  const edit = fc.tuple(fc.nat(2_000), fc.nat(20), piece);
  return fc.tuple(text, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([start, edits]) =>
    edits.reduce((now, [at, length, put]) => {
      const place = now.length === 0 ? 0 : at % now.length;
      return now.slice(0, place) + put + now.slice(place + length);
    }, start),
  );
}

function request(): fc.Arbitrary<FuzzRequest> {
  const whole = operation().map((body) => JSON.stringify(body));
  const broken = fc
    .tuple(mutated(operation().map(({ query }) => query)), fc.jsonValue(), fc.option(fc.jsonValue()))
    .map(([query, variables, operationName]) => JSON.stringify({ query, variables, operationName }));
  const body = fc.oneof({ weight: 5, arbitrary: whole }, broken, mutated(whole), fc.json());
  const search = fc
    .tuple(mutated(operation().map(({ query }) => query)), anyText)
    .map(([query, variables]) =>
      new URLSearchParams({ query: query.toWellFormed(), variables: variables.toWellFormed() }).toString(),
    );
  return fc.oneof(
    {
      weight: 8,
      arbitrary: body.map((text): FuzzRequest => ({ path: '/graphql', method: 'POST', body: text })),
    },
    {
      weight: 1,
      arbitrary: search.map((text): FuzzRequest => ({ path: `/graphql?${text}`, method: 'GET', body: '' })),
    },
  );
}

test(
  `${RUNS} generated requests are answered, and none as if the gateway were broken (seed ${SEED})`,
  async () => {
    const statuses = new Map<number, number>();
    const broken: unknown[] = [];
    const ask = async (asked: FuzzRequest): Promise<void> => {
      const { path, method, body } = asked;
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ path, method, ...(method === 'POST' && { headers, body }) });
      const text = await answer.body.text();
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
      if (answer.statusCode >= 500 || text.includes('INTERNAL_SERVER_ERROR')) broken.push({ asked, text });
    };
    const batches = Math.ceil(RUNS / AT_ONCE);
    console.info(`Fuzz: ${RUNS} requests with the seed ${SEED}`);
    await fc.assert(
      fc.asyncProperty(fc.array(request(), { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
        await Promise.all(requests.map(ask));
        expect(broken.splice(0)).toEqual([]);
      }),
      { seed: SEED, numRuns: batches, endOnFailure: true },
    );
    console.info('Fuzz: answers by status', Object.fromEntries(statuses));
    expect(statuses.get(200)).toBeGreaterThan(RUNS / 20);
    expect((await world.query('{ channels { name } }')).status).toBe(200);
  },
  TIME_LIMIT_MS,
);
