import { describe, expect, test } from 'vitest';
import {
  parseAccessToken,
  parseEnvelope,
  parseMessage,
  parseSyncPage,
} from '../../../src/datasources/wecom/wire.ts';

/** The sample answer of https://developer.work.weixin.qq.com/document/path/99670, as of 2024-07-16. */
const sampleMessage = {
  msgid: 'xxxmsgid',
  sender: { type: 1, id: 'woxxxxxmmgjiegjie' },
  receiver_list: [
    { type: 1, id: 'woAAAAAAAAAAA' },
    { type: 2, id: 'wmXXXXXXXXXXXXX' },
  ],
  chatid: 'wrXXXXXXXXXX',
  send_time: 166666666,
  msgtype: 2,
  service_encrypt_info: { encrypted_secret_key: 'KEYAAAAAAABBBBBB', public_key_ver: 1 },
};
const samplePage = {
  errcode: 0,
  errmsg: 'ok',
  has_more: true,
  next_cursor: 'JGNLGEHJGIE',
  msg_list: [sampleMessage],
};

describe('parseSyncPage', () => {
  test("reads the documentation's sample", () => {
    expect(parseSyncPage(samplePage)).toEqual({
      hasMore: true,
      nextCursor: 'JGNLGEHJGIE',
      entries: [{ msgId: 'xxxmsgid', sendTime: 166666666, record: sampleMessage }],
    });
  });

  test.each([
    [true, true],
    [false, false],
    [1, true],
    [0, false],
  ])('takes has_more %s for %s', (sent, understood) => {
    expect(parseSyncPage({ ...samplePage, has_more: sent }).hasMore).toBe(understood);
  });

  test.each([[undefined], [null], [2], ['later']])('refuses has_more %s', (sent) => {
    expect(() => parseSyncPage({ ...samplePage, has_more: sent })).toThrow();
  });

  test('takes a missing list for an empty one, and an empty cursor for none', () => {
    expect(parseSyncPage({ has_more: 0, next_cursor: '' })).toEqual({
      hasMore: false,
      nextCursor: null,
      entries: [],
    });
  });

  test('keeps an entry without a readable time beside its neighbour', () => {
    const { entries } = parseSyncPage({
      ...samplePage,
      msg_list: [
        { msgid: 'first', send_time: null },
        { ...sampleMessage, send_time: 100 },
        { msgid: 'third' },
        { ...sampleMessage, send_time: '200' },
        { msgid: 'fifth', send_time: 1_700_000_000_000 },
      ],
    });
    expect(entries.map(({ sendTime }) => sendTime)).toEqual([100, 100, 100, 200, 200]);
  });

  test('gives an entry without a readable id one that is the same on every read', () => {
    const page = { ...samplePage, msg_list: [{ send_time: 100, msgid: {} }, { send_time: 100 }] };
    const ids = parseSyncPage(page).entries.map(({ msgId }) => msgId);
    expect(ids).toEqual([expect.stringMatching(/^sha256-/), expect.stringMatching(/^sha256-/)]);
    expect(new Set(ids).size).toBe(2);
    expect(parseSyncPage(structuredClone(page)).entries.map(({ msgId }) => msgId)).toEqual(ids);
  });

  test('refuses a page of which no time can be read', () => {
    expect(() => parseSyncPage({ ...samplePage, msg_list: [{}, null, 7] })).toThrow('readable send_time');
  });
});

describe('parseMessage', () => {
  test("reads the documentation's sample", () => {
    expect(parseMessage(sampleMessage)).toEqual(sampleMessage);
  });

  test('takes null, an empty string and a missing field for nothing, and a number for an id', () => {
    const bare = { msgid: 42, sender: { type: '2', id: 7 }, send_time: '166666666', msgtype: '1' };
    const understood = {
      msgid: '42',
      sender: { type: 2, id: '7' },
      receiver_list: [],
      chatid: null,
      send_time: 166666666,
      msgtype: 1,
      service_encrypt_info: null,
    };
    expect(parseMessage(bare)).toEqual(understood);
    expect(parseMessage({ ...bare, receiver_list: null, chatid: '', service_encrypt_info: null })).toEqual(
      understood,
    );
  });

  test.each([
    [{ ...sampleMessage, sender: null }],
    [{ ...sampleMessage, send_time: null }],
    [{ ...sampleMessage, send_time: '' }],
    [{ ...sampleMessage, msgtype: true }],
    [{ ...sampleMessage, receiver_list: {} }],
    [{ ...sampleMessage, receiver_list: [{ type: 1, id: 'a' }, { type: 1 }] }],
    [{ ...sampleMessage, msgid: '' }],
    [{ ...sampleMessage, msgid: 1.5 }],
    [{ ...sampleMessage, msgtype: -1 }],
    [{ ...sampleMessage, msgtype: 2_147_483_648 }],
    [{ ...sampleMessage, send_time: 10_000_000_000 }],
    [{ ...sampleMessage, chatid: 7 }],
    [{ ...sampleMessage, service_encrypt_info: [] }],
    [{ ...sampleMessage, service_encrypt_info: { encrypted_secret_key: '', public_key_ver: 1 } }],
    [{ ...sampleMessage, service_encrypt_info: { encrypted_secret_key: 'a' } }],
    [[sampleMessage]],
    ['text'],
    [null],
  ])('does not guess at %j', (record) => {
    expect(parseMessage(record)).toBeNull();
  });
});

describe('parseEnvelope', () => {
  test('takes a missing errcode for success', () => {
    expect(parseEnvelope({ access_token: 'x' })).toEqual({ errcode: 0, isRequestMisread: false });
  });

  test('notices that the provider understood only part of the request', () => {
    const errmsg = 'ok. Warning: wrong json format. more info at https://open.work.weixin.qq.com';
    expect(parseEnvelope({ errcode: 0, errmsg })).toEqual({ errcode: 0, isRequestMisread: true });
  });

  test.each([['text'], [null], [{ errcode: 'none' }], [{ errcode: null }]])('refuses %j', (body) => {
    expect(() => parseEnvelope(body)).toThrow();
  });
});

describe('parseAccessToken', () => {
  test('reads the token and its life in seconds', () => {
    const body = { errcode: 0, errmsg: 'ok', access_token: 'accesstoken000001', expires_in: 7200 };
    expect(parseAccessToken(body)).toEqual({ token: 'accesstoken000001', expiresIn: 7200 });
  });

  test.each([
    [{ access_token: '', expires_in: 7200 }],
    [{ access_token: 'x' }],
    [{ access_token: 'x', expires_in: 0 }],
  ])('refuses %j', (body) => {
    expect(() => parseAccessToken(body)).toThrow();
  });
});
