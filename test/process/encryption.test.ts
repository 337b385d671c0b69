import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { findCanaries, textsIn } from '../support/planted-canaries.ts';
import { deliver } from '../support/deliver.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createStoreConfig } from '../support/store-config.ts';
import { subscribe, type Subscriber } from '../support/subscriber.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

/** Four pages of a walk. */
const MESSAGES_EACH = 110;
/** There must be enough to look for. */
const MANY = 4 * MESSAGES_EACH;
const MESSAGE_ADDED =
  'subscription ($after: String) { messageAdded(after: $after) { cursor node { id text channel { name } } } }';

/** Of a channel's configuration, what tells nothing. */
const IN_THE_OPEN = { name: '', provider: '', baseUrl: '', historyStart: '' };

interface Added {
  cursor: string;
  node: { id: string; text: string | null; channel: { name: string } };
}

const directories: string[] = [];
const subscribers: Subscriber<Added>[] = [];
let sandbox: Sandboxes | undefined;
let gateway: GatewayProcess | undefined;
afterEach(async () => {
  for (const subscriber of subscribers.splice(0)) subscriber.close();
  await gateway?.stop('SIGKILL');
  gateway = undefined;
  await sandbox?.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-encryption-'));
  directories.push(directory);
  return directory;
}

function follow(url: string, after: string | null): Subscriber<Added> {
  const subscriber = subscribe<Added>(url, MESSAGE_ADDED, { after });
  subscribers.push(subscriber);
  return subscriber;
}

/** In every message of the histories, what is said and, where the sandbox leaves it open, who says it. */
function plant({ wechat, tencentChat, whatsApp }: Sandboxes): void {
  for (const [index, record] of wechat.records.entries()) record.text = `Canary of a shop ${index} 茶`;
  for (const account of tencentChat.officialAccounts) {
    for (const post of tencentChat.posts(account)) {
      post.MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: `Canary of ${post.MsgKey}` } }];
    }
  }
  for (const [index, record] of whatsApp.records.entries()) {
    Object.assign(record, {
      contentType: 0,
      content: `Canary of WhatsApp ${index}`,
      actionType: 2,
      chatType: 1,
    });
    Object.assign(record, {
      friendWhatsId: `49151${1_000_000 + index}`,
      friendName: `Canary Smith ${index}`,
    });
  }
}

/** By what they are of. */
function canariesOf({ wechat, wecom, tencentChat, whatsApp, channels }: Sandboxes): Record<string, string[]> {
  return {
    shop: textsIn(wechat.records),
    corp: textsIn(wecom.records),
    broadcast: textsIn(tencentChat.officialAccounts.map((account) => tencentChat.posts(account))),
    whatsapp: textsIn(whatsApp.records),
    pushes: whatsApp.records.map((record) => whatsApp.pushes.messageId(record)),
    secrets: [
      ...textsIn(channels.map((channel) => ({ ...channel, ...IN_THE_OPEN }))),
      String(channels[2]?.['sdkAppId']),
    ],
  };
}

/** Updates at every provider, by webhook where it has them. @returns once all were published */
async function pushEverywhere(world: Sandboxes, url: string): Promise<string | null> {
  const { wechat, wecom, tencentChat, whatsApp } = world;
  const subscriber = follow(url, null);
  await subscriber.connected;
  while (wechat.server.listCalls === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const [account = ''] = tencentChat.officialAccounts;
  const post = tencentChat.add({
    body: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'Canary of a post' } }],
  });
  const record = whatsApp.add({
    contentType: 0,
    content: 'Canary that was pushed',
    chatType: 1,
    actionType: 1,
  });
  wechat.add({ text: 'Canary that was polled', opercode: 2003 });
  wecom.add();
  for (const [channel, push] of [
    ['whatsapp', whatsApp.pushes.clientSync([record])],
    ['whatsapp', whatsApp.pushes.clientStatus([record], 3)],
    ['broadcast', tencentChat.pushes.sent(account, post)],
    ['broadcast', tencentChat.pushes.withdrawn(account, tencentChat.posts(account).slice(0, 1))],
    ['corp', wecom.pushes.newMessage()],
  ] as const) {
    expect((await deliver(url, channel, push)).status).toBe(200);
  }
  await subscriber.until(4);
  expect(subscriber.received.map(({ node }) => node.channel.name).sort()).toEqual([
    'broadcast',
    'corp',
    'shop',
    'whatsapp',
  ]);
  return subscriber.received.at(-1)?.cursor ?? null;
}

