import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from '../../src/errors/config-error.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { createCanaries, type Canaries } from '../support/canaries.ts';
import { deliver } from '../support/deliver.ts';
import { ask } from '../support/gateway-world.ts';
import { runProgram, startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { startGossip, type Gossip } from '../support/gossip.ts';
import { createStoreSettings } from '../support/test-store.ts';

/** The campaign sets them to all levels, and to 1000. */
const LEVELS = (process.env['CANARY_LEVELS'] ?? 'trace').split(',');
const LEAST = Number(process.env['CANARIES'] ?? 200);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

/** What Node.js does when something goes wrong that nobody thought of, with a payload in it. */
const CRASHES = {
  throws:
    'setImmediate(() => { throw Object.assign(new TypeError(process.env.CRASH), { payload: process.env.CRASH }) })',
  rejects: 'void Promise.reject(Object.assign(new Error(process.env.CRASH), { text: process.env.CRASH }))',
  'throws what is no error': 'setImmediate(() => { throw { text: process.env.CRASH } })',
  warns:
    "process.emitWarning(process.env.CRASH); console.error(process.env.CRASH); console.log('%s', process.env.CRASH); setImmediate(() => { throw new Error(process.env.CRASH) })",
} as const;

let directory = '';
let sandbox: Sandboxes | undefined;
let gossip: Gossip | undefined;
let gateway: GatewayProcess | undefined;
afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await sandbox?.close();
  await gossip?.close();
  rmSync(directory, { recursive: true });
  gateway = undefined;
});

test.each(
  LEVELS.map(
    (level, index) =>
      [level, (Object.keys(CRASHES) as (keyof typeof CRASHES)[])[index % 4] ?? 'throws'] as const,
  ),
)(
  'at the level %s nothing of what callers, providers and the configuration say comes out, also when the gateway %s',
  async (level, crash) => {
    console.info(`seed ${SEED}`);
    const canaries = createCanaries(SEED);
    directory = mkdtempSync(join(tmpdir(), 'gateway-canaries-'));
    sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 10 });
    gossip = await startGossip(canaries);
    const secret = randomBytes(32).toString('base64');
    const config = join(directory, 'gateway.yaml');
    writeFileSync(
      config,
      stringify({
        ...(await createStoreSettings('sqlite:./gateway.db')),
        secret,
        limits: { requestTimeoutMs: 1000 },
        channels: [...sandbox.channels, ...toGossipChannels(sandbox, gossip, canaries)],
      }),
    );
    const preload = `process.once('SIGUSR2', () => { ${CRASHES[crash]} })`;
    gateway = await startGateway(['serve', '--config', config, '--port', '0'], {
      LOG_LEVEL: level,
      CRASH: canaries.word(),
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(preload)}`,
    });
    writeMessages(sandbox, canaries);
    let shown = '';
    for (let round = 0; canaries.planted.length < LEAST || round < 2; round++) {
      setFault(sandbox, round);
      const answers = await Promise.all([
        ...queries(gateway.url, canaries),
        ...deliveries(gateway.url, sandbox, canaries),
      ]);
      shown += JSON.stringify(answers);
    }
    // They did come through.
    expect(canaries.in(shown).length).toBeGreaterThan(5);
    process.kill(gateway.pid, 'SIGUSR2');
    expect(await gateway.ended).toBe(1);
    const output = gateway.output();
    expect(output.split('\n').filter((line) => canaries.in(line).length > 0)).toEqual([]);
    expect(output).not.toContain(secret);
    // It did write something.
    if (level !== 'silent') expect(output).toContain('The gateway has crashed');
    console.info(`${canaries.planted.length} canaries, ${output.length} characters of output at ${level}`);
  },
  60_000 + LEAST * 100,
);

function toGossipChannels(
  { channels }: Sandboxes,
  { baseUrl }: Gossip,
  { word }: Canaries,
): Record<string, unknown>[] {
  const secrets = new Set(['appSecret', 'secret', 'secretKey', 'apiKey', 'webhookSecret', 'callbackToken']);
  return channels.map((channel) => ({
    ...Object.fromEntries(
      Object.entries(channel).map(([key, value]) => [key, secrets.has(key) ? word() : value]),
    ),
    ...('callback' in channel && {
      callback: { token: word(), encodingAesKey: `${word()}${word()}`.slice(0, 43), receiveIds: [word()] },
    }),
    name: `gossip-${String(channel['name'])}`,
    displayName: word(),
    baseUrl,
    ...('corpId' in channel && { corpId: word() }),
    ...('appId' in channel && { appId: word() }),
    ...('tenantId' in channel && { tenantId: 83 }),
    ...('sdkAppId' in channel && { sdkAppId: 1400000099 }),
  }));
}

function writeMessages({ wechat, whatsApp }: Sandboxes, { word, phone }: Canaries): void {
  for (let count = 0; count < 5; count++) {
    wechat.add({ text: word(), openid: word() });
    whatsApp.add({
      friendWhatsId: phone(),
      friendName: word(),
      username: word(),
      contentType: 1,
      content: word(),
    });
  }
}

const FAULTS = [
  null,
  'cut-json',
  'wrong-types',
  'html',
  'server-error',
  'reset',
  'too-many-requests',
] as const;

function setFault({ all }: Sandboxes, round: number): void {
  for (const { server } of all) server.knobs.fault = FAULTS[round % FAULTS.length] ?? null;
}

function queries(url: string, { word, phone }: Canaries): Promise<unknown>[] {
  const post = (body: string, headers: Record<string, string> = {}): Promise<unknown> =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const message = 'id text sender { displayName nativeId } conversation { title }';
  return [
    ask(url, `query ${word()} { ${word()}: messages(first: 20) { nodes { ${message} } sources { state } } }`),
    ask(url, `{ messages(first: 20, onSourceFailure: FAIL) { nodes { ${message} } } }`),
    ask(url, '{ messages(filter: { textContains: "x" }) { nodes { id } } }', { text: word() }),
    ask(url, `{ messages(filter: { channels: ["${word()}"] }) { nodes { id } } }`),
    ask(
      url,
      `{ messages(filter: { conversationId: "${word()}", participantId: "${phone()}" }) { nodes { id } } }`,
    ),
    ask(url, `{ messages(after: "${word()}") { nodes { id } } node(id: "${word()}") { id } }`),
    ask(url, `{ ${word()} }`),
    ask(url, `{ messages(first: "${word()}") { nodes { id } } }`),
    ask(url, `{ customerServiceSessions { nodes { id } } }`),
    post(`{"query": "${word()}`),
    post(word(), { 'content-type': word() }),
    post('{}', {
      authorization: `Bearer ${word()}`,
      cookie: `session=${word()}`,
      'x-request-id': `${word()} {}`,
      traceparent: word(),
    }),
    fetch(`${url}?query={${word()}}&token=${word()}`),
    fetch(new URL(`/${word()}?phone=${phone()}`, url)),
    fetch(new URL(`/graphql/stream?query=subscription{${word()}}`, url), {
      headers: { accept: 'text/event-stream' },
    }),
  ];
}

