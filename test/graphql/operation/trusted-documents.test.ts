import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TrustedDocuments } from '../../../src/graphql/operation/trusted-documents.ts';
import { makeKey } from '../../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../../support/gateway-world.ts';
import { openSocket } from '../../support/open-socket.ts';
import { postJson, send } from '../../support/raw-http.ts';

const KNOWN = 'query Names { channels { name } }';
const ID = createHash('sha256').update(KNOWN).digest('hex');
const UNKNOWN = '{ channels { provider } }';
const NAMES = '"channels":[{"name":"broadcast"}';
const all = makeKey('all', ['messages:read', 'messages:secrets', 'participants:read', 'export']);
const headers = { ...all.headers };

let world: GatewayWorld;
const directory = mkdtempSync(join(tmpdir(), 'documents-'));
beforeAll(async () => {
  const file = join(directory, 'operations.json');
  writeFileSync(file, JSON.stringify({ [ID]: KNOWN }));
  world = await createGatewayWorld({
    messages: 2,
    auth: { apiKeys: [all.entry] },
    settings: { trustedDocuments: file },
  });
});
afterAll(async () => {
  await world.close();
  rmSync(directory, { recursive: true });
});

const get = async (path: string): Promise<string> =>
  (await send(world.url, { method: 'GET', path, headers: { ...headers, accept: 'text/event-stream' } })).text;
const apq = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: ID } }));

test.each<[string, () => Promise<string>]>([
  ['by POST', async () => (await send(world.url, postJson({ documentId: ID }, headers))).text],
  [
    'by POST, as the digest that it is',
    async () => (await send(world.url, postJson({ documentId: `sha256:${ID}` }, headers))).text,
  ],
  [
    'by POST, as Apollo names it',
    async () => {
      const extensions = { persistedQuery: { version: 1, sha256Hash: ID } };
      return (await send(world.url, postJson({ extensions }, headers))).text;
    },
  ],
  ['by GET', () => get(`/graphql?documentId=${ID}`)],
  ['by GET, as Apollo names it', () => get(`/graphql?extensions=${apq}`)],
  ['by SSE', () => get(`/graphql/stream?documentId=${ID}`)],
  [
    'by WebSocket',
    async () =>
      (await openSocket(world.url, all.headers.authorization)).ask(`{"query":"","documentId":"${ID}"}`),
  ],
])('a document that is known is executed %s', async (_, ask) => {
  expect(await ask()).toContain(NAMES);
});

test('a document that is not known is refused, by its text and by its id', async () => {
  for (const parameters of [{ query: UNKNOWN }, { query: KNOWN }, { documentId: 'x', query: KNOWN }]) {
    expect((await send(world.url, postJson(parameters, headers))).text).toContain('FORBIDDEN');
  }
  for (const path of ['/graphql', '/graphql/stream'])
    expect(await get(`${path}?query=${encodeURIComponent(UNKNOWN)}`)).toContain('FORBIDDEN');
  const socket = await openSocket(world.url, all.headers.authorization);
  expect(await socket.ask(JSON.stringify({ query: UNKNOWN }))).toContain('FORBIDDEN');
});

test('what is not GraphQL is served all the same', async () => {
  expect(await get('/schema.graphql')).toContain('type Query');
  expect(await get('/export?channel=shop')).toContain('"channel":"shop"');
});

test.each<[string, unknown]>([
  ['a list of texts by their ids', { [ID]: KNOWN }],
  ['a manifest of Apollo', { format: 'x', version: 1, operations: [{ id: ID, body: KNOWN, name: 'Names' }] }],
])('%s is read from its file', (_, manifest) => {
  const file = join(directory, 'manifest.json');
  writeFileSync(file, JSON.stringify(manifest));
  const documents = TrustedDocuments.read(file);
  expect([documents.textFor(ID), documents.textFor(`sha256:${ID}`)]).toEqual([KNOWN, KNOWN]);
  for (const id of [null, 'x', 'sha256:x']) expect(() => documents.textFor(id)).toThrow(/document/i);
});

test('a file that is no manifest is refused', () => {
  const file = join(directory, 'broken.json');
  writeFileSync(file, '{ "x": 1 }');
  expect(() => TrustedDocuments.read(file)).toThrow();
});
