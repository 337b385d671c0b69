import { describe, expect, test } from 'vitest';
import { toStreamPage } from '../../../src/datasources/wecom/archive.ts';
import { parseSyncPage } from '../../../src/datasources/wecom/wire.ts';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { isOnServer } from '../../support/test-store.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { createWalk, takeMessages, walkAll } from '../../support/walk-source.ts';
import { EVERYTHING, NOW, openWorld, PAUSE_MS, sourceOf, type WeComWorld } from './wecom-world.ts';

/** All that the provider has, in the archive's order. */
function expectedIds({ sandbox }: WeComWorld): string[] {
  return [...sandbox.records].sort((a, b) => a.send_time - b.send_time).map(({ msgid }) => msgid);
}

describe('bringing the stream into the archive', () => {
  test.each([0, 1, 999, 1000, 1001, 2500])(
    '%i messages cost at most one call per thousand and one more, in both orders, and again at most one',
    async (messages) => {
      for (const order of ['DESC', 'ASC'] as const) {
        await using world = await openWorld({ messages });
        const limit = Math.ceil(messages / 1000) + 1;
        const first = await walkAll(sourceOf(world.channel), createWalk(order, NOW), 100);
        expect(first.messages).toHaveLength(messages);
        expect(world.syncCalls()).toBeLessThanOrEqual(limit);
        world.clock.advance(60_000);
        const before = world.syncCalls();
        await walkAll(sourceOf(world.channel), createWalk(order, world.clock.now()), 50);
        expect(world.syncCalls() - before).toBeLessThanOrEqual(1);
        expect(world.tokenCalls()).toBe(1);
        expect(world.sandbox.server.violations).toEqual([]);
      }
    },
  );

  test('resumes from the saved cursor after a restart, and keeps what the provider has dropped', async () => {
    await using world = await openWorld({ messages: 40 });
    await world.channel.pull(new TestBudget(NOW));
    world.sandbox.server.knobs.reachDays = 3;
    world.clock.advance(30 * 86_400_000);
    world.sandbox.add();
    const later = world.restart();
    const walk = createWalk('ASC', world.clock.now());
    const { messages } = await walkAll(sourceOf(later), walk);
    expect(messages.map(({ key }) => key)).toEqual(expectedIds(world));
    expect(world.syncCalls()).toBe(2);
  });

  test('a walk that began before a restart costs no call after it', async () => {
    await using world = await openWorld({ messages: 40 });
    const walk = createWalk('DESC', NOW);
    const source = sourceOf(world.channel);
    const { position } = await takeMessages(source, walk, source.start(walk), 10);
    world.clock.advance(3_600_000);
    const rest = await takeMessages(sourceOf(world.restart()), walk, position, 100, {
      now: world.clock.now(),
    });
    expect(rest).toMatchObject({ calls: 0, isEnd: true });
    expect(rest.messages).toHaveLength(30);
  });

  test('progress survives a spent budget: no page is fetched twice', async () => {
    await using world = await openWorld({ messages: 95, knobs: { maxPageSize: 10 } });
    const walk = createWalk('DESC', NOW);
    const source = sourceOf(world.channel);
    for (const limit of [2, 3, 4]) {
      await expect(source.read(source.start(walk), walk, new TestBudget(NOW, limit))).rejects.toThrow(
        BudgetSpentError,
      );
    }
    expect(await walkAll(source, walk)).toMatchObject({ calls: 2 });
    expect(world.syncCalls()).toBe(10);
  });

  test('an ASC walk over an archive that is behind waits for delayed messages among those at hand', async () => {
    await using world = await openWorld({ messages: 20, knobs: { maxPageSize: 10 } });
    world.sandbox.add({ sentAt: NOW - 30 * 86_400_000 });
    const walk = createWalk('ASC', NOW);
    const source = sourceOf(world.channel);
    await expect(source.read(source.start(walk), walk, new TestBudget(NOW, 2))).rejects.toThrow(
      BudgetSpentError,
    );
    const { messages } = await walkAll(source, walk);
    expect(messages.map(({ key }) => key)).toEqual(expectedIds(world));
  });

  test('an ASC walk reads what is archived without a call', async () => {
    await using world = await openWorld({ messages: 500 });
    await world.channel.pull(new TestBudget(NOW));
    world.clock.advance(PAUSE_MS + 1_000);
    const walk = createWalk('ASC', world.clock.now());
    const source = sourceOf(world.channel);
    const step = await takeMessages(source, walk, source.start(walk), 300);
    expect(step).toMatchObject({ calls: 0, isEnd: false });
    const rest = await takeMessages(source, walk, step.position, 1_000);
    expect(rest).toMatchObject({ calls: 1, isEnd: true });
    expect(rest.messages).toHaveLength(200);
  });

  test('an ASC walk that ends before it began asks once, and never again', async () => {
    await using world = await openWorld({ messages: 300, until: NOW - 2 * 86_400_000 });
    const newest = NOW - 86_400_000;
    const walk = createWalk('ASC', NOW, { newest });
    const source = sourceOf(world.channel);
    const first = await takeMessages(source, walk, source.start(walk), 10);
    world.clock.advance(60_000);
    const rest = await takeMessages(source, walk, first.position, 1_000, { now: world.clock.now() });
    expect(rest).toMatchObject({ calls: 0, isEnd: true });
    expect([...first.messages, ...rest.messages].map(({ key }) => key)).toEqual(expectedIds(world));
    expect(world.syncCalls()).toBe(1);
  });

  test('a walk over one conversation reads no other', async () => {
    await using world = await openWorld({ messages: 300 });
    const everything = await walkAll(sourceOf(world.channel), createWalk('ASC', NOW));
    const key = everything.messages[150]?.conversation.key ?? '';
    const wanted = everything.messages.filter(({ conversation }) => conversation.key === key);
    const filter = { ...EVERYTHING, conversationKey: key };
    for (const order of ['ASC', 'DESC'] as const) {
      const { messages } = await walkAll(sourceOf(world.channel), createWalk(order, NOW, { filter }), 7);
      expect(order === 'ASC' ? messages : messages.reverse()).toEqual(wanted);
    }
  });

  test('a message that comes with a delay lies where it was sent', async () => {
    await using world = await openWorld({ messages: 50 });
    const walk = createWalk('DESC', NOW);
    const source = sourceOf(world.channel);
    const step = await takeMessages(source, walk, source.start(walk), 10);
    const [, , third] = step.messages;
    const oldest = world.sandbox.records[0]?.send_time ?? 0;
    world.sandbox.add({ sentAt: third?.sentAt ?? 0 });
    const ahead = world.sandbox.add({ sentAt: oldest * 1000 - 5_000 });
    world.clock.advance(PAUSE_MS + 1_000);
    await world.channel.pull(new TestBudget(world.clock.now()));
    const rest = await takeMessages(source, walk, step.position, 100);
    expect(rest.messages).toHaveLength(41);
    expect(rest.messages.at(-1)?.key).toBe(ahead.msgid);
    const anew = await walkAll(source, createWalk('ASC', world.clock.now()));
    expect(anew.messages.map(({ key }) => key)).toEqual(expectedIds(world));
  });

  test('however many wait, one call is under way, and who came later sees what arrived before', async () => {
    await using world = await openWorld({ messages: 300, knobs: { maxPageSize: 60, delayMs: 10 } });
    const walks = Array.from({ length: 20 }, async (_, index) => {
      const source = sourceOf(world.channel);
      const walk = createWalk(index % 2 === 0 ? 'DESC' : 'ASC', NOW);
      return (await walkAll(source, walk)).messages.length;
    });
    expect(await Promise.all(walks)).toEqual(Array.from({ length: 20 }, () => 300));
    expect(world.syncCalls()).toBe(5);
    const early = world.channel.pull(new TestBudget(world.clock.now() + 1));
    world.clock.advance(PAUSE_MS + 1_000);
    const updates = world.sandbox.add();
    const found = world.channel.findMessage(updates.msgid, new TestBudget(world.clock.now()));
    await early;
    expect(await found).toMatchObject({ key: updates.msgid });
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('who waits for a page that another request pulls is as active as that one', async () => {
    await using world = await openWorld({ messages: 5 });
    const [first, second] = [new TestBudget(NOW), new TestBudget(NOW)];
    const during = new Map<TestBudget, number>();
    world.sandbox.server.knobs.rewritePage = (page) => {
      for (const budget of [first, second]) during.set(budget, budget.activity.lastAt);
      return page;
    };
    await Promise.all([world.channel.pull(first), world.channel.pull(second)]);
    // A server may answer the second one first.
    const [calling, waiting] = isOnServer && first.calls === 0 ? [second, first] : [first, second];
    const lastCallAt = during.get(calling);
    expect([during.get(waiting), waiting.calls, waiting.activity.lastAt]).toEqual([lastCallAt, 0, 0]);
    expect(lastCallAt).toBeGreaterThan(0);
  });

  test('what arrives while an answer is under way is requested by the next reader', async () => {
    await using world = await openWorld({ messages: 5 });
    const { knobs } = world.sandbox.server;
    knobs.rewritePage = (page) => {
      knobs.rewritePage = null;
      world.clock.advance(1_000);
      world.sandbox.add();
      return page;
    };
    const pushToken = { value: world.sandbox.issuePushToken(), lifeMs: 600_000 };
    await world.channel.pull(new TestBudget(NOW), { pushToken });
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('DESC', world.clock.now()));
    expect(messages).toHaveLength(6);
  });

  test('a waiter continues with its own budget when that of another is spent', async () => {
    await using world = await openWorld({ messages: 50, knobs: { maxPageSize: 10, delayMs: 5 } });
    const failing = expect(world.channel.pull(new TestBudget(NOW, 2))).rejects.toThrow(BudgetSpentError);
    await waitUntil(() => world.syncCalls() === 1);
    const rich = new TestBudget(NOW);
    await Promise.all([failing, world.channel.pull(rich)]);
    expect(world.syncCalls()).toBe(5);
    expect(rich.calls).toBe(4);
  });

  test.each([
    { next: 'the next request', isSameChannel: true, calls: 2 },
    { next: 'another channel of the corporation', isSameChannel: false, calls: 3 },
  ])(
    'a call whose request is aborted goes on: its page is kept, and $next calls only after it',
    async ({ isSameChannel, calls }) => {
      await using world = await openWorld({ messages: 20, knobs: { maxPageSize: 10, delayMs: 200 } });
      const next = isSameChannel ? world.channel : world.connect({ name: 'other' });
      // Else the call for its token would take as long as the one that is under way.
      await next.prepare(new TestBudget(NOW));
      const gone = new AbortController();
      const isAborted = { get: () => gone.signal.aborted };
      const budget = Object.defineProperty(new TestBudget(NOW), 'isOver', isAborted);
      const first = world.channel.pull(Object.assign(budget, { signal: gone.signal }));
      await waitUntil(() => world.syncCalls() === 1);
      gone.abort();
      const following = next.pull(new TestBudget(NOW));
      await expect(first).rejects.toThrow(BudgetSpentError);
      await following;
      expect(world.sandbox.server.violations).toEqual([]);
      // A channel has two pages.
      expect(world.syncCalls()).toBe(calls);
    },
  );

  test('a channel that is closed waits for its call, so that no other process calls meanwhile', async () => {
    await using world = await openWorld({ messages: 10, knobs: { delayMs: 200 } });
    const pulling = world.channel.pull(new TestBudget(NOW));
    await waitUntil(() => world.syncCalls() === 1);
    await world.channel.close();
    await world.restart().pull(new TestBudget(NOW));
    await pulling;
    expect(world.sandbox.server.violations).toEqual([]);
    expect(world.syncCalls()).toBe(1);
  });

  test('two channels of one corporation never call at once', async () => {
    await using world = await openWorld({
      messages: 60,
      knobs: { maxPageSize: 10, delayMs: 15, secondsBetweenCalls: 0 },
    });
    const other = world.connect({ name: 'other' });
    await Promise.all([world.channel.pull(new TestBudget(NOW)), other.pull(new TestBudget(NOW))]);
    expect(world.syncCalls()).toBe(12);
    expect(world.sandbox.server.violations).toEqual([]);
  });

  describe('when another process keeps the same page while it is under way', () => {
    /** @param caughtUpAt what the other process notes with it; null: that more follows */
    const overtake = ({ sandbox, stores }: WeComWorld, caughtUpAt: number | null) => {
      const { knobs } = sandbox.server;
      const archive = stores.store.messageStream(sandbox.corpId, 'corp');
      const kept: Promise<boolean>[] = [];
      knobs.rewritePage = (page) => {
        knobs.rewritePage = null;
        const { entries, nextCursor } = parseSyncPage(page);
        kept.push(archive.keep(toStreamPage('corp', { entries, cursor: null, nextCursor, caughtUpAt })));
        return page;
      };
      return kept;
    };

    test('it reads on from where that one stands, and no page is lost or read a third time', async () => {
      await using world = await openWorld({ messages: 95, knobs: { maxPageSize: 10 } });
      const kept = overtake(world, null);
      const { messages } = await walkAll(sourceOf(world.channel), createWalk('DESC', NOW));
      expect(await Promise.all(kept)).toEqual([true]);
      expect(messages.map(({ key }) => key)).toEqual(expectedIds(world).reverse());
      expect(world.syncCalls()).toBe(10);
      expect(world.sandbox.server.violations).toEqual([]);
    });

    test('it asks no more when that one has caught up', async () => {
      await using world = await openWorld({ messages: 5 });
      const kept = overtake(world, NOW);
      await world.channel.pull(new TestBudget(NOW));
      expect(await Promise.all(kept)).toEqual([true]);
      expect(await world.channel.keepUp.ageMs()).toBe(0);
      expect(world.syncCalls()).toBe(1);
    });

    test('it waits as after any answer when that one has not caught up, and then reads what is missing', async () => {
      await using world = await openWorld({ messages: 5 });
      const kept = overtake(world, NOW - 60_000);
      await expect(world.channel.pull(new TestBudget(NOW))).rejects.toMatchObject({
        code: 'UPSTREAM_RATE_LIMITED',
      });
      expect(await Promise.all(kept)).toEqual([true]);
      expect(world.syncCalls()).toBe(1);
      world.sandbox.add();
      world.clock.advance(PAUSE_MS + 1_000);
      const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', world.clock.now()));
      expect(messages.map(({ key }) => key)).toEqual(expectedIds(world));
      expect(world.syncCalls()).toBe(2);
      expect(world.sandbox.server.violations).toEqual([]);
    });
  });

  test('a moment to come that a wrong clock wrote down is not fresh', async () => {
    await using world = await openWorld({ messages: 3 });
    await world.channel.pull(new TestBudget(NOW));
    await world.stores.sql.all(`UPDATE wecom_stream SET caught_up_at = ${NOW + 86_400_000}`);
    world.sandbox.add();
    world.clock.advance(PAUSE_MS + 1_000);
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('DESC', world.clock.now()));
    expect(messages).toHaveLength(4);
  });
});

