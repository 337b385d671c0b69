import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { startCluster, type GatewayCluster } from '../support/gateway-cluster.ts';
import { ask } from '../support/gateway-world.ts';
import { runOn } from '../support/postgres.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROUNDS = 2;
const CLIENTS_OF_EACH = 3;
const QUERIES = [
  '{ messages(first: 60) { nodes { id text } } }',
  '{ messages(first: 20, filter: { channels: ["whatsapp"] }) { nodes { id text } } }',
  '{ messages(last: 50, filter: { channels: ["broadcast"] }) { nodes { id } } }',
];

let cluster: GatewayCluster | undefined;
afterEach(() => cluster?.close());

test('under load no request fails while Redis is killed and starts again empty, or stops answering', async () => {
  const key = makeKey('load', ['messages:read', 'participants:read']);
  const own = (cluster = await startCluster({
    only: ['broadcast', 'whatsapp'],
    messages: 300,
    settings: {
      freshnessSeconds: 0,
      auth: { apiKeys: [key.entry] },
      limits: { requestsPerMinute: 1_000_000 },
    },
  }));
  const failures: unknown[] = [];
  let [answered, isOver] = [0, false];
  const startClient = async (url: string, query: string): Promise<void> => {
    while (!isOver) {
      const { status, errors } = await ask(url, query, {}, key.headers);
      if (status !== 200 || errors.length > 0) failures.push({ status, errors });
      answered++;
    }
  };
  const clients = own.gateways.flatMap(({ url }) =>
    Array.from({ length: CLIENTS_OF_EACH }, (_, index) => startClient(url, QUERIES[index] ?? '')),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(300);
    const before = answered;
    await own.redis.kill();
    // Pages that other gateways have read are cold again, too.
    await runOn(own.databaseUrl, 'DELETE FROM pages');
    await sleep(500);
    await own.redis.start();
    await own.untilRedisIs('up');
    own.redis.signal('SIGSTOP');
    await sleep(700);
    own.redis.signal('SIGCONT');
    await own.untilRedisIs('up');
    // A busy machine may need longer for the first answers.
    await waitUntil(() => answered > before);
  }
  isOver = true;
  await Promise.all(clients);
  console.info(`${answered} requests while Redis was killed and stopped ${ROUNDS} times`);
  expect(failures).toEqual([]);
  expect(own.sandbox.violations()).toEqual([]);
});
