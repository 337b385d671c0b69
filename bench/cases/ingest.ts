import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { ask, toBody } from '../graphql.ts';
import { runLoad, type LoadRequest } from '../load.ts';
import { startMeasured, withMeasured, type MeasuredProcess } from '../measured-process.ts';
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
          does: 'verifies, stores synced before it answers, and turns each message into an event; done when a subscriber has it',
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
  return withMeasured(startGateway(world), async (process) => {
    const { answer } = await ask(process.url, toBody('{ liveCursor }'));
    const arrivals = new Arrivals(1);
    const onText = (text: string): void => {
      arrivals.arrived(0, text);
    };
    const after = answer.data['liveCursor'];
    const subscriber = await subscribeBySse(process.url, FOLLOW, { after }, onText);
    try {
      return await measureDeliveries(process, world, counts, (count) => arrivals.all(count));
    } finally {
      subscriber.close();
    }
  });
}

async function measureRaw(world: World, counts: Counts): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  try {
    const starting = startMeasured(['bench/raw/ingest.ts', join(directory, 'inbox.db')]);
    return await withMeasured(starting, (process) =>
      measureDeliveries(process, world, counts, (count) => expectStored(process.url, count)),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @param done waits until so many messages are where they belong */
async function measureDeliveries(
  { url, cpuMs }: MeasuredProcess,
  world: World,
  { warmUp, measured }: Counts,
  done: (count: number) => Promise<void>,
): Promise<Figures> {
  const count = warmUp + measured;
  // Signed before it begins.
  const deliveries = Array.from({ length: count }, (_, number) => toDelivery(world, number)).values();
  const load = { url, connections: CONNECTIONS, requestAt: () => next(deliveries) };
  const cpuBefore = cpuMs();
  const beganAt = performance.now();
  await runLoad({ ...load, count: warmUp });
  const { rate, p50, p99, loadBusy } = await runLoad({ ...load, count: measured });
  await done(count);
  const elapsedMs = performance.now() - beganAt;
  return {
    'webhooks/s': rate,
    'p50 ms': p50,
    'p99 ms': p99,
    'messages/s, until all are done': (count / elapsedMs) * 1000,
    'CPU ms a message': (cpuMs() - cpuBefore) / count,
    "load's core %": loadBusy * 100,
  };
}

function next(deliveries: Iterator<LoadRequest>): LoadRequest {
  const delivery = deliveries.next();
  if (delivery.done === true) throw new Error('There are no more deliveries');
  return delivery.value;
}

async function expectStored(url: string, expected: number): Promise<void> {
  const response = await fetch(url);
  const { count } = (await response.json()) as { count: number };
  if (count !== expected) throw new Error(`${count} bodies were stored rather than ${expected}`);
}
