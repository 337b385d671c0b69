import { afterEach, expect, test } from 'vitest';
import { Random } from '../../src/sandbox/random.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { deliver, type Delivery } from '../support/deliver.ts';
import { subscribe, type Subscriber } from '../support/subscriber.ts';

/** The long campaign sets it to 10,000. */
const DELIVERIES = Number(process.env['DELIVERIES'] ?? 600);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const AT_ONCE = 8;

interface Event {
  cursor: string;
  id: string;
  status?: string;
}

const MESSAGES = `subscription ($after: String) { messageAdded(after: $after, filter: { channels: ["whatsapp"] }) {
  cursor node { ... on WhatsAppMessage { whatsAppMessageId } }
} }`;
const STATUSES = `subscription { deliveryStatusChanged { cursor whatsAppMessageId status } }`;
const RANKS = ['PENDING', 'SENT', 'DELIVERED', 'READ'];

let world: GatewayWorld | undefined;
const subscribers: Subscriber<never>[] = [];
afterEach(async () => {
  for (const subscriber of subscribers.splice(0)) subscriber.close();
  await world?.close();
});

test(
  `${DELIVERIES} deliveries, many repeated, out of order or forged, end in what a model says, while a subscriber comes and goes 50 times`,
  async () => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    world = await createGatewayWorld({ messages: 5, live: { reconcileSeconds: 86_400 } });
    const { url, sandbox } = world;
    const { whatsApp } = sandbox;
    whatsApp.server.knobs.fault = 'server-error';

    const model = new Map<string, number>();
    const forgedIds = new Set<string>();
    const queue: Delivery[] = [];
    const known = Array.from({ length: Math.ceil(DELIVERIES / 3) }, () => whatsApp.add({}));
    const statusOnly: Delivery[] = [];
    for (const record of known) {
      const id = whatsApp.pushes.messageId(record);
      // One record in seven makes one delivery in twenty.
      if (random.chance(0.15)) {
        const { headers, ...rest } = whatsApp.pushes.clientSync([record]);
        forgedIds.add(id);
        queue.push({ ...rest, headers: Object.fromEntries(Object.keys(headers).map((name) => [name, '1'])) });
        continue;
      }
      model.set(id, 0);
      queue.push(whatsApp.pushes.clientSync([record]));
    }
    while (queue.length + statusOnly.length < DELIVERIES * 0.7) {
      const record = random.pick(known as [(typeof known)[number], ...typeof known]);
      const id = whatsApp.pushes.messageId(record);
      const status = random.pick([1, 2, 3, 4] as const);
      if (model.has(id)) model.set(id, Math.max(model.get(id) ?? 0, status));
      else continue;
      statusOnly.push(whatsApp.pushes.clientStatus([record], status));
    }
    queue.push(...statusOnly);
    // Three in ten come again, and two in ten at any time.
    queue.push(
      ...Array.from({ length: DELIVERIES - queue.length }, () =>
        random.pick(queue as [Delivery, ...Delivery[]]),
      ),
    );
    for (let swaps = 0; swaps < DELIVERIES / 5; swaps++) {
      const [a, b] = [random.between(0, queue.length - 1), random.between(0, queue.length - 1)];
      [queue[a], queue[b]] = [queue[b] as Delivery, queue[a] as Delivery];
    }

    const statuses = subscribe<{ whatsAppMessageId: string; status: string }>(url, STATUSES);
    subscribers.push(statuses as Subscriber<never>);
    // Everything from before the first event on: there is none yet.
    const seen: Event[] = [];
    const visit = async (after: string | null, isLast: boolean): Promise<string | null> => {
      const visitor = subscribe<{ cursor: string; node: { whatsAppMessageId: string } }>(url, MESSAGES, {
        after,
      });
      if (isLast) subscribers.push(visitor as Subscriber<never>);
      await visitor.connected;
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (isLast) await visitor.until(model.size - seen.length);
      const received = visitor.received.splice(0);
      if (!isLast) visitor.close();
      seen.push(...received.map(({ cursor, node }) => ({ cursor, id: node.whatsAppMessageId })));
      return received.at(-1)?.cursor ?? after;
    };
    // A first visitor that stays until something has come, to have a cursor to come back with.
    const first = subscribe<{ cursor: string; node: { whatsAppMessageId: string } }>(url, MESSAGES);
    await new Promise((resolve) => setTimeout(resolve, 300));

    let next = 0;
    let refused = 0;
    const senders = Array.from({ length: AT_ONCE }, async () => {
      for (let delivery = queue[next++]; delivery; delivery = queue[next++]) {
        const { status } = await deliver(url, 'whatsapp', delivery);
        if (status !== 200) refused++;
      }
    });
    await first.until(1);
    first.close();
    const begun = first.received.splice(0);
    seen.push(...begun.map(({ cursor, node }) => ({ cursor, id: node.whatsAppMessageId })));
    let cursor: string | null = begun.at(-1)?.cursor ?? null;
    for (let visits = 0; visits < 50; visits++) cursor = await visit(cursor, false);
    await Promise.all(senders);
    await visit(cursor, true);

    expect(refused).toBeGreaterThanOrEqual(forgedIds.size);
    expect(seen.filter(({ id }) => forgedIds.has(id))).toEqual([]);
    expect(seen.map(({ id }) => id).sort()).toEqual([...model.keys()].sort());

    const finals = new Map<string, string>();
    const expected = [...model].filter(([, rank]) => rank > 0);
    const deadline = Date.now() + 10_000;
    const isDone = (): boolean => expected.every(([id, rank]) => finals.get(id) === RANKS[rank - 1]);
    while (!isDone() && Date.now() < deadline) {
      for (const { whatsAppMessageId, status } of statuses.received.splice(0)) {
        const before = RANKS.indexOf(finals.get(whatsAppMessageId) ?? '');
        expect(RANKS.indexOf(status)).toBeGreaterThan(before);
        finals.set(whatsAppMessageId, status);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(new Map([...finals].sort())).toEqual(
      new Map(expected.map(([id, rank]): [string, string] => [id, RANKS[rank - 1] ?? '']).sort()),
    );
    console.info(
      `${queue.length} deliveries, ${refused} refused, ${seen.length} messages, ${finals.size} with a status`,
    );
  },
  Math.max(120_000, DELIVERIES * 20),
);
