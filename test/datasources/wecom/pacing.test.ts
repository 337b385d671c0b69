import { describe, expect, test } from 'vitest';
import { latestNow } from '../../../src/util/present.ts';
import type { CallBudget } from '../../../src/datasources/message-source.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { createWalk, takeMessages, walkAll, type Step } from '../../support/walk-source.ts';
import { openWorld, PAUSE_MS, sourceOf, type WeComWorld } from './wecom-world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A reader's whole walk, newest first, that begins now. */
function read({ channel, clock }: WeComWorld): Promise<Step> {
  return walkAll(sourceOf(channel), createWalk('DESC', clock.now()));
}

/** As a request that arrives now. */
function arrive({ clock }: WeComWorld): TestBudget {
  return new TestBudget(latestNow(clock));
}

/** The budget of a request that has not the time to wait for a reset. */
function hasty({ clock }: WeComWorld): CallBudget {
  return Object.assign(new TestBudget(clock.now()), { deadline: clock.now() + 15_000 });
}

function receive({ channel, sandbox, clock }: WeComWorld, token?: string): () => Promise<unknown> {
  const { method, query, headers, body } = sandbox.pushes.newMessage(token);
  const result = channel.push?.receive({
    event: 'callback',
    method,
    query: new URLSearchParams(query),
    headers,
    body,
    receivedAt: clock.now(),
  });
  const [item] = result?.isAccepted ? result.items : [];
  const { push } = channel;
  if (!push || !item) throw new Error('The callback was not accepted');
  return async () => push.process(item.payload, new TestBudget(latestNow(clock)));
}

const callback = (world: WeComWorld): Promise<unknown> => receive(world)();

describe('without a push token', () => {
  test('a reader within 30 s of a call sees the archive, and after that what is new', async () => {
    await using world = await openWorld({ messages: 20 });
    expect(await read(world)).toMatchObject({ messages: { length: 20 } });
    world.sandbox.add();
    for (let second = 0; second <= 30; second += 5) {
      expect(await read(world)).toMatchObject({ messages: { length: 20 }, calls: 0 });
      if (second < 30) world.clock.advance(5_000);
    }
    world.clock.advance(1);
    expect(await read(world)).toMatchObject({ messages: { length: 21 }, calls: 1 });
    expect(world.syncCalls()).toBe(2);
  });

  test('the pause holds over a restart, and may be set', async () => {
    await using world = await openWorld({ messages: 20, knobs: { secondsBetweenCalls: 0 } });
    await read(world);
    world.clock.advance(20_000);
    const walk = createWalk('DESC', world.clock.now());
    expect(await walkAll(sourceOf(world.restart()), walk)).toMatchObject({ calls: 0 });
    expect(await walkAll(sourceOf(world.restart({ secondsBetweenPulls: 10 })), walk)).toMatchObject({
      messages: { length: 20 },
      // The token, which was in memory, and a page.
      calls: 2,
    });
  });

  test('ten minutes of readers every other second make two calls a minute at most', async () => {
    await using world = await openWorld({ messages: 20 });
    for (let second = 0; second < 600; second += 2) {
      await read(world);
      world.clock.advance(2_000);
    }
    expect(world.syncCalls()).toBe(19);
  });

  test('a backlog is read page after page', async () => {
    await using world = await openWorld({ messages: 95, knobs: { maxPageSize: 10 } });
    expect(await read(world)).toMatchObject({ messages: { length: 95 } });
    expect(world.syncCalls()).toBe(10);
  });

  test('a backlog is read as fast as a limit on its pages lets it, and none of it is lost', async () => {
    await using world = await openWorld({ messages: 45, knobs: { maxPageSize: 10, limitsBacklogs: true } });
    const began = world.clock.monotonic();
    const pull = async (): Promise<void> => {
      await world.channel.pull(new TestBudget(world.clock.now())).catch(() => pull());
    };
    await pull();
    expect(await read(world)).toMatchObject({ messages: { length: 45 }, calls: 0 });
    // Each refusal rests for a minute, so of each page but the first there are two calls.
    expect(world.syncCalls()).toBe(9);
    expect(world.clock.monotonic() - began).toBe(4 * MINUTE_MS);
  });

  test('where even a call in 30 s is too often, the archive answers, for ten minutes', async () => {
    await using world = await openWorld({ messages: 20, knobs: { secondsBetweenCalls: 86_400 } });
    const source = sourceOf(world.channel);
    await read(world);
    const ask = async (): Promise<unknown> => {
      const walk = createWalk('DESC', world.clock.now());
      return source.read(source.start(walk), walk, hasty(world));
    };
    for (let minute = 0; minute < 10; minute++) {
      world.clock.advance(MINUTE_MS);
      expect(await ask()).toMatchObject({ messages: { length: 20 }, isEnd: true });
    }
    // Once a minute at most, for as long as a refusal lasts.
    expect(world.syncCalls()).toBeLessThanOrEqual(11);
    world.clock.advance(1);
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED' });
  });

  test('an archive that is behind does not pass for a whole one when WeCom limits its calls', async () => {
    await using world = await openWorld({ messages: 20, knobs: { maxPageSize: 10, limitsBacklogs: true } });
    const walk = createWalk('DESC', world.clock.now());
    const source = sourceOf(world.channel);
    await expect(source.read(source.start(walk), walk, hasty(world))).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
    });
  });

  test('a callback without a good one waits until a call may be made, and loses nothing', async () => {
    await using world = await openWorld({ messages: 20 });
    await read(world);
    world.clock.advance(1);
    const { msgid } = world.sandbox.add();
    const at = world.clock.now();
    const event = async (): Promise<unknown> => {
      if (!world.channel.push) throw new Error('The channel has no receiver');
      return world.channel.push.process({ token: null, at }, new TestBudget(world.clock.now()));
    };
    await expect(event()).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterSeconds: 30 });
    expect(world.syncCalls()).toBe(1);
    world.clock.advance(PAUSE_MS);
    await event();
    // Another that had come by then is answered too.
    await event();
    expect(world.syncCalls()).toBe(2);
    expect(await world.channel.findMessage(msgid, new TestBudget(0))).toMatchObject({ key: msgid });
  });
});

