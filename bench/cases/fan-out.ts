import type { BenchCase, Figures } from '../bench-case.ts';
import { startGateway } from '../gateway.ts';
import { connect, post } from '../load.ts';
import { withMeasured } from '../measured-process.ts';
import { percentileOf } from '../statistics.ts';
import { subscribeBySse } from '../subscribers/sse.ts';
import type { Subscribe, Subscriber } from '../subscribers/subscriber.ts';
import { subscribeByWebSocket } from '../subscribers/websocket.ts';
import { numbersIn, toDelivery } from '../webhooks.ts';
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
      const inbox = new Inbox(count);
      const subscribers: Subscriber[] = [];
      const before = residentBytes();
      try {
        for (let index = 0; index < count; index++) {
          const onText = (text: string): void => {
            inbox.arrived(index, text);
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
          inbox.answered(number);
        };
        // The first is not measured: it finds out whether all of them have subscribed.
        await send(0);
        await inbox.has(1);
        const cpuBefore = cpuMs();
        const beganAt = performance.now();
        for (let number = 1; number <= events; number++) {
          await pause(beganAt + (number - 1) * (1000 / audience.eventsPerSecond) - performance.now());
          await send(number);
        }
        await inbox.has(events + 1);
        await client.destroy();
        const delays = inbox.delays(1);
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

/** When which message was answered, and when each subscriber had it. */
class Inbox {
  readonly #subscribers: number;
  readonly #answeredAt: number[] = [];
  /** By message, by subscriber. */
  readonly #arrivedAt: Float64Array[] = [];
  #arrivals = 0;
  #changed = Promise.withResolvers<undefined>();

  constructor(subscribers: number) {
    this.#subscribers = subscribers;
  }

  answered(number: number): void {
    this.#answeredAt[number] = performance.now();
  }

  /** @throws Error when it was there before */
  arrived(subscriber: number, text: string): void {
    const now = performance.now();
    for (const number of numbersIn(text)) {
      const times = (this.#arrivedAt[number] ??= new Float64Array(this.#subscribers));
      if (times[subscriber] !== 0) throw new Error(`Subscriber ${subscriber} got message ${number} twice`);
      times[subscriber] = now;
      this.#arrivals++;
    }
    if (this.#arrivals % this.#subscribers !== 0) return;
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  /** Waits until every subscriber has so many messages. */
  async has(messages: number): Promise<void> {
    while (this.#arrivals < messages * this.#subscribers) await this.#changed.promise;
  }

  /** Milliseconds, of every message from this one on at every subscriber; one that came before the answer took none. */
  delays(from: number): number[] {
    return this.#answeredAt.flatMap((answeredAt, number) =>
      number < from ? [] : Array.from(this.#arrivedAt[number] ?? [], (at) => Math.max(0, at - answeredAt)),
    );
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
