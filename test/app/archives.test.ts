import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { areComplete, readArchives, settledSince, walkSettled } from '../support/settled-walk.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 15 * DAY_MS;
const settings = { secret: randomBytes(32).toString('base64') };
const span = settledSince(SINCE);

/** Both call the same providers. */
let plain: GatewayWorld;
let archived: GatewayWorld;
beforeAll(async () => {
  plain = await createGatewayWorld({ from: SINCE, messages: 150, weComReachDays: 30, settings });
  archived = await createGatewayWorld({
    only: [],
    settings,
    channels: () =>
      plain.sandbox.channels.map((channel) => ({
        ...channel,
        archive: { since: new Date(SINCE).toISOString() },
      })),
  });
});
afterAll(async () => {
  await archived.close();
  await plain.close();
});

test('an archive that is complete answers without a call, as the providers would', async () => {
  expect((await readArchives(plain.url)).map(({ archive }) => archive)).toEqual([null, null, null, null]);
  const [empty] = await readArchives(archived.url);
  expect(empty?.archive).toMatchObject({ since: new Date(SINCE).toISOString(), coverage: [], messages: 0 });
  expect(empty?.archive?.gaps).toHaveLength(1);
  // Partly covered, it is the same.
  archived.gateway.live.keepUp();
  const during = await walkSettled(archived.url, span);
  await waitUntil(() => areComplete(archived.url));

  for (const direction of ['DESC', 'ASC'] as const) {
    const expected = await walkSettled(plain.url, span, direction);
    const walk = await walkSettled(archived.url, span, direction);
    if (direction === 'DESC') expect(during.ids).toEqual(expected.ids);
    expect(walk.ids).toEqual(expected.ids);
    expect(new Set(walk.ids).size).toBe(walk.ids.length);
    expect([walk.calls, walk.servedFrom.filter((side) => side !== null)]).toEqual([0, ['ARCHIVE']]);
    expect(expected.servedFrom.filter((side) => side !== null)).toEqual(['PROVIDER']);
    // Cursors of either lead to the same place in both.
    for (const [index, cursor] of [...expected.cursors, ...walk.cursors].entries()) {
      if (index % 3 !== 0) continue;
      const rest = await walkSettled(archived.url, span, direction, cursor);
      expect(rest.ids).toEqual(expected.ids.slice(-rest.ids.length));
      expect(rest.ids).toHaveLength(expected.ids.length - 60 * ((index % expected.cursors.length) + 1));
    }
  }
  expect(plain.sandbox.violations()).toEqual([]);
});

test('operators see how much is kept, and how much is missing', async () => {
  await waitUntil(() => areComplete(archived.url));
  const kept = new Map((await readArchives(archived.url)).map(({ name, archive }) => [name, archive]));
  const text = await (await fetch(new URL('/metrics', archived.url))).text();
  for (const [name, archive] of kept) {
    expect(text).toContain(`gateway_archive_messages{channel="${name}"} ${archive?.messages ?? NaN}\n`);
    expect(text).toContain(`gateway_archive_gap_seconds{channel="${name}"} 0\n`);
    expect(readGauge(text, 'gateway_archive_lag_seconds', name)).toBeLessThan(120);
    expect(readGauge(text, 'gateway_archive_verified_age_seconds', name)).toBeGreaterThanOrEqual(7 * 86_400);
  }
  const without = await (await fetch(new URL('/metrics', plain.url))).text();
  expect(without).not.toContain('gateway_archive_messages{');
});

function callsOf({ sandbox }: GatewayWorld): number {
  return sandbox.all.reduce((sum, { server }) => sum + server.calls.length, 0);
}

const KEPT = `query Kept($filter: MessageFilter, $channel: String) {
  messages(filter: $filter, first: 500, readFrom: ARCHIVE) {
    nodes { id }
    sources { channel { name } state reason servedFrom upstreamCalls }
  }
  messageRows(channel: $channel, since: "2000-01-01T00:00:00Z", readFrom: "ARCHIVE") { nodes { id } }
}`;

test('archives alone are read on request, without a call', async () => {
  await waitUntil(() => areComplete(archived.url));
  const before = callsOf(plain);
  const kept = new Map((await readArchives(archived.url)).map(({ name, archive }) => [name, archive]));
  for (const [name, archive] of kept) {
    const { data, errors } = await ask(archived.url, KEPT, { filter: { channels: [name] }, channel: name });
    expect(errors).toEqual([]);
    const { messages, messageRows } = data as Record<string, { nodes: { id: string }[]; sources: unknown[] }>;
    expect(messages?.nodes).toHaveLength(archive?.messages ?? NaN);
    expect(messages?.sources).toEqual([
      { channel: { name }, state: 'PARTIAL', reason: 'NOT_COVERED', servedFrom: 'ARCHIVE', upstreamCalls: 0 },
    ]);
    expect(messageRows?.nodes).toEqual(messages?.nodes);
  }
  expect(callsOf(plain)).toBe(before);

  const [name] = kept.keys();
  const { data, errors } = await ask(plain.url, KEPT, { filter: { channels: [name] }, channel: name });
  expect(data).toEqual({
    messages: {
      nodes: [],
      sources: [
        { channel: { name }, state: 'PARTIAL', reason: 'NOT_ARCHIVED', servedFrom: null, upstreamCalls: 0 },
      ],
    },
    messageRows: null,
  });
  expect(errors).toMatchObject([
    {
      message: `No archive is kept of ${name ?? ''}: select channels that have one, or read with LIVE.`,
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
});

function readGauge(text: string, gauge: string, channel: string): number {
  const before = `${gauge}{channel="${channel}"} `;
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(before))
      ?.slice(before.length),
  );
}
