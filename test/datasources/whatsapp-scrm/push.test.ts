import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PushRequest } from '../../../src/datasources/push-receiver.ts';
import { toAccessToken } from '../../../src/datasources/whatsapp-scrm/push/verify.ts';
import type { WhatsAppChannel } from '../../../src/datasources/whatsapp-scrm/channel.ts';
import type { WhatsAppMessageRecord } from '../../../src/datasources/whatsapp-scrm/index.ts';
import type { MediaPart } from '../../../src/domain/records.ts';
import { createDependencies, createStores, TestBudget } from '../../support/dependencies.ts';
import { clientChats, clientStatuses, imageUrl, msgSyncData, publishedMsgSync } from './push-fixtures.ts';
import { processAll, receiverOf } from './push-world.ts';
import { NOW, openWorld, type WhatsAppWorld } from './world.ts';

const SECRET = 'webhook-secret';
const TENANT = '1238';
const ACCEPTED = {
  status: 200,
  contentType: 'application/json',
  body: '{"code":200,"message":"success","data":""}',
};

let world: WhatsAppWorld;
beforeAll(async () => {
  world = await openWorld({ messages: 1 });
});
afterAll(() => world.close());

function createChannel(changes: Record<string, unknown> = {}): WhatsAppChannel {
  return world.createChannel(createDependencies(world.clock), {
    tenantId: TENANT,
    webhookSecret: SECRET,
    ...changes,
  });
}

function sign(tenantId: string, timestamp: string, secret = SECRET): string {
  return createHmac('sha256', secret)
    .update(tenantId + timestamp)
    .digest('hex');
}

function toRequest(
  event: string,
  body: string,
  { headers = {}, receivedAt = NOW }: Partial<PushRequest> = {},
): PushRequest {
  return { event, method: 'POST', query: new URLSearchParams(), headers, body, receivedAt };
}

function msgSync(
  data: string,
  timestamp = NOW,
  tenantId = TENANT,
  token = sign(tenantId, String(timestamp)),
): string {
  return `{"accessToken":"${token}","tenantId":${tenantId},"timestamp":${timestamp},"data":${data}}`;
}

const signedHeaders = { access_token: sign(TENANT, String(NOW)), tenant_id: TENANT, timestamp: String(NOW) };

async function messagesOf(channel: WhatsAppChannel, request: PushRequest): Promise<WhatsAppMessageRecord[]> {
  const result = receiverOf(channel).receive(request);
  if (!result.isAccepted) throw new Error(result.reason);
  return (await processAll(channel, result.items, NOW)).messages;
}

