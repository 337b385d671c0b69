import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { isErrno } from '../../src/util/errno.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import type { Delivery } from '../support/deliver.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import {
  HOSTILE_CARDS,
  HOSTILE_JSON,
  HOSTILE_URLS,
  HOSTILE_WORDS,
  HOSTILE_XML,
  type HostileText,
} from '../support/hostile-texts.ts';
import { send, type RawRequest } from '../support/raw-http.ts';
import { createStoreSettings } from '../support/test-store.ts';

/** The campaign looks at the clock on the wall, which needs a machine of its own. */
const IS_CAMPAIGN = process.env['WALL_CLOCK'] === '1';
const MAX_HOLD_MS = 250;
const ATTEMPTS = 3;
const MIB = 1024 * 1024;
/** Room for what stands around a text that is to fit into 1 MiB. */
const AROUND = 1_024;
const CONTACT_CARD = 6;

const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
let sandbox: Sandboxes;
let gateway: GatewayProcess;
let origin: string;

beforeAll(async () => {
  sandbox = await startSandboxes({ seed: 5, now: () => Date.now(), messages: 20 });
  const config = join(directory, 'gateway.yaml');
  writeFileSync(
    config,
    stringify({ ...(await createStoreSettings('sqlite:./gateway.db')), channels: sandbox.channels }),
  );
  gateway = await startGateway(['serve', '--config', config, '--port', '0']);
  origin = new URL(gateway.url).origin;
  await send(origin, graphql('{ channels { name } }'));
}, 120_000);
afterAll(async () => {
  await gateway.stop('SIGTERM');
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

type Attack = () => Promise<unknown>;

function graphql(query: string, variables: Record<string, unknown> = {}): RawRequest {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) };
}

function webhook(channel: string, { event, query = {}, headers, body }: Delivery): RawRequest {
  const path = `/webhooks/${channel}/${event}?${new URLSearchParams(query).toString()}`;
  return { path, headers, body };
}

const ask =
  (make: () => RawRequest): Attack =>
  () =>
    send(origin, make()).catch((error: unknown) => {
      // A refusal may break off what is still being sent; nothing else may go wrong.
      if (!isErrno(error, 'ECONNRESET') && !isErrno(error, 'EPIPE')) throw error;
    });

function each(
  prefix: string,
  texts: Record<string, HostileText>,
  toAttack: (text: () => string) => Attack,
  length = MIB - AROUND,
): [string, Attack][] {
  return Object.entries(texts).map(([name, make]) => [`${prefix}: ${name}`, toAttack(() => make(length))]);
}

const SEARCH =
  'query ($text: String) { messages(first: 5, filter: { textContains: $text }) { nodes { id } } }';
const CHANNELS =
  'query ($names: [String!]) { messages(first: 5, filter: { channels: $names }) { nodes { id } } }';
const variables: [string, string][] = [
  ['a cursor', 'query ($text: String) { messages(first: 1, after: $text) { nodes { id } } }'],
  ['an id', 'query ($text: ID!) { node(id: $text) { id } }'],
  [
    'a name of a channel',
    'query ($text: String!) { messages(filter: { channels: [$text] }) { nodes { id } } }',
  ],
  [
    'an id of a conversation',
    'query ($text: ID) { messages(filter: { conversationId: $text }) { nodes { id } } }',
  ],
  ['words to look for', SEARCH],
];
const bait: Record<string, HostileText> = {
  letters: (length) => 'a'.repeat(length),
  questions: (length) => ' Did you mean '.repeat(length / 14),
  quotes: (length) => '"'.repeat(length / 2),
};
const documents: Record<string, HostileText> = {
  'opening braces': (length) => '{a'.repeat(length / 2),
  'a name that is none': (length) => `{ ${'a'.repeat(length)} }`,
  'a text that echoes': (length) =>
    `{ messages(first: "${' Did you mean '.repeat(length / 14)}") { nodes { id } } }`,
  'a comment': (length) => `#${'x'.repeat(length)}`,
  'block quotes': (length) => `{ a(b: """${'\\"""'.repeat(length / 4)}`,
  'white space': (length) => `{${' '.repeat(length)}`,
  'line breaks before unknown fields': (length) =>
    `{${'\n'.repeat(length / 2)}${Array.from({ length: 100 }, (_, index) => `a${index} `).join('')}}`,
  'line breaks before what fails': (length) =>
    `query {${'\n'.repeat(length / 2)}_entities(representations: [${'{},'.repeat(400)}]) { __typename } }`,
};

