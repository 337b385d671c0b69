import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  createClient,
  IncompleteWalkError,
  type IncompleteWalk,
  type Message,
  type SourceStatus,
  type WalkOptions,
} from '../../src/client/index.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from '../support/gateway-world.ts';
import { createRecordingClock, type RecordingClock } from '../support/recording-clock.ts';
import { TestClock } from '../support/test-clock.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

const EACH = 30;
const ALL = 4 * EACH;

const worlds: GatewayWorld[] = [];
/** For those that break nothing. */
let sound: GatewayWorld;
beforeAll(async () => {
  sound = await open();
  worlds.pop();
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});
afterAll(() => sound.close());

async function open(options: WorldOptions = {}): Promise<GatewayWorld> {
  const world = await createGatewayWorld({
    messages: EACH,
    weComReachDays: 365,
    // In the tests' haste, the gateway's own care for quotas would be the slowest of all.
    channels: ({ all }) => all.map((sandbox) => ({ ...sandbox.config(), ...sandbox.liftLimits() })),
    ...options,
  });
  worlds.push(world);
  return world;
}

async function idsOf(messages: AsyncIterable<Message>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of messages) ids.push(id);
  return ids;
}

function walk(
  world: GatewayWorld,
  options: WalkOptions,
  clock: RecordingClock = createRecordingClock(),
): AsyncIterable<Message> {
  return createClient({ url: world.url, clock }).walkMessages(options);
}

test.each(['DESC', 'ASC'] as const)('a walk %s in pages of seven is the whole list', async (direction) => {
  const all = await walkTimeline(() => sound.url, { direction });
  expect(all).toHaveLength(ALL);
  expect(await idsOf(walk(sound, { orderBy: { direction }, pageSize: 7 }))).toEqual(all.map(({ id }) => id));
});

test('short and empty pages are not the end', async () => {
  const world = await open({ limits: { upstreamCallsPerRequest: 8 } });
  const client = createClient({ url: world.url });
  const sizes: number[] = [];
  const ids: string[] = [];
  for await (const { nodes } of client.walkPages({ orderBy: { direction: 'ASC' }, pageSize: 20 })) {
    sizes.push(nodes.length);
    ids.push(...nodes.map(({ id }) => id));
  }
  expect(sizes).toContain(0);
  expect(new Set(ids).size).toBe(ALL);
  expect(ids).toHaveLength(ALL);
});

test('a walk continues from the cursor of a page, with filter and order', async () => {
  const client = createClient({ url: sound.url });
  const options = { filter: { channels: ['shop', 'broadcast'] }, pageSize: 11 };
  const all = await idsOf(client.walkMessages(options));
  expect(all).toHaveLength(2 * EACH);
  for await (const { nodes, pageInfo } of client.walkPages(options)) {
    const rest = await idsOf(client.walkMessages({ ...options, after: pageInfo.endCursor }));
    expect([...nodes.map(({ id }) => id), ...rest]).toEqual(all);
    break;
  }
});

test('a signal ends a walk', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(idsOf(walk(sound, { signal }))).rejects.toThrow('enough');
});

test('a provider that is out of order for a while is waited for, as long as it asks, and nothing is lost', async () => {
  const time = new TestClock(Date.now());
  const world = await open({ clock: time });
  const { server } = world.sandbox.whatsApp;
  server.knobs.fault = 'too-many-requests';
  const clock = createRecordingClock((pauses) => {
    time.advance(clock.pausesMs.at(-1) ?? 0);
    if (pauses === 5) server.knobs.fault = null;
  });
  const ids = await idsOf(walk(world, { pageSize: EACH }, clock));
  expect(ids).toHaveLength(ALL);
  expect(new Set(ids).size).toBe(ALL);
  // Seven seconds and a bit, after each of the three pages of the others, and twice when nothing else was left.
  expect(clock.pausesMs).toEqual(Array(5).fill(7_500));
});

