import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import { latestNow } from '../../src/util/present.ts';
import { Tail, type TailOptions } from '../../src/live/tail.ts';
import type { SqlReader } from '../../src/store/sql.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { openLive, type OpenLive } from '../support/open-live.ts';
import { TestClock } from '../support/test-clock.ts';
import { nextTurns } from '../support/turns.ts';

/** The campaign's are 250,000. */
const MESSAGES = Number(process.env['TAIL'] ?? 5_000);
const NOW = Date.parse('2026-03-20T10:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 86_400_000;
const KEEP_MS = 7 * DAY_MS;
const LIMITS = { upstreamCallsPerRequest: 64, requestTimeoutMs: 15_000 };

interface Setup {
  clock: TestClock;
  channel: MemoryChannel;
  sql: SqlReader;
  events: OpenLive['events'];
  inbox: OpenLive['inbox'];
  publish: OpenLive['publish'];
  /** In a process of its own, over the same store. */
  start: (process?: { secret?: Buffer; clock?: TestClock; timeline?: TailOptions['timeline'] }) => Tail;
  /** The keys of all events, in their order. */
  published: () => Promise<string[]>;
}

async function setUp(): Promise<Setup> {
  const clock = new TestClock(NOW);
  const channel = new MemoryChannel();
  const store = await openLive();
  const { sql, events, inbox, publish } = store;
  const ownSecret = randomBytes(32);
  return {
    clock,
    channel,
    sql,
    events,
    inbox,
    publish,
    start: ({ secret = ownSecret, clock: its = clock, timeline } = {}) =>
      new Tail({
        channel: channel.name,
        timeline: timeline ?? new Timeline([channel], new CursorCodec(secret), its, pino({ enabled: false })),
        store,
        clock: its,
        createRequestBudget: () => new RequestBudget(LIMITS, its),
        isPushedTo: true,
      }),
    published: async () => {
      const all = await events.read(0, Number.MAX_SAFE_INTEGER);
      return all.flatMap((event) => (event.type === 'message' ? [event.message.key] : []));
    },
  };
}

/** A reading that is interrupted by the failure of the source at its so-manyeth read. */
function failAt(channel: MemoryChannel, read: number): void {
  let left = read;
  channel.onRead = () => {
    if (--left === 0) throw new Error('killed');
  };
}

test(
  `a tail over ${MESSAGES} messages that is killed every few pages gets to the end, and publishes each once, in order`,
  { timeout: 600_000 },
  async () => {
    const { clock, channel, start, published, sql } = await setUp();
    await start().begin();
    const keys = Array.from({ length: MESSAGES }, (_, index) => channel.add(NOW + index * 10).key);
    clock.advance(MESSAGES * 10);
    const perLife = Math.ceil(MESSAGES / 10 / 200);
    const live = (): Promise<boolean> => {
      failAt(channel, perLife + 1);
      return start()
        .catchUp()
        .then(
          () => true,
          () => false,
        );
    };
    let lives = 1;
    while (!(await live())) {
      lives++;
      expect(lives).toBeLessThan(30);
    }
    expect(lives).toBeGreaterThan(5);
    expect(await published()).toEqual(keys);
    // Nothing of it was read from the beginning again: a slice for each page, and one more for each life.
    expect(channel.read).toBeLessThan((MESSAGES / 200 + lives) * 500);
    expect(await sql.all('SELECT * FROM tail_readings')).toEqual([]);
    channel.onRead = () => undefined;
    clock.advance(MINUTE_MS);
    const { key } = channel.add(clock.now());
    await start().catchUp();
    expect(await published()).toEqual([...keys, key]);
  },
);

test('a tail that is closed in the middle keeps what it has, and says that it did not come to the end', async () => {
  const { clock, channel, start, published, events } = await setUp();
  let news = 0;
  events.onAppend(() => news++);
  const tail = start();
  await tail.begin();
  const keys = Array.from({ length: 1_000 }, () => channel.add(NOW).key);
  clock.advance(MINUTE_MS);
  const closing: Promise<void>[] = [];
  channel.onRead = () => {
    if (news >= 2) closing.push(tail.close());
  };
  await expect(tail.catchUp()).rejects.toThrow('This request has used up');
  await Promise.all(closing);
  expect((await published()).length).toBeLessThan(1_000);
  await start().catchUp();
  expect(await published()).toEqual(keys);
});

test('a position of another secret is dropped, and nothing is published twice', async () => {
  const { clock, channel, start, published } = await setUp();
  await start().begin();
  const keys = Array.from({ length: 1_000 }, () => channel.add(NOW).key);
  clock.advance(MINUTE_MS);
  failAt(channel, 3);
  await expect(start().catchUp()).rejects.toThrow();
  expect(await published()).toHaveLength(400);
  channel.onRead = () => undefined;
  await start({ secret: randomBytes(32) }).catchUp();
  expect(await published()).toEqual(keys);
});

test('what was published is not published again when the log has forgotten it before the next reading', async () => {
  const { clock, channel, start, published, events, publish } = await setUp();
  const tail = start();
  await tail.begin();
  const seen = channel.add(NOW);
  clock.advance(MINUTE_MS);
  await tail.catchUp();
  expect(await published()).toEqual([seen.key]);
  // Pushed, and not read from the history.
  clock.advance(DAY_MS);
  const pushed = channel.add(clock.now());
  await publish([{ type: 'message', channel: channel.name, message: pushed }], clock.now());
  clock.advance(KEEP_MS + DAY_MS);
  await events.prune(clock.now() - KEEP_MS);
  expect(await published()).toEqual([]);
  const late = channel.add(clock.now() - MINUTE_MS);
  await start().catchUp();
  expect(await published()).toEqual([late.key]);
});

test('what is counted and not listed holds up nothing that is listed', async () => {
  const { clock, channel, start, published } = await setUp();
  const tail = start();
  await tail.begin();
  channel.isIncomplete = true;
  const first = channel.add(NOW);
  await tail.catchUp();
  const late = channel.add(NOW);
  channel.isIncomplete = false;
  clock.advance(MINUTE_MS);
  await tail.catchUp();
  expect(await published()).toEqual([first.key, late.key]);
});

test('what is listed with a delay is published, though a walk that has passed its place does not come to it', async () => {
  const { clock, channel, start, published } = await setUp();
  const tail = start();
  await tail.begin();
  const first = channel.add(NOW);
  clock.advance(2 * 60 * MINUTE_MS);
  const second = channel.add(clock.now());
  await tail.catchUp();
  const late = channel.add(clock.now() - 119 * MINUTE_MS);
  clock.advance(MINUTE_MS);
  await tail.catchUp();
  expect(await published()).toEqual([first.key, second.key, late.key]);
});

test.each([
  ['forward by a day, and right again', [DAY_MS, -DAY_MS]],
  ['back by 30 min, and right again', [-30 * MINUTE_MS, 30 * MINUTE_MS]],
])('a clock that is set %s loses and repeats nothing', async (_, jumps) => {
  const { clock, channel, start, published } = await setUp();
  const began = clock.monotonic();
  const keys: string[] = [];
  const tail = start();
  await tail.begin();
  const live = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      clock.advance(20 * MINUTE_MS);
      // Nobody sets the provider's clock.
      keys.push(channel.add(NOW + clock.monotonic() - began).key);
      clock.advance(10 * MINUTE_MS);
      await tail.catchUp();
    }
  };
  await live();
  for (const jump of jumps) {
    clock.jump(jump);
    await live();
  }
  expect(await published()).toEqual(keys);
});

