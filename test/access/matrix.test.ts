import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCOPES, type Scope } from '../../src/access/caller.ts';
import { readFieldPolicies } from '../../src/graphql/field-policy.ts';
import { carriesCredentials } from '../../src/gateway/url-credentials.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { tools } from '../../src/mcp/tools/index.ts';
import { createSchema } from '../../src/schema/load.ts';
import { makeKey, type TestKey } from '../support/api-key.ts';
import { deliver } from '../support/deliver.ts';
import {
  allPlaces,
  leavesOf,
  rootFields,
  selectEverything,
  type EveryFieldOperation,
} from '../support/every-field.ts';
import { ask, createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { fillArchives } from '../support/fill-archives.ts';
import { isThorough } from '../support/runs.ts';
import { subscribe } from '../support/subscriber.ts';
import { channelsOf, plant, type Planted } from '../support/tenants.ts';

/*
 * Two tenants in one gateway, each with the four providers. Whatever one may be shown is collected with a key for all of its
 * channels, and is looked for in every answer that the other gets, whichever way it asks.
 */

const DAY_MS = 86_400_000;

type TenantName = 'a' | 'b';
const TENANTS = ['a', 'b'] as const;
const CHANNELS = ['shop', 'corp', 'broadcast', 'whatsapp'];
const SCOPE_SETS: Scope[][] = [
  [],
  ...SCOPES.map((scope): Scope[] => [scope]),
  ['messages:read', 'participants:read'],
  [...SCOPES],
];

/** Nothing tells the tenants apart: the other one asks with the least and the most, and with all the sets in `npm run test:random`. */
const CALLERS = TENANTS.flatMap((tenant) =>
  SCOPE_SETS.filter(
    (_, index) => tenant === 'a' || isThorough() || [0, SCOPE_SETS.length - 1].includes(index),
  ).map((scopes) => ({ tenant, scopes })),
);

/** What a tenant sees with all scopes. */
interface Seen {
  channels: string[];
  /** By the type of what they stand for. */
  ids: Map<string, Set<string>>;
  /** By root field. */
  cursors: Map<string, Set<string>>;
  texts: Set<string>;
}

const schema = createSchema();
const policies = readFieldPolicies(schema);
/** Enough for every field; the matrix says so itself. */
const DEPTH = 3;
const FIRST = { root: 12, nested: 1 };
/** What fits into a URL. */
const SHALLOW = { depth: 1, first: FIRST };

type Variables = Record<string, unknown>;
/** In the archives, where nothing has settled yet. */
const KEPT = { since: new Date(Date.now() - DAY_MS / 2).toISOString(), timeZone: 'Asia/Shanghai' };
/** Arguments for every root field; each is asked with its own tenant's values and with the other's. */
const ARGUMENTS: Record<string, (of: Seen, root: string) => Variables[]> = {
  nodes: ({ ids }) => [{ ids: [...ids.values()].flatMap((some) => [...some].slice(0, 2)) }],
  node: ({ ids }) => [...ids.values()].flatMap(([id]) => (id === undefined ? [] : [{ id }])).slice(0, 6),
  channel: ({ channels }) => channels.map((name) => ({ name })),
  channels: () => [{}],
  messages: (of, root) => [
    { filter: { channels: of.channels } },
    { filter: { channels: of.channels }, readFrom: 'ARCHIVE' },
    { filter: { channels: of.channels.slice(0, 1), textContains: 'canary' } },
    { filter: { channels: of.channels.slice(0, 1), search: 'canary' } },
    ...idsOf(of, 'Conversation').map((conversationId) => ({ filter: { conversationId } })),
    ...idsOf(of, 'Participant').map((participantId) => ({ filter: { participantId } })),
    ...cursorsOf(of, root),
  ],
  conversations: (of, root) => [
    { filter: { channels: of.channels } },
    { filter: { isAwaitingReply: true }, orderBy: { field: 'MESSAGES', direction: 'ASC' } },
    ...idsOf(of, 'Participant').map((participantId) => ({ filter: { participantId } })),
    ...cursorsOf(of, root),
  ],
  participants: (of, root) => [
    { filter: { channels: of.channels } },
    ...idsOf(of, 'Conversation').map((conversationId) => ({
      filter: { conversationId, roles: ['CUSTOMER'] },
    })),
    ...cursorsOf(of, root),
  ],
  messageRows: (of, root) => [
    ...of.channels.map((channel) => ({ channel })),
    ...of.channels.map((channel) => ({ channel, archivedAfter: 0 })),
    ...idsOf(of, 'Conversation').map((conversationId) => ({ conversationId })),
    ...idsOf(of, 'Participant').map((participantId) => ({ participantId })),
    ...cursorsOf(of, root),
  ],
  messageStats: ({ channels }) => [
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT' })),
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT', ...KEPT, readFrom: 'ARCHIVE' })),
    { groupBy: 'CHANNEL' },
    { groupBy: 'CHANNEL', ...KEPT, readFrom: 'ARCHIVE' },
  ],
  messageStatRows: ({ channels }) => [
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT', ...KEPT, readFrom: 'ARCHIVE', first: 5 })),
    { groupBy: 'CHANNEL', ...KEPT },
  ],
  responseStats: ({ channels }) => [
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT', ...KEPT })),
    { groupBy: 'CHANNEL', ...KEPT },
  ],
  responseStatRows: ({ channels }) => [
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT', ...KEPT, first: 5 })),
    { groupBy: 'CHANNEL', ...KEPT },
  ],
  customerServiceSessions: (of, root) => [
    ...of.channels.map((channel) => ({ channel })),
    { account: 'lin@teahouse' },
    ...cursorsOf(of, root),
  ],
  _service: () => [{}],
  liveCursor: () => [{}],
  _entities: ({ ids, channels }) => [
    {
      representations: [...ids].flatMap(([__typename, some]) =>
        [...some].slice(0, 2).map((id) => ({ __typename, id })),
      ),
    },
    {
      representations: channels.map((channelName) => ({
        __typename: 'Participant',
        channelName,
        nativeId: '447711100001',
      })),
    },
  ],
  messageAdded: (of, root) => [
    { filter: { channels: of.channels } },
    { filter: { channels: of.channels, search: 'canary' } },
    ...cursorsOf(of, root),
  ],
  deliveryStatusChanged: (of, root) => [{ channels: of.channels }, ...cursorsOf(of, root)],
};

/** The same for every tool for agents. */
const TOOL_ARGUMENTS: Record<string, (of: Seen) => Variables[]> = {
  list_channels: ({ channels }) => [{}, { after: channels[0] }],
  list_conversations: (of) => [
    { channels: of.channels, first: 50 },
    { awaitingReply: true },
    ...idsOf(of, 'Participant').map((participantId) => ({ participantId })),
    ...cursorsOf(of, 'conversations'),
  ],
  read_conversation: (of) =>
    idsOf(of, 'Conversation').flatMap((conversationId) => [
      { conversationId, first: 100, maxTextLength: 5_000 },
      ...cursorsOf(of, 'messages').map(({ after }) => ({ conversationId, after })),
    ]),
  read_message: (of) =>
    ['Message', 'Conversation'].flatMap((type) => idsOf(of, type).map((messageId) => ({ messageId }))),
  search_messages: (of) => [
    { channels: of.channels, first: 100, maxTextLength: 5_000 },
    { channels: of.channels, archiveOnly: true },
    { channels: of.channels.slice(0, 1), words: 'canary' },
    { textContains: 'CANARY' },
    ...idsOf(of, 'Conversation').map((conversationId) => ({ conversationId })),
    ...idsOf(of, 'Participant').map((participantId) => ({ participantId })),
    ...cursorsOf(of, 'messages'),
  ],
  who_is: (of) => [
    ...idsOf(of, 'Participant').map((participantId) => ({ participantId })),
    ...of.channels.map((channel) => ({ channel, nativeId: '447711100001' })),
  ],
  message_stats: ({ channels }) => [
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT', ...KEPT, archiveOnly: true })),
    { groupBy: 'CHANNEL' },
  ],
  response_stats: ({ channels }) => [
    ...channels.map((channel) => ({ channel, groupBy: 'AGENT', ...KEPT })),
    { groupBy: 'CHANNEL', ...KEPT },
  ],
};

let world: GatewayWorld;
let other: Sandboxes;
let keyDirectory: string;
const planted = {} as Record<TenantName, Planted>;
const seen = {} as Record<TenantName, Seen>;
const keys = new Map<string, TestKey>();
/** What only that tenant may see. */
const canaries = {} as Record<TenantName, Set<string>>;
/** The same as they stand in JSON, between quotes. */
const literals = {} as Record<TenantName, string[]>;

beforeAll(async () => {
  keyDirectory = mkdtempSync(join(tmpdir(), 'matrix-'));
  const now = Date.now();
  const since = now - 86_400_000;
  const sandboxOptions = { messages: 24, keyDirectory };
  other = await startSandboxes({ ...sandboxOptions, seed: 7, now: () => Date.now(), from: since });
  for (const tenant of TENANTS) {
    for (const scopes of SCOPE_SETS) {
      const name = keyName(tenant, scopes);
      keys.set(
        name,
        makeKey(
          name,
          scopes,
          CHANNELS.map((channel) => `${tenant}-${channel}`),
        ),
      );
    }
  }
  const entries = [...keys.values()].map(({ entry }) => entry);
  world = await createGatewayWorld({
    ...sandboxOptions,
    from: since,
    auth: { apiKeys: entries.filter(({ scopes }) => scopes.length > 0) },
    limits: {
      requestsPerMinute: 1_000_000,
      maxQueryTokens: 1_000_000,
      maxQueryAliases: 1_000_000,
      maxQueryRows: 1_000_000_000,
      upstreamCallsPerRequest: 1_000_000,
      maxQueryCalls: 1_000_000,
    },
    live: { pollSeconds: 1, reconcileSeconds: 1 },
    settings: { mcp: { enabled: true } },
    channels: (sandbox) => [...channelsOf('a', sandbox, since), ...channelsOf('b', other, since)],
  });
  // A key in the configuration must have a scope; a token need not.
  world.gateway.authenticator.replace({ apiKeys: entries });
  for (const tenant of TENANTS) planted[tenant] = plant(tenant, sandboxOf(tenant));
  await fillArchives(world, Date.now());
  for (const tenant of TENANTS) seen[tenant] = await look(tenant);
  for (const tenant of TENANTS) {
    const foreign = tenant === 'a' ? 'b' : 'a';
    const shared = new Set([...seen[foreign].texts, ...planted[foreign].all]);
    const own = [...seen[tenant].texts, ...planted[tenant].all, ...seen[tenant].channels];
    canaries[tenant] = new Set(own.filter((text) => isTelling(text) && !shared.has(text)));
    literals[tenant] = Array.from(canaries[tenant], (text) => JSON.stringify(text).slice(1, -1));
  }
}, 120_000);
afterAll(async () => {
  await world.close();
  await other.close();
  rmSync(keyDirectory, { recursive: true });
});

test('the matrix selects every field of every type, and has values for every root field', () => {
  const visited = new Set(
    rootFields(schema).flatMap(({ operation, field }) => [
      ...selectEverything(
        schema,
        operation,
        field,
        everything(() => true),
      ).places,
    ]),
  );
  expect(allPlaces(schema).filter((place) => !visited.has(place))).toEqual([]);
  expect(
    rootFields(schema)
      .map(({ field }) => field.name)
      .sort(),
  ).toEqual(Object.keys(ARGUMENTS).sort());
});

test('a root field without values and a nested one with required arguments are noticed', () => {
  const grown = buildSchema(
    'type Query { secrets(of: ID!): Vault other: Other } type Vault { open(code: Int!): String } type Other { id: ID! }',
  );
  const [secrets] = rootFields(grown);
  expect(() => argumentsFor(secrets?.field.name ?? '', seen.a)).toThrow(
    'The root field secrets has no values in the table of the matrix',
  );
  expect(() => {
    for (const { operation, field } of rootFields(grown))
      selectEverything(
        grown,
        operation,
        field,
        everything(() => true),
      );
  }).toThrow('Vault.open needs arguments, and has no values');
});

test('a schema with a field that does not say what it needs is not served', () => {
  const grown = buildSchema(`
    directive @access(scope: String, masked: Boolean! = false) on OBJECT | INTERFACE | FIELD_DEFINITION
    type Query @access(scope: "messages:read") { ok: String }
    type Vault { gold: Int silver: Int @access }
  `);
  expect(() => readFieldPolicies(grown)).toThrow(
    "These fields have no @access, neither their own nor their type's: Vault.gold",
  );
});

test('there is enough to look for', () => {
  for (const tenant of TENANTS) {
    const texts = [...seen[tenant].texts].join('\n');
    expect(canaries[tenant].size).toBeGreaterThan(200);
    for (const what of ['wechat-text', 'tencent-text', 'whatsapp-text', 'whatsapp-caption', 'card-name'])
      expect(texts).toContain(`CANARY-${tenant}-${what}`);
    expect(planted[tenant].secretKeys.some((key) => seen[tenant].texts.has(key))).toBe(true);
    expect(planted[tenant].people.filter((id) => texts.includes(id)).length).toBeGreaterThan(20);
    expect([...seen[tenant].texts].some(isSignedUrl)).toBe(true);
    for (const list of ['conversations', 'participants'])
      expect(seen[tenant].cursors.get(list)?.size).toBeGreaterThan(4);
  }
});

test.each(CALLERS)(
  'tenant $tenant with $scopes sees nothing of the other by any field, argument, id or cursor',
  async ({ tenant, scopes }) => {
    const key = keyOf(tenant, scopes);
    for (const { operation, field } of rootFields(schema)) {
      if (operation !== 'query') continue;
      const deep = selectEverything(schema, operation, field, everything(opens(scopes)));
      const shallow = selectEverything(schema, operation, field, { ...SHALLOW, selects: opens(scopes) });
      const isTold = isOpenTo(scopes, deep);
      // One field after the other, since the gateway keeps few documents as long as these; its requests at once.
      const asking = TENANTS.flatMap((from) => {
        const [first = {}, ...rest] = argumentsFor(field.name, seen[from]);
        // What is refused is refused before anybody looks at the values.
        const asked = isTold ? [first, ...rest] : [first];
        return [
          get(shallow, first, key).then((text) => {
            expectNothingForeign(tenant, scopes, text, first);
          }),
          ...asked.map(async (variables) => {
            const { status, text } = await post(deep, variables, key);
            const place = field.name;
            expect({ place, variables, isRefused: status === 403 }).toEqual({
              place,
              variables,
              isRefused: !isTold,
            });
            expect(status).toBeLessThan(500);
            expectNothingForeign(tenant, scopes, text, variables);
          }),
        ];
      });
      await Promise.all(asking);
    }
  },
  120_000,
);

test.each(CALLERS)(
  'tenant $tenant with $scopes sees nothing of the other by any tool for agents',
  async ({ tenant, scopes }) => {
    const key = keyOf(tenant, scopes);
    expect(tools.map(({ name }) => name).toSorted()).toEqual(Object.keys(TOOL_ARGUMENTS).toSorted());
    const told: string[] = [];
    for (const { name } of tools) {
      for (const from of TENANTS) {
        for (const args of TOOL_ARGUMENTS[name]?.(seen[from]) ?? []) {
          const { status, text } = await callTool(name, args, key);
          const isRefused = text.includes('FORBIDDEN:');
          const isProbe = 'nativeId' in args && !scopes.includes('participants:read');
          const asked = { name, from, args };
          expect({ ...asked, status, isRefused }).toEqual({
            ...asked,
            status: 200,
            isRefused: isProbe || !scopes.includes('messages:read'),
          });
          expectNothingForeign(tenant, scopes, text, args);
          told.push(text);
        }
      }
    }
    const isTold = told.some((text) => text.includes(`CANARY-${tenant}-whatsapp-text`));
    expect(isTold).toBe(scopes.includes('messages:read'));
  },
  120_000,
);

test('fields that need a scope which a key has not are refused one by one, wherever they stand', async () => {
  const key = keyOf('a', ['messages:read']);
  const refused = [...policies].filter(
    ([, { scope, isMasked }]) => scope !== null && scope !== 'messages:read' && !isMasked,
  );
  expect(refused.length).toBeGreaterThan(0);
  for (const [place] of refused) {
    const asking = rootFields(schema)
      .filter(({ operation }) => operation === 'query')
      .map(({ operation, field }) => ({
        field,
        operation: selectEverything(
          schema,
          operation,
          field,
          everything((other) => other === place || opens(['messages:read'])(other)),
        ),
      }))
      .filter(({ operation }) => operation.places.has(place));
    expect(asking.length).toBeGreaterThan(0);
    for (const { field, operation } of asking) {
      const [variables = {}] = argumentsFor(field.name, seen.a);
      const { status, text } = await post(operation, variables, key);
      expect(status).toBe(403);
      expect(text).toContain(`${place} needs the scope`);
    }
  }
});

test('a name of the other tenant is answered as one that does not exist', async () => {
  const key = keyOf('a', [...SCOPES]);
  for (const { operation, field } of rootFields(schema)) {
    const name = ['channel', 'name'].find((argument) => field.args.some((arg) => arg.name === argument));
    if (operation !== 'query' || name === undefined) continue;
    const asked = selectEverything(
      schema,
      operation,
      field,
      everything(() => true),
    );
    for (const foreign of seen.b.channels) {
      const theirs = await post(asked, { [name]: foreign }, key);
      const nobodys = await post(asked, { [name]: 'x-nobody' }, key);
      expect(theirs.text.replaceAll(foreign, 'x-nobody')).toBe(nobodys.text);
    }
  }
});

test.each(['/graphql', '/graphql/stream', '/schema.graphql', '/mcp'])(
  '%s tells nothing without a key',
  async (path) => {
    const query = '{ __schema { types { name } } }';
    const url = new URL(path, world.url);
    if (path !== '/schema.graphql') url.searchParams.set('query', query);
    for (const init of [
      {},
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) },
    ]) {
      const response = await fetch(url, init);
      expect([401, 404]).toContain(response.status);
      expect(await response.text()).not.toMatch(/MessageConnection|CANARY/);
    }
  },
);