const attacks: [string, Attack][] = [
  ...each('unsigned MSG_SYNC_MESSAGE', HOSTILE_JSON, (text) =>
    ask(() => webhook('whatsapp', { event: 'msg-sync-message', headers: {}, body: text() })),
  ),
  ...each('signed MSG_SYNC_MESSAGE', HOSTILE_JSON, (text) =>
    ask(() => {
      const { headers } = sandbox.whatsApp.pushes.msgSync([], 1, 'headers');
      return webhook('whatsapp', { event: 'msg-sync-message', headers, body: `{"data":[${text()}]}` });
    }),
  ),
  ...each(
    'signed CLIENT_SYNC_MESSAGE',
    { ...HOSTILE_CARDS, ...HOSTILE_WORDS },
    (text) =>
      ask(() => {
        const push = sandbox.whatsApp.pushes.clientSync([sandbox.whatsApp.add({})]);
        const chats = JSON.parse(push.body) as { content: Record<string, unknown>[] }[];
        for (const { content } of chats) {
          for (const message of content) Object.assign(message, { type: CONTACT_CARD, url: text() });
        }
        return webhook('whatsapp', { ...push, body: JSON.stringify(chats) });
      }),
    MIB / 8,
  ),
  ...each('unsigned callback of WeCom', { ...HOSTILE_XML, ...HOSTILE_JSON }, (text) =>
    ask(() => {
      const { query } = sandbox.wecom.pushes.newMessage();
      const body = text().slice(0, 64 * 1024);
      return webhook('corp', { event: 'callback', query, headers: { 'content-type': 'text/xml' }, body });
    }),
  ),
  ...each('signed callback of Tencent', HOSTILE_JSON, (text) =>
    ask(() => {
      const push = sandbox.tencentChat.pushes.command('OfficialAccount.CallbackAfterMsgWithDraw', {});
      return webhook('broadcast', { ...push, body: text().slice(0, 128 * 1024) });
    }),
  ),
  ...each('unsigned callback of Tencent', { quotes: (length) => '"'.repeat(length) }, (text) =>
    ask(() => webhook('broadcast', { event: 'callback', headers: {}, body: text() })),
  ),
  ...each('a webhook that there is not', bait, (text) =>
    ask(() => webhook('none', { event: 'callback', headers: {}, body: text() })),
  ),
  // A customer writes it, and every reader of the first page meets it.
  ...each(
    'a card in history',
    HOSTILE_CARDS,
    (text) => () => readMessage({ contentType: CONTACT_CARD, content: text() }),
    MIB / 8,
  ),
  ...each('a message in history', HOSTILE_WORDS, (text) => () => readMessage({ content: text() }), MIB / 4),
  ...each(
    'a file in history',
    HOSTILE_URLS,
    (text) => () =>
      readMessage({ contentType: 1, content: JSON.stringify({ url: text(), mimeType: 'image/png' }) }),
    MIB / 4,
  ),
  ...variables.flatMap(([name, query]) =>
    each(
      name,
      bait,
      (text) => ask(() => graphql(query, { text: text().slice(0, MIB - AROUND) })),
      (MIB - AROUND) / 2,
    ),
  ),
  [
    'a list of numbers that should be texts',
    ask(() => graphql(CHANNELS, { names: Array.from({ length: 400_000 }, () => 0) })),
  ],
  ['a list of names', ask(() => graphql(CHANNELS, { names: Array.from({ length: 200_000 }, () => 'shop') }))],
  [
    'a list of objects that are no entities',
    ask(() =>
      graphql('query ($these: [_Any!]!) { _entities(representations: $these) { __typename } }', {
        these: Array.from({ length: 300_000 }, () => ({})),
      }),
    ),
  ],
  ...each('a body that is no JSON', HOSTILE_JSON, (text) =>
    ask(() => ({ headers: { 'content-type': 'application/json' }, body: text() })),
  ),
  [
    'a header',
    ask(() => ({
      headers: { 'x-request-id': 'a'.repeat(15_000), authorization: `Bearer ${'.'.repeat(300)}` },
    })),
  ],
  ['a URL', ask(() => ({ method: 'GET', path: `/graphql?${'a&'.repeat(7_500)}` }))],
  ...each('a document', documents, (text) => ask(() => graphql(text())), (MIB - AROUND) / 2),
  ...each(
    'a document of an event stream',
    documents,
    (text) => ask(() => ({ ...graphql(text()), path: '/graphql/stream' })),
    (MIB - AROUND) / 2,
  ),
  ...each(
    'a message of a WebSocket',
    { ...bait, ...documents },
    (text) => () => speak(text()),
    (MIB - AROUND) / 2,
  ),
];

