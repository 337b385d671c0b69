import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { deliver } from './deliver.ts';
import { Follower } from './follower.ts';
import { runProgram } from './gateway-process.ts';
import { ask } from './gateway-world.ts';
import { runOn } from './postgres.ts';
import { Replicas } from './replicas.ts';
import { waitUntil } from './wait-until.ts';

const PUSHERS = 3;
const PAUSE_MS = 20;
const READ = '{ messages(first: 3, filter: { channels: ["shop"] }) { nodes { id } } }';
/** How soon all is as before, once the database accepts connections. */
export const BACK_WITHIN_MS = 5_000;
/** That is for machines that serve all of it within this time when there was no outage; for others it is longer in proportion. */
const USUAL_MS = 500;
/** At most so many times: a service that is slow in itself is not to pass. */
const LONGEST = 2;
const PUBLISHED = `SELECT convert_from(payload, 'UTF8')::jsonb ->> 'whatsAppMessageId' AS message FROM events
  WHERE type = 'message' ORDER BY id`;

/** How long it takes until each replica accepts and answers, and what was accepted is published and seen, in ms. */
export type ServiceTimes = Record<'accepted' | 'read' | 'published' | 'seen', number>;

/** What came of it all, once everything has been published and seen. */
interface Outcome {
  /** WhatsApp message ids, in the order in which the subscriber saw them. */
  seen: string[];
  /** All that was published from the first event on that it saw. */
  expected: string[];
  published: string[];
  /** What the subscriber was told instead. */
  refusals: unknown[];
  /** That deliveries were answered with, sorted. */
  statuses: number[];
  /** Of those that came and were answered while the database was away. */
  statusesMeanwhile: number[];
  acknowledged: number;
}

/** The settings of replicas whose providers are these: what was pushed is published, and nothing else. */
export function toLoadSettings(sandbox: Sandboxes): Record<string, unknown> {
  sandbox.whatsApp.server.knobs.fault = 'server-error';
  // The tail would publish from history too.
  return { live: { reconcileSeconds: 86_400 }, channels: sandbox.channels };
}

/** How many replicas serve. */
export const REPLICAS = 3;

/**
 * Replicas under load, until the end of the test.
 *
 * @param storeUrl by which they reach their database. @param databaseUrl where it is, by no proxy
 */
export async function openService(
  storeUrl: string,
  databaseUrl: () => string,
): Promise<{ load: ServiceLoad; replicas: Replicas }> {
  const sandbox = await startSandboxes({
    seed: 1,
    now: () => Date.now(),
    messages: 5,
    only: ['whatsapp', 'shop'],
  });
  onTestFinished(() => sandbox.close());
  const replicas = new Replicas(toLoadSettings(sandbox));
  onTestFinished(() => replicas.close());
  await Promise.all(Array.from({ length: REPLICAS }, () => replicas.start(storeUrl)));
  const load = new ServiceLoad(replicas, sandbox, databaseUrl);
  onTestFinished(() => load.close());
  return { load, replicas };
}

/** Ends the load: everything that was acknowledged was published and seen, once and in order, and recorded. */
export async function expectNothingLost(load: ServiceLoad, { config }: Replicas): Promise<void> {
  const { seen, expected, published, refusals, statuses, statusesMeanwhile, acknowledged } =
    await load.finish();
  expect(seen).toEqual(expected);
  expect(published).toHaveLength(new Set(published).size);
  expect([refusals, statuses, statusesMeanwhile]).toEqual([[], [200, 503], [503]]);
  const { code, stdout } = await runProgram(['audit', 'verify', '--config', config]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('The audit log is intact')]);
  console.info(`${acknowledged} acknowledged, ${seen.length} seen`);
}

/** Deliveries to replicas, reads, and a subscriber that resumes, while their database comes and goes. */
export class ServiceLoad {
  /** Whether the database is away, which who ends it says. */
  isAway = false;
  readonly #replicas: Replicas;
  readonly #whatsApp: Sandboxes['whatsApp'];
  readonly #databaseUrl: () => string;
  readonly #follower: Follower;
  readonly #acknowledged: string[] = [];
  readonly #answers: { status: number; wasAway: boolean }[] = [];
  readonly #working: Promise<void>[] = [];
  #isOver = false;