test.each([{ scopes: [...SCOPES] }, { scopes: ['messages:read'] satisfies Scope[] }])(
  'events of the other tenant reach no caller with $scopes, over WebSocket or event stream, from its cursors on',
  async ({ scopes }) => {
    const subscriptions = rootFields(schema).filter(({ operation }) => operation === 'subscription');
    const open = TENANTS.flatMap((tenant) =>
      subscriptions.flatMap(({ operation, field }) => {
        const asked = selectEverything(schema, operation, field, everything(opens(scopes)));
        const variants = [{}, ...TENANTS.flatMap((from) => argumentsFor(field.name, seen[from]))];
        return variants.map((variables) => ({ tenant, field, variables, asked }));
      }),
    );
    const sockets = open.map(({ tenant, field, variables, asked }) => ({
      tenant,
      field,
      variables,
      subscriber: subscribe<unknown>(world.url, asked.text, variables, {
        authorization: keyOf(tenant, scopes).headers.authorization,
      }),
    }));
    const opened = await Promise.all(
      open.map(async ({ tenant, field, asked, variables }) => {
        const controller = new AbortController();
        const response = await fetch(`${world.url}/stream`, {
          method: 'POST',
          headers: {
            ...keyOf(tenant, scopes).headers,
            accept: 'text/event-stream',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ query: asked.text, variables }),
          signal: controller.signal,
        });
        const stream = {
          tenant,
          field,
          variables,
          text: '',
          isEnded: false,
          end: () => {
            stream.isEnded = true;
            controller.abort();
          },
        };
        const read = collect(response, stream);
        return { stream, read };
      }),
    );
    const streams = opened.map(({ stream }) => stream);
    await Promise.all(sockets.map(({ subscriber }) => subscriber.connected));
    // An operation on the same connection would be answered behind the subscription; another one takes at least as long.
    await post(
      selectEverything(
        schema,
        'query',
        channelsField(),
        everything(() => true),
      ),
      {},
      keyOf('a', [...SCOPES]),
    );
    for (const tenant of TENANTS) await writeNews(tenant);
    for (const { field, variables, subscriber } of sockets) {
      if (Object.keys(variables).length === 0) await subscriber.until(field.name === 'messageAdded' ? 2 : 1);
    }
    for (const { tenant, variables, subscriber } of sockets) {
      const text = JSON.stringify([subscriber.received, subscriber.errors]);
      if (Object.keys(variables).length === 0) expect(text).toContain(`${tenant}-`);
      expectNothingForeign(tenant, scopes, text, variables);
      subscriber.close();
    }
    for (const stream of streams) {
      const { tenant, variables } = stream;
      if (Object.keys(variables).length === 0)
        await expect.poll(() => stream.text, { timeout: 10_000 }).toContain(`${tenant}-`);
      expectNothingForeign(tenant, scopes, stream.text, variables);
      stream.end();
    }
    await Promise.all(opened.map(({ read }) => read));
  },
);

