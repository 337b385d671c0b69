import fc from 'fast-check';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { tools } from '../../src/mcp/tools/index.ts';
import { leavesOf } from '../support/every-field.ts';
import type { GatewayWorld } from '../support/gateway-world.ts';
import { createMcpWorld } from '../support/mcp-world.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const RUNS = Number(process.env['FUZZ'] ?? 260);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const AT_ONCE = 20;
const TIME_LIMIT_MS = 60_000 + RUNS * 40;
/** Shorter texts may stand in the log by chance. */
const TELLING = 8;

const { log, text: logged } = createMemoryLog('trace');
let world: GatewayWorld;
let pool: Pool;
/** Ids and cursors that the gateway has given out. */
let known: string[];

beforeAll(async () => {
  world = await createMcpWorld({ messages: 6, log });
  pool = new Pool(new URL(world.url).origin, { connections: 8 });
  const { data, errors } = await world.query(
    '{ messages(first: 6) { edges { cursor node { id conversation { id } sender { id } } } } conversations(first: 3) { edges { cursor } } }',
  );
  expect(errors).toEqual([]);
  known = leavesOf(data).map(({ text }) => text);
}, 60_000);
afterAll(async () => {
  await pool.destroy();
  await world.close();
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '__proto__',
    'shop',
    'whatsapp',
    'DAY',
    '2026-02-30',
    '2026-11-28T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    'Asia/Shanghai',
    '9'.repeat(400),
    '\0',
    '\uD800',
    '"}],"isError":false',
    '<script>alert(1)</script>',
    '%{(#_memberAccess)}',
  ),
);

function knownText(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...known), fc.option(fc.tuple(fc.nat(200), anyText)))
    .map(([text, damage]) =>
      damage === null ? text : text.slice(0, damage[0]) + damage[1] + text.slice(damage[0] + 1),
    );
}

const anyValue = fc.oneof(
  anyText,
  fc.boolean(),
  fc.integer({ min: -2, max: 600 }),
  fc.double(),
  fc.array(anyText, { maxLength: 3 }),
  fc.jsonValue(),
);

/** The part of a JSON schema that arguments have. */
const property = z.object({
  type: z.string(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

function valueFor(schema: unknown): fc.Arbitrary<unknown> {
  const { type, enum: values, minimum = 0, maximum = 100 } = property.parse(schema);
  const texts = fc.oneof(knownText(), anyText);
  const fitting =
    {
      boolean: fc.boolean(),
      integer: fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) }),
      array: fc.array(fc.constantFrom('shop', 'corp', 'whatsapp', 'x'), { maxLength: 2 }),
    }[type] ?? (values ? fc.constantFrom(...values) : texts);
  return fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: anyValue });
}

/** Arguments that a tool has, with values that fit or do not, and some that it has not. */
function argumentsOf({ inputSchema }: (typeof tools)[number]): fc.Arbitrary<Record<string, unknown>> {
  const { properties, required = [] } = inputs.parse(inputSchema);
  const values = Object.entries(properties).map(([name, schema]): [string, fc.Arbitrary<unknown>] => [
    name,
    required.includes(name)
      ? valueFor(schema)
      : fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, valueFor(schema)),
  ]);
  const other = fc.oneof(
    { weight: 12, arbitrary: fc.constant({}) },
    fc.dictionary(anyText, anyValue, { maxKeys: 2 }),
  );
  return fc.tuple(fc.record(Object.fromEntries(values)), other).map(([own, more]) => ({ ...more, ...own }));
}

const inputs = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()).optional(),
});

interface Message {
  headers: Record<string, string>;
  body: unknown;
}

function call(): fc.Arbitrary<Message> {
  return fc
    .constantFrom(...tools)
    .chain((tool) =>
      fc
        .tuple(argumentsOf(tool), fc.boolean())
        .map(([args, isCurrent]) => toCall(tool.name, args, isCurrent)),
    );
}