describe('the signature of webhooks', () => {
  test('is the published one', () => {
    expect(toAccessToken(createSecretKey('test-key', 'utf8'), '82', '1710936559123')).toBe(
      '68bef186132666a230ab77cef0896b5371d109509ca20b53f39c081126fa6926',
    );
  });

  test('stands in the body as in the published sample, whose own key is unknown', () => {
    const receivedAt = 1667295870936 + 1000;
    expect(
      receiverOf(createChannel()).receive(toRequest('msg-sync-message', publishedMsgSync, { receivedAt })),
    ).toMatchObject({ isAccepted: false, reply: { status: 401 } });
    const signed = publishedMsgSync.replace(/[0-9a-f]{64}/, sign(TENANT, '1667295870936'));
    expect(
      receiverOf(createChannel()).receive(toRequest('msg-sync-message', signed, { receivedAt })),
    ).toMatchObject({ isAccepted: true, reply: ACCEPTED });
  });

  test('is checked once when it stands in headers, and whatever they proved when a body has its own', () => {
    const push = receiverOf(createChannel());
    const isAccepted = (body: string, isProven: boolean, headers: PushRequest['headers']): boolean =>
      push.receive({ ...toRequest('msg-sync-message', body, { headers }), isProven }).isAccepted;
    const plain = `{"data":${msgSyncData}}`;
    const forged = { ...signedHeaders, access_token: 'f'.repeat(64) };
    expect(push.screen(toRequest('client-sync-message', '', { headers: signedHeaders }))).toEqual({
      isProven: true,
    });
    expect([isAccepted(plain, true, signedHeaders), isAccepted(plain, false, forged)]).toEqual([true, false]);
    expect(isAccepted(msgSync(msgSyncData), true, signedHeaders)).toBe(true);
    for (const body of [
      msgSync(msgSyncData, NOW, TENANT, 'f'.repeat(64)),
      `{"tenantId":"another","data":${msgSyncData}}`,
    ])
      expect(isAccepted(body, true, signedHeaders)).toBe(false);
  });

  test.each([
    ['access_token', 'tenant_id'],
    ['accesstoken', 'tenantid'],
    ['token', 'tenant_id'],
  ])('may stand in headers, as %s and %s', (token, tenant) => {
    const headers = {
      [token]: signedHeaders.access_token,
      [tenant]: TENANT,
      timestamp: signedHeaders.timestamp,
    };
    const push = receiverOf(createChannel());
    for (const [event, body] of [
      ['msg-sync-message', `{"data":${msgSyncData}}`],
      ['client-sync-message', JSON.stringify(clientChats)],
      ['client-sync-message-status', JSON.stringify(clientStatuses)],
    ] as const) {
      expect(push.receive(toRequest(event, body, { headers }))).toMatchObject({
        isAccepted: true,
        reply: ACCEPTED,
      });
    }
  });

  test('cannot be made without a secret, so then nothing is taken', () => {
    expect(createChannel({ webhookSecret: undefined }).push).toBeNull();
  });
});

