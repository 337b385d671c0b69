import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWeComSandbox, type WeComSandbox } from '../../../src/sandbox/wecom/sandbox.ts';
import { NOW } from './wecom-world.ts';

let now = NOW;
let sandbox: WeComSandbox;

beforeEach(async () => {
  now = NOW;
  sandbox = createWeComSandbox({ seed: 5, now: () => now, messages: 120 });
  sandbox.server.knobs.reachDays = 60;
  await sandbox.server.start();
});
afterEach(async () => {
  await sandbox.server.close();
});

type Answer = Record<string, unknown> & {
  errcode: number;
  next_cursor: string;
  msg_list: { msgid: string }[];
};

async function fetchToken(): Promise<string> {
  const { corpId, secret } = sandbox.config('x') as { corpId: string; secret: string };
  const response = await fetch(
    `${sandbox.server.baseUrl}/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${secret}`,
  );
  return ((await response.json()) as { access_token: string }).access_token;
}

async function sync(body: unknown, token: string, options: RequestInit = {}): Promise<Answer> {
  const url = `${sandbox.server.baseUrl}/cgi-bin/chatdata/sync_msg?access_token=${token}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', body: text, ...options });
  return (await response.json()) as Answer;
}

describe('the played archive', () => {
  test('makes the same chats from the same seed, of every type', () => {
    const again = createWeComSandbox({ seed: 5, now: () => now, messages: 120 });
    const withoutKey = ({ records }: WeComSandbox) =>
      records.map(({ service_encrypt_info: _, ...rest }) => rest);
    expect(withoutKey(again)).toEqual(withoutKey(sandbox));
    const types = new Set(sandbox.records.map(({ msgtype }) => msgtype));
    for (const type of [...Array.from({ length: 29 }, (_, index) => index), 99])
      expect(types).toContain(type);
    const ids = new Set(sandbox.records.map(({ msgid }) => msgid));
    expect(ids.size).toBe(120);
    expect(sandbox.records.some(({ chatid }) => chatid?.startsWith('wr'))).toBe(true);
    expect(sandbox.records.some(({ sender }) => sender.type === 2 && sender.id.startsWith('wo'))).toBe(true);
  });

  test('lists 200 unless told otherwise, goes on by cursor, and gives one even at the end', async () => {
    const token = await fetchToken();
    const first = await sync({ limit: 100 }, token);
    expect(first).toMatchObject({ errcode: 0, has_more: true });
    const second = await sync({ cursor: first.next_cursor }, token);
    expect(second).toMatchObject({ errcode: 0, has_more: false });
    expect([...first.msg_list, ...second.msg_list]).toEqual(sandbox.records);
    const updates = sandbox.add();
    expect((await sync({ cursor: second.next_cursor }, token)).msg_list).toEqual([updates]);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('starts three days back and drops what is older than five', async () => {
    sandbox.server.knobs.reachDays = 3;
    const token = await fetchToken();
    const { next_cursor } = await sync({ limit: 1 }, token);
    const old = sandbox.add({ sentAt: NOW - 4 * 86_400_000 });
    expect((await sync({ cursor: next_cursor, limit: 1000 }, token)).msg_list).toContainEqual(old);
    now += 2 * 86_400_000;
    const later = await fetchToken();
    expect((await sync({ cursor: next_cursor, limit: 1000 }, later)).msg_list).not.toContainEqual(old);
  });

  test.each([
    ['an empty cursor', { cursor: '' }, 40058],
    ['a cursor of its own', { cursor: 'Cmine' }, 40058],
    ['an empty token', { token: '' }, 40058],
    ['a token of its own', { token: 'mine' }, 40058],
    ['null for a token', { token: null }, 40058],
    ['a limit of 0', { limit: 0 }, 40058],
    ['a limit of 1001', { limit: 1001 }, 40058],
    ['a limit that is text', { limit: '10' }, 40058],
    ['an unknown field', { seq: 1 }, 47001],
    ['no JSON', 'cursor=1', 47001],
    ['no body', '', 47001],
  ])('minds %s', async (_, body, errcode) => {
    expect(await sync(body, await fetchToken())).toMatchObject({ errcode });
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test('minds a body in chunks', async () => {
    const token = await fetchToken();
    const body = new Blob(['{}']).stream();
    // `duplex` is required for streams, and missing in the types of the body's options.
    const options = { body, duplex: 'half' } as RequestInit;
    expect(await sync({}, token, options)).toMatchObject({ errcode: 44002 });
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test('minds two calls at once', async () => {
    const token = await fetchToken();
    sandbox.server.knobs.delayMs = 500;
    const codes = (await Promise.all([sync({}, token), sync({}, token)])).map(({ errcode }) => errcode);
    expect(codes.sort()).toEqual([0, 45033]);
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test('answers tokens that ended or never were, which no client can always avoid', async () => {
    const token = await fetchToken();
    now += 7_200_000;
    expect(await sync({}, token)).toMatchObject({ errcode: 42001 });
    expect(await sync({}, 'never')).toMatchObject({ errcode: 40014 });
    const push = sandbox.issuePushToken();
    now += 600_000;
    expect(await sync({ token: push }, await fetchToken())).toMatchObject({ errcode: 40058 });
    expect(sandbox.server.violations).toEqual([]);
  });
});