test('one that fails to the end is an error with the cursor at which to go on', async () => {
  const world = await open();
  const { server } = world.sandbox.tencentChat;
  server.knobs.fault = 'server-error';
  const clock = createRecordingClock();
  const ids: string[] = [];
  const error = await (async () => {
    for await (const { id } of walk(world, { pageSize: 50 }, clock)) ids.push(id);
    return undefined;
  })().catch((thrown: unknown) => thrown);
  expect(ids).toHaveLength(ALL - EACH);
  // As long as the gateway says, which does not ask the provider meanwhile.
  expect(clock.pausesMs.length).toBeGreaterThanOrEqual(4);
  if (!(error instanceof IncompleteWalkError)) throw new Error('The walk said nothing', { cause: error });
  expect(error.message).toMatch(/^Messages are missing: broadcast \(UPSTREAM_UNAVAILABLE\) failed\./);
  expect(error.sources).toMatchObject([{ channel: { name: 'broadcast' }, state: 'UNAVAILABLE' }]);
  server.knobs.fault = null;
  const late = await idsOf(createClient({ url: world.url }).walkMessages({ after: error.cursor }));
  expect(late).toHaveLength(EACH);
  expect(new Set([...ids, ...late]).size).toBe(ALL);
});

test('what only an operator can mend is not waited for', async () => {
  const world = await open();
  world.sandbox.tencentChat.server.knobs.rejectSignatures = 1_000;
  const clock = createRecordingClock();
  await expect(idsOf(walk(world, {}, clock))).rejects.toThrow('broadcast (UPSTREAM_AUTH_FAILED)');
  expect(clock.pausesMs).toEqual([]);
});

test('PARTIAL does not wait and tells what is missing', async () => {
  // Less time than the provider wants to be left alone for, or the gateway itself would wait.
  const time = new TestClock(Date.now());
  const world = await open({ clock: time, limits: { requestTimeoutMs: 5_000 } });
  world.sandbox.whatsApp.server.knobs.fault = 'too-many-requests';
  const clock = createRecordingClock();
  const reports: IncompleteWalk<SourceStatus>[] = [];
  const ids = await idsOf(
    walk(
      world,
      { onSourceFailure: 'PARTIAL', onIncomplete: (missing) => reports.push(missing), pageSize: 50 },
      clock,
    ),
  );
  expect(ids).toHaveLength(ALL - EACH);
  expect(clock.pausesMs).toEqual([]);
  expect(reports).toMatchObject([{ sources: [{ channel: { name: 'whatsapp' }, state: 'RATE_LIMITED' }] }]);
  world.sandbox.whatsApp.server.knobs.fault = null;
  time.advance(10_000);
  expect(await idsOf(walk(world, { after: reports[0]?.cursor }))).toHaveLength(EACH);
});

test('FAIL keeps the order: a page is asked for until it is whole', async () => {
  const time = new TestClock(Date.now());
  const world = await open({ clock: time });
  const { server } = world.sandbox.whatsApp;
  server.knobs.fault = 'too-many-requests';
  const clock = createRecordingClock((pauses) => {
    time.advance(clock.pausesMs.at(-1) ?? 0);
    if (pauses === 3) server.knobs.fault = null;
  });
  const walked: Message[] = [];
  for await (const message of walk(world, { onSourceFailure: 'FAIL' }, clock)) walked.push(message);
  expect(clock.pausesMs).toEqual(Array(3).fill(7_500));
  expect(walked.map(({ id }) => id)).toEqual((await walkTimeline(() => world.url)).map(({ id }) => id));
  server.knobs.fault = 'too-many-requests';
  time.advance(60_000);
  const impatient = createClient({ url: world.url, retry: { maxRetries: 0 } });
  const failing = impatient.walkMessages({ onSourceFailure: 'FAIL', filter: { channels: ['whatsapp'] } });
  await expect(idsOf(failing)).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', channel: 'whatsapp' });
});