describe('the samples', () => {
  const account = { channel: 'whatsapp', role: 'AGENT', nativeId: '8617633819542', displayName: 'gdkj002' };
  const media = (part: Partial<MediaPart>): MediaPart => ({
    type: 'MEDIA',
    kind: 'VIDEO',
    url: null,
    urlExpiresAt: null,
    mimeType: null,
    fileName: null,
    caption: null,
    byteSize: null,
    width: null,
    height: null,
    durationSeconds: null,
    thumbnailUrl: null,
    ...part,
  });

  test('of MSG_SYNC: a text and a video that the agent sent', async () => {
    const messages = await messagesOf(createChannel(), toRequest('msg-sync-message', msgSync(msgSyncData)));
    const customer = {
      channel: 'whatsapp',
      role: 'CUSTOMER',
      nativeId: '8615601882491',
      displayName: 'Friend1',
    };
    const text = {
      provider: 'WHATSAPP_SCRM',
      channel: 'whatsapp',
      key: expect.stringMatching(/^1667204742\.[\w-]{22}\.0$/) as string,
      sequence: expect.stringMatching(/^1667204742000w[0-9a-f]{19}$/) as string,
      sentAt: Date.parse('2022-10-31T16:25:42+08:00'),
      direction: 'OUTBOUND',
      kind: 'TEXT',
      availability: 'AVAILABLE',
      nativeId: null,
      conversation: {
        channel: 'whatsapp',
        kind: 'DIRECT',
        key: 'direct:8617633819542:8615601882491',
        nativeId: '8615601882491',
        title: 'Friend1',
        participants: [account, customer],
      },
      sender: account,
      recipients: [customer],
      text: 'Goodbye',
      parts: [{ type: 'TEXT', text: 'Goodbye' }],
      whatsAppMessageId: '7a324c7b5512468cb7a9296af0f8379b',
      agentAccount: 'gdkj002',
      agentUserId: null,
      serviceAccount: '8617633819542@c.us',
      counterpart: '8615601882491@c.us',
      counterpartName: 'Friend1',
      recordedAt: null,
      deliveryStatus: null,
      nativeContentType: 1,
      unnamedKey: null,
    };
    expect(messages[0]).toEqual(text);
    const friend2 = { ...customer, displayName: 'Friend2' };
    expect(messages[1]).toEqual({
      ...text,
      key: messages[1]?.key,
      sequence: messages[1]?.sequence,
      kind: 'VIDEO',
      conversation: { ...text.conversation, title: 'Friend2', participants: [account, friend2] },
      recipients: [friend2],
      text: null,
      parts: [
        media({
          url: 'https://image.whatsappscrm.com/client/603704/chat_history/1665198225749_video',
          mimeType: 'video/mp4',
        }),
      ],
      whatsAppMessageId: '82bfefadceb948428fd3f3ef659e14b3',
      counterpartName: 'Friend2',
      nativeContentType: 5,
    });
    expect(messages[1]?.key).not.toBe(messages[0]?.key);
  });

  test('of CLIENT_SYNC: a text, an image and a quote that quotes a text', async () => {
    const request = toRequest('client-sync-message', JSON.stringify(clientChats), { headers: signedHeaders });
    const messages = await messagesOf(createChannel(), request);
    const common = {
      direction: 'OUTBOUND',
      nativeId: null,
      agentAccount: null,
      agentUserId: '82',
      serviceAccount: '86172272727',
      counterpart: '61191828282',
      counterpartName: null,
      deliveryStatus: null,
    };
    expect(messages).toEqual([
      expect.objectContaining({
        ...common,
        kind: 'TEXT',
        sentAt: 1689129792000,
        text: 'hello',
        parts: [{ type: 'TEXT', text: 'hello' }],
        whatsAppMessageId: '19282dskdasldjl01',
      }),
      expect.objectContaining({
        ...common,
        kind: 'IMAGE',
        sentAt: 1689129793000,
        text: null,
        parts: [
          media({
            kind: 'IMAGE',
            url: imageUrl,
            mimeType: 'image/jpeg',
            fileName: 'e70faa31-62dc-4d00-a42a-8a07735aa350',
          }),
        ],
        whatsAppMessageId: '19282dskdasldjl02',
      }),
      expect.objectContaining({
        ...common,
        kind: 'QUOTE',
        sentAt: 1689129794000,
        text: '1',
        parts: [
          {
            type: 'QUOTE',
            nativeId: '3EB04F939512D66B1F2DFA',
            author: '61191828282',
            kind: 'TEXT',
            text: '1',
            media: null,
          },
          { type: 'TEXT', text: '1' },
        ],
        whatsAppMessageId: '19282dskdasldjl03',
      }),
    ]);
  });

  test('of CLIENT_STATUS: a status that waits for its message', async () => {
    const channel = createChannel();
    const request = toRequest('client-sync-message-status', JSON.stringify(clientStatuses), {
      headers: signedHeaders,
    });
    const result = receiverOf(channel).receive(request);
    expect(result).toEqual({
      isAccepted: true,
      items: [
        {
          key: 'status:19282dskdasldjl21:SENT',
          payload: {
            type: 'STATUS',
            receivedAt: NOW,
            messageId: '19282dskdasldjl21',
            status: 'SENT',
            agentUserId: '82',
            campaignTaskId: null,
            campaignTaskDetailId: null,
          },
        },
      ],
      about: null,
      reply: ACCEPTED,
      voucher: {
        use: {
          credential: createHash('sha256').update(signedHeaders.access_token).digest('hex'),
          body: createHash('sha256').update(JSON.stringify(clientStatuses)).digest('hex'),
          expiresAt: NOW + 10_800_000,
        },
        misused: {
          isAccepted: false,
          reason: 'Its signature came with too many other bodies',
          reply: {
            status: 401,
            contentType: 'application/json',
            body: '{"code":507,"message":"The signature is wrong","data":""}',
          },
        },
      },
    });
    expect((await processAll(channel, result.isAccepted ? result.items : [], NOW)).statuses).toEqual([
      {
        messageId: '19282dskdasldjl21',
        status: 'SENT',
        changedAt: NOW,
        messageKey: null,
        ownFields: { agentUserId: '82', campaignTaskId: null, campaignTaskDetailId: null },
      },
    ]);
  });
});