test('what comes after a process whose clock was a day ahead is published by the next', async () => {
  const { channel, start, published } = await setUp();
  await start({ clock: new TestClock(NOW - 5 * HOUR_MS) }).catchUp();
  await start({ clock: new TestClock(NOW + DAY_MS) }).catchUp();
  const keys = [1, 7.5].map((hours) => channel.add(NOW + hours * HOUR_MS).key);
  const clock = new TestClock(NOW + 8 * HOUR_MS);
  const tail = start({ clock });
  await tail.catchUp();
  expect(await published()).toEqual(keys);
  // Once its clock has settled, it does not read all of that again.
  clock.advance(3 * HOUR_MS);
  await tail.catchUp();
  const { read } = channel;
  await tail.catchUp();
  expect(channel.read).toBe(read);
});

test.each([
  ['before anything is read', 0],
  ['after something was read', 1],
])(
  'a clock that is a month behind at start, and is set right %s, does not publish old history',
  async (_, readings) => {
    const { channel, start, published, events } = await setUp();
    for (let day = 20; day > 0; day--) channel.add(NOW - day * DAY_MS);
    await start().catchUp();
    await events.prune(NOW - KEEP_MS);
    const clock = new TestClock(NOW - 30 * DAY_MS);
    const tail = start({ clock });
    await tail.begin();
    for (let reading = 0; reading < readings; reading++) await tail.catchUp();
    clock.jump(30 * DAY_MS);
    clock.advance(MINUTE_MS);
    const { key } = channel.add(NOW);
    await tail.catchUp();
    await tail.catchUp();
    expect(await published()).toEqual([key]);
  },
);

