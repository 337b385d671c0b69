import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../src/schema/load.ts';
import { deliver } from '../support/deliver.ts';
import { allPlaces, rootFields, selectEverything } from '../support/every-field.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';
import { SEEDS, type SeedField } from './seed-fields.ts';
import { chatArchive, chatLog, sessionList } from './seed-samples.ts';
import { SAMPLE_PAGE } from './tencent-chat/sample-page.ts';
import { samples as chatRecords } from './whatsapp-scrm/fixtures.ts';
import { clientChats, clientStatuses, msgSyncData } from './whatsapp-scrm/push-fixtures.ts';

/*
 * Every field of every sample in the providers' pages is either found in an answer of the gateway, or sent to the provider, or
 * named with the reason why neither. The four providers are one server that answers with their samples.
 */

const TENANT = 1238;
const SECRET = 'webhook-secret';
const COMMON = { historyStart: '2016-06-01T00:00:00Z' };

/** Names of fields that calls carried: of queries and of bodies, those inside of `info` too. */
const asked = new Set<string>();
/** What answers have shown, as JSON, by `Type.field`. */
const shown = new Map<string, Set<string>>();
let upstream: Server;
let world: GatewayWorld;

interface Call {
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

const answers: Record<string, (call: Call) => unknown> = {
  '/cgi-bin/stable_token': () => ({ access_token: 'token', expires_in: 7200 }),
  '/cgi-bin/gettoken': () => ({ errcode: 0, errmsg: 'ok', access_token: 'token', expires_in: 7200 }),
  '/customservice/msgrecord/getmsglist': ({ body }) => {
    const [record] = chatLog.response.recordlist;
    const isIn = record && Number(body['starttime']) <= record.time && record.time <= Number(body['endtime']);
    return isIn && body['msgid'] === 1
      ? chatLog.response
      : { recordlist: [], number: 0, msgid: body['msgid'] };
  },
  '/cgi-bin/customservice/getkflist': () => ({ kf_list: [{ kf_account: 'test1@test', kf_nick: 'test1' }] }),
  '/customservice/kfsession/getsessionlist': () => sessionList.response,
  '/customservice/kfsession/getwaitcase': () => ({ count: 0, waitcaselist: [] }),
  '/cgi-bin/chatdata/sync_msg': ({ body }) =>
    body['cursor'] === undefined
      ? chatArchive.response
      : { ...chatArchive.response, has_more: false, msg_list: [] },
  '/v4/official_account_open_http_svc/official_account_msg_get_simple': ({ body }) =>
    body['LastMsgKey'] === undefined ? SAMPLE_PAGE : { ...SAMPLE_PAGE, IsFinished: 2, RspMsgList: [] },
  '/wscrm-bus-api/open/message/msgPage': ({ body }) => {
    const { startChatTime, endChatTime } = body['info'] as { startChatTime: number; endChatTime: number };
    const records = Object.values(chatRecords).filter(
      ({ chatTime }) => Number(chatTime) >= startChatTime && Number(chatTime) <= endChatTime,
    );
    const data = { total: 1, size: 10, current: 1, pages: 1 };
    return {
      code: 200,
      message: 'Success ',
      data: { ...data, records: body['current'] === 1 ? records : [] },
    };
  },
};

async function answer(request: IncomingMessage): Promise<unknown> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://provider');
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  for (const name of [
    ...query.keys(),
    ...Object.keys(body),
    ...Object.keys(Object(body['info']) as object),
  ]) {
    asked.add(`${pathname.split('/').at(-1) ?? ''} ${name}`);
  }
  return answers[pathname]?.({ path: pathname, query, body }) ?? { errcode: 404 };
}

