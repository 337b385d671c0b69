import { describe, expect, test } from 'vitest';
import {
  parseAgentList,
  parseErrorCode,
  parseAuthorizerToken,
  parseComponentToken,
  parseMessageList,
  parseSessionList,
  parseToken,
  parseWaitingList,
} from '../../../src/datasources/wechat/wire.ts';

// https://developers.weixin.qq.com/doc/service/api/customer/message/api_getmsglist.html, its example
const documented = {
  recordlist: [
    {
      openid: 'oDF3iY9WMaswOPWjCIp_f3Bnpljk',
      opercode: 2002,
      text: '您好，客服test1为您服务。',
      time: 1464710500,
      worker: 'test1@test',
    },
  ],
  number: 10000,
  msgid: 20165258,
};
const record = {
  time: 1464710500,
  openId: 'oDF3iY9WMaswOPWjCIp_f3Bnpljk',
  operationCode: 2002,
  text: '您好，客服test1为您服务。',
  worker: 'test1@test',
  raw: null,
};

describe('a page of history', () => {
  test('is read by its list, beside what it says of its number', () => {
    expect(parseMessageList(documented, 210)).toEqual({
      records: [record],
      unplaceable: 0,
      bytes: 210,
      claimed: 10000,
      msgId: 20165258,
    });
    expect(parseMessageList({ ...documented, number: 'many' }, 210).claimed).toBeNull();
  });

  test('may be empty', () => {
    expect(parseMessageList({ recordlist: [], number: 0, msgid: 0 }, 40)).toEqual({
      records: [],
      unplaceable: 0,
      bytes: 40,
      claimed: 0,
      msgId: 0,
    });
  });

  test('keeps a record as received when it has more than is documented', () => {
    const more = { ...documented.recordlist[0], msgtype: 'image' };
    expect(parseMessageList({ ...documented, recordlist: [more] }, 1).records).toEqual([
      { ...record, raw: more },
    ]);
  });

  test('reads numbers that came as text', () => {
    const asText = { ...documented.recordlist[0], time: '1464710500', opercode: '2002' };
    expect(parseMessageList({ ...documented, recordlist: [asText], msgid: '20165258' }, 1)).toEqual({
      records: [{ ...record, raw: asText }],
      unplaceable: 0,
      bytes: 1,
      claimed: 10000,
      msgId: 20165258,
    });
  });

  test('keeps its place for a garbled record that has a time, and counts one that has none', () => {
    const garbled = { time: 1464710501, openid: 7, text: null };
    const page = parseMessageList(
      { ...documented, recordlist: [...documented.recordlist, garbled, 'what?'] },
      1,
    );
    expect(page).toEqual({
      records: [
        record,
        { time: 1464710501, openId: null, operationCode: null, text: null, worker: null, raw: garbled },
      ],
      unplaceable: 1,
      bytes: 1,
      claimed: 10000,
      msgId: 20165258,
    });
  });

  test('may be nothing but a record without a time, as an inclusive cursor repeats it at the end', () => {
    expect(parseMessageList({ ...documented, recordlist: [{ text: 'hi' }] }, 1)).toMatchObject({
      records: [],
      unplaceable: 1,
    });
  });

  test.each([
    ['is not an object', 'oops'],
    ['has no list', { number: 0, msgid: 0 }],
    ['has no msgid', { recordlist: [], number: 0 }],
    ['has records but nowhere to go on from', { ...documented, msgid: 0 }],
    ['has records none of which has a time', { ...documented, recordlist: [1, { text: 'hi' }] }],
  ])('is refused when it %s', (_, body) => {
    expect(() => parseMessageList(body, 1)).toThrow();
  });
});

test('success has no error code, or 0; an error code may be text', () => {
  expect(parseErrorCode(documented)).toBe(0);
  expect(parseErrorCode({ errcode: 0, errmsg: 'ok' })).toBe(0);
  expect(parseErrorCode({ errcode: 65400, errmsg: 'please enable new custom service' })).toBe(65400);
  expect(parseErrorCode({ errcode: '-1' })).toBe(-1);
  expect(() => parseErrorCode([])).toThrow();
});