test.each([
  [
    'with a key no data file holds a text, name, number, id or secret, and everything goes on after a kill',
    true,
  ],
  ['without a key the same files hold them, so that the search finds what is there', false],
] as const)(
  '%s',
  async (_, isEncrypted) => {
    sandbox = await startSandboxes({
      seed: 7,
      now: () => Date.now(),
      messages: MESSAGES_EACH,
      weComReachDays: 365,
    });
    plant(sandbox);
    const { wecom, whatsApp } = sandbox;
    const directory = makeDirectory();
    const data = join(directory, 'data');
    const config = join(directory, 'gateway.yaml');
    const store = createStoreConfig('sqlite:./data/gateway.db', isEncrypted ? 'encrypted' : 'plain');
    writeFileSync(
      config,
      stringify({
        store,
        live: { pollSeconds: 1, reconcileSeconds: 3_600 },
        channels: sandbox.channels,
      }),
    );
    const start = async (): Promise<GatewayProcess> =>
      (gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'fatal' }));
    const walk = async (): Promise<string[]> =>
      (await walkTimeline(() => gateway?.url ?? '', { direction: 'ASC', sizes: [100] })).map(({ id }) => id);

    let { url } = await start();
    const cursor = await pushEverywhere(sandbox, url);
    const walked = await walk();
    expect(new Set(walked).size).toBe(4 * MESSAGES_EACH + 4);
    const syncs = wecom.server.listCalls;

    whatsApp.server.knobs.fault = 'hang';
    const waiting = whatsApp.add({ contentType: 0, content: 'Canary in the inbox', chatType: 1 });
    expect((await deliver(url, 'whatsapp', whatsApp.pushes.clientSync([waiting]))).status).toBe(200);
    await gateway?.stop('SIGKILL');
    const canaries = canariesOf(sandbox);
    const all = new Set([...Object.values(canaries).flat(), ...textsIn(store)]);
    expect(all.size).toBeGreaterThan(MANY);
    expect(existsSync(join(data, 'gateway.db-wal'))).toBe(true);
    const inFiles = findCanaries(data, all);

    whatsApp.server.knobs.fault = null;
    ({ url } = await start());
    const subscriber = follow(url, cursor);
    await subscriber.until(1);
    expect(subscriber.received[0]?.node.text).toBe('Canary in the inbox');
    expect((await walk()).slice(0, walked.length)).toEqual(walked);
    // Each start, and each walk to the newest end, asks once what is new; nothing is fetched from the beginning again.
    expect(wecom.server.listCalls - syncs).toBeLessThanOrEqual(3);
    subscriber.close();
    expect(await gateway?.stop('SIGTERM')).toBe(0);
    gateway = undefined;
    const inStoppedFiles = findCanaries(data, all);
    console.info(
      `${all.size} canaries; ${inFiles.length} found after a kill, ${inStoppedFiles.length} after a stop`,
    );
    expect(sandbox.violations()).toEqual([]);

    if (isEncrypted) {
      expect([inFiles, inStoppedFiles]).toEqual([[], []]);
      return;
    }
    for (const found of [inFiles, inStoppedFiles]) {
      expect(found.length).toBeGreaterThan(MANY);
      for (const kind of ['shop', 'corp', 'broadcast', 'whatsapp', 'pushes', 'secrets']) {
        expect(
          canaries[kind]?.some((canary) => found.includes(canary)),
          kind,
        ).toBe(true);
      }
    }
  },
  60_000,
);
