import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import type { ChannelName } from '../../src/sandbox/start.ts';
import { startGateway, type GatewayProcess } from './gateway-process.ts';
import { createDatabase, dropDatabase } from './postgres.ts';
import { startRedis, type RedisServer } from './redis.ts';
import { waitUntil } from './wait-until.ts';

/** Gateways as they are run, each a process, on one database and one Redis. */
export interface GatewayCluster {
  gateways: GatewayProcess[];
  redis: RedisServer;
  sandbox: Sandboxes;
  databaseUrl: string;
  /** Waits until all gateways that still run say so. */
  untilRedisIs(state: 'up' | 'down'): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterOptions {
  only: readonly ChannelName[];
  messages: number;
  /** One that outlives the cluster; default: its own. */
  sandbox?: Sandboxes;
  /** Default: 3. */
  gateways?: number;
  /** Whether they share one; the server is there anyhow. */
  hasRedis?: boolean;
  /** More of the configuration. */
  settings?: Record<string, unknown>;
  encryptionKey?: string;
}

const GATEWAYS = 3;
const server = process.env['POSTGRES_URL'] ?? '';

export async function startCluster({
  only,
  messages,
  sandbox: given,
  gateways: count = GATEWAYS,
  hasRedis = true,
  settings = {},
  encryptionKey,
}: ClusterOptions): Promise<GatewayCluster> {
  const name = `redis_${randomBytes(6).toString('hex')}`;
  const directory = mkdtempSync(join(tmpdir(), 'gateway-cluster-'));
  const [databaseUrl, redis, sandbox] = await Promise.all([
    createDatabase(server, name),
    startRedis(),
    given ?? startSandboxes({ seed: 1, now: () => Date.now(), messages, only }),
  ]);
  const config = join(directory, 'gateway.yaml');
  writeFileSync(
    config,
    stringify({
      store: encryptionKey === undefined ? databaseUrl : { location: databaseUrl, encryptionKey },
      ...(hasRedis && { redis: redis.gatewayUrl }),
      secret: randomBytes(32).toString('base64'),
      ...settings,
      channels: sandbox.channels,
    }),
  );
  const start = (): Promise<GatewayProcess> =>
    startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'warn' });
  const gateways = await Promise.all(Array.from({ length: count }, start));
  const cluster: GatewayCluster = {
    gateways,
    redis,
    sandbox,
    databaseUrl,
    untilRedisIs: async (state) => {
      const isSo = async ({ url }: GatewayProcess): Promise<boolean> => {
        const text = await (await fetch(new URL('/metrics', url))).text();
        return text.includes(`\ngateway_redis_up ${state === 'up' ? 1 : 0}\n`);
      };
      await waitUntil(async () => (await Promise.all(gateways.map(isSo))).every(Boolean));
    },
    close: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop('SIGKILL')));
      await Promise.all([redis.kill(), given ? null : sandbox.close(), dropDatabase(server, name)]);
      rmSync(directory, { recursive: true });
    },
  };
  if (hasRedis) await cluster.untilRedisIs('up');
  return cluster;
}
