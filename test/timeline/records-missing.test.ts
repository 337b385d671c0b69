import { expect, onTestFinished, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const DAY_MS = 86_400_000;
const MESSAGES = 250;

/** Its WhatsApp provider counts one message that it never lists. */
async function open(): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    clock: new TestClock(NOW),
    messages: MESSAGES,
    from: NOW - 9 * DAY_MS,
    only: ['whatsapp'],
    limits: { upstreamCallsPerRequest: 500 },
  });
  onTestFinished(() => world.close());
  const { records, server } = world.sandbox.whatsApp;
  const hidden = String(records[100]?.id);
  server.knobs.rewriteRecords = (listed) => listed.filter(({ id }) => id !== hidden);
  return world;
}

test('what a provider counts and does not list is said to be missing, beside what it lists', async () => {
  const world = await open();
  const { data, errors } = await world.query(
    '{ messages(first: 1000) { nodes { nativeId } sources { state reason errorCode } } }',
  );
  expect(errors).toEqual([]);
  const { records } = world.sandbox.whatsApp;
  const listed = records
    .filter((_, index) => index !== 100)
    .toSorted((a, b) => b.chatTime - a.chatTime || b.id - a.id);
  expect(data).toEqual({
    messages: {
      nodes: listed.map(({ id }) => ({ nativeId: String(id) })),
      sources: [{ state: 'PARTIAL', reason: 'RECORDS_MISSING', errorCode: null }],
    },
  });
});

test.each([
  ['messages', '{ messages(first: 1000, onSourceFailure: FAIL) { nodes { id } } }'],
  ['messageRows', '{ messageRows(first: 1000) { nodes { id } } }'],
  ['messageStats', '{ messageStats(groupBy: CHANNEL) { messages } }'],
])('%s that must be whole are null with the error', async (field, query) => {
  const world = await open();
  const { data, errors } = await world.query(query);
  expect(data).toEqual({ [field]: null });
  expect(errors).toEqual([
    {
      message: 'The provider counts more messages in this time range than it lists',
      locations: expect.anything() as unknown,
      path: [field],
      extensions: {
        code: 'UPSTREAM_BAD_RESPONSE',
        channel: 'whatsapp',
        provider: 'WHATSAPP_SCRM',
        retryable: true,
      },
    },
  ]);
  world.sandbox.whatsApp.server.knobs.rewriteRecords = null;
  expect((await world.query(query)).errors).toEqual([]);
});

test('an export over HTTP does not end as if it were whole', async () => {
  const world = await open();
  const response = await fetch(new URL('/export', world.url));
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) as unknown }] });
});
