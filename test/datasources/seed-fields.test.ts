import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertInputObjectType } from 'graphql';
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
/** What all operations on the history of WhatsApp use; beside it they have one condition each. */
const BASE = ['Query.messages', 'MessageFilter.channels', 'MessageFilter.sentAt'];
const AGENT_ID = '573500000001';
const CUSTOMER_ID = '8613800000001';
const COMMON = { historyStart: '2016-06-01T00:00:00Z' };

interface SentCall {
  /** The last part of its path. */
  call: string;
  /** Its fields by name: of the query and of the body, those inside of `info` too. */
  fields: Record<string, unknown>;
  /** The parts of the schema, as `Type.field`, that the operation used which brought it about; empty for none. */
  by: readonly string[];
}

const calls: SentCall[] = [];
let used: readonly string[] = [];
/** What answers have shown, as JSON, by the channel that they were of and `Type.field`; by no channel where they were of all. */
const shown = new Map<string, Set<string>>();
let upstream: Server;
let world: GatewayWorld;

interface Call {
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

/** Of the message after those of the sample, by whose page the sample is reached. */
const NEWER_KEY = '73_1_1698741702';
const newerPage = {
  ...SAMPLE_PAGE,
  IsFinished: 0,
  LastMsgKey: NEWER_KEY,
  RspMsgList: SAMPLE_PAGE.RspMsgList.slice(1).map((message) => ({
    ...message,
    MsgSeq: 73,
    MsgKey: NEWER_KEY,
    MsgTimeStamp: 1698741702,
  })),
};

/** The codes of the table; each is the answer to an app of its own, whose id is the code. */
const CODES = SEEDS.flatMap(({ call, fields }) =>
  Object.keys(fields).flatMap((path) =>
    path.startsWith('error ') ? [{ call, code: Number(path.slice(6)) }] : [],
  ),
);

function toCode(call: string, app: string | null): number | undefined {
  return CODES.find((refused) => refused.call === call && app === String(refused.code))?.code;
}

const answers: Record<string, (call: Call) => unknown> = {
  // The token names the app, so that what is read with it can be answered with the app's own error.
  '/cgi-bin/stable_token': ({ body }) => ({ access_token: String(body['appid']), expires_in: 7200 }),
  '/cgi-bin/gettoken': () => ({ errcode: 0, errmsg: 'ok', access_token: 'token', expires_in: 7200 }),
  '/customservice/msgrecord/getmsglist': ({ query, body }) => {
    const code = toCode('getmsglist', query.get('access_token'));
    if (code) return { errcode: code, errmsg: 'refused' };
    const [record] = chatLog.response.recordlist;
    const isIn = record && Number(body['starttime']) <= record.time && record.time <= Number(body['endtime']);
    return isIn && body['msgid'] === 1
      ? chatLog.response
      : { recordlist: [], number: 0, msgid: body['msgid'] };
  },
  '/cgi-bin/customservice/getkflist': () => ({ kf_list: [{ kf_account: 'test1@test', kf_nick: 'test1' }] }),
  '/customservice/kfsession/getsessionlist': ({ query }) => {
    const code = toCode('getsessionlist', query.get('access_token'));
    return code ? { errcode: code, errmsg: 'refused' } : sessionList.response;
  },
  '/customservice/kfsession/getwaitcase': () => ({ count: 0, waitcaselist: [] }),
  '/cgi-bin/chatdata/sync_msg': ({ body }) =>
    body['cursor'] === undefined
      ? chatArchive.response
      : { ...chatArchive.response, has_more: false, msg_list: [] },
  '/v4/official_account_open_http_svc/official_account_msg_get_simple': ({ query, body }) => {
    const code = toCode('official_account_msg_get_simple', query.get('sdkappid'));
    if (code) return { ActionStatus: 'FAIL', ErrorInfo: 'refused', ErrorCode: code };
    return body['LastMsgKey'] === NEWER_KEY ? SAMPLE_PAGE : newerPage;
  },
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
  const fields = { ...Object.fromEntries(query), ...body, ...Object(body['info']) } as Record<
    string,
    unknown
  >;
  calls.push({ call: pathname.split('/').at(-1) ?? '', fields, by: used });
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
      ...CODES.map(({ call, code }) =>
        call === 'official_account_msg_get_simple'
          ? {
              name: `error-${code}`,
              provider: 'TENCENT_CHAT',
              baseUrl,
              sdkAppId: code,
              adminUserId: 'admin',
              secretKey: 'secret',
              officialAccounts: ['@TOA#_15ERQPAER'],
            }
          : {
              name: `error-${code}`,
              provider: 'WECHAT',
              baseUrl,
              appId: String(code),
              appSecret: 'secret',
              historyStart: '2016-05-30T00:00:00Z',
            },
      ),
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
  for (const event of [...messages.received, ...statuses.received]) takeDown('whatsapp', event);
  messages.close();
  statuses.close();
}

/** Asks for everything that there is to see of the samples. */
async function read(): Promise<void> {
  const day = (from: string, until: string): { sentAt: { gte: string; lt: string } } => ({
    sentAt: { gte: from, lt: until },
  });
  const ofWhatsApp = { channels: ['whatsapp'], ...day('2024-10-01T00:00:00Z', '2025-04-01T00:00:00Z') };
  const filters = [
    { channels: ['shop'], ...day('2016-05-31T12:00:00Z', '2016-06-02T00:00:00Z') },
    { channels: ['corp'] },
    { channels: ['broadcast'] },
    ofWhatsApp,
  ];
  for (const filter of filters) await ask('messages', { filter });
  const { data } = await world.query(
    `{ messages(first: 1, filter: { channels: ["whatsapp"], sentAt: { gte: "2024-10-01T00:00:00Z", lt: "2025-04-01T00:00:00Z" } }) {
      nodes { conversation { id } }
    } }`,
  );
  const { nodes } = data?.['messages'] as { nodes: { conversation: { id: string } }[] };
  // Each alone, so that what is sent for it is not sent for another.
  const conditions = [
    { conversationId: nodes[0]?.conversation.id },
    { directions: ['OUTBOUND'] },
    { kinds: ['IMAGE'] },
    { conversationKinds: ['GROUP'] },
    { agentAccounts: ['kubrick108'] },
    { participant: { channel: 'whatsapp', nativeId: AGENT_ID, role: 'AGENT' } },
    { participant: { channel: 'whatsapp', nativeId: CUSTOMER_ID, role: 'CUSTOMER' } },
  ];
  for (const condition of conditions) await ask('messages', { filter: { ...ofWhatsApp, ...condition } });
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

async function ask(name: string, variables: { filter?: { channels: string[] } }): Promise<void> {
  const filter = Object.keys(variables.filter ?? {});
  used = [`Query.${name}`, ...filter.map((condition) => `MessageFilter.${condition}`)];
  const { data, errors } = await world.query(select('query', name).text, variables);
  used = [];
  expect(errors).toEqual([]);
  takeDown(variables.filter?.channels[0] ?? '', data);
}

/** `Type_field` is how each field is called in the operations. */
function takeDown(channel: string, value: unknown, name = ''): void {
  if (Array.isArray(value)) {
    for (const item of value) takeDown(channel, item, name);
    return;
  }
  const place = `${channel} ${name.replace('_', '.')}`;
  if (!shown.has(place)) shown.set(place, new Set());
  shown.get(place)?.add(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [field, item] of Object.entries(value)) takeDown(channel, item, field);
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
const conditionsOfFilter = assertInputObjectType(schema.getType('MessageFilter')).getFields();
const coordinates = new Set([
  ...places,
  ...Object.keys(conditionsOfFilter).map((name) => `MessageFilter.${name}`),
]);

/** The value went out for what the schema calls so, and not for the same operation without it. */
function expectSent(
  call: string | undefined,
  name: string,
  { asks, sends }: { asks: string | null; sends: unknown },
): void {
  const sent = (isFor: (by: readonly string[]) => boolean): unknown[] =>
    calls.flatMap(({ fields, by, ...made }) => (made.call === call && isFor(by) ? [fields[name]] : []));
  expect(sent((by) => (asks === null ? by.length === 0 : by.includes(asks)))).toContainEqual(sends);
  const others = sent((by) => by.length === BASE.length && BASE.every((used) => by.includes(used)));
  if (asks?.startsWith('MessageFilter.') && !BASE.includes(asks)) {
    expect(others.length).toBeGreaterThan(0);
    expect(others).not.toContainEqual(sends);
  }
}

async function statusOf(channel: string): Promise<unknown> {
  const { data, errors } = await world.query(
    `query ($filter: MessageFilter) {
      messages(first: 1, filter: $filter) { sources { state providerCode } }
    }`,
    { filter: { channels: [channel] } },
  );
  expect(errors).toEqual([]);
  return (data?.['messages'] as { sources: unknown } | undefined)?.sources;
}

async function accountsOf(channel: string): Promise<unknown> {
  const { data, errors } = await world.query(
    `query ($name: String!) {
      channel(name: $name) { ... on WeChatChannel { customerServiceAccounts { account state } } }
    }`,
    { name: channel },
  );
  expect(errors).toEqual([]);
  return (data?.['channel'] as { customerServiceAccounts: unknown } | undefined)?.customerServiceAccounts;
}

describe.each(SEEDS)('the page of $name', ({ channel, call, samples, fields }) => {
  const values = samplesOf(samples);

  test('has no field in its samples that the table leaves out', () => {
    expect([...values.keys()].filter((path) => !Object.hasOwn(fields, path))).toEqual([]);
    const outside = Object.keys(fields).filter((path) => !values.has(path));
    expect(outside.filter((path) => !/^(query|error) /.test(path))).toEqual([]);
  });

  test.each(Object.entries(fields))('%s', async (path, field: SeedField) => {
    if ('reason' in field) {
      expect(field.reason).toMatch(/^[A-Z](\S+ ){4,}\S+\.$/);
    } else if ('asks' in field) {
      if (field.asks !== null) expect(coordinates).toContain(field.asks);
      expectSent(call, path.split('.').at(-1) ?? '', field);
    } else if ('fails' in field) {
      const [, code = ''] = path.split(' ');
      expect(await statusOf(`error-${code}`)).toEqual([{ state: field.fails, providerCode: code }]);
    } else if ('account' in field) {
      const [, code = ''] = path.split(' ');
      expect(await accountsOf(`error-${code}`)).toEqual([{ account: 'test1@test', state: field.account }]);
    } else {
      const { shows, as = (value: unknown): unknown => value } = field;
      expect(places).toContain(shows);
      const given = values.get(path) ?? [];
      expect(given.length).toBeGreaterThan(0);
      const wanted = given.map((value) => as(value)).filter((value) => value !== undefined);
      const found = [channel, ''].flatMap((of) => [...(shown.get(`${of} ${shows}`) ?? [])]);
      for (const value of wanted) expect(found).toContain(JSON.stringify(value));
    }
  });
});