function channelsField(): ReturnType<typeof rootFields>[number]['field'] {
  const found = rootFields(schema).find(({ field }) => field.name === 'channels');
  if (!found) throw new Error('There is no root field channels');
  return found.field;
}

/** Reads until the stream is ended, by us or with the gateway. */
async function collect(response: Response, stream: { text: string; isEnded: boolean }): Promise<void> {
  const decoder = new TextDecoder();
  const chunks: AsyncIterable<Uint8Array> | null = response.body;
  try {
    for await (const chunk of chunks ?? []) stream.text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (!stream.isEnded) throw error;
  }
}

async function writeNews(tenant: TenantName): Promise<void> {
  const { whatsApp, wechat } = sandboxOf(tenant);
  wechat.add({
    openid: `oCANARY-${tenant}-live`,
    text: `CANARY-${tenant}-live-wechat`,
    worker: 'lin@teahouse',
  });
  const record = whatsApp.add({ content: `CANARY-${tenant}-live-whatsapp`, actionType: 1 });
  for (const push of [whatsApp.pushes.clientSync([record]), whatsApp.pushes.clientStatus([record], 2)]) {
    const { status } = await deliver(world.url, `${tenant}-whatsapp`, push);
    expect(status).toBe(200);
  }
}

/** Collects what a tenant sees by every root field, asked without arguments first and then with what was seen. */
async function look(tenant: TenantName): Promise<Seen> {
  const key = keyOf(tenant, [...SCOPES]);
  const found: Seen = {
    channels: CHANNELS.map((name) => `${tenant}-${name}`),
    ids: new Map(),
    cursors: new Map(),
    texts: new Set(),
  };
  const roots = rootFields(schema).filter(({ operation }) => operation === 'query');
  const withoutNeeds = roots.filter(
    ({ field }) => !['node', 'nodes', '_entities', 'channel'].includes(field.name),
  );
  for (const { field } of withoutNeeds) await lookAt(field.name, {});
  for (const { field } of roots) {
    for (const variables of argumentsFor(field.name, found)) await lookAt(field.name, variables);
  }
  // They show more at once: what both tenants have tells nothing of either.
  for (const { name } of tools) {
    for (const args of TOOL_ARGUMENTS[name]?.(found) ?? []) {
      const { text } = await callTool(name, args, key);
      for (const leaf of leavesOf(JSON.parse(text))) found.texts.add(leaf.text);
    }
  }
  return found;

  async function lookAt(root: string, variables: Variables): Promise<void> {
    const rootField = roots.find(({ field }) => field.name === root);
    if (!rootField) throw new Error(`There is no root field ${root}`);
    const asked = selectEverything(
      schema,
      'query',
      rootField.field,
      everything(() => true),
    );
    const { data } = await ask(world.url, asked.text, variables, key.headers);
    for (const { key: name, text } of leavesOf(data)) {
      found.texts.add(text);
      const [type = '', field = ''] = name.split('_');
      if (field === 'id') add(found.ids, type === 'MessageRow' ? 'Message' : type, text);
      if (/cursor$/i.test(field)) add(found.cursors, root, text);
    }
  }
}