test('a token comes with its life in seconds', () => {
  expect(parseToken({ access_token: 'ACCESS_TOKEN', expires_in: 7200 })).toEqual({
    token: 'ACCESS_TOKEN',
    expiresIn: 7200,
  });
  expect(() => parseToken({ access_token: '', expires_in: 7200 })).toThrow();
});

// The examples of the pages on api_component_token and api_authorizer_token.
test('a platform gets a token of its own, and tokens of its accounts with what refreshes them', () => {
  expect(parseComponentToken({ component_access_token: '61W3mEpU66027wgNZ', expires_in: 7200 })).toEqual({
    token: '61W3mEpU66027wgNZ',
    expiresIn: 7200,
  });
  const authorizer = {
    authorizer_access_token: 'some-access-token',
    expires_in: 7200,
    authorizer_refresh_token: 'refresh_token_value',
  };
  const issued = { token: 'some-access-token', expiresIn: 7200, refreshToken: 'refresh_token_value' };
  expect(parseAuthorizerToken(authorizer)).toEqual(issued);
  expect(parseAuthorizerToken({ ...authorizer, authorizer_refresh_token: '' })).toEqual({
    ...issued,
    refreshToken: null,
  });
  expect(() => parseComponentToken({ access_token: 'x', expires_in: 7200 })).toThrow();
  expect(() => parseAuthorizerToken({ access_token: 'x', expires_in: 7200 })).toThrow();
});

// The page on getkflist: its table and its example name the list differently.
test.each(['kf_list', 'kf_online_list'])(
  'agents are listed under %s; invitations have no account yet',
  (name) => {
    const list = [
      {
        kf_account: 'test1@test',
        kf_nick: 'ntest1',
        kf_id: '1001',
        kf_headimgurl: 'http://mmbiz.qpic.cn/a/300',
      },
      { kf_account: 'test2@test', kf_nick: '', kf_id: 1002, kf_headimgurl: '' },
      { kf_account: '', kf_nick: 'ntest3', kf_id: 1003, invite_status: 'waiting' },
    ];
    expect(parseAgentList({ [name]: list })).toEqual({
      rows: [
        { account: 'test1@test', nickname: 'ntest1', avatarUrl: 'http://mmbiz.qpic.cn/a/300' },
        { account: 'test2@test', nickname: null, avatarUrl: null },
      ],
      unreadable: 0,
    });
  },
);

// The examples of the pages on getsessionlist and getwaitcase.
test('sessions and waiting customers are pairs of a customer and a time', () => {
  const list = { rows: [{ openId: 'OPENID', since: 123456789 }], unreadable: 0 };
  expect(parseSessionList({ sessionlist: [{ createtime: 123456789, openid: 'OPENID' }] })).toEqual({
    state: 'ACTIVE',
    ...list,
  });
  expect(
    parseWaitingList({ count: 150, waitcaselist: [{ latest_time: 123456789, openid: 'OPENID' }] }),
  ).toEqual(list);
  expect(() => parseSessionList({ sessionlist: null })).toThrow();
  expect(() => parseWaitingList({ count: 0 })).toThrow();
});

test('an odd row of a live list is counted, and does not hide the others', () => {
  const odd = [7, null, { openid: '' }, { openid: 'o', createtime: 'soon', latest_time: 0 }];
  const since = [{ openId: 'OPENID', since: 123456789 }];
  expect(parseSessionList({ sessionlist: [...odd, { createtime: 123456789, openid: 'OPENID' }] })).toEqual({
    state: 'ACTIVE',
    rows: since,
    unreadable: 4,
  });
  expect(parseWaitingList({ waitcaselist: [{ latest_time: 123456789, openid: 'OPENID' }, ...odd] })).toEqual({
    rows: since,
    unreadable: 4,
  });
  expect(parseAgentList({ kf_list: ['what?', { kf_nick: 'no account' }, { kf_account: 'a@b' }] })).toEqual({
    rows: [{ account: 'a@b', nickname: null, avatarUrl: null }],
    unreadable: 2,
  });
});
