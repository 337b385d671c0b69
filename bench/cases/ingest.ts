import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { ask, toBody } from '../graphql.ts';
import { runLoad, type LoadReport, type LoadRequest } from '../load.ts';
import { startMeasured, withMeasured } from '../measured-process.ts';
import { Arrivals } from '../subscribers/arrivals.ts';
import { subscribeBySse } from '../subscribers/sse.ts';
import { toDelivery } from '../webhooks.ts';
import { openWorld, type World } from '../world.ts';

const CONNECTIONS = 16;
const COUNTS = { full: { warmUp: 200, measured: 2_000 }, quick: { warmUp: 5, measured: 20 } };
const FOLLOW = 'subscription ($after: String) { messageAdded(after: $after) { node { text } } }';

type Counts = (typeof COUNTS)['full'];

/** Webhooks that arrive together, each with one message. */
export const ingest: BenchCase = {
  name: 'ingest',
  title: `Webhooks with one message each, over ${CONNECTIONS} connections, into a store on disk`,
  prepare: ({ isQuick }) => {
    const counts = COUNTS[isQuick ? 'quick' : 'full'];
    const variants = new Map([
      [
        'ours',
        {
          does: 'verifies, stores synced before it answers, and then turns each message into an event for subscribers',
          measure: () => inWorld((world) => measureOurs(world, counts)),
        },
      ],
      [
        'raw',
        {
          does: 'node:http; one SQLite transaction a body (WAL, synchronous FULL) before it answers, and nothing else',
          measure: () => inWorld((world) => measureRaw(world, counts)),
        },
      ],
    ]);
    return Promise.resolve({ variants, close: () => Promise.resolve() });
  },
};

async function inWorld(measure: (world: World) => Promise<Figures>): Promise<Figures> {
  const world = await openWorld({ messages: 20 });
  try {
    return await measure(world);
  } finally {
    await world.close();
  }
}

function measureOurs(world: World, counts: Counts): Promise<Figures> {
  return withMeasured(startGateway(world), async ({ url, cpuMs }) => {
    const { answer } = await ask(url, toBody('{ liveCursor }'));
    // Without a subscriber from before, messages are not new to anyone.
    const first = await subscribeBySse(url, FOLLOW, {}, () => undefined);
    try {
      const cpuBefore = cpuMs();
      const beganAt = performance.now();
      const report = await deliver(url, counts, (number) => toDelivery(world, number));
      const answeredMs = performance.now() - beganAt;
      await expectEvents(url, answer.data['liveCursor'], counts.warmUp + counts.measured);
      return {
        ...toFigures(report),
        'CPU ms a message': (cpuMs() - cpuBefore) / (counts.warmUp + counts.measured),
        'from the last answer until all are with a subscriber, ms': performance.now() - beganAt - answeredMs,
      };
    } finally {
      first.close();
    }
  });
}

async function measureRaw(world: World, counts: Counts): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  try {
    const starting = startMeasured(['bench/raw/ingest.ts', join(directory, 'inbox.db')]);
    return await withMeasured(starting, async ({ url, cpuMs }) => {
      const cpuBefore = cpuMs();
      const report = await deliver(url, counts, (number) => toDelivery(world, number));
      const response = await fetch(url);
      const { count } = (await response.json()) as { count: number };
      const expected = counts.warmUp + counts.measured;
      if (count !== expected) throw new Error(`${count} bodies were stored rather than ${expected}`);
      return { ...toFigures(report), 'CPU ms a message': (cpuMs() - cpuBefore) / expected };
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Signed before it begins. */
async function deliver(
  url: string,
  { warmUp, measured }: Counts,
  toRequest: (number: number) => LoadRequest,
): Promise<LoadReport> {
  const requests = Array.from({ length: warmUp + measured }, (_, number) => toRequest(number));
  const requestFrom = (from: number) => (index: number) => {
    const request = requests[from + index];
    if (!request) throw new Error('There are no more deliveries');
    return request;
  };
  const load = { url, connections: CONNECTIONS };
  await runLoad({ ...load, count: warmUp, requestAt: requestFrom(0) });
  return runLoad({ ...load, count: measured, requestAt: requestFrom(warmUp) });
}

function toFigures({ rate, p50, p99, loadBusy }: LoadReport): Figures {
  return { 'webhooks/s': rate, 'p50 ms': p50, 'p99 ms': p99, "load's core %": loadBusy * 100 };
}

/** Waits until a subscriber has had each message once. */
async function expectEvents(url: string, after: unknown, count: number): Promise<void> {
  const arrivals = new Arrivals(1);
  const subscriber = await subscribeBySse(url, FOLLOW, { after }, (text) => {
    arrivals.arrived(0, text);
  });
  try {
    await arrivals.all(count);
  } finally {
    subscriber.close();
  }
}
