import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import type { GatewayWorld } from '../support/gateway-world.ts';
import { openKeptWorld } from '../support/kept-world.ts';
import { settledSince } from '../support/settled-walk.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 5 * DAY_MS;
const { gte, lt } = settledSince(SINCE);
const range = `channel: "shop", since: "${gte}", until: "${lt}"`;

let world: GatewayWorld;
beforeAll(async () => {
  world = await openKeptWorld(SINCE, { messages: 20 });
  const fail = (): never => {
    throw new UnreachableStoreError('postgres://db.example.com does not answer');
  };
  const { store } = world.stores;
  Object.assign(store, { archiveIndex: fail });
  const read = (): Promise<never> => Promise.reject(new UnreachableStoreError('It does not answer'));
  for (const source of world.gateway.channels.get('whatsapp')?.sourcesFor(EVERYTHING) ?? [])
    Object.assign(source, { read });
});
afterAll(() => world.close());

const told = {
  message: "The gateway's own store does not answer; retry in a moment",
  extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
};

test.each([
  ['messageStats', `messageStats(${range}, readFrom: ARCHIVE) { messages }`],
  ['messageStatRows', `messageStatRows(${range}, readFrom: "ARCHIVE") { nodes { messages } }`],
  ['responseStats', `responseStats(${range}) { turns }`],
  ['responseStatRows', `responseStatRows(${range}) { nodes { turns } }`],
  ['messageRows', 'messageRows(archivedAfter: 0) { nodes { id } }'],
  ['messageRows', 'messageRows(channel: "whatsapp", readFrom: "ARCHIVE") { nodes { id } }'],
])('%s says with its status that the store may answer later, and names no provider', async (field, query) => {
  const { status, data, errors } = await world.query(`{ ${query} }`);
  expect({ status, data, errors }).toMatchObject({ status: 503, data: { [field]: null }, errors: [told] });
  expect(errors[0]?.extensions).toEqual(told.extensions);
});

test.each([
  ['conversations', 'conversations { nodes { id } }'],
  ['participants', 'participants { nodes { id } }'],
])('%s says the same in its error', async (field, query) => {
  const { status, data, errors } = await world.query(`{ ${query} }`);
  expect({ status, data, errors }).toMatchObject({ status: 200, data: { [field]: null }, errors: [told] });
});

test('what archives keep beside a message is missing with the same error, and the message is there', async () => {
  const { data, errors } = await world.query(
    `{ messages(first: 1, filter: { channels: ["shop"] }) { nodes { id conversation { messageCount } } } }`,
  );
  expect(data?.['messages']).toMatchObject({ nodes: [{ conversation: { messageCount: null } }] });
  expect(errors).toMatchObject([told]);
});
