import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { findFreePort } from '../support/free-port.ts';
import { FROM_SOURCES, runProgram } from '../support/gateway-process.ts';
import type { GatewayWorld } from '../support/gateway-world.ts';
import { connectMcp, connectOverHttp, type McpClient, type Revision } from '../support/mcp-client.ts';
import { createMcpWorld } from '../support/mcp-world.ts';
import { waitUntil } from '../support/wait-until.ts';

const PROGRAM = process.env['BUILT_PROGRAM'] ?? FROM_SOURCES;
const shop = makeKey('shop-agent', ['messages:read'], ['shop']);
let world: GatewayWorld;
beforeAll(async () => {
  world = await createMcpWorld({ auth: { apiKeys: [shop.entry] } });
});
afterAll(() => world.close());

interface Connected extends McpClient {
  /** What stood on its output and was no message. */
  strange: string[];
}

async function connect(
  url: string,
  key: string | undefined,
  revision: Revision = 'current',
): Promise<Connected> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: {
      CHAT_HISTORY_GATEWAY_URL: url,
      ...(key !== undefined && { CHAT_HISTORY_GATEWAY_API_KEY: key }),
    },
    stderr: 'ignore',
  });
  const strange: string[] = [];
  transport.onerror = (error) => strange.push(error.message);
  const mcp = await connectMcp(transport, revision);
  return { ...mcp, strange };
}

test.each(['current', 'earlier'] as const)(
  'the program gives a client of the %s revision the tools of the gateway, with the rights of its key',
  async (revision) => {
    const [local, remote] = await Promise.all([
      connect(world.url, shop.key, revision),
      connectOverHttp(world.url, shop.headers, revision),
    ]);
    expect((await local.client.listTools()).tools).toEqual((await remote.client.listTools()).tools);
    const { result } = await local.call('search_messages', { first: 2 });
    const { conversations, people } = result as unknown as {
      conversations: { conversationId: string }[];
      people: { participantId: string }[];
    };
    for (const [name, args] of [
      ['list_channels', {}],
      ['list_conversations', { first: 3 }],
      ['read_conversation', { conversationId: conversations[0]?.conversationId, archiveOnly: true }],
      ['search_messages', { words: 'nothinglikeit' }],
      ['search_messages', { channels: ['whatsapp'] }],
      ['read_message', { messageId: 'x' }],
      ['who_is', { participantId: people[0]?.participantId }],
      ['who_is', { channel: 'shop', nativeId: 'oAnna' }],
      ['message_stats', { groupBy: 'CHANNEL', archiveOnly: true, since: '2026-01-01' }],
      ['response_stats', { since: 'yesterday' }],
    ] as const)
      expect(await local.call(name, args), name).toEqual(await remote.call(name, args));
    expect(local.strange).toEqual([]);
    await Promise.all([local.close(), remote.close()]);
  },
);

test('a wrong key, and a gateway that is not there, are told to the model', async () => {
  const [wrong, nowhere] = await Promise.all([
    connect(world.url, 'wrong'),
    connect(`http://127.0.0.1:${await findFreePort()}/graphql`, undefined),
  ]);
  expect((await wrong.call('list_channels')).text).toMatch(/^UNAUTHENTICATED: .* Do not try again/);
  expect((await nowhere.call('list_channels')).text).toMatch(
    /^GATEWAY_UNAVAILABLE: The gateway does not answer at http:\/\/127\.0\.0\.1:\d+: is it running\?/,
  );
  await Promise.all([wrong.close(), nowhere.close()]);
});

test('only messages are written to its output, whatever comes in, and it ends with its input', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'mcp', '--url', world.url], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'trace',
      CHAT_HISTORY_GATEWAY_API_KEY: shop.key,
    },
  });
  let [output, log] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const ended = once(child, 'close') as Promise<[number | null]>;
  const send = (message: unknown): void => {
    child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  };
  const search = { name: 'search_messages', arguments: { words: 'CANARY' } };
  const client = { name: 'CANARY', version: '1' };
  send('CANARY {');
  send([1, 2]);
  send({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: client },
  });
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  send({ jsonrpc: '2.0', id: 2, method: 'CANARY/x' });
  send({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: search });
  await waitUntil(() => output.includes('"id":3'));
  child.stdin.end();
  expect((await ended)[0]).toBe(0);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { jsonrpc: string });
  expect(new Set(lines.map(({ jsonrpc }) => jsonrpc))).toEqual(new Set(['2.0']));
  expect(log).not.toContain('CANARY');
  expect(log).not.toContain(shop.key);
});

test('a URL that is none is refused with what it must be', async () => {
  const { code, stdout, stderr } = await runProgram(['mcp', '--url', 'chats.example.com']);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('It must be a URL such as https://chats.example.com/graphql.');
});
