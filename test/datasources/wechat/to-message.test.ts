import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RecordOrder,
  withDigest,
  type DigestedRecord,
} from '../../../src/datasources/wechat/record-order.ts';
import { secondOfKey, toConversation, toMessages } from '../../../src/datasources/wechat/to-message.ts';
import type { ChatRecord } from '../../../src/datasources/wechat/wire.ts';

const account = { channel: 'shop', appId: 'wx1' };
const openId = 'oDF3iY9WMaswOPWjCIp_f3Bnpljk';
const customer = { channel: 'shop', role: 'CUSTOMER', nativeId: openId, displayName: null };
const agent = { channel: 'shop', role: 'AGENT', nativeId: 'test1@test', displayName: null };
const officialAccount = { channel: 'shop', role: 'OFFICIAL_ACCOUNT', nativeId: 'wx1', displayName: null };

function record(changes: Partial<ChatRecord> = {}): DigestedRecord {
  return withDigest({
    time: 1464710500,
    openId,
    operationCode: 2002,
    text: '您好，客服test1为您服务。',
    worker: 'test1@test',
    raw: null,
    ...changes,
  });
}

function messageOf(changes: Partial<ChatRecord>) {
  const [message] = toMessages({ records: [record(changes)], isShuffled: false }, account);
  if (!message) throw new Error('There is no message');
  return message;
}

describe('a message', () => {
  test('from an agent has every field', () => {
    const sent = record();
    expect(toMessages({ records: [sent], isShuffled: false }, account)).toEqual([
      {
        provider: 'WECHAT',
        channel: 'shop',
        key: `1464710500.${sent.digest}.0`,
        sequence: '001464710500.000000',
        sentAt: 1464710500000,
        direction: 'OUTBOUND',
        kind: 'TEXT',
        availability: 'AVAILABLE',
        nativeId: null,
        conversation: {
          channel: 'shop',
          kind: 'DIRECT',
          key: openId,
          nativeId: openId,
          title: null,
          participants: [customer],
        },
        sender: agent,
        recipients: [customer],
        text: '您好，客服test1为您服务。',
        parts: [{ type: 'TEXT', text: '您好，客服test1为您服务。' }],
        openId,
        operationCode: 2002,
        worker: 'test1@test',
      },
    ]);
  });

  test.each([2001, 2003])('of operation %i comes from the customer', (operationCode) => {
    expect(messageOf({ operationCode })).toMatchObject({
      direction: 'INBOUND',
      kind: 'TEXT',
      sender: customer,
      recipients: [agent],
    });
  });

  test('that no agent took goes to the account itself', () => {
    expect(messageOf({ operationCode: 2003, worker: '' })).toMatchObject({
      sender: customer,
      recipients: [officialAccount],
      worker: '',
    });
  });

  test.each([1000, 1001, 1002, 1003, 1004, 1005])(
    'of operation %i is an event of the session',
    (operationCode) => {
      expect(messageOf({ operationCode, text: '' })).toMatchObject({
        direction: 'SYSTEM',
        kind: 'SESSION_EVENT',
        sender: agent,
        recipients: [customer],
        text: '',
        operationCode,
      });
    },
  );

  test.each([
    ['[image]', 'IMAGE'],
    ['[voice]', 'AUDIO'],
    ['[video]', 'VIDEO'],
  ])('that reads %s is media without an address', (text, kind) => {
    expect(messageOf({ text, operationCode: 2003 })).toMatchObject({
      kind,
      text,
      parts: [{ type: 'MEDIA', kind, url: null, thumbnailUrl: null }],
    });
  });

  test('that only mentions a mark is text', () => {
    expect(messageOf({ text: 'see the [image] above' }).kind).toBe('TEXT');
  });

  test('of an unknown operation keeps what was received', () => {
    expect(messageOf({ operationCode: 2099, text: 'new' })).toMatchObject({
      direction: 'SYSTEM',
      kind: 'UNSUPPORTED',
      text: 'new',
      parts: [
        {
          type: 'UNSUPPORTED',
          nativeType: '2099',
          raw: { openid: openId, opercode: 2099, text: 'new', time: 1464710500, worker: 'test1@test' },
        },
      ],
    });
  });

  test('that is garbled still has its place', () => {
    const raw = { time: 1464710500, openid: 7 };
    expect(messageOf({ openId: null, operationCode: null, text: null, worker: null, raw })).toMatchObject({
      sentAt: 1464710500000,
      direction: 'SYSTEM',
      kind: 'UNSUPPORTED',
      conversation: { nativeId: null, participants: null },
      sender: officialAccount,
      recipients: null,
      text: null,
      parts: [{ type: 'UNSUPPORTED', nativeType: 'unknown', raw }],
      openId: '',
      operationCode: 0,
      worker: '',
    });
  });
});