describe('a push token', () => {
  test('that a callback brought is used by readers, for ten minutes and without a pause', async () => {
    await using world = await openWorld({ messages: 20, knobs: { isLimitedWithoutPushToken: true } });
    await callback(world);
    for (let count = 21; count < 30; count++) {
      world.clock.advance(MINUTE_MS);
      world.sandbox.add();
      expect(await read(world)).toMatchObject({ messages: { length: count }, calls: 1 });
    }
    world.clock.advance(MINUTE_MS);
    world.sandbox.add();
    expect(await read(world)).toMatchObject({ messages: { length: 29 } });
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('that is refused is not used again, and does not make a call too soon', async () => {
    await using world = await openWorld({ messages: 20, knobs: { isPushTokenForOnePage: true } });
    await callback(world);
    expect(world.syncCalls()).toBe(1);
    world.clock.advance(1_000);
    world.sandbox.add();
    expect(await read(world)).toMatchObject({ messages: { length: 20 } });
    expect(world.syncCalls()).toBe(2);
    world.clock.advance(1_000);
    expect(await read(world)).toMatchObject({ messages: { length: 20 }, calls: 0 });
    world.clock.advance(PAUSE_MS);
    expect(await read(world)).toMatchObject({ messages: { length: 21 }, calls: 1 });
    expect(world.sandbox.server.violations).toEqual([]);
  });
});

describe('a check', () => {
  test('uses the push token at hand, and does without when WeCom refuses it', async () => {
    await using world = await openWorld({ messages: 20, knobs: { isLimitedWithoutPushToken: true } });
    await callback(world);
    world.sandbox.server.knobs.isPushTokenForOnePage = true;
    await world.channel.check(arrive(world));
    expect(world.syncCalls()).toBe(2);
    world.sandbox.server.knobs.isLimitedWithoutPushToken = false;
    world.clock.advance(PAUSE_MS);
    await world.channel.check(arrive(world));
    expect(world.syncCalls()).toBe(4);
    expect(world.sandbox.server.violations).toEqual([]);
  });
});

describe.each([
  ['back by 30 min', -30 * MINUTE_MS],
  ['forward by a day', DAY_MS],
])('a clock that is set %s', (_, jumpMs) => {
  test('in the middle of a walk costs no call a page', async () => {
    await using world = await openWorld({ messages: 200 });
    const source = sourceOf(world.channel);
    const walk = createWalk('DESC', world.clock.now());
    let step = await takeMessages(source, walk, source.start(walk), 10);
    world.clock.jump(jumpMs);
    for (let page = 0; page < 10; page++) {
      world.clock.advance(1_000);
      step = await takeMessages(source, walk, step.position, 10, { now: world.clock.now() });
      expect(step).toMatchObject({ messages: { length: 10 }, calls: 0 });
    }
  });

  test.each(['running', 'restarted'])(
    'makes a gateway that is %s call no oftener and no less',
    async (state) => {
      await using world = await openWorld({ messages: 20, knobs: { secondsBetweenCalls: 0 } });
      await read(world);
      world.clock.jump(jumpMs);
      const channel = state === 'running' ? world.channel : world.restart();
      const count = async (): Promise<number> => {
        const before = world.syncCalls();
        const walk = createWalk('DESC', latestNow(world.clock));
        await walkAll(sourceOf(channel), walk, 3);
        return world.syncCalls() - before;
      };
      // After a restart nothing tells how old the archive really is.
      expect(await count()).toBe(state === 'running' ? 0 : 1);
      for (let round = 0; round < 5; round++) {
        world.clock.advance(20_000);
        expect(await count()).toBe(0);
        world.clock.advance(20_000);
        expect(await count()).toBe(1);
      }
    },
  );

  test('does not end a push token', async () => {
    await using world = await openWorld({ messages: 20, knobs: { isLimitedWithoutPushToken: true } });
    await callback(world);
    world.clock.jump(jumpMs);
    world.clock.advance(1_000);
    await world.channel.keepUp.pull(arrive(world));
    expect(world.syncCalls()).toBe(2);
  });

  test.each([
    [599_999, 1],
    // What was read meanwhile answers a callback whose token is dead.
    [600_000, 0],
  ])(
    'leaves a push token that waits its ten minutes: after %i ms there are %i calls',
    async (waitMs, calls) => {
      await using world = await openWorld({ messages: 20 });
      const process = receive(world);
      world.clock.jump(jumpMs);
      world.clock.advance(waitMs - 1_000);
      await read(world);
      world.clock.advance(1_000);
      const before = world.syncCalls();
      await process();
      expect(world.syncCalls() - before).toBe(calls);
    },
  );

  test('does not keep a callback without a token from its pull', async () => {
    await using world = await openWorld({ messages: 20 });
    await read(world);
    world.clock.jump(jumpMs);
    world.clock.advance(PAUSE_MS);
    world.sandbox.add();
    await receive(world, '')();
    expect(world.syncCalls()).toBe(2);
  });
});
