import { afterEach, describe, expect, test } from 'vitest';
import { CHANNELS } from '../../src/sandbox/start.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { askPage, fetchPage, walkTimeline, type ShownPage } from '../support/walk-timeline.ts';

/** A silent provider takes more than half of it. */
const REQUEST_TIMEOUT_MS = 8_000;
const PAGE_SIZE = 30;

const worlds: GatewayWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function open(): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    messages: 50,
    weComReachDays: 365,
    limits: { requestTimeoutMs: REQUEST_TIMEOUT_MS },
    // In the tests' haste, the gateway's own care for quotas would be the slowest of all.
    channels: ({ all }) => all.map((sandbox) => ({ ...sandbox.config(), ...sandbox.liftLimits() })),
  });
  worlds.push(world);
  return world;
}

function sourceOf({ sources }: ShownPage, channel: string): ShownPage['sources'][number] | undefined {
  return sources.find((source) => source.channel.name === channel);
}

/** The failing provider's messages must all come once it is back, and nobody's twice. */
async function expectRestOfWalk(world: GatewayWorld, first: ShownPage): Promise<void> {
  const rest: string[] = first.edges.map(({ node }) => node.id);
  let page = first;
  while (page.pageInfo.hasNextPage) {
    page = await fetchPage(world.url, { first: 100, after: page.pageInfo.endCursor });
    rest.push(...page.edges.map(({ node }) => node.id));
  }
  const all = await walkTimeline(() => world.url, {});
  expect([...rest].sort()).toEqual(all.map(({ id }) => id).sort());
}

describe.each(CHANNELS)('when %s fails', (channel) => {
  test('in the middle of a walk, nothing is lost or doubled', async () => {
    const world = await open();
    const { knobs } = world.sandbox.of(channel).server;
    const first = await fetchPage(world.url, { first: 10 });
    knobs.fault = 'server-error';
    const second = await fetchPage(world.url, { first: 60, after: first.pageInfo.endCursor });
    knobs.fault = null;
    await expectRestOfWalk(world, { ...second, edges: [...first.edges, ...second.edges] });
  });

  test('with FAIL, the field is null with the error', async () => {
    const world = await open();
    world.sandbox.of(channel).server.knobs.fault = 'server-error';
    const { data, errors } = await askPage(world.url, { first: 5, onSourceFailure: 'FAIL' });
    expect(data).toEqual({ messages: null });
    expect(errors).toEqual([
      {
        message: 'The provider cannot be reached or is out of order',
        locations: expect.anything() as unknown,
        path: ['messages'],
        extensions: {
          code: 'UPSTREAM_UNAVAILABLE',
          channel,
          provider: expect.stringMatching(/^[A-Z_]+$/) as unknown,
          providerCode: 'HTTP 503',
          retryable: true,
        },
      },
    ]);
  });
});

test('when all fail, the page is empty, says so, and can be continued', async () => {
  const world = await open();
  for (const { server } of world.sandbox.all) server.knobs.fault = 'reset';
  const page = await fetchPage(world.url, { first: 10 });
  expect(page.edges).toEqual([]);
  expect(page.sources.map(({ state }) => state)).toEqual(Array(4).fill('UNAVAILABLE'));
  expect(page.pageInfo).toMatchObject({ hasNextPage: true, endCursor: expect.any(String) as unknown });
  for (const { server } of world.sandbox.all) server.knobs.fault = null;
  await expectRestOfWalk(world, page);
});

test('when two hang, the other two still answer', async () => {
  const world = await open();
  for (const name of ['shop', 'whatsapp']) world.sandbox.of(name).server.knobs.fault = 'hang';
  const page = await fetchPage(world.url, { first: PAGE_SIZE });
  expect(page.edges).toHaveLength(PAGE_SIZE);
  expect(page.sources.map(({ state }) => state)).toEqual(['TIMED_OUT', 'OK', 'OK', 'TIMED_OUT']);
});

test('a slow provider that still answers call after call is waited for, up to the deadline', async () => {
  const world = await open();
  world.sandbox.of('broadcast').server.knobs.delayMs = 150;
  const page = await fetchPage(world.url, { first: 1000, filter: { channels: ['broadcast'] } });
  expect(sourceOf(page, 'broadcast')?.errorCode).toBeNull();
});