/** As a client of the current revision sends it, or one of an earlier one. */
function toCall(name: string, args: unknown, isCurrent: boolean): Message {
  const params = { name, arguments: args };
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
  if (!isCurrent) return { headers: {}, body: { ...body, params } };
  const version = '2026-07-28';
  return {
    headers: { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': name },
    body: {
      ...body,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': version,
          'io.modelcontextprotocol/clientInfo': { name: 'a test', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
  };
}

/** Messages that are no calls, or none that there could be. */
function oddMessage(): fc.Arbitrary<Message> {
  const method = fc.oneof(
    anyText,
    fc.constantFrom(
      'initialize',
      'ping',
      'server/discover',
      'subscriptions/listen',
      'tools/list',
      'tools/call',
      'resources/read',
      'prompts/get',
      'completion/complete',
      'logging/setLevel',
      'notifications/initialized',
      'notifications/cancelled',
    ),
  );
  const headers = fc.record(
    {
      'mcp-protocol-version': fc.constantFrom('2026-07-28', '2025-11-25', '2025-03-26', '1999-01-01', 'x'),
      'mcp-method': fc.constantFrom('tools/call', 'tools/list', 'subscriptions/listen', 'x'),
      'mcp-name': fc.constantFrom('search_messages', 'x'),
    },
    { requiredKeys: [] },
  );
  const damaged = call().chain(({ headers: own, body }) =>
    fc.tuple(fc.dictionary(anyText, anyValue, { maxKeys: 2 }), method).map(([other, name]) => ({
      headers: { ...own, 'mcp-method': name.replace(/[^\w/]/g, '') },
      body: { ...(body as object), method: name, ...other },
    })),
  );
  const made = fc.record({
    headers,
    body: fc.oneof(
      fc.record(
        {
          jsonrpc: fc.constantFrom('2.0', '1.0'),
          id: anyValue,
          method,
          params: fc.oneof(anyValue, fc.object()),
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    ),
  });
  return fc.oneof(damaged, made);
}

test(
  `${RUNS} calls with hostile arguments, and other messages, are answered, and none as if the gateway were broken (seed ${SEED})`,
  async () => {
    console.info(`Hostile MCP: ${RUNS} messages with the seed ${SEED}`);
    const statuses = new Map<number, number>();
    let results = 0;
    const send = async ({ headers, body }: Message): Promise<unknown> => {
      const answer = await pool.request({
        method: 'POST',
        path: '/mcp',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      const text = await answer.body.text();
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
      if (text.includes('"structuredContent"')) results++;
      const isBroken = answer.statusCode >= 500 || text.includes('INTERNAL_SERVER_ERROR');
      return isBroken ? { headers, body, status: answer.statusCode, text } : null;
    };
    const message = fc.oneof({ weight: 4, arbitrary: call() }, { weight: 1, arbitrary: oddMessage() });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (messages) => {
        const before = logged().length;
        const broken = await Promise.all(messages.map(send));
        expect(broken.filter((answer) => answer !== null)).toEqual([]);
        const lines = logged().slice(before);
        const sent = messages.flatMap(({ body }) => {
          const params = (body as { params?: { arguments?: unknown } } | null)?.params?.arguments;
          return leavesOf(params).flatMap(({ text }) => [text, JSON.stringify(text).slice(1, -1)]);
        });
        expect(sent.filter((text) => text.length >= TELLING && lines.includes(text))).toEqual([]);
      }),
      { seed: SEED, numRuns: Math.ceil(RUNS / AT_ONCE), endOnFailure: true },
    );
    console.info('Hostile MCP: answers by status', Object.fromEntries(statuses), `with a result: ${results}`);
    expect(results).toBeGreaterThan(RUNS / 20);
    expect(logged()).not.toContain('"level":50');
  },
  TIME_LIMIT_MS,
);

test.each([
  ['a body that is no JSON', '{', 400],
  [
    'arguments as deep as a body can be',
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_messages","arguments":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}`,
    200,
  ],
  [
    'an argument of a megabyte',
    JSON.stringify({ ...(toCall('search_messages', { words: 'x'.repeat(900_000) }, false).body as object) }),
    200,
  ],
  ['a body of two megabytes', JSON.stringify('x'.repeat(2_000_000)), 413],
])('%s is answered in a short text', async (_, body, status) => {
  const answer = await pool.request({
    method: 'POST',
    path: '/mcp',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await answer.body.text();
  expect([answer.statusCode, text.length < 5_000]).toEqual([status, true]);
});

test('a list that never changes is no open stream', async () => {
  const { headers, body } = toCall('x', {}, true);
  const method = 'subscriptions/listen';
  const { params } = body as { params: { _meta: object } };
  const answer = await pool.request({
    method: 'POST',
    path: '/mcp',
    headers: { 'content-type': 'application/json', ...headers, 'mcp-method': method },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: { _meta: params._meta, notifications: { toolsListChanged: true } },
    }),
  });
  expect(answer.statusCode).toBe(200);
  // It ends.
  expect(await answer.body.text()).toContain('"id":1');
});
