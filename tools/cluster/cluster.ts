import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { createApiKey } from '../../src/access/api-keys.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { findFreePort } from '../../test/support/free-port.ts';
import { createDatabase, startPostgres } from '../../test/support/postgres.ts';
import { buildForRun } from '../../test/support/program-build.ts';
import { hasRedis, startRedis } from '../../test/support/redis.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { Guard } from './guard.ts';
import { Replica } from './replica.ts';

const EXAMPLE = new URL('../../examples/cluster/gateway.yaml', import.meta.url);
const NAMES = ['gateway-1', 'gateway-2', 'gateway-3'];

/** What `examples/cluster` describes, with the servers of this machine. */
export interface Cluster {
  sandboxes: Sandboxes;
  replicas: readonly Replica[];
  balancer: Balancer;
  /** As the terminal says it. */
  redis: string;
  apiKey: string;
  /** The configuration file of all gateways. */
  config: string;
}

/**
 * @param postgres where the programs of its server are
 * @param port of the balancer; 0 takes any free one
 * @param stack ends what was started, also when the start fails
 * @param write says what is being done
 */
export async function startCluster(
  { postgres, port }: { postgres: string; port: number },
  stack: AsyncDisposableStack,
  write: (text: string) => void,
): Promise<Cluster> {
  const guard = new Guard();
  stack.defer(() => guard.close());
  const directory = mkdtempSync(join(tmpdir(), 'gateway-cluster-demo-'));
  guard.watchDirectory(directory);
  stack.defer(() => {
    rmSync(directory, { recursive: true });
  });
  const isBuilt = process.env['BUILT_PROGRAM'] !== undefined;
  if (!isBuilt) {
    write('Building the program.\n');
    stack.defer(await buildForRun());
    const built = process.env['BUILT_PROGRAM'];
    if (built !== undefined) guard.watchDirectory(dirname(dirname(built)));
  }
  write('Starting PostgreSQL, the providers and three gateways.\n');
  const server = await startPostgres(postgres, [], {
    detached: true,
    // It ends its own processes then.
    onSpawn: (child) => {
      guard.watch(child, 'quit');
    },
  });
  guard.watchDirectory(server.directory);
  stack.defer(() => server.remove());
  const onSpawn = (child: ChildProcess): void => {
    guard.watch(child);
  };
  const redis = hasRedis() ? await startRedis([], { detached: true, onSpawn }) : null;
  if (redis) stack.defer(() => redis.kill());
  const sandboxes = await startSandboxes({ seed: 1, now: () => Date.now(), weComReachDays: 30 });
  stack.defer(() => sandboxes.close());
  const { key: apiKey, sha256 } = createApiKey();
  const config = join(directory, 'gateway.yaml');
  const store = await createDatabase(server.url, 'gateway');
  const addresses = { store, redis: redis?.url, sha256, sandboxes };
  writeFileSync(config, toLocalConfig(readFileSync(EXAMPLE, 'utf8'), addresses), { mode: 0o600 });

  const replicas: Replica[] = [];
  for (const name of NAMES) replicas.push(new Replica(name, await findFreePort(), config, guard));
  stack.defer(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
  });
  await Promise.all(replicas.map((replica) => replica.start()));
  const ports = { api: port === 0 ? await findFreePort() : port, metrics: await findFreePort() };
  const balancer = await startBalancer(replicas, ports, directory, guard);
  stack.defer(() => balancer.close());
  return {
    sandboxes,
    replicas,
    balancer,
    redis: redis ? 'Redis' : 'no Redis, since it is not installed (apt-get install redis-server)',
    apiKey,
    config,
  };
}

/** The example's configuration with the addresses and secrets of this run. */
function toLocalConfig(
  example: string,
  {
    sha256,
    sandboxes,
    ...servers
  }: { store: string; redis: string | undefined; sha256: string; sandboxes: Sandboxes },
): string {
  const settings = parse(example.replace('${GATEWAY_KEY_SHA256}', sha256)) as object;
  return stringify({
    ...settings,
    server: { host: '127.0.0.1' },
    // On the port of each gateway, for this machine.
    metrics: {},
    ...servers,
    secret: randomBytes(32).toString('base64'),
    channels: sandboxes.channels,
  });
}