test('there are more than forty of them', () => {
  expect(new Set(attacks.map(([name]) => name)).size).toBe(attacks.length);
  expect(attacks.length).toBeGreaterThan(40);
});

test.each(attacks)(
  'the gateway answers others all the while: %s',
  async (_, attack) => {
    const seen: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const hold = await longestHold(attack);
      if (hold < MAX_HOLD_MS) return;
      seen.push(Math.round(hold));
    }
    expect.fail(`/health/live took ${seen.join(', then ')} ms`);
  },
  60_000,
);

/**
 * The longest that an answer of `/health/live` took during the attack: on the wall, or else of the time that the gateway's
 * main thread had the processor, which others on the machine do not lengthen.
 */
async function longestHold(attack: Attack): Promise<number> {
  const state = { isOver: false };
  const under = attack().finally(() => {
    state.isOver = true;
  });
  let longest = 0;
  do {
    const [began, busy] = [performance.now(), busyMs()];
    expect((await send(origin, { method: 'GET', path: '/health/live' })).status).toBe(200);
    longest = Math.max(longest, busy === null ? performance.now() - began : (busyMs() ?? 0) - busy);
    await new Promise((resolve) => setTimeout(resolve, 5));
  } while (!state.isOver);
  await under;
  return longest;
}

/** @returns null in the campaign, and where the system does not tell */
function busyMs(): number | null {
  if (IS_CAMPAIGN || process.platform !== 'linux') return null;
  const [nanoseconds] = readFileSync(`/proc/${gateway.pid}/task/${gateway.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

const NEWEST =
  '{ messages(first: 1, filter: { channels: ["whatsapp"] }) { nodes { id text parts { __typename } } } }';

/** Has somebody write a message, reads it, and takes it away again. */
async function readMessage(message: { contentType?: number; content: string }): Promise<void> {
  const { records } = sandbox.whatsApp;
  const record = sandbox.whatsApp.add({ contentType: 0, ...message });
  const { text } = await send(origin, graphql(NEWEST));
  records.splice(records.indexOf(record), 1);
  expect(JSON.parse(text)).toMatchObject({ data: { messages: { nodes: [{}] } } });
}

/** Sends a document in the protocol graphql-transport-ws, and waits until the gateway has answered or hung up. */
function speak(query: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(gateway.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    const answers: string[] = [];
    socket.on('open', () => {
      socket.send('{"type":"connection_init"}');
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    });
    socket.on('message', (data: Buffer) => {
      answers.push(data.toString('utf8'));
      // The first acknowledges the connection.
      if (answers.length > 1) socket.close();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve();
    });
  });
}
