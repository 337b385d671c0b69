import { afterEach, expect, test } from 'vitest';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { startCluster, type ClusterOptions, type GatewayCluster } from '../support/gateway-cluster.ts';
import type { GatewayProcess } from '../support/gateway-process.ts';
import { ask } from '../support/gateway-world.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The campaign sets it to 300, which only a machine that does nothing else takes without a stall. */
const QUERIES = Number(process.env['QUERIES'] ?? 60);
const GATEWAYS = 3;
const ATTEMPTS = 3;
/** Of up to eight clusters, one after the other. */
const TIMEOUT_MS = 400_000;
/** Long enough for all queries to arrive meanwhile. */
const DELAY_MS = 500;
/** Queries that a busy machine takes later than the others are still part of them. */
const FRESH_SECONDS = 30;
/** A machine that is busy with 300 requests must not leave a source out. */
const REQUEST_MS = 60_000;
const NEWEST = '{ messages(first: 60, onSourceFailure: FAIL) { nodes { id text } } }';
const ONLY = ['shop', 'broadcast', 'whatsapp'] as const;
const MESSAGES = 300;

let sandbox: Sandboxes | undefined;
let cluster: GatewayCluster | undefined;
afterEach(async () => {
  await cluster?.close();
  await sandbox?.close();
});

/** @returns whether each was answered without an error; a provider's call may time out on a machine that stalls */
async function askAtOnce(gateways: readonly GatewayProcess[], count: number): Promise<boolean> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => ask(gateways[index % gateways.length]?.url ?? '', NEWEST)),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const failed = answers.filter(({ errors }) => errors.length > 0);
  if (failed.length > 0) console.info(`${failed.length} with errors:`, failed[0]?.errors);
  const texts = new Set(answers.map(({ data }) => JSON.stringify(data)));
  if (failed.length === 0) expect(texts.size).toBe(1);
  return failed.length === 0;
}

test(
  'equal queries at once on cold pages cost one call for each native page, at most three without Redis, and two when the gateway that fetches is killed',
  { timeout: TIMEOUT_MS },
  async () => {
    const all = (sandbox = await startSandboxes({
      seed: 1,
      now: () => Date.now(),
      messages: MESSAGES,
      only: ONLY,
    }));
    for (const { server } of all.all) server.knobs.delayMs = DELAY_MS;
    const countCalls = (): number[] => all.all.map(({ server }) => server.listCalls);
    /** @returns the calls for messages, by provider, of what is asked of gateways that know nothing yet */
    const callsOf = async (
      options: Partial<ClusterOptions>,
      work: (gateways: readonly GatewayProcess[]) => Promise<boolean>,
    ): Promise<{ calls: number[]; isWhole: boolean }> => {
      const settings = { freshnessSeconds: FRESH_SECONDS, limits: { requestTimeoutMs: REQUEST_MS } };
      const own = (cluster = await startCluster({
        only: ONLY,
        messages: MESSAGES,
        sandbox: all,
        settings,
        ...options,
      }));
      const before = countCalls();
      const isWhole = await work(own.gateways);
      const calls = countCalls().map((count, index) => count - (before[index] ?? 0));
      await own.close();
      cluster = undefined;
      return { calls, isWhole };
    };
    const { calls: one } = await callsOf({ gateways: 1, hasRedis: false }, (gateways) =>
      askAtOnce(gateways, 1),
    );
    expect(one.every((count) => count > 0)).toBe(true);
    const isAtMost = (calls: readonly number[], factor: number): boolean =>
      calls.every((count, index) => count <= factor * (one[index] ?? 0));
    /** A machine that stalls costs calls: so must it be in one of some attempts. */
    const expectAtMost = async (factor: number, ...what: Parameters<typeof callsOf>): Promise<void> => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const { calls, isWhole } = await callsOf(...what);
        console.info(
          `calls by provider, of one query ${one.join()}; at most ${factor} of each: ${calls.join()}`,
        );
        if (isWhole && isAtMost(calls, factor)) return;
      }
      expect.fail(`In none of ${ATTEMPTS} attempts`);
    };
    await expectAtMost(1, {}, (gateways) => askAtOnce(gateways, QUERIES));
    await expectAtMost(GATEWAYS, { hasRedis: false }, (gateways) => askAtOnce(gateways, QUERIES));
    await expectAtMost(2, {}, async ([first, ...others]) => {
      const before = countCalls();
      const lost = ask(first?.url ?? '', NEWEST).catch(() => null);
      await waitUntil(() => countCalls().every((count, index) => count > (before[index] ?? 0)));
      const answers = askAtOnce(others, QUERIES);
      await first?.stop('SIGKILL');
      await lost;
      return answers;
    });
    expect(all.violations()).toEqual([]);
  },
);
