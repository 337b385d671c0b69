import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRemoteHost } from '../../src/mcp/remote-host.ts';
import { tools } from '../../src/mcp/tools/index.ts';
import { listChannels } from '../../src/mcp/tools/list-channels.ts';
import { makeKey } from '../support/api-key.ts';
import { ask, createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { connectOverHttp, type McpClient } from '../support/mcp-client.ts';
import { createMcpWorld } from '../support/mcp-world.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { readMetrics } from '../support/metrics.ts';
import { toArray } from '../support/to-array.ts';
import { waitUntil } from '../support/wait-until.ts';

const shop = makeKey('shop-agent', ['messages:read', 'participants:read'], ['shop']);
const masked = makeKey('masked', ['messages:read'], ['whatsapp']);
const reader = makeKey('reader', ['messages:read', 'participants:read']);
const exporter = makeKey('exporter', ['export']);

const directory = mkdtempSync(join(tmpdir(), 'mcp-'));
let world: GatewayWorld;
beforeAll(async () => {
  world = await createMcpWorld({
    auth: { apiKeys: [shop, masked, reader, exporter].map(({ entry }) => entry) },
  });
});
afterAll(async () => {
  await world.close();
  rmSync(directory, { recursive: true });
});

const clients: McpClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

async function connect(url: string, headers?: Record<string, string>): Promise<McpClient> {
  const client = await connectOverHttp(url, headers);
  clients.push(client);
  return client;
}

/** A message of the earlier revision, which takes no headers of its own. */
function post(url: string, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL('/mcp', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(message),
  });
}

function callOf(name: string, args: object = {}): object {
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } };
}

test('a gateway has no tools unless its configuration says so', async () => {
  const without = await createGatewayWorld({ messages: 0 });
  const response = await post(without.url, callOf('list_channels'));
  expect(response.status).toBe(404);
  await without.close();
});

test('a key with one channel gets nothing of the others, by any tool', async () => {
  const mcp = await connect(world.url, shop.headers);
  const all = await connect(world.url, reader.headers);
  const channels = (await mcp.call('list_channels')).result?.['channels'];
  expect(channels).toMatchObject([{ name: 'shop' }]);
  const { result } = await all.call('search_messages', { channels: ['whatsapp'], first: 1 });
  const { people, conversations } = result as unknown as {
    people: { participantId: string }[];
    conversations: { conversationId: string }[];
  };
  const theirs = {
    participantId: people[0]?.participantId ?? '',
    conversationId: conversations[0]?.conversationId ?? '',
  };
  for (const [name, args] of [
    ['search_messages', { channels: ['whatsapp'] }],
    ['search_messages', { conversationId: theirs.conversationId }],
    ['search_messages', { participantId: theirs.participantId }],
    ['list_conversations', { channels: ['whatsapp'] }],
    ['read_conversation', { conversationId: theirs.conversationId }],
    ['who_is', { participantId: theirs.participantId }],
    ['who_is', { channel: 'whatsapp', nativeId: '447711100001' }],
    ['message_stats', { channel: 'whatsapp' }],
    ['response_stats', { channel: 'whatsapp' }],
  ] as const) {
    const answer = await mcp.call(name, args);
    const nothing = await mcp.call(
      name,
      JSON.parse(JSON.stringify(args).replaceAll('whatsapp', 'x-nothing')) as Record<string, unknown>,
    );
    // As for a channel that there is not.
    expect(answer.text.replaceAll('whatsapp', 'x-nothing'), name).toBe(nothing.text);
    expect(answer.result?.['messages'] ?? [], name).toEqual([]);
  }
  const found = await mcp.call('search_messages', { first: 100 });
  expect(found.result?.['conversations']).not.toEqual([]);
  expect(found.text).not.toContain('"channel":"whatsapp"');
});