function add(map: Map<string, Set<string>>, key: string, text: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(text));
}

function idsOf({ ids }: Seen, type: string): string[] {
  return [...(ids.get(type) ?? [])].slice(0, 2);
}

function cursorsOf({ cursors }: Seen, root: string): Variables[] {
  // Cursors of the same list, and of every other.
  const own = [...(cursors.get(root) ?? [])];
  const rest = [...cursors.values()].map((some) => [...some][0] ?? '');
  return [...own.slice(0, 1), ...own.slice(-1), ...rest].map((after) => ({ after }));
}

function argumentsFor(root: string, of: Seen): Variables[] {
  const values = Object.hasOwn(ARGUMENTS, root) ? ARGUMENTS[root] : undefined;
  if (!values) throw new Error(`The root field ${root} has no values in the table of the matrix`);
  return values(of, root);
}

function everything(selects: (place: string) => boolean): Parameters<typeof selectEverything>[3] {
  return { depth: DEPTH, first: FIRST, selects };
}

/** Leaves out what would have the whole operation refused; without `messages:read` nothing is left out, and all is refused. */
function opens(scopes: readonly Scope[]): (place: string) => boolean {
  return (place) => {
    const { scope = null, isMasked = false } = policies.get(place) ?? {};
    return scope === null || isMasked || scopes.includes(scope) || !scopes.includes('messages:read');
  };
}

