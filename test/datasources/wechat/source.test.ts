import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import type {
  MessageSource,
  SourceFilter,
  SourcePosition,
  Walk,
} from '../../../src/datasources/message-source.ts';
import { PageStore } from '../../../src/datasources/kit/page-store.ts';
import type { FetchedPage, SharedFetches } from '../../../src/store/store.ts';
import { WECHAT_ENDPOINTS } from '../../../src/sandbox/wechat/sandbox.ts';
import { Random } from '../../../src/sandbox/random.ts';
import { createDependencies, createStores, TestBudget } from '../../support/dependencies.ts';
import { createWalk, takeMessages, walkAll } from '../../support/walk-source.ts';
import { TestClock } from '../../support/test-clock.ts';
import { NOW, openShop, sourceOf } from './shop.ts';

const { messages: messageList, token } = WECHAT_ENDPOINTS;
const DAY_MS = 86_400_000;
const WINDOW_MS = 86_399_000;
const SECOND = NOW / 1000;

describe.each(['ASC', 'DESC'] as const)('the calls of a whole walk, %s', (order) => {
  test('are one for each of 365 windows, and one for each page that was the longest so far', async () => {
    const { sandbox, source } = await openShop({ messages: 5_000, from: NOW - 365 * WINDOW_MS + 60_000 });
    const { messages } = await walkAll(source, createWalk(order, NOW), 500);
    expect(linesOf(messages)).toEqual(linesOf(sandbox.records));
    expect(sandbox.server.callsTo(messageList)).toBeLessThanOrEqual(365 + 12);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('are as few when it goes on after restarts', async () => {
    const { sandbox, clock, restart } = await openShop({
      messages: 2_000,
      from: NOW - 100 * WINDOW_MS + 60_000,
    });
    const stores = createStores();
    const walk = createWalk(order, NOW);
    const restarted = (): MessageSource => sourceOf(restart({}, createDependencies(clock, stores)));
    let step = await takeMessages(restarted(), walk, restarted().start(walk), 100);
    const found = [...step.messages];
    while (step.messages.length > 0) {
      step = await takeMessages(restarted(), walk, step.position, 100);
      found.push(...step.messages);
    }
    expect(linesOf(found)).toEqual(linesOf(sandbox.records));
    // Each restart forgets the page of the window that is still open.
    expect(sandbox.server.callsTo(messageList)).toBeLessThanOrEqual(100 + 12);
  });

  test.each([
    ['records', 'exclusive', { maxPageSize: 60 }],
    ['records', 'inclusive', { maxPageSize: 60 }],
    ['bytes', 'exclusive', { maxPageBytes: 65_536 }],
    ['bytes', 'inclusive', { maxPageBytes: 65_536 }],
  ] as const)('bring every message when a limit in %s cuts pages (%s cursor)', async (_, cursor, limit) => {
    const { sandbox, source } = await openShop({
      messages: 2_500,
      from: NOW - 4 * WINDOW_MS + 60_000,
      knobs: { ...limit, cursor },
    });
    const { messages } = await walkAll(source, createWalk(order, NOW), 500);
    expect(linesOf(messages)).toEqual(linesOf(sandbox.records));
    expect(new Set(messages.map(({ key }) => key)).size).toBe(2_500);
    expect(sandbox.server.callsTo(messageList)).toBeGreaterThan(4);
    expect(sandbox.server.violations).toEqual([]);
  });
});

test('a limit that the provider lowers to a round number in the middle of a walk loses nothing, and is logged', async () => {
  const { sandbox, clock, restart } = await openShop({ messages: 2_400, from: NOW - 4 * WINDOW_MS + 60_000 });
  const lines: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  const source = sourceOf(restart({}, { ...createDependencies(clock), log }));
  const walk = createWalk('DESC', NOW);
  const first = await takeMessages(source, walk, source.start(walk), 100);
  sandbox.server.knobs.maxPageSize = 100;
  const rest = await takeMessages(source, walk, first.position, 10_000);
  expect(linesOf([...first.messages, ...rest.messages])).toEqual(linesOf(sandbox.records));
  expect(lines).toEqual([
    {
      level: 40,
      channel: 'shop',
      records: 100,
      msg: 'The provider returns shorter pages of history than before',
    },
  ]);
});

describe('the calls of a walk over 5,000 messages in 20 days', () => {
  // Twenty days less than a minute: 20 windows, the last of which is still open.
  const history = { messages: 5_000, from: NOW - 20 * WINDOW_MS + 60_000 };

  test.each(['ASC', 'DESC'] as const)('are few (%s)', async (order) => {
    const { sandbox, source } = await openShop(history);
    expect((await walkAll(source, createWalk(order, NOW), 500)).messages).toHaveLength(5_000);
    expect(sandbox.server.callsTo(messageList)).toBeLessThanOrEqual(22 + 5);
  });

  test('are one more for a small page of the oldest, and none beyond the bounds of the walk', async () => {
    const { sandbox, source } = await openShop(history);
    const walk = createWalk('ASC', NOW);
    expect((await takeMessages(source, walk, source.start(walk), 20)).messages).toHaveLength(20);
    expect(sandbox.server.callsTo(messageList)).toBe(2);
    const other = await openShop(history);
    const bounded = createWalk('ASC', NOW, { newest: history.from + WINDOW_MS - 1 });
    await walkAll(other.source, bounded);
    expect(other.sandbox.server.callsTo(messageList)).toBe(2);
  });

  test('are none for a history that was walked before', async () => {
    const { sandbox, clock, restart } = await openShop(history);
    clock.advance(20 * DAY_MS);
    const stores = createStores();
    await walkAll(
      sourceOf(restart({}, createDependencies(clock, stores))),
      createWalk('DESC', clock.now()),
      500,
    );
    const before = sandbox.server.callsTo(messageList);
    clock.advance(5_000);
    const later = sourceOf(restart({}, createDependencies(clock, stores)));
    expect((await walkAll(later, createWalk('DESC', clock.now()), 500)).messages).toHaveLength(5_000);
    // The window that is still open, and the one or two that had only just passed.
    expect(sandbox.server.callsTo(messageList) - before).toBeLessThanOrEqual(3);
  });

  test('are one for the newest page when messages came today, beside the window before it and a confirmation', async () => {
    const { sandbox, source } = await openShop(history);
    const walk = createWalk('DESC', NOW);
    const { messages } = await takeMessages(source, walk, source.start(walk), 20);
    expect(messages).toHaveLength(20);
    expect(sandbox.server.callsTo(messageList)).toBeLessThanOrEqual(3);
  });

  test('for the first page of a new account are one after the other only where one needs the answer of another', async () => {
    // The running window began a minute ago.
    const { sandbox, source } = await openShop({ ...history, from: NOW - 20 * WINDOW_MS - 60_000 });
    sandbox.add({ time: SECOND - 10 });
    const walk = createWalk('DESC', NOW);
    const first = await source.read(source.start(walk), walk, new TestBudget(NOW), 20);
    // The running window and the one before it, at once: the longer one tells that the other is whole.
    expect(sandbox.server.callsTo(messageList)).toBe(2);
    await source.read(first.next, walk, new TestBudget(NOW), 20);
    // A confirmation that the longer one is whole.
    expect(sandbox.server.callsTo(messageList)).toBe(3);
  });

  test('for a page in the past of a new account are for its window alone', async () => {
    const { sandbox, source } = await openShop(history);
    const walk = createWalk('DESC', NOW, { newest: NOW - 5 * WINDOW_MS });
    const slice = await source.read(source.start(walk), walk, new TestBudget(NOW), 20);
    expect(slice.messages).toHaveLength(20);
    // And what confirms that it is whole.
    expect(sandbox.server.callsTo(messageList)).toBe(2);
  });
});

describe('shuffled pages at the newest end', () => {
  test.each([
    ['a long history', 200],
    ['a few lines', 6],
  ])(
    'give a poller every message once, after %s, over restarts and the end of a window',
    async (_, count) => {
      const { sandbox, clock, source, restart } = await openShop({
        messages: 0,
        from: NOW + 10_000 - 3 * WINDOW_MS,
        knobs: { pageOrder: 'shuffled' },
      });
      const random = new Random(7);
      sandbox.add(...Array.from({ length: count }, (_, index) => ({ time: SECOND - 10 * (count - index) })));
      let reader = source;
      let { position, messages } = await walkAll(source, createWalk('ASC', NOW));
      const found = [...messages];
      for (let tick = 0; tick < 300; tick++) {
        clock.advance(100);
        const now = clock.now();
        // The clock runs on for two seconds after the last arrival.
        if (tick < 280) sandbox.add(...Array.from({ length: random.between(0, 2) }, () => ({})));
        if (tick % 50 === 49) reader = sourceOf(restart());
        ({ position, messages } = await takeMessages(reader, createWalk('ASC', now), position, 500));
        found.push(...messages);
      }
      expect(found.length).toBeGreaterThan(200);
      expect(linesOf(found)).toEqual(linesOf(sandbox.records));
      expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
      expect(sandbox.server.violations).toEqual([]);
    },
  );

  test.each([
    [-5_000, 'not taken'],
    [-900, 'taken'],
    [0, 'taken'],
    [5_000, 'taken'],
  ])(
    'give a poller every message once when those of a machine whose clock differs by %d ms are %s',
    async (ms, expected) => {
      const { sandbox, clock, restart } = await openShop({
        messages: 0,
        from: NOW + 100_000 - 3 * WINDOW_MS,
        knobs: { pageOrder: 'shuffled' },
      });
      const fetched = new Map<string, FetchedPage>();
      const end = (key: string) => (page: FetchedPage | null) => {
        if (page) fetched.set(key, page);
        return Promise.resolve();
      };
      const openOn = (own: TestClock, join: SharedFetches['join']): MessageSource => {
        const pages = new PageStore(null, own, () => expect.unreachable(), { fetches: { join } });
        return sourceOf(restart({}, { ...createDependencies(own), pages }));
      };
      const otherClock = new TestClock(NOW + ms);
      const other = openOn(otherClock, (key) => Promise.resolve({ isOwn: true, end: end(key) }));
      let shared = 0;
      const own = openOn(clock, (key) => {
        const page = fetched.get(key);
        if (page) shared++;
        return Promise.resolve(
          page
            ? { isOwn: false, text: page.toText(), doneAfter: clock.monotonic() }
            : { isOwn: true, end: end(key) },
        );
      });
      const random = new Random(7);
      sandbox.add(...Array.from({ length: 100 }, (_, index) => ({ time: SECOND - 10 * (100 - index) })));
      let { position, messages } = await walkAll(own, createWalk('ASC', NOW));
      shared = 0;
      let ownCalls = 0;
      let { position: othersPosition } = await walkAll(other, createWalk('ASC', otherClock.now()));
      const found = [...messages];
      for (let tick = 0; tick < 220; tick++) {
        for (const each of [clock, otherClock]) each.advance(100);
        if (tick < 180) sandbox.add(...Array.from({ length: random.between(0, 2) }, () => ({})));
        fetched.clear();
        const othersWalk = createWalk('ASC', otherClock.now());
        ({ position: othersPosition } = await takeMessages(other, othersWalk, othersPosition, 500));
        const before = sandbox.server.callsTo(messageList);
        ({ position, messages } = await takeMessages(own, createWalk('ASC', clock.now()), position, 500));
        ownCalls += sandbox.server.callsTo(messageList) - before;
        found.push(...messages);
      }
      expect(linesOf(found)).toEqual(linesOf(sandbox.records));
      expect(ownCalls > 100 ? 'not taken' : 'taken').toBe(expected);
      expect(shared).toBeGreaterThan(100);
      expect(sandbox.server.violations).toEqual([]);
    },
  );

  test('lack nothing when a machine whose clock is ahead has asked for a window before its end', async () => {
    const { sandbox, clock, restart } = await openShop({ from: NOW + 1_000 - 2 * WINDOW_MS });
    clock.advance(900);
    // By its clock the window has closed, and its call takes 300 ms.
    const theirs = { source: new TestClock(NOW + 5_900), pages: new TestClock(NOW + 6_200) };
    const open = (join: SharedFetches['join'], { source, pages } = { source: clock, pages: clock }) => {
      const store = new PageStore(null, pages, () => expect.unreachable(), { fetches: { join } });
      return sourceOf(restart({}, { ...createDependencies(source), pages: store }));
    };
    const fetched = new Map<string, FetchedPage>();
    const end = (key: string) => (page: FetchedPage | null) => {
      if (page) fetched.set(key, page);
      return Promise.resolve();
    };
    const other = open((key) => Promise.resolve({ isOwn: true, end: end(key) }), theirs);
    await walkAll(other, createWalk('ASC', theirs.source.now()));
    sandbox.add({ time: SECOND, text: 'last of the window' });
    clock.advance(300);
    let offered = 0;
    const own = open((key) => {
      const page = fetched.get(key);
      if (!page) return Promise.resolve({ isOwn: true, end: end(key) });
      offered++;
      return Promise.resolve({ isOwn: false, text: page.toText(), doneAfter: clock.monotonic() });
    });
    const { messages } = await walkAll(own, createWalk('ASC', clock.now()));
    expect(messages.map(({ text }) => text)).toEqual(['last of the window']);
    expect(offered).toBeGreaterThan(0);
  });

  test('are read again from the start of a second that was passed by rank', async () => {
    const { sandbox, clock, source, restart } = await openShop({ knobs: { pageOrder: 'shuffled' } });
    sandbox.add({ time: SECOND - 10 });
    const { position } = await walkAll(source, createWalk('ASC', NOW));
    expect(position.passed).toMatch(/\.000000$/);
    for (let i = 0; i < 12; i++) sandbox.add({ time: SECOND - 10 }, { time: SECOND - 10 });
    for (let i = 1; i < 10; i++) sandbox.add({ time: SECOND - 10 + i });
    clock.advance(1_000);
    const walk = createWalk('ASC', clock.now());
    const { messages } = await takeMessages(sourceOf(restart()), walk, position, 500);
    expect(linesOf(messages)).toEqual(linesOf(sandbox.records));
  });
});

describe('empty history', () => {
  const history = { from: NOW - 100 * WINDOW_MS + 60_000 };

  test('is crossed several windows at a time', async () => {
    const { sandbox, source } = await openShop(history);
    const { messages, steps } = await walkAll(source, createWalk('DESC', NOW));
    expect(messages).toEqual([]);
    expect(sandbox.server.callsTo(messageList)).toBe(100);
    expect(steps).toBeLessThan(5);
  });

  test('is crossed further with every request, however few calls it may make', async () => {
    const { sandbox, source } = await openShop(history);
    const line = sandbox.add({ time: SECOND - 90 * 86_400 })[0];
    const walk = createWalk('DESC', NOW);
    let step: { position: SourcePosition; messages: unknown[] } = {
      position: source.start(walk),
      messages: [],
    };
    for (let request = 0; step.messages.length === 0; request++) {
      expect(request).toBeLessThan(60);
      step = await takeMessages(source, walk, step.position, 1, { callLimit: 2 });
    }
    expect(step.messages).toMatchObject([{ text: line?.text, sentAt: (SECOND - 90 * 86_400) * 1000 }]);
  });

  test('says so when a request may not make a single call', async () => {
    const { source } = await openShop(history);
    const walk = createWalk('DESC', NOW);
    await expect(source.read(source.start(walk), walk, new TestBudget(NOW, 0))).rejects.toThrow(
      BudgetSpentError,
    );
  });

  test('keeps the way made when the provider fails in the middle', async () => {
    const { sandbox, source } = await openShop(history);
    const walk = createWalk('DESC', NOW);
    // Beside the token and two windows at once.
    const slice = await readWithFailureAfter(4);
    expect(slice).toMatchObject({ messages: [], isEnd: false });
    expect(slice.next.watermark).toBe(NOW - 2 * WINDOW_MS + 60_000 - 1_000);
    await expect(source.read(slice.next, walk, new TestBudget(NOW))).rejects.toMatchObject({
      providerCode: '65400',
    });

    async function readWithFailureAfter(calls: number) {
      const budget = new TestBudget(NOW);
      const spend = budget.spend.bind(budget);
      budget.spend = () => {
        spend();
        if (budget.calls === calls) sandbox.refuse(messageList, 65400, 99);
      };
      return source.read(source.start(walk), walk, budget);
    }
  });
});

describe('bounds', () => {
  test('that hold nothing cost nothing', async () => {
    const { sandbox, source } = await openShop({ messages: 50 });
    const before = createWalk('DESC', NOW, { oldest: 0, newest: NOW - 365 * DAY_MS });
    const after = createWalk('ASC', NOW, { oldest: NOW + DAY_MS, newest: NOW });
    for (const walk of [
      before,
      { ...before, order: 'ASC' as const },
      after,
      { ...after, order: 'DESC' as const },
    ]) {
      expect((await walkAll(source, walk)).messages).toEqual([]);
    }
    expect(sandbox.server.callsTo(messageList)).toBeLessThanOrEqual(1);
  });

  test('of one day cost the windows of that day', async () => {
    const { sandbox, source } = await openShop({ messages: 500 });
    const day = { oldest: NOW - 10 * DAY_MS, newest: NOW - 9 * DAY_MS - 1 };
    await walkAll(source, createWalk('DESC', NOW, day));
    expect(sandbox.server.callsTo(messageList)).toBeLessThanOrEqual(3);
    expect(sandbox.server.callsTo(token)).toBe(1);
  });
});

describe('the newest end', () => {
  test('is not passed by, even if the walk could go on to the future', async () => {
    const { sandbox, source } = await openShop({ messages: 20 });
    const { messages } = await walkAll(source, createWalk('ASC', NOW, { newest: NOW + 30 * DAY_MS }));
    expect(messages).toHaveLength(20);
    const start = source.start(createWalk('DESC', NOW));
    // As made by a machine whose clock is days ahead.
    const ahead = { ...start, page: { from: SECOND + 3 * 86_400 } };
    expect((await takeMessages(source, createWalk('DESC', NOW), ahead, 9)).messages).toHaveLength(9);
    expect(sandbox.server.violations).toEqual([]);
  });

  test('does not pass by what came in after the walk fixed its newest moment', async () => {
    const { sandbox, clock, source } = await openShop();
    sandbox.add({ time: SECOND - 5, text: 'old' });
    sandbox.add({ time: SECOND, text: 'too new' });
    const walk: Walk = createWalk('ASC', NOW, { newest: NOW - 1_000 });
    const first = await walkAll(source, walk);
    expect(first.messages.map(({ text }) => text)).toEqual(['old']);
    clock.advance(2_000);
    const second = await takeMessages(source, { ...walk, newest: clock.now() }, first.position, 9, {
      now: clock.now(),
    });
    expect(second.messages.map(({ text }) => text)).toEqual(['too new']);
  });

  test('can be turned to from a place that a walk newest first has not left yet', async () => {
    const { sandbox, clock, source } = await openShop();
    sandbox.add({ time: SECOND - 5, text: 'old' });
    const start = source.start(createWalk('DESC', NOW));
    clock.advance(2_000);
    sandbox.add({ text: 'new' });
    const now = clock.now();
    const turned = { ...start, watermark: null };
    const { messages } = await takeMessages(source, createWalk('ASC', now), turned, 9, { now });
    expect(messages.map(({ text }) => text)).toEqual(['new']);
  });

  test('moves on when the window closes, with all that came in before it did', async () => {
    // The last window closes ten seconds from now.
    const { sandbox, clock, source } = await openShop({ from: NOW + 10_000 - 3 * WINDOW_MS });
    sandbox.add({ time: SECOND - 60, text: '1' });
    let step = await walkAll(source, createWalk('ASC', NOW));
    const found = step.messages.map(({ text }) => text);
    for (const [text, milliseconds] of [
      ['2', 8_000],
      ['3', 1_500], // nobody looks: it must be found although the window is over
      ['4', 500],
      ['5', 3_000],
      ['6', 2 * DAY_MS],
    ] as const) {
      clock.advance(milliseconds);
      sandbox.add({ text });
      if (text === '3') continue;
      const now = clock.now();
      const walk = { ...createWalk('ASC', NOW), newest: now };
      step = { ...step, ...(await takeMessages(source, walk, step.position, 99, { now })) };
      found.push(...step.messages.map((message) => message.text));
    }
    expect(found).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(sandbox.server.violations).toEqual([]);
  });
});

test('a cursor stays right when historyStart is moved', async () => {
  const { sandbox, restart, source } = await openShop({ messages: 300 });
  const walk = createWalk('DESC', NOW);
  const first = await takeMessages(source, walk, source.start(walk), 120);
  const moved = sourceOf(restart({ historyStart: new Date(NOW - 40 * DAY_MS - 12_345_000).toISOString() }));
  const rest = await takeMessages(moved, walk, first.position, 1_000);
  const texts = [...first.messages, ...rest.messages].map(({ text }) => text);
  expect(texts).toHaveLength(300);
  expect(texts.sort()).toEqual(sandbox.records.map(({ text }) => text).sort());
});

test('a day is read in parts when it is long', async () => {
  const { source } = await openShop({ messages: 2_600, from: NOW - WINDOW_MS + 60_000 });
  for (const order of ['ASC', 'DESC'] as const) {
    const walk = createWalk(order, NOW);
    const slice = await source.read(source.start(walk), walk, new TestBudget(NOW));
    expect(slice.messages.length).toBeGreaterThanOrEqual(1_000);
    expect(slice.messages.length).toBeLessThan(1_100);
    const { messages, calls } = await walkAll(source, walk, 700);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(2_600);
    expect(calls).toBe(0);
  }
});

describe('pages inside a window', () => {
  const twin = { openid: 'oTwin', opercode: 2003, worker: 'lin@teahouse', text: '在吗？' };

  test.each(['exclusive', 'inclusive'] as const)(
    'keep identical records on both sides of a seam (%s)',
    async (cursor) => {
      const { sandbox, source } = await openShop({ knobs: { maxPageSize: 3, cursor } });
      sandbox.add({ time: SECOND - 9 }, { time: SECOND - 8 });
      sandbox.add(...Array.from({ length: 5 }, () => ({ ...twin, time: SECOND - 5 })));
      sandbox.add({ time: SECOND - 1 });
      for (const order of ['ASC', 'DESC'] as const) {
        const { messages } = await walkAll(source, createWalk(order, NOW), 2);
        expect(messages).toHaveLength(8);
        expect(messages.filter(({ text }) => text === twin.text)).toHaveLength(5);
        expect(new Set(messages.map(({ key }) => key)).size).toBe(8);
      }
      expect(sandbox.server.violations).toEqual([]);
    },
  );

  test('that lead nowhere are a bad response, not an endless loop', async () => {
    const { sandbox, source } = await openShop({ knobs: { cursor: 'stuck', maxPageSize: 3 } });
    sandbox.add(...Array.from({ length: 7 }, (_, index) => ({ time: SECOND - 9 + index })));
    await expect(walkAll(source, createWalk('DESC', NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    expect(sandbox.server.calls.length).toBeLessThan(6);
  });

  test('that led nowhere are asked for again once the provider has recovered', async () => {
    const { sandbox, source } = await openShop({ knobs: { cursor: 'stuck', maxPageSize: 3 } });
    sandbox.add(...Array.from({ length: 7 }, (_, index) => ({ time: SECOND - 2 * 86_400 + index })));
    await expect(walkAll(source, createWalk('DESC', NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    sandbox.server.knobs.cursor = 'exclusive';
    expect((await walkAll(source, createWalk('DESC', NOW))).messages).toHaveLength(7);
  });

  test('may be as small as the operator likes', async () => {
    const { sandbox, source } = await openShop(
      { messages: 60, knobs: { cursor: 'inclusive' } },
      { quota: { pageSize: 1 } },
    );
    expect((await walkAll(source, createWalk('DESC', NOW))).messages).toHaveLength(60);
    expect(sandbox.server.violations).toEqual([]);
  });
});

describe('a channel', () => {
  const everything: SourceFilter = {
    conversationKey: null,
    participant: null,
    directions: null,
    kinds: null,
    needsText: false,
  };

  test('has no source for what it can never hold', async () => {
    const { channel } = await openShop();
    expect(channel.sourcesFor(everything)).toHaveLength(1);
    expect(channel.sourcesFor({ ...everything, directions: ['INTERNAL'] })).toEqual([]);
    expect(channel.sourcesFor({ ...everything, kinds: ['MEETING', 'POLL'] })).toEqual([]);
    expect(channel.sourcesFor({ ...everything, kinds: ['MEETING', 'IMAGE'] })).toHaveLength(1);
    expect(channel.sourcesFor({ ...everything, participant: { role: 'BOT', nativeId: 'x' } })).toEqual([]);
  });

  test('knows its conversations by openid', async () => {
    const { channel } = await openShop();
    expect(channel.toConversation('oAnna')).toEqual(channel.conversationWith('oAnna'));
    expect(channel.toConversation('')).toBeNull();
  });

  test('finds a message with the calls of its window, or none when that is kept, and null when there is no such message', async () => {
    const { sandbox, source, restart } = await openShop({ messages: 300 });
    const { messages } = await walkAll(source, createWalk('DESC', NOW));
    const message = messages[150];
    if (!message) throw new Error('There is no message');
    const fresh = restart();
    const before = sandbox.server.callsTo(messageList);
    // The second proves that the first page is all of the window.
    expect(await fresh.findMessage(message.key, new TestBudget(NOW))).toEqual(message);
    expect(sandbox.server.callsTo(messageList)).toBe(before + 2);
    expect(await fresh.findMessage(message.key, new TestBudget(NOW))).toEqual(message);
    expect(sandbox.server.callsTo(messageList)).toBe(before + 2);
    expect(await fresh.findMessage(message.key.replace(/\d+$/, '99'), new TestBudget(NOW))).toBeNull();
    expect(await fresh.findMessage('nonsense', new TestBudget(NOW))).toBeNull();
  });

  test('finds a message that has only just come', async () => {
    const { sandbox, clock, channel, source } = await openShop();
    await walkAll(source, createWalk('ASC', NOW));
    clock.advance(300);
    sandbox.add({ text: 'new' });
    const walk = createWalk('ASC', clock.now());
    const { messages } = await walkAll(source, walk);
    const key = messages[0]?.key ?? '';
    expect(await channel.findMessage(key, new TestBudget(clock.now()))).toMatchObject({ text: 'new' });
  });

  test('finds a message that came in with a delay, behind a page that is kept', async () => {
    const { sandbox, clock, channel, source, restart } = await openShop();
    sandbox.add({ time: SECOND, text: 'in time' });
    clock.advance(1_500);
    await walkAll(source, createWalk('ASC', clock.now()));
    sandbox.add({ time: SECOND, text: 'late' });
    clock.advance(100);
    const now = clock.now();
    const seen = await walkAll(sourceOf(restart()), createWalk('ASC', now));
    const key = seen.messages.find(({ text }) => text === 'late')?.key ?? '';
    expect(await channel.findMessage(key, new TestBudget(now))).toMatchObject({ text: 'late' });
  });

  test('is checked past every cache, at the price of a single record', async () => {
    const { sandbox, channel } = await openShop({ messages: 50 });
    await channel.check(new TestBudget(NOW));
    await channel.check(new TestBudget(NOW));
    expect(sandbox.server.callsTo(messageList)).toBe(2);
    expect(channel.earliestReachableAt()).toBe(NOW - 21 * DAY_MS);
  });
});

/** What tells lines of history apart, in an order of its own. */
function linesOf(lines: readonly ({ text: string | null } & ({ sentAt: number } | { time: number }))[]) {
  return lines.map((line) => `${'time' in line ? line.time : line.sentAt / 1000} ${line.text ?? ''}`).sort();
}
