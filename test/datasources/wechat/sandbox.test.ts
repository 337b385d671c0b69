import { request } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createWeChatSandbox,
  type WeChatSandbox,
  type WeChatSandboxOptions,
} from '../../../src/sandbox/wechat/sandbox.ts';
import { NOW } from './shop.ts';

const TO = NOW / 1000;
const window = { starttime: TO - 86_400, endtime: TO, msgid: 1, number: 10_000 };

async function openSandbox(options: Partial<WeChatSandboxOptions> = {}): Promise<WeChatSandbox> {
  const sandbox = createWeChatSandbox({ seed: 3, now: () => NOW, messages: 0, ...options });
  await sandbox.server.start();
  onTestFinished(() => sandbox.server.close());
  return sandbox;
}

async function post({ server }: WeChatSandbox, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${server.baseUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return JSON.parse(await response.text()) as unknown;
}

async function fetchToken(sandbox: WeChatSandbox): Promise<string> {
  const { appId, appSecret } = sandbox.config('shop');
  const answer = await post(sandbox, '/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid: appId,
    secret: appSecret,
  });
  expect(answer).toEqual({ access_token: expect.any(String) as string, expires_in: 7_200 });
  return (answer as { access_token: string }).access_token;
}

async function list(sandbox: WeChatSandbox, body: unknown): Promise<unknown> {
  const token = await fetchToken(sandbox);
  return post(sandbox, `/customservice/msgrecord/getmsglist?access_token=${token}`, body);
}

describe('the played provider', () => {
  test('lists a window of a day, and an empty one with zeros', async () => {
    const sandbox = await openSandbox({ knobs: { ids: 'dense' } });
    expect(await list(sandbox, window)).toEqual({ recordlist: [], number: 0, msgid: 0 });
    const { id, ...line } = sandbox.add({ time: TO - 5 })[0] ?? { id: 0 };
    expect(await list(sandbox, window)).toEqual({ recordlist: [line], number: 1, msgid: id });
    expect(await list(sandbox, { ...window, msgid: id })).toEqual({ recordlist: [], number: 0, msgid: 0 });
    expect(sandbox.server.violations).toEqual([]);
  });

  test.each([
    ['a window longer than 24 hours', { ...window, starttime: TO - 86_401 }, 65417],
    ['a window that ends before it starts', { ...window, endtime: TO - 86_401 }, 65416],
    ['a page of more than 10,000', { ...window, number: 10_001 }, 65416],
    ['a page of none', { ...window, number: 0 }, 65416],
    ['the cursor of an empty page', { ...window, msgid: 0 }, 65416],
    ['a text for a number', { ...window, msgid: '1' }, 65416],
    ['a request without its times', { msgid: 1, number: 1 }, 65416],
    ['a body that is no object', [], 47001],
  ])('refuses %s, and takes note', async (_, body, errcode) => {
    const sandbox = await openSandbox();
    expect(await list(sandbox, body)).toMatchObject({ errcode });
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test('refuses a body that comes in chunks with 412 and nothing else', async () => {
    const sandbox = await openSandbox();
    const status = await new Promise((resolve, reject) => {
      const call = request(
        `${sandbox.server.baseUrl}/cgi-bin/stable_token`,
        { method: 'POST' },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      call.on('error', reject);
      call.write('{}');
      call.end();
    });
    expect(status).toBe(412);
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test('tells tokens that are missing, unknown, revoked and expired apart', async () => {
    let now = NOW;
    const sandbox = await openSandbox({ now: () => now });
    const path = '/customservice/msgrecord/getmsglist';
    const old = await fetchToken(sandbox);
    expect(await post(sandbox, `${path}?access_token=${old}x`, window)).toMatchObject({ errcode: 40014 });
    sandbox.tokens.revoke(40001);
    expect(await post(sandbox, `${path}?access_token=${old}`, window)).toMatchObject({ errcode: 40001 });
    const next = await fetchToken(sandbox);
    now += 7_200_000;
    expect(await post(sandbox, `${path}?access_token=${next}`, window)).toMatchObject({ errcode: 42001 });
    expect(sandbox.server.violations).toEqual([]);
    expect(await post(sandbox, path, window)).toMatchObject({ errcode: 41001 });
    expect(sandbox.server.violations).toHaveLength(1);
  });

  test.each([
    ['inclusive', [0, 1, 2]],
    ['start-inclusive', [0, 1]],
    ['end-inclusive', [1, 2]],
    ['exclusive', [1]],
  ] as const)('has %s edges when told to', async (edges, expected) => {
    const sandbox = await openSandbox({ knobs: { edges } });
    sandbox.add({ time: TO - 100, text: '0' }, { time: TO - 50, text: '1' }, { time: TO, text: '2' });
    const { recordlist } = (await list(sandbox, { ...window, starttime: TO - 100 })) as {
      recordlist: { text: string }[];
    };
    expect(recordlist.map(({ text }) => Number(text))).toEqual(expected);
  });

  test('sends raw control characters when told to', async () => {
    const sandbox = await openSandbox({ knobs: { hasRawControlCharacters: true } });
    const text = 'a\nb\u0008 "c" \\n d\\';
    sandbox.add({ time: TO - 5, text });
    await expect(list(sandbox, window)).rejects.toThrow(SyntaxError);
  });

  test('makes the same history of the same seed, with the things that make history hard', async () => {
    const one = await openSandbox({ messages: 2_000, seed: 5 });
    const other = await openSandbox({ messages: 2_000, seed: 5 });
    expect(one.records).toEqual(other.records);
    expect(one.records).toHaveLength(2_000);
    expect(one.records.every(({ id }, index) => id === 20_165_001 + index)).toBe(true);
    const lines = one.records.map(({ id: _, ...line }) => JSON.stringify(line));
    expect(new Set(lines).size).toBeLessThan(lines.length);
    expect(new Set(one.records.map(({ opercode }) => opercode))).toEqual(new Set([1001, 2002, 2003, 2099]));
    expect(one.records.some(({ text }) => text === '[image]')).toBe(true);
    expect(one.records.some(({ text }) => text.includes('\n'))).toBe(true);
  });
});