test('what was sent while the machine was suspended, before the channel was first asked, is not published', async () => {
  const { clock, channel, start, published } = await setUp();
  latestNow(clock);
  clock.jump(8 * DAY_MS);
  channel.add(NOW + DAY_MS);
  const tail = start();
  await tail.catchUp();
  clock.advance(MINUTE_MS);
  const { key } = channel.add(clock.now());
  await tail.catchUp();
  expect(await published()).toEqual([key]);
});

test('a reading that comes no further ends as one that is not complete', async () => {
  const { start } = await setUp();
  let pages = 0;
  const read: TailOptions['timeline']['read'] = ({ filter }) => {
    pages++;
    return Promise.resolve({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: 'stuck' },
      sources: [],
      selection: { filter, span: { since: 0, until: 0 }, isArchiveOnly: false },
    });
  };
  await expect(start({ timeline: { read } }).catchUp()).rejects.toThrow(BudgetSpentError);
  expect(pages).toBe(4);
});

test('an event is not forgotten early since the clock is behind', async () => {
  const { clock, channel, start, published, events } = await setUp();
  const tail = start();
  await tail.begin();
  const { key } = channel.add(NOW);
  clock.jump(-DAY_MS);
  await tail.catchUp();
  await events.prune(NOW);
  expect(await published()).toEqual([key]);
});

test('a message of which a delivery waits is published as it was delivered', async () => {
  const { clock, channel, start, events, inbox } = await setUp();
  const tail = start();
  await tail.begin();
  const message = channel.add(NOW);
  clock.advance(MINUTE_MS);
  await inbox.accept(channel.name, [{ key: 'delivery', payload: 'delivery' }], clock.now());
  const reading = tail.catchUp();
  await nextTurns(10);
  const [item] = await inbox.waiting(channel.name, 10);
  if (!item) return expect.unreachable();
  const delivered = { ...message, text: 'as delivered' };
  await inbox.finish(
    [item.id],
    [{ type: 'message', channel: channel.name, message: delivered }],
    clock.now(),
  );
  await reading;
  expect(await events.read(0, 10)).toEqual([
    { id: 1, type: 'message', channel: channel.name, message: delivered },
  ]);
});

test('an item of the inbox that needs the history waits for no item, nor for a pass that does', async () => {
  const { clock, channel, start, inbox, published } = await setUp();
  const tail = start();
  await tail.begin();
  const { key } = channel.add(NOW);
  clock.advance(MINUTE_MS);
  await inbox.accept(channel.name, [{ key: 'delivery', payload: 'delivery' }], clock.now());
  const before = clock.monotonic();
  const pass = tail.catchUp();
  await tail.catchUpForInbox();
  await pass;
  expect(await published()).toEqual([key]);
  expect(clock.monotonic() - before).toBeLessThan(1_000);
});

test('a delivery that cannot be processed holds the history up for a while, and a tail that is closed for no longer', async () => {
  const { clock, channel, start, inbox, published } = await setUp();
  const tail = start();
  await tail.begin();
  const keys = Array.from({ length: 500 }, () => channel.add(NOW).key);
  clock.advance(MINUTE_MS);
  await inbox.accept(channel.name, [{ key: 'delivery', payload: 'delivery' }], clock.now());
  const before = clock.monotonic();
  await tail.catchUp();
  expect([await published(), clock.monotonic() - before]).toEqual([keys, 15_000]);
  // The next pass waits for another one only.
  const next = channel.add(clock.now());
  clock.advance(MINUTE_MS);
  const began = clock.monotonic();
  await tail.catchUp();
  expect([await published(), clock.monotonic() - began]).toEqual([[...keys, next.key], 0]);
  const [stuck] = await inbox.waiting(channel.name, 1);
  await inbox.finish([stuck?.id ?? 0], [], clock.now());
  await inbox.accept(channel.name, [{ key: 'another', payload: 'another' }], clock.now());
  channel.add(clock.now());
  clock.advance(MINUTE_MS);
  const reading = tail.catchUp().catch((error: unknown) => error);
  await nextTurns(10);
  const closedAt = clock.monotonic();
  await tail.close();
  await reading;
  expect(clock.monotonic() - closedAt).toBeLessThanOrEqual(200);
});