beforeAll(async () => {
  upstream = createServer((request, response) => {
    void answer(request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  world = await createGatewayWorld({
    messages: 0,
    live: { reconcileSeconds: 86_400 },
    limits: {
      requestTimeoutMs: 60_000,
      upstreamCallsPerRequest: 256,
      maxQueryTokens: 100_000,
      maxQueryAliases: 100_000,
      maxQueryRows: 1_000_000,
      maxQueryCalls: 10_000,
    },
    channels: () => [
      {
        name: 'shop',
        provider: 'WECHAT',
        baseUrl,
        appId: 'wx1',
        appSecret: 'secret',
        historyStart: '2016-05-30T00:00:00Z',
      },
      { name: 'corp', provider: 'WECOM', baseUrl, corpId: 'ww1', secret: 'secret' },
      {
        name: 'broadcast',
        provider: 'TENCENT_CHAT',
        baseUrl,
        sdkAppId: 88888888,
        adminUserId: 'admin',
        secretKey: 'secret',
        officialAccounts: ['@TOA#_15ERQPAER'],
        callbackToken: 'token',
      },
      {
        name: 'whatsapp',
        provider: 'WHATSAPP_SCRM',
        baseUrl,
        tenantId: TENANT,
        apiKey: 'key',
        webhookSecret: SECRET,
        ...COMMON,
      },
    ],
  });
  await push();
  await read();
}, 120_000);

afterAll(async () => {
  await world.close();
  upstream.closeAllConnections();
  upstream.close();
});

function credentials(): { accessToken: string; timestamp: number } {
  const timestamp = Date.now();
  const accessToken = createHmac('sha256', SECRET).update(`${TENANT}${timestamp}`).digest('hex');
  return { accessToken, timestamp };
}

/** Sends what the pages say that webhooks send, and takes down what subscribers are shown. */
async function push(): Promise<void> {
  const messages = subscribe<unknown>(world.url, select('subscription', 'messageAdded').text);
  const statuses = subscribe<unknown>(world.url, select('subscription', 'deliveryStatusChanged').text);
  await Promise.all([messages.connected, statuses.connected]);
  const { accessToken, timestamp } = credentials();
  const headers = { 'content-type': 'application/json' };
  const signed = {
    ...headers,
    access_token: accessToken,
    tenant_id: String(TENANT),
    timestamp: String(timestamp),
  };
  const signature = `"accessToken":"${accessToken}","tenantId":${TENANT},"timestamp":${timestamp}`;
  const inGroup = {
    ...(JSON.parse(msgSyncData) as Record<string, unknown>[])[1],
    id: '1',
    messageId: 'in a group',
    userProfile: null,
    whatsId: '628123456789@c.us',
    friendWhatsId: 'Wholesale buyers',
    actionType: 2,
    chatType: 2,
    newContentType: 12,
    groupId: '120363295594719602@g.us',
    memberName: 'Putri',
  };
  const ofCampaign = {
    messageStatus: 3,
    messageId: 'of a campaign',
    taskId: 'taskid00001',
    taskInfoId: 'a0001',
  };
  const deliveries = [
    ['msg-sync-message', headers, `{${signature},"data":${msgSyncData}}`],
    ['msg-sync-message', headers, `{${signature},"data":[${JSON.stringify(inGroup)}]}`],
    ['client-sync-message', signed, JSON.stringify(clientChats)],
    ['client-sync-message-status', signed, JSON.stringify([...clientStatuses, ofCampaign])],
  ] as const;
  for (const [event, sent, body] of deliveries) {
    expect(await deliver(world.url, 'whatsapp', { event, headers: sent, body })).toMatchObject({
      status: 200,
    });
  }
  await messages.until(6);
  // Of each message of MSG_SYNC one, and the two of their own event.
  await statuses.until(5);
  expect([messages.errors, statuses.errors]).toEqual([[], []]);
  for (const event of [...messages.received, ...statuses.received]) takeDown(event);
  messages.close();
  statuses.close();
}

/** Asks for everything that there is to see of the samples. */
async function read(): Promise<void> {
  const day = (from: string, until: string): object => ({ sentAt: { gte: from, lt: until } });
  const filters = [
    { channels: ['shop'], ...day('2016-05-31T12:00:00Z', '2016-06-02T00:00:00Z') },
    { channels: ['corp'] },
    { channels: ['broadcast'] },
    { channels: ['whatsapp'], ...day('2024-10-01T00:00:00Z', '2025-04-01T00:00:00Z') },
  ];
  for (const filter of filters) await ask('messages', { filter });
  const { data } = await world.query(
    `{ messages(first: 1, filter: { channels: ["whatsapp"], sentAt: { gte: "2024-10-01T00:00:00Z", lt: "2025-04-01T00:00:00Z" } }) {
      nodes { conversation { id } }
    } }`,
  );
  const { nodes } = data?.['messages'] as { nodes: { conversation: { id: string } }[] };
  const narrow = {
    ...filters[3],
    conversationId: nodes[0]?.conversation.id,
    directions: ['OUTBOUND'],
    kinds: ['IMAGE'],
  };
  await ask('messages', { filter: narrow });
  await ask('customerServiceSessions', {});
  await ask('channels', {});
}

const schema = createSchema();

function select(operation: 'query' | 'subscription', name: string): { text: string } {
  const root = rootFields(schema).find(({ field }) => field.name === name);
  if (!root) throw new Error(`There is no ${name}`);
  // What leads back to where it came from, and what the samples have nothing for.
  const left =
    /\.(channel|edges|messages|pageInfo|sessions|waitingCustomers|customerServiceAccounts|secretKey)$/;
  return selectEverything(schema, operation, root.field, {
    depth: 6,
    first: { root: 20, nested: 1 },
    selects: (place) => !left.test(place),
  });
}

async function ask(name: string, variables: Record<string, unknown>): Promise<void> {
  const { data, errors } = await world.query(select('query', name).text, variables);
  expect(errors).toEqual([]);
  takeDown(data);
}

/** `Type_field` is how each field is called in the operations. */
function takeDown(value: unknown, name = ''): void {
  if (Array.isArray(value)) {
    for (const item of value) takeDown(item, name);
    return;
  }
  const place = name.replace('_', '.');
  if (!shown.has(place)) shown.set(place, new Set());
  shown.get(place)?.add(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [field, item] of Object.entries(value)) takeDown(item, field);
}

/** The values of a sample by their paths. */
function fieldsOf(
  value: unknown,
  path: string,
  found = new Map<string, unknown[]>(),
): Map<string, unknown[]> {
  const opened = /\.(content|url|referContent)$/.test(path) ? toOpened(value) : value;
  if (Array.isArray(opened)) for (const item of opened) fieldsOf(item, `${path}[]`, found);
  else if (typeof opened === 'object' && opened !== null)
    for (const [name, item] of Object.entries(opened)) fieldsOf(item, `${path}.${name}`, found);
  else found.set(path, [...(found.get(path) ?? []), opened]);
  return found;
}

function toOpened(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as unknown) : value;
}

function samplesOf(samples: Record<string, unknown>): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const [name, sample] of Object.entries(samples)) fieldsOf(sample, name, found);
  return found;
}

const places = new Set(allPlaces(schema));

describe.each(SEEDS)('the page of $name', ({ samples, fields }) => {
  const values = samplesOf(samples);

  test('has no field in its samples that the table leaves out', () => {
    expect([...values.keys()].filter((path) => !Object.hasOwn(fields, path))).toEqual([]);
    const outside = Object.keys(fields).filter((path) => !values.has(path));
    expect(outside.filter((path) => !/^(query|error) /.test(path))).toEqual([]);
  });

  test.each(Object.entries(fields))('%s', (path, field: SeedField) => {
    if ('reason' in field) {
      expect(field.reason.length).toBeGreaterThan(5);
    } else if ('asks' in field) {
      const name = path.split('.').at(-1) ?? '';
      expect([...asked].some((call) => call.endsWith(` ${name}`))).toBe(true);
    } else {
      const { shows, as = (value: unknown): unknown => value } = field;
      expect(places).toContain(shows);
      const given = values.get(path) ?? [];
      expect(given.length).toBeGreaterThan(0);
      const wanted = given.map((value) => as(value)).filter((value) => value !== undefined);
      for (const value of wanted) expect([...(shown.get(shows) ?? [])]).toContain(JSON.stringify(value));
    }
  });
});
