import { createClient, type GatewayClient } from '../../src/client/index.ts';
import { runProgram } from '../../test/support/gateway-process.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { pause } from './deliveries.ts';
import { Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import type { Replica } from './replica.ts';
import { isFlawless, toLine, toSummary, type Progress } from './report.ts';
import { followEvents, followSocket } from './subscribers.ts';

const LINE_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 50;
/** What a killed gateway has accepted, another one publishes after about ten seconds. */
const FOLLOWS_WITHIN_MS = 30_000;
const RETRY = { maxRetries: 8, baseDelayMs: 100, maxDelayMs: 2_000 };

export interface DemoOptions {
  /** Where the programs of the PostgreSQL server are. */
  postgres: string;
  /** Of the balancer; 0 takes any free one. */
  port: number;
  /** How long gateways are killed. */
  seconds: number;
  /** Seconds between two kills. */
  killEvery: number;
}

interface Terminal {
  write: (text: string) => void;
  /** Ends the demo, which then still waits for what was acknowledged. */
  ending: AbortSignal;
  /** Ends also that. */
  leaving: AbortSignal;
}

/**
 * Kills a gateway of a cluster every few seconds, while callers read, providers deliver and subscribers follow.
 *
 * @returns whether nothing was lost and nothing came twice
 */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<boolean> {
  const { write, ending } = terminal;
  await using stack = new AsyncDisposableStack();
  const cluster = await startCluster(options, stack, write);
  const { balancer, apiKey, replicas, config } = cluster;
  write(`
Three gateways on one PostgreSQL server, with ${cluster.redis}, behind ${balancer.name}: ${balancer.url}
Playground: ${new URL('/', balancer.url).href} with the header {"authorization": "Bearer ${apiKey}"}
Every ${options.killEvery} s a gateway is killed with kill -9 and started again. Ctrl-C ends it.

`);
  const client = createClient({ url: balancer.url, apiKey, retry: RETRY });
  const following = await startFollowing(cluster, client);
  stack.defer(() => following.stop());
  const { ledger } = following;
  const loading = new AbortController();
  const { traffic, ended } = startLoad({
    ...cluster,
    url: balancer.url,
    client,
    ledger,
    signal: loading.signal,
  });
  stack.defer(() => {
    loading.abort();
  });

  const began = performance.now();
  let kills = 0;
  const progress = (isOver = false): Progress => ({
    ...ledger.count(isOver),
    ...traffic,
    seconds: Math.round((performance.now() - began) / 1000),
    reconnects: following.reconnects(),
    kills,
    replicas,
  });
  const lines = setInterval(() => {
    write(`${toLine(progress())}\n`);
  }, LINE_EVERY_MS);
  stack.defer(() => {
    clearInterval(lines);
  });
  const run = async (): Promise<void> => {
    const limit = AbortSignal.timeout(options.seconds * 1000);
    const signal = AbortSignal.any([ending, limit, loading.signal]);
    await killInTurns(replicas, options.killEvery * 1000, signal, () => {
      kills++;
    });
    loading.abort();
    await ended;
    await following.untilComplete(terminal);
  };
  // What fails ends the demo with its error.
  await Promise.race([Promise.all([run(), ended]), following.failure]);
  clearInterval(lines);
  const last = progress(true);
  await following.stop();
  const isAuditIntact = (await runProgram(['audit', 'verify', '--config', config])).code === 0;
  for (const { problem } of replicas) if (problem !== null) write(`${problem}\n`);
  write(toSummary(last, isAuditIntact));
  return isFlawless(last) && isAuditIntact;
}

async function killInTurns(
  replicas: readonly Replica[],
  everyMs: number,
  signal: AbortSignal,
  onKill: () => void,
): Promise<void> {
  for (;;) {
    await pause(everyMs, signal);
    if (signal.aborted) return;
    const up = replicas.filter(({ isUp }) => isUp);
    const chosen = up[Math.floor(Math.random() * up.length)];
    if (chosen === undefined) continue;
    chosen.kill();
    onKill();
  }
}

interface Following {
  ledger: Ledger;
  /** How often subscribers had to connect again. */
  reconnects(): number;
  /** Rejects when a subscriber cannot resume. */
  failure: Promise<unknown>;
  /** Waits until subscribers have seen what was acknowledged, as long as that may take. */
  untilComplete(terminal: Terminal): Promise<void>;
  stop(): Promise<void>;
}

async function startFollowing({ balancer, apiKey }: Cluster, client: GatewayClient): Promise<Following> {
  const follows = [followEvents(client), followEvents(client), followSocket(balancer.url, apiKey)];
  const ledger = new Ledger(follows.length);
  const stopping = new AbortController();
  let reconnects = 0;
  const onReconnect = (): void => {
    reconnects++;
  };
  // All from one moment, so that all see the same.
  const { liveCursor } = await client.request<{ liveCursor: string }, Record<string, never>>(
    '{ liveCursor }',
  );
  const followers = follows.map((follow, index) => {
    const see = (text: string): void => {
      ledger.see(index, text);
    };
    return follow(liveCursor, see, onReconnect, stopping.signal);
  });
  return {
    ledger,
    reconnects: () => reconnects,
    failure: Promise.all(followers),
    untilComplete: async ({ leaving, write }) => {
      const signal = AbortSignal.any([leaving, AbortSignal.timeout(FOLLOWS_WITHIN_MS)]);
      if (!ledger.isComplete) write('No more load: waiting until subscribers have seen the rest.\n');
      while (!ledger.isComplete && !signal.aborted) await pause(LOOK_EVERY_MS, signal);
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(followers);
    },
  };
}