describe('what the tables allow beyond the samples', () => {
  const item = (JSON.parse(msgSyncData) as Record<string, unknown>[])[0];
  const one = async (changes: object): Promise<WhatsAppMessageRecord | undefined> => {
    const data = JSON.stringify([{ ...item, ...changes }]);
    return (await messagesOf(createChannel(), toRequest('msg-sync-message', msgSync(data))))[0];
  };

  test('no message at all, and fifty', () => {
    const push = receiverOf(createChannel());
    const none = push.receive(toRequest('msg-sync-message', msgSync('[]')));
    expect(none).toMatchObject({ isAccepted: true, items: [], about: null, reply: ACCEPTED });
    const fifty = Array.from({ length: 50 }, (_, index) => ({ ...item, messageId: String(index) }));
    const many = push.receive(toRequest('msg-sync-message', msgSync(JSON.stringify(fifty))));
    expect(many.isAccepted && many.items.length).toBe(100);
  });

  test('a group tells who spoke, and may be named where an address is expected', async () => {
    const message = await one({
      actionType: 2,
      chatType: 2,
      whatsId: '628123456789@c.us',
      friendWhatsId: 'Wholesale buyers',
      groupId: '120363295594719602@g.us',
      memberName: 'Putri',
    });
    expect(message).toMatchObject({
      conversation: {
        kind: 'GROUP',
        key: 'group:8617633819542:120363295594719602',
        title: 'Wholesale buyers',
      },
      sender: { role: 'CUSTOMER', nativeId: '628123456789', displayName: 'Putri' },
      recipients: null,
    });
  });

  test('an inbound message names its customer first or last', async () => {
    const customer = '8615601882491@c.us';
    const account = '8617633819542@c.us';
    for (const [whatsId, friendWhatsId] of [
      [customer, account],
      [customer, customer],
      [account, customer],
    ]) {
      expect(await one({ actionType: 2, whatsId, friendWhatsId })).toMatchObject({
        direction: 'INBOUND',
        conversation: { key: 'direct:8617633819542:8615601882491' },
      });
    }
  });

  test.each([
    ['a call', 8, '{"duration":3}', 'CALL', { type: 'UNSUPPORTED', nativeType: '8', raw: '{"duration":3}' }],
    [
      'a link',
      10,
      '{"title":"Shop","text":"All prices","url":"https://shop.example"}',
      'LINK',
      { type: 'LINK', url: 'https://shop.example', title: 'Shop', description: 'All prices' },
    ],
    [
      'a place',
      13,
      '{"latitude":-6.2,"longitude":"106.8"}',
      'LOCATION',
      { type: 'LOCATION', latitude: -6.2, longitude: 106.8, description: null },
    ],
    [
      'a place without one',
      13,
      '{"latitude":null}',
      'UNSUPPORTED',
      { nativeType: '13', raw: '{"latitude":null}' },
    ],
    ['nothing that anybody supports', 99, 'x', 'UNSUPPORTED', { nativeType: '99', raw: 'x' }],
    ['a voice', 12, '{"url":"https://a.example/x.opus"}', 'AUDIO', { type: 'MEDIA', kind: 'AUDIO' }],
    ['a moving picture', 15, '{"url":"https://a.example/x.gif"}', 'IMAGE', { mimeType: 'image/gif' }],
    ['a number of no meaning', 0, 'hi', 'TEXT', { type: 'TEXT', text: 'hi' }],
  ])('newContentType says more than contentType: %s', async (_, newContentType, content, kind, part) => {
    const message = await one({ newContentType, contentType: 0, content });
    expect(message?.kind).toBe(kind);
    expect(message?.parts).toEqual([expect.objectContaining(part)]);
  });

  test('the message is one item however often its status changes, and unknown statuses are passed over', () => {
    const push = receiverOf(createChannel());
    const keys = [1, 3, 3, 4, 2, 77].map((messageStatus) => {
      const result = push.receive(
        toRequest('msg-sync-message', msgSync(JSON.stringify([{ ...item, messageStatus }]))),
      );
      return result.isAccepted
        ? result.items.map(({ key }) => key.replace(/[0-9a-f]{32}/g, 'ID').replace(/[\w-]{16}$/, 'CONTACT'))
        : null;
    });
    const ofStatus = (status: string): string[] => ['message:ID:ID:CONTACT', `status:ID:${status}`];
    expect(keys).toEqual([
      ofStatus('PENDING'),
      ofStatus('DELIVERED'),
      ofStatus('DELIVERED'),
      ofStatus('READ'),
      ['message:ID:ID:CONTACT'],
      ['message:ID:ID:CONTACT'],
    ]);
  });
});