function deliveries(
  url: string,
  { wecom, tencentChat, whatsApp }: Sandboxes,
  { word, phone }: Canaries,
): Promise<unknown>[] {
  const record = whatsApp.add({
    friendWhatsId: phone(),
    friendName: word(),
    contentType: 1,
    content: word(),
  });
  const forged = {
    event: 'callback',
    headers: { authorization: word() },
    query: { msg_signature: word(), timestamp: word() },
  };
  return [
    deliver(url, 'whatsapp', whatsApp.pushes.clientSync([record])),
    deliver(url, 'whatsapp', whatsApp.pushes.msgSync([record])),
    deliver(url, 'whatsapp', {
      event: 'msg-sync-message',
      headers: {},
      body: JSON.stringify({ accessToken: word(), data: [{ content: word() }] }),
    }),
    deliver(url, 'corp', wecom.pushes.newMessage(word())),
    deliver(url, 'corp', wecom.pushes.event(word(), { Token: word() })),
    deliver(url, 'corp', { ...forged, body: `<xml><Encrypt>${word()}</Encrypt></xml>` }),
    deliver(url, 'corp', { ...forged, method: 'GET', query: { echostr: word() }, body: '' }),
    deliver(url, 'broadcast', tencentChat.pushes.command(word(), { Text: word() })),
    deliver(url, 'broadcast', { ...forged, body: `{"${word()}": "${word()}` }),
    deliver(url, word(), { ...forged, event: word(), body: word() }),
  ];
}

test('a configuration that is wrong is told of without a word of what may be a secret', async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-canaries-'));
  const canaries = createCanaries(SEED);
  const { word } = canaries;
  const channel = (rest: string): string =>
    `channels: [{ name: a, provider: WECHAT, appId: x, historyStart: 2026-01-01T00:00:00Z, ${rest} }]`;
  const wrong = [
    channel(`appSecret: *${word()}`),
    channel(`appSecret:${word()}`),
    channel(`appSecret: y, ${word()}`),
    channel(`appSecret: y, baseUrl: ${word()}`),
    channel(`appSecret: y, historyStart: ${word()}`),
    channel(`appSecret: [${word()}]`),
    channel(`appSecret: { ${word()}: ${word()} }`),
    channel(`appSecret: !${word()} y, quota: ${word()}`),
    channel(`appSecret: "${word()}`),
    channel(`appSecret: \${${word().toUpperCase()}_X}, provider: ${word()}`),
    `${channel('appSecret: y')}\nsecret: ${word()}`,
    `${channel('appSecret: y')}\nstore: ${word()}`,
    `${channel('appSecret: y')}\ntelemetry: { otlpEndpoint: "${word()}", sampleRatio: ${word()} }`,
    `${channel('appSecret: y')}\nserver: ${word()}\nmetrics: { port: ${word()} }\naudit: [${word()}]`,
    `${word()}: ${word()}\n${channel('appSecret: y')}`,
    word(),
    `- ${word()}`,
    `a: |\n ${word()}\n\t${word()}`,
  ];
  for (const text of wrong) {
    const refused = (): unknown => parseConfig(text, { source: 'gateway.yaml', directory, environment: {} });
    expect(refused).toThrow(ConfigError);
    try {
      refused();
    } catch (error) {
      expect(
        canaries.in(String(error)).filter((canary) => !text.includes(`\${${canary.toUpperCase()}`)),
      ).toEqual([]);
    }
  }
  const file = join(directory, 'gateway.yaml');
  writeFileSync(file, wrong.slice(0, 1).join(''));
  const { code, stdout, stderr } = await runProgram(['serve', '--config', file], { LOG_LEVEL: 'trace' });
  expect(code).toBe(1);
  expect(canaries.in(stdout + stderr)).toEqual([]);
});