test('a key that may not see people sees masks, and cannot look for people by their numbers', async () => {
  const mcp = await connect(world.url, masked.headers);
  const open = await connect(world.url, reader.headers);
  const args = { channels: ['whatsapp'], first: 100 };
  const names = (answer: Awaited<ReturnType<McpClient['call']>>): string[] =>
    (answer.result?.['people'] as { name?: string }[]).flatMap(({ name }) =>
      name === undefined ? [] : [name],
    );
  const [seen, hidden] = [await open.call('search_messages', args), await mcp.call('search_messages', args)];
  expect(names(seen).length).toBeGreaterThan(0);
  expect(names(hidden)).toHaveLength(names(seen).length);
  for (const name of names(hidden)) expect(name).toMatch(/^hidden-/);
  for (const name of names(seen)) expect(hidden.text).not.toContain(`"${name}"`);
  const probe = await mcp.call('who_is', { channel: 'whatsapp', nativeId: '447711100001' });
  expect(probe.text).toMatch(/^FORBIDDEN: .*participants:read.* Do not try again/);
});

test('a key without messages:read is told so by each tool', async () => {
  const mcp = await connect(world.url, exporter.headers);
  const { text } = await mcp.call('search_messages');
  expect(text).toMatch(/^FORBIDDEN: .*messages:read/);
});

test('without a valid key, from another origin, and by other methods there is nothing', async () => {
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const none = await post(world.url, list);
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('Bearer'),
  ]);
  expect(await none.text()).not.toContain('list_channels');
  expect((await post(world.url, list, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await post(world.url, list, { ...reader.headers, origin: 'https://evil.example' })).status).toBe(
    403,
  );
  for (const method of ['GET', 'DELETE']) {
    const response = await fetch(new URL('/mcp', world.url), { method, headers: reader.headers });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  }
  const two = await post(world.url, [list, { ...list, id: 2 }], reader.headers);
  expect(two.status).toBe(400);
});

test('a gateway without keys answers only under names of this machine', async () => {
  const open = await createMcpWorld({ messages: 1 });
  const { statusCode } = await request(new URL('/mcp', open.url), {
    method: 'POST',
    headers: { host: 'evil.example', 'content-type': 'application/json' },
    body: JSON.stringify(callOf('list_channels')),
  });
  expect(statusCode).toBe(403);
  await open.close();
});

