import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createTcpProxy } from '../../test/support/tcp-proxy.ts';
import { pause } from './deliveries.ts';
import type { Guard } from './guard.ts';

const EXAMPLE = new URL('../../examples/cluster/haproxy.cfg', import.meta.url);
const LOOK_EVERY_MS = 50;
/** Fewer than in the example: each takes two file descriptors, of which a user may have a thousand only. */
const MAX_CONNECTIONS = 400;

export interface Balancer {
  /** What it is, as the terminal says it. */
  name: string;
  url: string;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  readonly port: number;
  readonly isUp: boolean;
}

/** HAProxy with the configuration of the example, or, where it is not installed, a balancer of connections in this process. */
export async function startBalancer(
  backends: readonly Backend[],
  ports: { api: number; metrics: number },
  directory: string,
  guard: Guard,
): Promise<Balancer> {
  const { stdout, error } = spawnSync('haproxy', ['-v'], { encoding: 'utf8' });
  if (error) return startOwn(backends, ports.api);
  const version = /version (\d+\.\d+)/i.exec(stdout)?.[1] ?? '';
  const file = join(directory, 'haproxy.cfg');
  writeFileSync(file, toLocalConfig(readFileSync(EXAMPLE, 'utf8'), backends, ports));
  const server = spawn('haproxy', ['-db', '-n', String(MAX_CONNECTIONS), '-f', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C in the terminal does not reach it.
    detached: true,
  });
  guard.watch(server);
  await untilListening(server, ports.api);
  return {
    name: `HAProxy ${version}`,
    url: `http://127.0.0.1:${ports.api}/graphql`,
    close: async () => {
      const ended = once(server, 'exit');
      if (server.kill('SIGTERM')) await ended;
    },
  };
}

/** The example's configuration with the addresses of this machine. */
export function toLocalConfig(
  example: string,
  backends: readonly Backend[],
  ports: { api: number; metrics: number },
): string {
  const addressed = backends.reduce(
    (text, { name, port }) => text.replace(`server ${name} ${name}:4000`, `server ${name} 127.0.0.1:${port}`),
    example,
  );
  return addressed
    .replace('bind :4000', `bind 127.0.0.1:${ports.api}`)
    .replace('bind :8404', `bind 127.0.0.1:${ports.metrics}`)
    .replace(/^resolvers names\n(?: .*\n)+/m, '')
    .replace(' resolvers names init-addr none', '');
}

/** Connections go round the gateways that run; it does not ask for their health, and repeats no request. */
async function startOwn(backends: readonly Backend[], port: number): Promise<Balancer> {
  let next = 0;
  const pick = (): string => {
    const up = backends.filter(({ isUp }) => isUp);
    // With none, the connection is refused, as it should be.
    const chosen = up[next++ % Math.max(1, up.length)] ?? backends[0];
    return `http://127.0.0.1:${chosen?.port ?? 0}/graphql`;
  };
  const proxy = await createTcpProxy(pick, port);
  return {
    name: 'a small balancer of its own, since HAProxy is not installed (apt-get install haproxy)',
    url: proxy.url,
    close: () => proxy.close(),
  };
}

/** @throws Error with what it wrote, when it ends instead */
async function untilListening(server: ChildProcess, port: number): Promise<void> {
  let written = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const ended = new AbortController();
  server.once('close', () => {
    ended.abort();
  });
  while (!(await isListening(port))) {
    await pause(LOOK_EVERY_MS, ended.signal);
    if (ended.signal.aborted) throw new Error(`HAProxy ended before it was ready:\n${written}`);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