describe('a delivery that is not right is refused, and nothing of it is kept', () => {
  const item = (JSON.parse(msgSyncData) as Record<string, unknown>[])[0];
  const data = (changes: object): string => msgSync(JSON.stringify([{ ...item, ...changes }]));
  const chats = JSON.stringify(clientChats);
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  test.each<[string, PushRequest, number, number]>([
    [
      'a wrong signature',
      toRequest('msg-sync-message', msgSync('[]', NOW, TENANT, sign(TENANT, '1'))),
      401,
      507,
    ],
    [
      'no tenant in the body, nor anything in headers',
      toRequest('msg-sync-message', `{"tenantId":1238,"timestamp":${NOW},"data":[]}`),
      401,
      502,
    ],
    [
      'an upper-case signature',
      toRequest('msg-sync-message', msgSync('[]', NOW, TENANT, sign(TENANT, String(NOW)).toUpperCase())),
      401,
      507,
    ],
    [
      'an empty signature',
      toRequest('client-sync-message', chats, { headers: { ...signedHeaders, access_token: '' } }),
      401,
      507,
    ],
    ['another tenant, rightly signed', toRequest('msg-sync-message', msgSync('[]', NOW, '1239')), 401, 507],
    [
      'a tenant and a time that are the same text when put together',
      toRequest('msg-sync-message', msgSync('[]', Number(`8${NOW}`), '123', sign(TENANT, String(NOW)))),
      401,
      507,
    ],
    [
      'another tenant in the body than signed in the headers',
      toRequest('msg-sync-message', '{"tenantId":7,"data":[]}', { headers: signedHeaders }),
      401,
      507,
    ],
    ['an old signature', toRequest('msg-sync-message', msgSync('[]', NOW - 86_400_001)), 401, 508],
    ['a signature of the future', toRequest('msg-sync-message', msgSync('[]', NOW + 300_001)), 401, 508],
    ['no headers', toRequest('client-sync-message', chats), 401, 502],
    [
      'no time in the headers',
      toRequest('client-sync-message', chats, { headers: { tenant_id: TENANT } }),
      401,
      503,
    ],
    ['51 messages', toRequest('msg-sync-message', msgSync(JSON.stringify(Array(51).fill(item)))), 400, 509],
    ['a bare array', toRequest('msg-sync-message', msgSyncData, { headers: signedHeaders }), 400, 509],
    ['an object for an array', toRequest('client-sync-message', msgSync(msgSyncData)), 400, 509],
    ['data that is no list', toRequest('msg-sync-message', msgSync('{}')), 400, 509],
    ['a message that is none', toRequest('msg-sync-message', msgSync('[7]')), 400, 509],
    ['a message without an id', toRequest('msg-sync-message', data({ messageId: null })), 400, 509],
    ['a message without a time', toRequest('msg-sync-message', data({ sendTime: 'now' })), 400, 509],
    [
      'a time that no clock shows',
      toRequest('msg-sync-message', data({ sendTime: '2022-13-31 16:25:42' })),
      400,
      509,
    ],
    ['a message without an account', toRequest('msg-sync-message', data({ currentWhatsId: '' })), 400, 509],
    [
      'a status without a message',
      toRequest('client-sync-message-status', '[{"messageStatus":2}]', { headers: signedHeaders }),
      400,
      509,
    ],
    [
      'something that is not JSON',
      toRequest('msg-sync-message', 'accessToken=1', { headers: signedHeaders }),
      400,
      509,
    ],
    ['nothing', toRequest('msg-sync-message', '', { headers: signedHeaders }), 400, 509],
    ['brackets without end', toRequest('msg-sync-message', data({}).replace('"Goodbye"', deep)), 400, 509],
    ['a GET', { ...toRequest('msg-sync-message', '', { headers: signedHeaders }), method: 'GET' }, 400, 509],
    ['an event of another name', toRequest('callback', msgSync('[]')), 400, 509],
  ])('%s', (_, request, status, code) => {
    const result = receiverOf(createChannel()).receive(request);
    expect(result).toEqual({
      isAccepted: false,
      reason: expect.any(String) as string,
      reply: { status, contentType: 'application/json', body: expect.any(String) as string },
    });
    expect(result).not.toHaveProperty('items');
    expect(JSON.parse(result.reply.body)).toEqual({ code, message: expect.any(String) as string, data: '' });
  });

  test('the edges of the age are inside', () => {
    const push = receiverOf(createChannel());
    for (const timestamp of [NOW - 10_800_000, NOW + 300_000]) {
      expect(push.receive(toRequest('msg-sync-message', msgSync('[]', timestamp))).isAccepted).toBe(true);
    }
    const strict = receiverOf(createChannel({ webhookMaxAgeSeconds: 60 }));
    expect(strict.receive(toRequest('msg-sync-message', msgSync('[]', NOW - 60_001))).isAccepted).toBe(false);
  });

  test('what the inbox gives back in another form is an error, and not a message', async () => {
    const push = receiverOf(createChannel());
    await expect(push.process({ type: 'MESSAGE' }, new TestBudget(NOW))).rejects.toThrow();
  });
});