function isOpenTo(scopes: readonly Scope[], { places }: EveryFieldOperation): boolean {
  return [...places].every((place) => {
    const { scope = null, isMasked = false } = policies.get(place) ?? {};
    return scope === null || isMasked || scopes.includes(scope);
  });
}

function keyName(tenant: TenantName, scopes: readonly Scope[]): string {
  return `${tenant}.${scopes.map((scope) => scope.replace(':', '.')).join('-') || 'none'}`.slice(0, 64);
}

function keyOf(tenant: TenantName, scopes: readonly Scope[]): TestKey {
  const key = keys.get(keyName(tenant, scopes));
  if (!key) throw new Error(`There is no key of ${tenant} with ${scopes.join(', ')}`);
  return key;
}

function sandboxOf(tenant: TenantName): Sandboxes {
  return tenant === 'a' ? world.sandbox : other;
}

async function post(
  { text: query }: EveryFieldOperation,
  variables: Variables,
  { headers }: TestKey,
): Promise<{ status: number; text: string }> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, text: await response.text() };
}

async function callTool(
  name: string,
  args: Variables,
  { headers }: TestKey,
): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL('/mcp', world.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: args },
    }),
  });
  return { status: response.status, text: await response.text() };
}

async function get(
  { text }: EveryFieldOperation,
  variables: Variables,
  { headers }: TestKey,
): Promise<string> {
  const url = new URL(world.url);
  url.searchParams.set('query', text);
  url.searchParams.set('variables', JSON.stringify(variables));
  const response = await fetch(url, { headers });
  expect([200, 400, 403]).toContain(response.status);
  return response.text();
}

