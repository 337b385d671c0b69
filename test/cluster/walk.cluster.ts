import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createDatabase, dropDatabase } from '../support/postgres.ts';
import { fetchPage, walkTimeline, type ShownMessage } from '../support/walk-timeline.ts';

const REPLICAS = 3;
/** The long campaign sets it to 1,250, which makes 5,000. */
const MESSAGES_EACH = Number(process.env['WALK'] ?? 150);
const TOTAL = 4 * MESSAGES_EACH;
const PAGE_SIZE = 25;
const PAGES_BETWEEN_KILLS = 8;
/** Of a channel: what a page may have called for when its replica was killed, which another one calls for again. */
const CALLS_OF_ONE_PAGE = 2;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
/**
 * Of a channel: each replica reads the newest page itself, since that is fresh for moments and so kept in memory only. Tencent Chat has
 * one of each of its two accounts.
 */
const NEWEST_PAGES = 2;
const RETRY_MS = 50;
/** A page that no replica gives for so long is none that waits for the lease of one that was killed. */
const GIVE_UP_MS = 60_000;
/** The longest: what is new is not looked for while the machine is slow. */
const FRESHNESS_SECONDS = 60;

const server = process.env['POSTGRES_URL'] ?? '';
const secret = randomBytes(32).toString('base64');
const directory = mkdtempSync(join(tmpdir(), 'gateway-walk-'));
const replicas = new Set<GatewayProcess>();
const databases: string[] = [];
let sandbox: Sandboxes;
/** Of the replicas before. */
let callsBefore: Record<string, number> = {};
beforeEach(async () => {
  sandbox = await startSandboxes({
    seed: 3,
    now: () => Date.now(),
    messages: MESSAGES_EACH,
    weComReachDays: 365,
  });
});
afterEach(async () => {
  await stopAll();
  await sandbox.close();
  await Promise.all(databases.splice(0).map((name) => dropDatabase(server, name)));
  rmSync(directory, { recursive: true });
});

async function stopAll(): Promise<void> {
  await Promise.all([...replicas].map((replica) => replica.stop('SIGKILL')));
  replicas.clear();
}

/** @returns starts another replica on a store of its own and of those that it has started before */
async function createCluster(): Promise<() => Promise<void>> {
  const name = `walk_${randomBytes(6).toString('hex')}`;
  databases.push(name);
  callsBefore = callsOf(sandbox);
  const store = await createDatabase(server, name);
  const config = join(directory, `${name}.yaml`);
  writeFileSync(
    config,
    stringify({ store, secret, freshnessSeconds: FRESHNESS_SECONDS, channels: sandbox.channels }),
  );
  return async () => {
    replicas.add(await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'fatal' }));
  };
}

/** Another one each time, of those that are there. */
function createPick(): () => string {
  let turn = 0;
  return () => {
    const all = [...replicas];
    return all[turn++ % all.length]?.url ?? '';
  };
}

interface Walk {
  messages: ShownMessage[];
  /** To each provider since the replicas were started. */
  calls: Record<string, number>;
}

async function walk(onPage: (number: number) => void = () => undefined): Promise<Walk> {
  const pick = createPick();
  const messages = await walkTimeline(pick, {
    sizes: [PAGE_SIZE],
    onPage: (_, number) => {
      onPage(number);
    },
    fetch: async (url, variables) => {
      const began = performance.now();
      for (let at = url; ; at = pick()) {
        try {
          return await fetchPage(at, { ...variables, onSourceFailure: 'FAIL' });
        } catch (error) {
          // It was killed meanwhile, or waits for the lease of one that was: the client asks another one.
          if (performance.now() - began > GIVE_UP_MS) throw error;
          await sleep(RETRY_MS);
        }
      }
    },
  });
  const after = Object.entries(callsOf(sandbox));
  return {
    messages,
    calls: Object.fromEntries(
      after.map(([channel, count]) => [channel, count - (callsBefore[channel] ?? 0)]),
    ),
  };
}

function callsOf({ all }: Sandboxes): Record<string, number> {
  return Object.fromEntries(all.map(({ channel, server: { listCalls } }) => [channel, listCalls]));
}

/** @returns the channels that were called more often than this allows beyond the calls of one replica */
function tooOften(calls: Walk['calls'], alone: Walk['calls'], more: number): string[] {
  return Object.keys(calls).filter((channel) => (calls[channel] ?? 0) > (alone[channel] ?? 0) + more);
}

test(`a walk of ${TOTAL} messages, each page asked of another of ${REPLICAS} replicas, shows each once, in order, also while they are killed; beyond the calls of one, it costs each other replica's own newest pages, and a page's calls for each kill`, async () => {
  console.info(`seed ${SEED}`);
  const random = new Random(SEED);
  await (
    await createCluster()
  )();
  const alone = await walk();
  expect(new Set(alone.messages.map(({ id }) => id)).size).toBe(TOTAL);
  const times = alone.messages.map(({ sentAt }) => sentAt);
  expect(times).toEqual(times.toSorted().toReversed());
  await stopAll();

  const start = await createCluster();
  await Promise.all(Array.from({ length: REPLICAS }, start));
  const spread = await walk();
  expect(spread.messages).toEqual(alone.messages);
  console.info(`calls alone ${JSON.stringify(alone.calls)}, spread ${JSON.stringify(spread.calls)}`);
  expect(tooOften(spread.calls, alone.calls, NEWEST_PAGES * (REPLICAS - 1))).toEqual([]);
  await stopAll();

  const startAnother = await createCluster();
  await Promise.all(Array.from({ length: REPLICAS }, startAnother));
  let kills = 0;
  const starting: Promise<void>[] = [];
  const kill = async (): Promise<void> => {
    await sleep(random.between(0, 30));
    const killed = [...replicas][random.between(0, replicas.size - 1)];
    if (!killed || replicas.size === 1) return;
    kills++;
    replicas.delete(killed);
    await killed.stop('SIGKILL');
    await startAnother();
  };
  const killed = await walk((number) => {
    if (number % PAGES_BETWEEN_KILLS === 0) starting.push(kill());
  });
  await Promise.all(starting);
  expect(killed.messages).toEqual(alone.messages);
  console.info(`calls with ${kills} kills ${JSON.stringify(killed.calls)}`);
  const started = REPLICAS - 1 + kills;
  const more = NEWEST_PAGES * started + CALLS_OF_ONE_PAGE * kills;
  expect(tooOften(killed.calls, alone.calls, more)).toEqual([]);
  expect(kills).toBeGreaterThan(0);
  expect(sandbox.violations()).toEqual([]);
}, 600_000);