describe('what was recorded', () => {
  test('is known after a restart, per channel, and forgotten after its days', async () => {
    const stores = createStores();
    const open = (name: string): WhatsAppChannel =>
      world.createChannel(createDependencies(world.clock, stores), {
        name,
        tenantId: TENANT,
        webhookSecret: SECRET,
      });
    const [message] = await messagesOf(open('a'), toRequest('msg-sync-message', msgSync(msgSyncData)));
    const key = message?.key ?? '';
    const delivery = { status: 'PENDING', whatsAppMessageId: '7a324c7b5512468cb7a9296af0f8379b' };
    const again = open('a');
    expect(await again.deliveryOfKey(key)).toEqual(delivery);
    expect(await open('b').deliveryOfKey(key)).toBeNull();
    expect(await again.deliveryOfKey('nonsense')).toBeNull();
    await again.prune(NOW);
    expect(await again.deliveryOfKey(key)).toEqual(delivery);
    await again.prune(NOW + 1);
    expect(await again.deliveryOfKey(key)).toBeNull();
  });

  test('is pruned as updates come, so that it does not grow for ever', async () => {
    const channel = createChannel({ deliveryStatusDays: 1 });
    const [old] = await messagesOf(channel, toRequest('msg-sync-message', msgSync(msgSyncData)));
    world.clock.advance(2 * 86_400_000);
    const later = { headers: signedHeaders };
    await messagesOf(channel, toRequest('client-sync-message', JSON.stringify(clientChats), later));
    expect(await channel.deliveryOfKey(old?.key ?? '')).toBeNull();
  });
});