/** Texts that are no dates, no constants of the schema and no types of media: everybody may see those. */
function isTelling(text: string): boolean {
  return text.length >= 8 && !/^(\d{4}-\d\d-\d\d.*|[A-Z_]+|[a-z]+\/[\w.+-]+)$/.test(text);
}

function isSignedUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && carriesCredentials(text);
}

/** @param answer as it came; what the caller sent itself may stand in it */
function expectNothingForeign(
  tenant: TenantName,
  scopes: readonly Scope[],
  answer: string,
  variables: Variables,
): void {
  const foreign = tenant === 'a' ? 'b' : 'a';
  const sent = leavesOf(variables).map(({ text }) => text);
  const rest = sent.reduce((text, value) => text.replaceAll(value, ''), answer);
  const found = (texts: Iterable<string>): string[] => [...texts].filter((text) => rest.includes(text));
  // The answers are long, and hundreds of texts are looked for: those without a quote in them are between two of its quotes.
  const quoted = new Set(rest.split('"'));
  const foundWhole = (texts: readonly string[]): string[] =>
    texts.filter((text) => (text.includes('"') ? rest.includes(`"${text}"`) : quoted.has(text)));
  const asked = { tenant, scopes, variables };
  // Distinctive as they are, short ones may be pieces of others: only whole ones count.
  expect({ ...asked, foreign: foundWhole(literals[foreign]) }).toEqual({ ...asked, foreign: [] });
  expect(rest).not.toContain(`CANARY-${foreign}`);
  if (!scopes.includes('messages:read')) expect(foundWhole(literals[tenant])).toEqual([]);
  if (!scopes.includes('participants:read')) expect(found(planted[tenant].people)).toEqual([]);
  if (!scopes.includes('messages:secrets')) {
    expect(found(planted[tenant].secretKeys)).toEqual([]);
    expect(rest.match(/https?:\/\/[^"\\\s]+\?[^"\\\s]+/g) ?? []).toEqual([]);
  }
}
