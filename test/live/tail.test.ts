import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Tail } from '../../src/live/tail.ts';
import { Sealer } from '../../src/sealing.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { EventLog } from '../../src/store/event-log.ts';
import { CursorCodec } from '../../src/timeline/cursor.ts';
import { RequestScope } from '../../src/timeline/request-scope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { TestClock } from '../support/test-clock.ts';

/** The campaign's are 250,000. */
const MESSAGES = Number(process.env['TAIL'] ?? 5_000);
const NOW = Date.parse('2026-03-20T10:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KEEP_MS = 7 * DAY_MS;
const LIMITS = { upstreamCallsPerRequest: 64, requestTimeoutMs: 15_000 };

interface Setup {
  clock: TestClock;
  channel: MemoryChannel;
  database: Database;
  events: EventLog;
  /** In a process of its own, over the same store. */
  start: (secret?: Buffer) => Tail;
  /** The keys of all events, in their order. */
  published: () => string[];
}

function setUp(): Setup {
  const clock = new TestClock(NOW);
  const channel = new MemoryChannel();
  const database = openDatabase(':memory:', 'NORMAL');
  const events = new EventLog(database);
  const ownSecret = randomBytes(32);
  return {
    clock,
    channel,
    database,
    events,
    start: (secret = ownSecret) =>
      new Tail({
        channel: channel.name,
        timeline: new Timeline(
          [channel],
          new CursorCodec(new Sealer(secret, 'timeline cursors')),
          clock,
          pino({ enabled: false }),
        ),
        database,
        events,
        clock,
        createScope: () => new RequestScope(LIMITS, clock),
      }),
    published: () =>
      events
        .read(0, Number.MAX_SAFE_INTEGER)
        .flatMap((event) => (event.type === 'message' ? [event.message.key] : [])),
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
    const { clock, channel, start, published, database } = setUp();
    start().begin();
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
    expect(published()).toEqual(keys);
    // Nothing of it was read from the beginning again: a slice for each page, and one more for each life.
    expect(channel.read).toBeLessThan((MESSAGES / 200 + lives) * 500);
    expect(database.prepare('SELECT * FROM tail_readings').all()).toEqual([]);
    channel.onRead = () => undefined;
    clock.advance(MINUTE_MS);
    const { key } = channel.add(clock.now());
    await start().catchUp();
    expect(published()).toEqual([...keys, key]);
  },
);

test('a tail that is closed in the middle keeps what it has, and says that it did not come to the end', async () => {
  const { clock, channel, start, published } = setUp();
  const tail = start();
  tail.begin();
  const keys = Array.from({ length: 1_000 }, () => channel.add(NOW).key);
  clock.advance(MINUTE_MS);
  const closing: Promise<void>[] = [];
  channel.onRead = () => {
    if (published().length >= 400) closing.push(tail.close());
  };
  await expect(tail.catchUp()).rejects.toThrow('This request has made all');
  await Promise.all(closing);
  expect(published().length).toBeLessThan(1_000);
  await start().catchUp();
  expect(published()).toEqual(keys);
});

test('a position of another secret is given up, and nothing is published twice', async () => {
  const { clock, channel, start, published } = setUp();
  start().begin();
  const keys = Array.from({ length: 1_000 }, () => channel.add(NOW).key);
  clock.advance(MINUTE_MS);
  failAt(channel, 3);
  await expect(start().catchUp()).rejects.toThrow();
  expect(published()).toHaveLength(400);
  channel.onRead = () => undefined;
  await start(randomBytes(32)).catchUp();
  expect(published()).toEqual(keys);
});

test('what was published is not published again when the log has forgotten it before the next reading', async () => {
  const { clock, channel, start, published, events } = setUp();
  const tail = start();
  tail.begin();
  const seen = channel.add(NOW);
  clock.advance(MINUTE_MS);
  await tail.catchUp();
  expect(published()).toEqual([seen.key]);
  // Pushed, and not read from the history.
  clock.advance(DAY_MS);
  const pushed = channel.add(clock.now());
  events.append([{ type: 'message', channel: channel.name, message: pushed }], clock.now());
  clock.advance(KEEP_MS + DAY_MS);
  events.prune(clock.now() - KEEP_MS);
  expect(published()).toEqual([]);
  const late = channel.add(clock.now() - MINUTE_MS);
  await start().catchUp();
  expect(published()).toEqual([late.key]);
});

test('what is listed late is news, though a walk that has passed its place does not come to it', async () => {
  const { clock, channel, start, published } = setUp();
  const tail = start();
  tail.begin();
  const first = channel.add(NOW);
  clock.advance(2 * 60 * MINUTE_MS);
  const second = channel.add(clock.now());
  await tail.catchUp();
  const late = channel.add(clock.now() - 119 * MINUTE_MS);
  clock.advance(MINUTE_MS);
  await tail.catchUp();
  expect(published()).toEqual([first.key, second.key, late.key]);
});

test.each([
  ['forward by a day, and right again', [DAY_MS, -DAY_MS]],
  ['back by 30 min, and right again', [-30 * MINUTE_MS, 30 * MINUTE_MS]],
])('a clock that is set %s loses and repeats nothing', async (_, jumps) => {
  const { clock, channel, start, published } = setUp();
  const began = clock.monotonic();
  const keys: string[] = [];
  const tail = start();
  tail.begin();
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
  expect(published()).toEqual(keys);
});
