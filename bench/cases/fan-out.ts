import { Pool } from 'undici';
import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { post } from '../load.ts';
import { withMeasured, type MeasuredProcess } from '../measured-process.ts';
import { percentileOf } from '../statistics.ts';
import { Arrivals } from '../subscribers/arrivals.ts';
import { subscribeBySse } from '../subscribers/sse.ts';
import type { Subscribe, Subscriber } from '../subscribers/subscriber.ts';
import { subscribeByWebSocket } from '../subscribers/websocket.ts';
import { toDelivery } from '../webhooks.ts';
import { openWorld, type World } from '../world.ts';

const COUNTS = {
  full: { subscribers: 1_000, seconds: 10, settleMs: 2_000 },
  quick: { subscribers: 20, seconds: 0.5, settleMs: 100 },
};
type Counts = (typeof COUNTS)['full'];
const KB = 1_000;

const FOLLOW = `subscription ($filter: MessageFilter) {
  messageAdded(filter: $filter) {
    cursor node { id sentAt direction kind text channel { name } sender { role displayName } }
  }
}`;

interface Audience {
  does: string;
  subscribe: Subscribe;
  eventsPerSecond: number;
  filterOf: (subscriber: number) => Record<string, unknown> | null;
}

const EARLY_MS = Date.parse('2026-01-01T00:00:00Z');
/** Every message passes it, but it is another one for each subscriber. */
const ownFilter = (subscriber: number): Record<string, unknown> => ({
  sentAt: { gte: new Date(EARLY_MS + subscriber).toISOString() },
});

const AUDIENCES: Readonly<Record<string, Audience>> = {
  SSE: {
    does: 'equal subscribers by server-sent events',
    subscribe: subscribeBySse,
    eventsPerSecond: 20,
    filterOf: () => null,
  },
  WebSocket: {
    does: 'equal subscribers by WebSocket',
    subscribe: subscribeByWebSocket,
    eventsPerSecond: 20,
    filterOf: () => null,
  },
  'SSE, filters': {
    does: 'each with another filter, which every message passes, by server-sent events',
    subscribe: subscribeBySse,
    eventsPerSecond: 5,
    filterOf: ownFilter,
  },
};

/** From the answer to a webhook until its message is with every subscriber. */
export const fanOut: BenchCase = {
  name: 'fan-out',
  title: `${COUNTS.full.subscribers} subscribers who all get every message, for ${COUNTS.full.seconds} s`,
  prepare: ({ isQuick }) => {
    const counts = COUNTS[isQuick ? 'quick' : 'full'];
    const variants = Object.entries(AUDIENCES).map(([name, audience]) => {
      const does = `${audience.does}; ${audience.eventsPerSecond} messages a second`;
      return [name, { does, measure: () => measureAudience(audience, counts) }] as const;
    });
    return Promise.resolve({ variants: new Map(variants), close: () => Promise.resolve() });
  },
};

async function measureAudience(audience: Audience, counts: Counts): Promise<Figures> {
  const world = await openWorld({ messages: 20 });
  const subscribers: Subscriber[] = [];
  try {
    return await withMeasured(startGateway(world), async (process) => {
      const arrivals = new Arrivals(counts.subscribers);
      const before = process.residentBytes();
      for (let index = 0; index < counts.subscribers; index++) {
        const onText = (text: string): void => {
          arrivals.arrived(index, text);
        };
        const filter = audience.filterOf(index);
        subscribers.push(await audience.subscribe(process.url, FOLLOW, { filter }, onText));
      }
      await pause(counts.settleMs);
      const memory = (process.residentBytes() - before) / counts.subscribers / KB;
      const figures = await measureDeliveries(
        process,
        world,
        arrivals,
        audience.eventsPerSecond,
        counts.seconds,
      );
      for (const subscriber of subscribers) subscriber.close();
      return { ...figures, 'memory a subscriber, KB': memory };
    });
  } finally {
    await world.close();
  }
}

/** At a steady pace, whether or not the earlier messages are with the subscribers. */
async function measureDeliveries(
  { url, cpuMs }: MeasuredProcess,
  world: World,
  arrivals: Arrivals,
  perSecond: number,
  seconds: number,
): Promise<Figures> {
  // As many connections as it takes: a provider does not wait for its last webhook either.
  const client = new Pool(new URL(url).origin);
  const send = async (number: number): Promise<void> => {
    await post(client, toDelivery(world, number));
    arrivals.answered(number);
  };
  try {
    // The first is not measured: it shows that all of them have subscribed.
    await send(0);
    await arrivals.all(1);
    const events = Math.ceil(perSecond * seconds);
    const cpuBefore = cpuMs();
    const beganAt = performance.now();
    const sent: Promise<void>[] = [];
    for (let number = 1; number <= events; number++) {
      await pause(beganAt + ((number - 1) * 1000) / perSecond - performance.now());
      sent.push(send(number));
    }
    await Promise.all(sent);
    await arrivals.all(events + 1);
    const delays = arrivals.delays(1);
    return {
      'p50 ms': percentileOf(delays, 0.5),
      'p99 ms': percentileOf(delays, 0.99),
      'longest ms': percentileOf(delays, 1),
      'CPU ms a message': (cpuMs() - cpuBefore) / events,
    };
  } finally {
    await client.destroy();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
