import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { connect, post } from '../load.ts';
import { withMeasured } from '../measured-process.ts';
import { percentileOf } from '../statistics.ts';
import { subscribeBySse } from '../subscribers/sse.ts';
import type { Subscribe, Subscriber } from '../subscribers/subscriber.ts';
import { subscribeByWebSocket } from '../subscribers/websocket.ts';
import { toDelivery } from '../webhooks.ts';
import { Arrivals } from '../subscribers/arrivals.ts';
import { openWorld } from '../world.ts';

const COUNTS = { full: { subscribers: 1_000, seconds: 10 }, quick: { subscribers: 20, seconds: 0.5 } };
/** After what connects or ends, for garbage and buffers to be gone. */
const SETTLE_MS = { full: 2_000, quick: 100 };
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

const AUDIENCES: readonly (readonly [name: string, Audience])[] = [
  [
    'SSE',
    {
      does: 'equal subscribers by server-sent events',
      subscribe: subscribeBySse,
      eventsPerSecond: 20,
      filterOf: () => null,
    },
  ],
  [
    'WebSocket',
    {
      does: 'equal subscribers by WebSocket',
      subscribe: subscribeByWebSocket,
      eventsPerSecond: 20,
      filterOf: () => null,
    },
  ],
  [
    'SSE, filters',
    {
      does: 'each with another filter, which every message passes, by server-sent events',
      subscribe: subscribeBySse,
      eventsPerSecond: 5,
      filterOf: ownFilter,
    },
  ],
];

/** From the answer to a webhook until its message is with every subscriber. */
export const fanOut: BenchCase = {
  name: 'fan-out',
  title: `${COUNTS.full.subscribers} subscribers who all get every message, for ${COUNTS.full.seconds} s`,
  prepare: ({ isQuick }) => {
    const size = isQuick ? 'quick' : 'full';
    const variants = AUDIENCES.map(
      ([name, audience]) =>
        [
          name,
          {
            does: `${audience.does}; ${audience.eventsPerSecond} messages a second`,
            measure: () => measureAudience(audience, size),
          },
        ] as const,
    );
    return Promise.resolve({ variants: new Map(variants), close: () => Promise.resolve() });
  },
};

async function measureAudience(audience: Audience, size: 'full' | 'quick'): Promise<Figures> {
  const world = await openWorld({ messages: 20 });
  const { subscribers: count, seconds } = COUNTS[size];
  try {
    return await withMeasured(startGateway(world), async ({ url, residentBytes, cpuMs }) => {
      const arrivals = new Arrivals(count);
      const subscribers: Subscriber[] = [];
      const before = residentBytes();
      try {
        for (let index = 0; index < count; index++) {
          const onText = (text: string): void => {
            arrivals.arrived(index, text);
          };
          subscribers.push(
            await audience.subscribe(url, FOLLOW, { filter: audience.filterOf(index) }, onText),
          );
        }
        await pause(SETTLE_MS[size]);
        const memory = (residentBytes() - before) / count / KB;
        const events = Math.max(2, Math.round(audience.eventsPerSecond * seconds));
        const client = connect(url);
        const send = async (number: number): Promise<void> => {
          await post(client, toDelivery(world, number));
          arrivals.answered(number);
        };
        // The first is not measured: it finds out whether all of them have subscribed.
        await send(0);
        await arrivals.all(1);
        const cpuBefore = cpuMs();
        const beganAt = performance.now();
        for (let number = 1; number <= events; number++) {
          await pause(beganAt + (number - 1) * (1000 / audience.eventsPerSecond) - performance.now());
          await send(number);
        }
        await arrivals.all(events + 1);
        await client.destroy();
        const delays = arrivals.delays(1);
        return {
          'p50 ms': percentileOf(delays, 0.5),
          'p99 ms': percentileOf(delays, 0.99),
          'longest ms': percentileOf(delays, 1),
          'CPU ms an event': (cpuMs() - cpuBefore) / events,
          'memory a subscriber, KB': memory,
        };
      } finally {
        for (const subscriber of subscribers) subscriber.close();
      }
    });
  } finally {
    await world.close();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