  /** @param databaseUrl where it is, by no proxy */
  constructor(replicas: Replicas, { whatsApp }: Sandboxes, databaseUrl: () => string) {
    this.#replicas = replicas;
    this.#whatsApp = whatsApp;
    this.#databaseUrl = databaseUrl;
    this.#follower = new Follower(() => replicas.next());
  }

  /** @returns the limit of all times after an outage, in ms */
  async start(): Promise<number> {
    // From the first event on that the subscriber has seen, it must see every one.
    await waitUntil(async () => {
      await this.#push();
      this.#follower.collect();
      return this.#follower.seen.length > 0;
    });
    for (let index = 0; index < PUSHERS; index++) this.#repeat(() => this.#push());
    this.#repeat(() => ask(this.#replicas.next() ?? '', READ));
    // Once for what the first requests wait for.
    await this.serveAll();
    const before = await this.serveAll();
    console.info(`before: ${JSON.stringify(before)} ms`);
    return BACK_WITHIN_MS * Math.min(LONGEST, Math.max(1, before.seen / USUAL_MS));
  }

  /** Waits until all replicas do all that they are for. */
  async serveAll(): Promise<ServiceTimes> {
    const began = performance.now();
    const since = (): number => Math.round(performance.now() - began);
    const onEach = async (serve: (url: string) => Promise<boolean>): Promise<number> => {
      await Promise.all(this.#replicas.all.map(({ url }) => waitUntil(() => serve(url))));
      return since();
    };
    const ids: string[] = [];
    const pushed = onEach(async (url) => {
      const id = await this.#push(url);
      if (id !== null) ids.push(id);
      return id !== null;
    });
    const reading = onEach(async (url) => (await ask(url, READ)).errors.length === 0);
    const [accepted, read] = await Promise.all([pushed, reading]);
    await this.#untilPublished(ids);
    const published = since();
    await waitUntil(() => {
      this.#follower.collect();
      return ids.every((id) => this.#follower.seen.includes(id));
    });
    return { accepted, read, published, seen: since() };
  }

  /** Ends deliveries and reads. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#working);
  }

  async finish(): Promise<Outcome> {
    await this.stop();
    const published = await this.#untilPublished(this.#acknowledged);
    const { seen, refusals } = this.#follower;
    const expected = published.slice(published.indexOf(seen[0] ?? ''));
    await waitUntil(() => {
      this.#follower.collect();
      return seen.length >= expected.length || refusals.length > 0;
    });
    return {
      seen,
      expected,
      published,
      refusals,
      statuses: toStatuses(this.#answers),
      statusesMeanwhile: toStatuses(this.#answers.filter(({ wasAway }) => wasAway)),
      acknowledged: this.#acknowledged.length,
    };
  }

  async close(): Promise<void> {
    await this.stop();
    this.#follower.close();
  }

  #repeat(work: () => Promise<unknown>): void {
    const working = (async () => {
      while (!this.#isOver) {
        await work();
        await sleep(PAUSE_MS);
      }
    })();
    this.#working.push(working);
  }

  /** @returns its message id; null: it was not acknowledged, and is not sent again */
  async #push(url = this.#replicas.next() ?? ''): Promise<string | null> {
    const record = this.#whatsApp.add({});
    const wasAway = this.isAway;
    const { status } = await deliver(url, 'whatsapp', this.#whatsApp.pushes.clientSync([record]));
    this.#answers.push({ status, wasAway: wasAway && this.isAway });
    if (status !== 200) return null;
    const id = this.#whatsApp.pushes.messageId(record);
    this.#acknowledged.push(id);
    return id;
  }

  /** @returns all that is published, in the order of its ids */
  async #untilPublished(ids: readonly string[]): Promise<string[]> {
    let published: string[] = [];
    await waitUntil(async () => {
      published = (await runOn(this.#databaseUrl(), PUBLISHED)).map(({ message }) => String(message));
      const all = new Set(published);
      return ids.every((id) => all.has(id));
    });
    return published;
  }
}

function toStatuses(answers: readonly { status: number }[]): number[] {
  return [...new Set(answers.map(({ status }) => status))].sort();
}
