import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createClient } from '@redis/client';
import { findFreePort } from './free-port.ts';
import type { StartOptions } from './gateway-process.ts';

/** A server of a test's own, on a free port of the loopback, which keeps nothing when it ends. */
export interface RedisServer {
  /** With all permissions. */
  url: string;
  /** With those that the documentation names for gateways. */
  gatewayUrl: string;
  /** `SIGSTOP` lets it go on without an answer, until `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
  /** Again on the same port, empty. */
  start(): Promise<void>;
}

const HOST = '127.0.0.1';
const READY = 'Ready to accept connections';
const GATEWAY_USER = ['gateway', 'on', '>s3cret', ...readDocumentedRights()];

/** @returns whether Debian's package is installed */
export function hasRedis(): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((place) => existsSync(join(place, 'redis-server')));
}

/** @param settings beside the defaults, such as `--requirepass`, `x` */
export async function startRedis(
  settings: readonly string[] = [],
  { detached = false, onSpawn }: StartOptions = {},
): Promise<RedisServer> {
  const port = await findFreePort();
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const place = ['--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no'];
    const args = [...place, '--user', ...GATEWAY_USER, ...settings];
    server = spawn('redis-server', args, { cwd: '/', detached, stdio: ['ignore', 'pipe', 'ignore'] });
    onSpawn?.(server);
    await untilReady(server);
  };
  await start();
  return {
    url: `redis://${HOST}:${port}`,
    gatewayUrl: `redis://gateway:s3cret@${HOST}:${port}`,
    start,
    signal: (signal) => server?.kill(signal),
    kill: async () => {
      if (server === null) return;
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      server = null;
      await ended;
    },
  };
}

/** Of the command that `docs/operations.md` shows, what comes after the password. */
function readDocumentedRights(): string[] {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, rights] = /ACL SETUSER gateway on >PASSWORD (.+)/.exec(text) ?? [];
  if (rights === undefined) throw new Error('The documentation names no permissions');
  return rights.trim().split(' ');
}

/** @throws Error with what it wrote, when it ends instead */
async function untilReady(server: ChildProcess): Promise<void> {
  let written = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      if (written.includes(READY)) resolve();
    });
    server.once('exit', () => {
      reject(new Error(`Redis ended before it was ready:\n${written}`));
    });
  });
}

/** Everything that is in it, as text. */
export async function readRedis(url: string): Promise<Record<string, string>> {
  const client = createClient({ url });
  await client.connect();
  const read = async (name: string): Promise<string> =>
    (await client.type(name)) === 'hash'
      ? JSON.stringify(await client.hGetAll(name))
      : ((await client.get(name)) ?? '');
  try {
    const names = await client.keys('*');
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await read(name)] as const)),
    );
  } finally {
    client.destroy();
  }
}

/** What is in it, also base64 decoded, and the kinds of names that there are. */
export async function dumpRedis(url: string): Promise<{ text: string; kinds: string[] }> {
  const found = await readRedis(url);
  const [names, values] = [Object.keys(found), Object.values(found)];
  const decoded = values.map((value) => Buffer.from(value, 'base64').toString('latin1'));
  return {
    text: [...names, ...values, ...decoded].join('\n'),
    kinds: [...new Set(names.map((name) => name.split(':')[1] ?? ''))].sort(),
  };
}