describe('a stream that misbehaves', () => {
  test('is not followed in a circle', async () => {
    await using world = await openWorld({ messages: 20, knobs: { maxPageSize: 10 } });
    let first: string | null = null;
    world.sandbox.server.knobs.rewritePage = (page) => {
      first ??= page.next_cursor;
      return { ...page, has_more: true, next_cursor: first };
    };
    await expect(world.channel.pull(new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    expect(world.syncCalls()).toBe(2);
  });

  test('is not followed in a wider circle either', async () => {
    await using world = await openWorld({ messages: 60, knobs: { maxPageSize: 10 } });
    let first: string | null = null;
    let pages = 0;
    world.sandbox.server.knobs.rewritePage = (page) => {
      first ??= page.next_cursor;
      return ++pages % 3 === 0 ? { ...page, next_cursor: first } : page;
    };
    await expect(world.channel.pull(new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    expect(world.syncCalls()).toBe(3);
  });

  test.each([[''], [null], [undefined]])('needs a cursor to go on: %s', async (cursor) => {
    await using world = await openWorld({ messages: 20 });
    world.sandbox.server.knobs.rewritePage = (page) => ({ ...page, has_more: 1, next_cursor: cursor });
    await expect(world.channel.pull(new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
    expect(world.syncCalls()).toBe(1);
  });

  test('may have any number of empty pages, as long as its cursor moves', async () => {
    await using world = await openWorld({ messages: 60, knobs: { maxPageSize: 10 } });
    let pages = 0;
    world.sandbox.server.knobs.rewritePage = (page) =>
      ++pages >= 2 && pages <= 5 ? { ...page, msg_list: [] } : page;
    await world.channel.pull(new TestBudget(NOW));
    expect(world.syncCalls()).toBe(6);
    expect((await walkAll(sourceOf(world.channel), createWalk('ASC', NOW))).messages).toHaveLength(20);
  });

  test('costs no more than the budget when its pages stay empty for ever, and keeps its progress', async () => {
    await using world = await openWorld({ messages: 60, knobs: { maxPageSize: 1 } });
    world.sandbox.server.knobs.rewritePage = (page) => ({ ...page, has_more: true, msg_list: [] });
    await expect(world.channel.pull(new TestBudget(NOW, 9))).rejects.toThrow(BudgetSpentError);
    expect(world.syncCalls()).toBe(8);
    world.sandbox.server.knobs.rewritePage = null;
    await world.channel.pull(new TestBudget(NOW));
    expect((await walkAll(sourceOf(world.channel), createWalk('ASC', NOW))).messages).toHaveLength(52);
  });

  test('is put in order page by page where a page does not ascend', async () => {
    await using world = await openWorld({ messages: 40, knobs: { maxPageSize: 10 } });
    world.sandbox.server.knobs.rewritePage = (page) => ({ ...page, msg_list: page.msg_list.toReversed() });
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', NOW));
    expect(messages.map(({ key }) => key)).toEqual(expectedIds(world));
  });

  test('does not stop at a message that cannot be read', async () => {
    await using world = await openWorld({ messages: 10 });
    world.sandbox.server.knobs.rewritePage = (page) => ({
      ...page,
      msg_list: page.msg_list.map((record, index) => (index === 4 ? { ...record, sender: 7 } : record)),
    });
    const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', NOW));
    expect(messages.map(({ key }) => key)).toEqual(expectedIds(world));
    expect(messages[4]).toMatchObject({ kind: 'UNSUPPORTED', parts: [{ nativeType: 'malformed' }] });
  });
});

describe('a push token', () => {
  test('is sent with every page', async () => {
    await using world = await openWorld({
      messages: 30,
      knobs: { maxPageSize: 10, isLimitedWithoutPushToken: true },
    });
    await expect(world.channel.pull(new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
    });
    const token = world.sandbox.issuePushToken();
    await world.channel.pull(new TestBudget(NOW), { pushToken: { value: token, lifeMs: 600_000 } });
    expect(world.syncCalls()).toBe(4);
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('is done without when it is stale, or good for one page only', async () => {
    await using world = await openWorld({
      messages: 30,
      knobs: { maxPageSize: 10, isPushTokenForOnePage: true },
    });
    await world.channel.pull(new TestBudget(NOW), {
      pushToken: { value: world.sandbox.issuePushToken(), lifeMs: 600_000 },
    });
    expect((await walkAll(sourceOf(world.channel), createWalk('DESC', NOW))).messages).toHaveLength(30);
    const stale = world.sandbox.issuePushToken();
    world.clock.advance(600_000);
    world.sandbox.add();
    await world.channel.pull(new TestBudget(world.clock.now()), {
      pushToken: { value: stale, lifeMs: 600_000 },
    });
    const walk = createWalk('DESC', world.clock.now());
    expect(await walkAll(sourceOf(world.channel), walk)).toMatchObject({
      calls: 0,
      messages: { length: 31 },
    });
    expect(world.sandbox.server.violations).toEqual([]);
  });
});

test('a saved cursor that the provider refuses is dropped, and nothing is kept twice', async () => {
  await using world = await openWorld({ messages: 30 });
  await world.channel.pull(new TestBudget(NOW));
  await world.stores.sql.all("UPDATE wecom_stream SET cursor = 'Outdated'");
  world.sandbox.add();
  world.clock.advance(PAUSE_MS + 1_000);
  const { messages } = await walkAll(sourceOf(world.channel), createWalk('ASC', world.clock.now()));
  expect(messages.map(({ key }) => key)).toEqual(expectedIds(world));
});