test('calls count as requests; too many are told when to go on', async () => {
  const limited = await createMcpWorld({
    messages: 1,
    auth: { apiKeys: [reader.entry] },
    limits: { requestsPerMinute: 5 },
  });
  // Connecting and listing are requests, too.
  const mcp = await connect(limited.url, reader.headers);
  let answer = await mcp.call('list_channels');
  for (let calls = 1; calls < 5 && answer.result !== null; calls++) answer = await mcp.call('list_channels');
  expect(answer.text).toMatch(/^RATE_LIMITED: .* Wait before the next call\. Wait \d+ seconds\.$/);
  // The same count as that of GraphQL.
  expect((await ask(limited.url, '{ channels { name } }', {}, reader.headers)).status).toBe(429);
  const list = await post(limited.url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, reader.headers);
  expect([list.status, Number(list.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
  await limited.close();
});

test('messages that reach no tool count as well', async () => {
  const limited = await createMcpWorld({
    messages: 1,
    auth: { apiKeys: [reader.entry] },
    limits: { requestsPerMinute: 3 },
  });
  const { headers } = reader;
  const unknown = await post(limited.url, callOf('nope'), headers);
  const batch = await post(limited.url, [callOf('list_channels')], headers);
  const broken = await fetch(new URL('/mcp', limited.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{',
  });
  expect([unknown.status, batch.status, broken.status]).toEqual([200, 400, 400]);
  expect((await ask(limited.url, '{ channels { name } }', {}, headers)).status).toBe(429);
  await limited.close();
});

test('an operation that costs too much is refused as over GraphQL', async () => {
  const strict = await createMcpWorld({ messages: 1, limits: { maxQueryRows: 100 } });
  const mcp = await connect(strict.url);
  const { text } = await mcp.call('search_messages', { first: 100 });
  expect(text).toMatch(/^QUERY_TOO_COMPLEX: .* Ask for less/);
  await strict.close();
});

test('where only trusted documents are executed, those of the tools are, and by the program that sends them', async () => {
  const file = join(directory, 'operations.json');
  writeFileSync(file, JSON.stringify({ own: 'query Own { channels { provider } }' }));
  const trusting = await createMcpWorld({ messages: 1, settings: { trustedDocuments: file } });
  const mcp = await connect(trusting.url);
  expect((await mcp.call('list_channels')).result?.['channels']).toHaveLength(4);
  const host = createRemoteHost({
    url: new URL(trusting.url),
    timeoutMs: 60_000,
    log: createMemoryLog().log,
  });
  const { result } = await listChannels.call({}, host, new AbortController().signal);
  expect(result).toMatchObject({ channels: { length: 4 } });
  const own = await fetch(trusting.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: 'own' }),
  });
  expect(await own.json()).toMatchObject({ data: { channels: { length: 4 } } });
  expect((await ask(trusting.url, '{ channels { name } }')).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
  await trusting.close();
});

test('each read is recorded as that of the same GraphQL query, with the request of the call', async () => {
  const read = async (act: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
    const before = (await toArray(world.stores.store.audit.rows(1))).length;
    await act();
    const rows = (await toArray(world.stores.store.audit.rows(1))).slice(before);
    return rows.map(({ caller, body }) => ({ caller, ...(JSON.parse(body) as object) }));
  };
  const mcp = await connect(world.url, reader.headers);
  const { result } = await mcp.call('search_messages', { channels: ['shop'], first: 2 });
  const { conversations } = result as unknown as { conversations: { conversationId: string }[] };
  const id = conversations[0]?.conversationId;
  for (const [name, args, variables] of [
    ['search_messages', { channels: ['shop'], first: 2 }, { filter: { channels: ['shop'] }, first: 2 }],
    ['list_conversations', { first: 2 }, { first: 2 }],
    ['read_conversation', { conversationId: id, first: 2 }, { id, first: 2 }],
    ['message_stats', { channel: 'shop', archiveOnly: true, since: '2026-11-01', until: '2026-11-02' }, null],
  ] as const) {
    const tool = tools.find((candidate) => candidate.name === name);
    const recorded = await read(() => mcp.call(name, args));
    expect(recorded.length, name).toBeGreaterThan(0);
    for (const record of recorded) {
      expect(record).toMatchObject({
        caller: 'reader',
        operation: expect.stringMatching(/^Mcp[A-Z]/) as string,
        requestId: expect.stringMatching(/^[\w-]{36}$/) as string,
      });
    }
    if (variables === null) continue;
    const asQuery = await read(() =>
      ask(world.url, tool?.document.toString() ?? '', variables, reader.headers),
    );
    const withoutRequest = (records: Record<string, unknown>[]): unknown[] =>
      records.map(({ requestId: _, ...rest }) => ({ ...rest, operation: null }));
    expect(withoutRequest(recorded)).toEqual(withoutRequest(asQuery));
  }
});

test('the log and the metrics tell of each call, and hold nothing of what was asked', async () => {
  const { log, lines } = createMemoryLog();
  const observed = await createMcpWorld({ messages: 1, log });
  const mcp = await connect(observed.url);
  await mcp.call('search_messages', { words: 'CANARY' });
  await mcp.call('search_messages', { after: 'CANARY' });
  await mcp.call('search_messages', { CANARY: 1 });
  await expect(mcp.call('CANARY')).rejects.toThrow();
  await waitUntil(() => lines().filter(({ route }) => route === '/mcp').length >= 6);
  const ended = lines().filter(({ msg, route }) => msg === 'A request has ended' && route === '/mcp');
  expect(ended.map(({ operation, outcome, status }) => [operation, outcome, status])).toEqual([
    // Connecting, and listing the tools.
    [undefined, undefined, 200],
    [undefined, undefined, 200],
    ['query', 'OK', 200],
    ['query', 'ERROR', 200],
    [undefined, 'ERROR', 200],
    // No such tool.
    [undefined, undefined, 200],
  ]);
  expect(JSON.stringify(lines())).not.toContain('CANARY');
  const samples = await readMetrics(observed.url);
  const calls = (outcome: string): number | undefined =>
    samples.get(`gateway_mcp_calls_total{tool="search_messages",outcome="${outcome}"}`);
  expect([calls('OK'), calls('ERROR')]).toEqual([1, 2]);
  await observed.close();
});
