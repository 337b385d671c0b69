import { afterEach, describe, expect, test } from 'vitest';
import { createUserSig } from '../../../src/datasources/tencent-chat/user-sig.ts';
import {
  createTencentChatSandbox,
  type TencentChatSandbox,
} from '../../../src/sandbox/tencent-chat/sandbox.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const PATH = '/v4/official_account_open_http_svc/official_account_msg_get_simple';
const started: TencentChatSandbox[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.server.close()));
});

async function start(): Promise<TencentChatSandbox> {
  const sandbox = createTencentChatSandbox({
    seed: 3,
    now: () => NOW,
    messages: 60,
    accounts: 1,
    goneShare: 0.1,
  });
  await sandbox.server.start();
  started.push(sandbox);
  return sandbox;
}

let calls = 0;

/** Asks as a right caller does, but for the changes. */
async function ask(
  sandbox: TencentChatSandbox,
  body: Record<string, unknown> = {},
  { query = {}, issuedAt = NOW / 1000 }: { query?: Record<string, string>; issuedAt?: number } = {},
): Promise<Record<string, unknown>> {
  const { sdkAppId, adminUserId, secretKey } = sandbox.config('x') as {
    sdkAppId: number;
    adminUserId: string;
    secretKey: string;
  };
  const claims = { sdkAppId, userId: adminUserId, issuedAt, lifetimeSeconds: 86_400 };
  const url = new URL(PATH, sandbox.server.baseUrl);
  url.search = new URLSearchParams({
    sdkappid: String(sdkAppId),
    identifier: adminUserId,
    usersig: createUserSig(claims, secretKey),
    random: String(++calls),
    contenttype: 'json',
    ...query,
  }).toString();
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ Official_Account: sandbox.officialAccounts[0], ...body }),
  });
  return (await response.json()) as Record<string, unknown>;
}

describe('the played provider', () => {
  test('makes the same chats of the same seed', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.posts()).toEqual(other.posts());
    expect(one.posts()).toHaveLength(60);
    expect(one.posts().map(({ IsPlaceMsg }) => IsPlaceMsg)).toEqual(expect.arrayContaining([0, 1, 2]));
  });

  test('lists the newest messages, then those before a key', async () => {
    const sandbox = await start();
    const first = await ask(sandbox, { ReqMsgNumber: 20, WithRecalledMsg: 1 });
    expect(first).toMatchObject({ ActionStatus: 'OK', ErrorCode: 0, IsFinished: 1 });
    expect(first['LastMsgKey']).toBe(sandbox.posts()[40]?.MsgKey);
    const second = await ask(sandbox, {
      ReqMsgNumber: 20,
      LastMsgKey: first['LastMsgKey'],
      WithRecalledMsg: 1,
    });
    expect(second['LastMsgKey']).toBe(sandbox.posts()[20]?.MsgKey);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('leaves recalled messages out unless asked for them', async () => {
    const sandbox = await start();
    sandbox.recall(60);
    const { RspMsgList } = await ask(sandbox, { ReqMsgNumber: 1 });
    expect(RspMsgList).toEqual([]);
  });

  test.each([
    ['a page that is too long', { ReqMsgNumber: 21 }, {}, 10004],
    ['an empty page', { ReqMsgNumber: 0 }, {}, 10004],
    ['a key that no message has', { LastMsgKey: '5_1_1' }, {}, 10004],
    ['an unknown field', { Limit: 5 }, {}, 10004],
    ['no account', { Official_Account: '' }, {}, 10004],
    ['a body in another form', {}, { contenttype: 'xml' }, 60003],
    ['a random number that is none', {}, { random: '4294967296' }, 60003],
    ['a signature that is none', {}, { usersig: 'AAAA' }, 70003],
    ['a signature in another alphabet', {}, { usersig: 'a+b/c=' }, 70003],
  ])('calls %s a broken rule', async (_, body, query, errorCode) => {
    const sandbox = await start();
    expect(await ask(sandbox, body, { query })).toMatchObject({ ActionStatus: 'FAIL', ErrorCode: errorCode });
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test('calls the same random number twice, and too many calls in a second, broken rules', async () => {
    const sandbox = await start();
    await ask(sandbox, {}, { query: { random: '7' } });
    expect(await ask(sandbox, {}, { query: { random: '7' } })).toMatchObject({ ErrorCode: 60003 });
    for (let i = 0; i < 198; i++) await ask(sandbox, { ReqMsgNumber: 1 });
    expect(sandbox.server.violations).toHaveLength(1);
    expect(await ask(sandbox)).toMatchObject({ ErrorCode: 60007 });
    expect(sandbox.server.violations).toHaveLength(2);
  });

  test('refuses an old signature, which is no broken rule', async () => {
    const sandbox = await start();
    expect(await ask(sandbox, {}, { issuedAt: NOW / 1000 - 86_399 })).toMatchObject({ ErrorCode: 0 });
    expect(await ask(sandbox, {}, { issuedAt: NOW / 1000 - 86_400 })).toMatchObject({ ErrorCode: 70001 });
    expect(await ask(sandbox, {}, { query: { identifier: 'alice' } })).toMatchObject({ ErrorCode: 70013 });
    expect(sandbox.server.violations).toEqual([]);
  });
});
