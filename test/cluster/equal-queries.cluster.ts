import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { startCluster, type GatewayCluster } from '../support/gateway-cluster.ts';
import { ask } from '../support/gateway-world.ts';
import type { GatewayProcess } from '../support/gateway-process.ts';
import { dumpRedis } from '../support/redis.ts';
import { waitUntil } from '../support/wait-until.ts';

const QUERIES = 150;
const ATTEMPTS = 3;
const REQUESTS_PER_MINUTE = 150;
/** Long enough for all queries to arrive meanwhile. */
const DELAY_MS = 500;
const FRESH_SECONDS = 1;
const NEWEST = '{ messages(first: 60) { nodes { id text } } }';

let cluster: GatewayCluster | undefined;
afterEach(() => cluster?.close());

const key = makeKey('reporting-of-sales', ['messages:read', 'participants:read']);
const limited = makeKey('limited', ['messages:read']);

function start(requestsPerMinute: number): Promise<GatewayCluster> {
  return startCluster({
    only: ['broadcast'],
    messages: 300,
    encryptionKey: Buffer.alloc(32, 4).toString('base64'),
    settings: {
      // Queries that a busy machine takes later than the others are still part of them.
      freshnessSeconds: FRESH_SECONDS,
      limits: { requestsPerMinute },
      auth: { apiKeys: [key.entry, limited.entry] },
    },
  });
}

/** @returns the answers, each of which must be the same, and without an error */
async function askAtOnce(gateways: readonly GatewayProcess[], count: number): Promise<unknown> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      ask(gateways[index % gateways.length]?.url ?? '', NEWEST, {}, key.headers),
    ),
  );
  const logs = gateways.map((gateway) => gateway.output()).join('');
  for (const { data, errors } of answers) expect([data, errors], logs).toEqual([answers[0]?.data, []]);
  return answers[0]?.data;
}

test('equal queries over three gateways cost one call for each page, three without Redis, and no request fails when it dies', async () => {
  const own = (cluster = await start(10 * QUERIES));
  const { server } = own.sandbox.tencentChat;
  /** The calls of what is done, when no page is fresh any more. */
  const callsOf = async (work: () => Promise<unknown>): Promise<number> => {
    await sleep(FRESH_SECONDS * 1000 + 100);
    const before = server.listCalls;
    await work();
    return server.listCalls - before;
  };
  const alone = (): Promise<unknown> => askAtOnce(own.gateways.slice(0, 1), 1);
  // What is settled is cached from then on.
  await alone();
  let answer: unknown;
  const one = await callsOf(async () => (answer = await alone()));
  expect(one).toBeGreaterThan(0);
  server.knobs.delayMs = DELAY_MS;
  /** A machine that stalls costs calls: so must it be in one of some attempts, and never more than without Redis. */
  const expectOneFetch = async (queries: number): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const calls = await callsOf(() => askAtOnce(own.gateways, queries));
      expect(calls).toBeLessThanOrEqual(3 * one);
      if (calls === one) return;
      console.info(`attempt ${attempt}: ${calls} calls instead of ${one}`);
      if (attempt === ATTEMPTS) expect.fail(`In none of ${ATTEMPTS} attempts`);
    }
  };
  await expectOneFetch(QUERIES);
  const { text, kinds } = await dumpRedis(own.redis.url);
  expect(kinds).toEqual(expect.arrayContaining(['page', 'requests']));
  const texts = (answer as { messages: { nodes: { text: string | null }[] } }).messages.nodes.map(
    ({ text: shown }) => shown ?? '',
  );
  const readable = [
    'broadcast',
    'tencent',
    '"value"',
    key.entry.name,
    ...texts.filter((known) => known.length > 8),
  ];
  expect(readable.filter((word) => text.toLowerCase().includes(word.toLowerCase()))).toEqual([]);

  // It dies while they wait for each other, and is down.
  const cut = await callsOf(async () => {
    const before = server.listCalls;
    const answers = askAtOnce(own.gateways, QUERIES / 3);
    await waitUntil(() => server.listCalls > before);
    await own.redis.kill();
    await answers;
  });
  expect(cut).toBeLessThanOrEqual(3 * one);
  expect(await callsOf(() => askAtOnce(own.gateways, QUERIES / 3))).toBeLessThanOrEqual(3 * one);
  await own.redis.start();
  await own.untilRedisIs('up');
  await expectOneFetch(QUERIES / 3);
  expect(own.sandbox.violations()).toEqual([]);
});

test('a key has its requests over all gateways, and in each while Redis is down', async () => {
  const own = (cluster = await start(REQUESTS_PER_MINUTE));
  const count = 'query { __typename }';
  /** @returns how many of these requests were answered */
  const answered = async (requests: number): Promise<number> => {
    const statuses: number[] = [];
    while (statuses.length < requests)
      statuses.push(
        ...(await Promise.all(
          own.gateways.map(async ({ url }) => (await ask(url, count, {}, limited.headers)).status),
        )),
      );
    expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
    return statuses.filter((status) => status === 200).length;
  };
  // Each gateway gets fewer than the limit. Exactly so many are answered, unless the machine stalls.
  const together = await answered(2.5 * REQUESTS_PER_MINUTE);
  expect(together).toBeGreaterThanOrEqual(REQUESTS_PER_MINUTE);
  expect(together).toBeLessThan(1.5 * REQUESTS_PER_MINUTE);
  await own.redis.kill();
  await own.untilRedisIs('down');
  expect(await answered(30)).toBe(30);
  await own.redis.start();
  await own.untilRedisIs('up');
  expect(await answered(30)).toBe(30);
});
