import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createApi, type Api } from '../../src/app/api.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { ask } from '../support/gateway-world.ts';
import { subscribe } from '../support/subscriber.ts';
import { TestClock } from '../support/test-clock.ts';

interface Node {
  id: string;
  sentAt: string;
  conversation: { id: string };
  sender: { id: string };
}

interface Walk {
  order: 'ASC' | 'DESC';
  endCursor: string;
  next: Node[];
  /** Of an edge. */
  edge: string;
  fromEdge: Node[];
  back: Node[];
}

/** What the program showed that wrote the store, the first one that had versions of its tables. */
interface Recorded {
  now: number;
  seed: number;
  messages: number;
  events: { cursor: string; node: { id: string } }[];
  walks: Walk[];
}

const FIXTURES = join(import.meta.dirname, 'fixtures/earlier');
const recorded = JSON.parse(readFileSync(join(FIXTURES, 'recorded.json'), 'utf8')) as Recorded;

const directory = mkdtempSync(join(tmpdir(), 'gateway-earlier-'));
let sandboxes: Sandboxes;
let api: Api;
let url = '';

beforeAll(async () => {
  for (const file of ['gateway.db', 'gateway.db.pages']) cpSync(join(FIXTURES, file), join(directory, file));
  const clock = new TestClock(recorded.now);
  const { seed, messages } = recorded;
  sandboxes = await startSandboxes({ seed, now: () => clock.now(), messages });
  // The same messages as then, which the events were of.
  recorded.events.forEach(() => {
    sandboxes.whatsApp.add({});
  });
  const config = parseConfig(stringify({ store: 'sqlite:./gateway.db', channels: sandboxes.channels }), {
    source: 'a test',
    directory,
    environment: {},
  });
  api = await createApi(config, pino({ enabled: false }), clock);
  url = `${await api.server.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
});
afterAll(async () => {
  await api.server.close();
  await sandboxes.close();
  rmSync(directory, { recursive: true });
});

const PAGE = `query ($after: String, $before: String, $first: Int, $last: Int, $order: OrderDirection!) {
  messages(after: $after, before: $before, first: $first, last: $last, orderBy: { direction: $order }) {
    nodes { id sentAt conversation { id } sender { id } }
  }
}`;

async function nodesOf(variables: Record<string, unknown>): Promise<unknown> {
  const { data, errors } = await ask(url, PAGE, variables);
  return errors.length > 0 ? errors : (data as { messages: { nodes: Node[] } }).messages.nodes;
}

test.each(recorded.walks)(
  'cursors and ids of an earlier version go on as they did, $order',
  async ({ order, endCursor, edge, next, fromEdge, back }) => {
    expect(await nodesOf({ order, first: 15, after: endCursor })).toEqual(next);
    expect(await nodesOf({ order, first: 5, after: edge })).toEqual(fromEdge);
    expect(await nodesOf({ order, last: 4, before: edge })).toEqual(back);
    for (const node of next) {
      const { data } = await ask(url, 'query ($id: ID!) { node(id: $id) { id } }', { id: node.id });
      expect(data).toEqual({ node: { id: node.id } });
    }
  },
);

test('a subscriber of an earlier version comes back with its cursor, and misses nothing', async () => {
  const [first, ...rest] = recorded.events;
  const subscriber = subscribe<Recorded['events'][number]>(
    url,
    'subscription ($after: String) { messageAdded(after: $after) { cursor node { id } } }',
    { after: first?.cursor },
  );
  await subscriber.until(rest.length);
  expect(subscriber.received).toEqual(rest);
  subscriber.close();
});