test('identical records of one second are messages of their own', () => {
  const records = [record(), record(), record({ text: 'bye' }), record({ time: 1464710501 })];
  const messages = toMessages({ records, isShuffled: false }, account);
  expect(messages.map(({ sequence }) => sequence)).toEqual([
    '001464710500.000000',
    '001464710500.000001',
    '001464710500.000002',
    '001464710501.000000',
  ]);
  const digest = record().digest;
  expect(messages.map(({ key }) => key)).toEqual([
    `1464710500.${digest}.0`,
    `1464710500.${digest}.1`,
    `1464710500.${record({ text: 'bye' }).digest}.0`,
    `1464710501.${digest}.0`,
  ]);
});

test('a key tells its second; anything else is not a key', () => {
  expect(secondOfKey(messageOf({}).key)).toBe(1464710500);
  expect(secondOfKey('1464710500.short.0')).toBeNull();
  expect(secondOfKey('')).toBeNull();
});

test('a conversation can be made from its key', () => {
  expect(toConversation('shop', openId)).toEqual(messageOf({}).conversation);
});

/** As a channel would that knows nothing yet. */
function arrange(pages: DigestedRecord[][]) {
  return new RecordOrder().arrange(pages, { isClosed: true, wasShuffled: false });
}

describe('order', () => {
  const later = record({ text: 'later', time: 1464710600 });
  const last = record({ text: 'last', time: 1464710700 });

  test('is kept where times ascend, and turned where they descend', () => {
    const together = ['first', 'second', 'third', 'fourth', 'fifth'].map((text) => record({ text }));
    const ordered = [...together, later, last];
    const arranged = { records: ordered, isShuffled: false };
    expect(arrange([[...together, later], [last]])).toEqual(arranged);
    expect(arrange([[later, ...together.toReversed()], [last]])).toEqual(arranged);
  });

  test('of shuffled pages is always the same', () => {
    const records = fc.array(
      fc.record({ time: fc.integer({ min: 1, max: 4 }), text: fc.constantFrom('a', 'b', 'c') }).map(record),
      { minLength: 2, maxLength: 12 },
    );
    const shuffled = records.chain((list) =>
      fc.tuple(
        fc.shuffledSubarray(list, { minLength: list.length }),
        fc.shuffledSubarray(list, { minLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const isPlain = (list: DigestedRecord[]) =>
          list.every((item, index) => item.time >= (list[index - 1]?.time ?? 0)) ||
          list.every((item, index) => item.time <= (list[index - 1]?.time ?? Infinity));
        fc.pre(!isPlain(one) && !isPlain(other));
        expect(toMessages(arrange([one]), account)).toEqual(toMessages(arrange([other]), account));
      }),
    );
  });

  test('of shuffled pages gives each message a place that newcomers do not change', () => {
    const before = [record({ text: 'b' }), later, record({ text: 'd' }), record({ text: 'b' })];
    const after = [record({ text: 'c' }), ...before, record({ text: 'a' }), record({ text: 'e' })];
    const places = (list: DigestedRecord[]) =>
      new Map(toMessages(arrange([list]), account).map(({ key, sequence }) => [key, sequence]));
    expect([...places(after)]).toEqual(expect.arrayContaining([...places(before)]));
    const sequences = [...places(after).values()];
    expect(sequences).toEqual(sequences.toSorted());
    expect(new Set(sequences).size).toBe(after.length);
  });

  test('is learned for windows that still fill; one that is over is judged by its own pages', () => {
    const order = new RecordOrder();
    const open = { isClosed: false, wasShuffled: false };
    const closed = { isClosed: true, wasShuffled: false };
    expect(order.arrange([[later, last]], open).isShuffled).toBe(false);
    expect(order.arrange([[last, record(), later]], closed).isShuffled).toBe(true);
    expect(order.arrange([[later, last]], closed).isShuffled).toBe(false);
    expect(order.arrange([[later, last]], open).isShuffled).toBe(true);
  });

  test('is told by a position that was made when the window was held to be shuffled', () => {
    const order = new RecordOrder();
    expect(order.arrange([[later, last]], { isClosed: true, wasShuffled: true }).isShuffled).toBe(true);
    expect(order.arrange([[later, last]], { isClosed: false, wasShuffled: false }).isShuffled).toBe(true);
  });
});
