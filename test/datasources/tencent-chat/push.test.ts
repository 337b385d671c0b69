import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { PushReceiver, PushRequest, PushResult } from '../../../src/datasources/push-receiver.ts';
import type { PushedItem } from '../../../src/domain/push.ts';
import type { TencentChatChannel } from '../../../src/datasources/tencent-chat/channel.ts';
import type { SandboxPush } from '../../../src/sandbox/sandbox.ts';
import { createDependencies, createStores, TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld, type TencentChatWorld } from './world.ts';

const DAY_MS = 86_400_000;
const OK = {
  status: 200,
  contentType: 'application/json',
  body: '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}',
};
const REFUSED = {
  status: 403,
  contentType: 'application/json',
  body: '{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":"refused"}',
};
const NOTHING = { messages: [], statuses: [], hasMoreInHistory: false };

const worlds: TencentChatWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

interface Setup {
  world: TencentChatWorld;
  channel: TencentChatChannel;
  receiver: PushReceiver;
  account: string;
  receive: (push: SandboxPush) => PushResult;
}

function receiverOf({ push }: TencentChatChannel): PushReceiver {
  if (!push) throw new Error('The channel has no receiver');
  return push;
}

function toRequest({ query, ...push }: SandboxPush, receivedAt: number): PushRequest {
  return { ...push, query: new URLSearchParams(query), receivedAt };
}

/** All of the history lies more than a week back, so that pages of it are fresh for a week. */
async function open(changes: Record<string, unknown> = {}, messages = 60): Promise<Setup> {
  const world = await openWorld({ messages, until: NOW - 7 * DAY_MS, goneShare: 0 });
  worlds.push(world);
  const channel = world.createChannel(createDependencies(world.clock), changes);
  const receiver = receiverOf(channel);
  return {
    world,
    channel,
    receiver,
    account: world.sandbox.officialAccounts[0] ?? '',
    receive: (push) => receiver.receive(toRequest(push, world.clock.now())),
  };
}

function itemsOf(result: PushResult): PushedItem[] {
  if (!result.isAccepted) throw new Error(result.reason);
  return result.items;
}

function itemOf(result: PushResult): PushedItem {
  const [item] = itemsOf(result);
  if (!item) throw new Error('Nothing was accepted');
  return item;
}

function withQuery(push: SandboxPush, query: Record<string, string>): SandboxPush {
  return { ...push, query: { ...push.query, ...query } };
}

function withoutQuery(push: SandboxPush, ...names: string[]): SandboxPush {
  return {
    ...push,
    query: Object.fromEntries(Object.entries(push.query).filter(([name]) => !names.includes(name))),
  };
}

function sign(token: string, requestTime: string): Record<string, string> {
  return {
    RequestTime: requestTime,
    Sign: createHash('sha256')
      .update(token + requestTime)
      .digest('hex'),
  };
}

describe('a callback', () => {
  test('of a sent message becomes an item of its account', async () => {
    const { world, account, receive } = await open();
    const post = world.sandbox.add();
    expect(receive(world.sandbox.pushes.sent(account, post))).toEqual({
      isAccepted: true,
      items: [
        {
          key: `send:${account}:${post.MsgKey}`,
          payload: { type: 'send', officialAccount: account, messageKey: post.MsgKey },
        },
      ],
      about: 'OfficialAccount.CallbackAfterSendMsg',
      reply: OK,
    });
  });

  test('of recalled messages becomes an item for each', async () => {
    const { world, account, receive } = await open();
    const posts = world.sandbox.posts().slice(0, 3);
    expect(receive(world.sandbox.pushes.withdrawn(account, posts))).toEqual({
      isAccepted: true,
      items: posts.map(({ MsgKey }) => ({
        key: `withdraw:${account}:${MsgKey}`,
        payload: { type: 'withdraw', officialAccount: account, messageKey: MsgKey },
      })),
      about: 'OfficialAccount.CallbackAfterMsgWithDraw',
      reply: OK,
    });
  });

  test('that is repeated, also signed anew, is the same item', async () => {
    const { world, account, receive } = await open();
    const post = world.sandbox.add();
    const first = itemOf(receive(world.sandbox.pushes.sent(account, post)));
    world.clock.advance(60_000);
    expect(itemOf(receive(world.sandbox.pushes.sent(account, post)))).toEqual(first);
  });

  test.each<[string, (setup: Setup) => SandboxPush]>([
    [
      'a message that is never listed',
      ({ world, account }) => world.sandbox.pushes.sent(account, world.sandbox.add(), { isOnlineOnly: true }),
    ],
    [
      'an account that is not configured',
      ({ world }) => world.sandbox.pushes.sent('@TOA#_OTHER', world.sandbox.add()),
    ],
    [
      'a recall in an account that is not configured',
      ({ world }) => world.sandbox.pushes.withdrawn('@TOA#_OTHER', [world.sandbox.add()]),
    ],
    [
      'another command',
      ({ world, account }) =>
        world.sandbox.pushes.command('OfficialAccount.CallbackAfterAddSubscriber', {
          Official_Account: account,
        }),
    ],
    [
      'an unknown command',
      ({ world }) => world.sandbox.pushes.command('State.StateChange', { Info: { Action: 'Login' } }),
    ],
  ])('is acknowledged and leaves nothing: %s', async (_, make) => {
    const setup = await open();
    expect(setup.receive(make(setup))).toMatchObject({ isAccepted: true, items: [], reply: OK });
  });

  test('may hold raw control characters', async () => {
    const { world, account, receive } = await open();
    const push = world.sandbox.pushes.sent(account, world.sandbox.add());
    const body = push.body.replace('"CloudCustomData":""', '"CloudCustomData":"\u0001\b"');
    expect(itemsOf(receive({ ...push, body }))).toHaveLength(1);
  });
});

describe('what is wrong', () => {
  const callbackToken = 'shared-token';
  const now = NOW / 1000;

  test.each<[string, (push: SandboxPush) => SandboxPush]>([
    ['another app', (push) => withQuery(push, { SdkAppid: '1400000001' })],
    ['no app', (push) => withoutQuery(push, 'SdkAppid')],
    ['no signature', (push) => withoutQuery(push, 'Sign', 'RequestTime')],
    ['an empty signature', (push) => withQuery(push, { Sign: '' })],
    ['the signature of another token', (push) => withQuery(push, sign('other', String(now)))],
    ['the signature of another time', (push) => withQuery(push, { RequestTime: String(now - 1) })],
    [
      'a signature in upper case',
      (push) => withQuery(push, { Sign: push.query['Sign']?.toUpperCase() ?? '' }),
    ],
    ['an old signature', (push) => withQuery(push, sign(callbackToken, String(now - 302)))],
    ['a signature of the future', (push) => withQuery(push, sign(callbackToken, String(now + 302)))],
    ['a signed time that is none', (push) => withQuery(push, sign(callbackToken, 'today'))],
    ['a signed time with white space', (push) => withQuery(push, sign(callbackToken, ` ${now}`))],
    ['an empty signed time', (push) => withQuery(push, sign(callbackToken, ''))],
    ['no command', (push) => withoutQuery(push, 'CallbackCommand')],
    ['an empty body', (push) => ({ ...push, body: '' })],
    ['half a body', (push) => ({ ...push, body: push.body.slice(0, -1) })],
    ['a list', (push) => ({ ...push, body: '[]' })],
    [
      'a list for another command',
      (push) => ({ ...withQuery(push, { CallbackCommand: 'Other' }), body: '[]' }),
    ],
    ['no account', (push) => ({ ...push, body: '{"MsgKey":"1_1_1"}' })],
    ['no message', (push) => ({ ...push, body: '{"Official_Account":"a"}' })],
    ['a number for a message', (push) => ({ ...push, body: '{"Official_Account":"a","MsgKey":1}' })],
    [
      'an endless key',
      (push) => ({ ...push, body: JSON.stringify({ Official_Account: 'a', MsgKey: '1'.repeat(129) }) }),
    ],
    [
      'a recall of nothing',
      (push) => ({
        ...withQuery(push, { CallbackCommand: 'OfficialAccount.CallbackAfterMsgWithDraw' }),
        body: '{"Official_Account":"a"}',
      }),
    ],
  ])('is refused in one way: %s', async (_, change) => {
    const { world, account, receiver } = await open({ callbackToken });
    const push = world.sandbox.pushes.sent(account, world.sandbox.add());
    const signed = withQuery(push, sign(callbackToken, String(now)));
    expect(receiver.receive(toRequest(signed, NOW)).isAccepted).toBe(true);
    expect(receiver.receive(toRequest(change(signed), NOW))).toEqual({
      isAccepted: false,
      reason: expect.stringMatching(/^A callback was refused: [\w ,;:.'-]+$/) as string,
      reply: REFUSED,
    });
    expect(world.sandbox.server.calls).toEqual([]);
  });

  test.each([-300, -1, 0, 300])('is not a signature of %i s from now', async (seconds) => {
    const { world, account, receiver } = await open({ callbackToken });
    const push = world.sandbox.pushes.sent(account, world.sandbox.add());
    const signed = withQuery(push, sign(callbackToken, String(now + seconds)));
    expect(receiver.receive(toRequest(signed, NOW)).isAccepted).toBe(true);
  });

  test('is a GET', async () => {
    const { world, account, receiver } = await open();
    const push = toRequest(world.sandbox.pushes.sent(account, world.sandbox.add()), world.clock.now());
    expect(receiver.receive({ ...push, method: 'GET' })).toMatchObject({ isAccepted: false, reply: REFUSED });
  });

  test("has nowhere to come to where nothing could prove that it is the provider's", async () => {
    const world = await openWorld({ messages: 1 });
    worlds.push(world);
    const deps = createDependencies(world.clock);
    expect(world.createChannel(deps, { callbackToken: undefined }).push).toBeNull();
  });

  test.each([
    ['127.0.0.1', true],
    ['::ffff:127.0.0.1', true],
    ['10.255.3.4', true],
    ['2001:db8::7', true],
    ['11.0.0.1', false],
    ['::1', false],
    ['', false],
    [undefined, false],
  ])('without a signature is fresh from the addresses that are named: %s', async (remoteAddress, isTaken) => {
    const { world, account, receiver } = await open({
      callbackToken: undefined,
      unsignedCallbacksFrom: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
    });
    const push = withoutQuery(world.sandbox.pushes.sent(account, world.sandbox.add()), 'Sign', 'RequestTime');
    const request = { ...toRequest(push, world.clock.now()), remoteAddress };
    const other = { ...toRequest(withQuery(push, { SdkAppid: '0' }), world.clock.now()), remoteAddress };
    const refused = expect.objectContaining({ isAccepted: false, reply: REFUSED }) as object;
    expect(receiver.screen(request)).toEqual(isTaken ? { isProven: true } : refused);
    expect(receiver.receive(request).isAccepted).toBe(isTaken);
    expect(receiver.screen(other)).toEqual(refused);
  });

  test('may name 200 recalled messages, and no more', async () => {
    const { world, account, receive } = await open();
    const withdrawn = (count: number): PushResult =>
      receive(
        world.sandbox.pushes.withdrawn(
          account,
          Array.from({ length: count }, (_, index) => ({ ...world.sandbox.add(), MsgKey: `1_${index}_1` })),
        ),
      );
    expect(itemsOf(withdrawn(200))).toHaveLength(200);
    expect(withdrawn(201)).toMatchObject({ isAccepted: false, reply: REFUSED });
  });

  test('is refused or acknowledged without an error, whatever the bytes', async () => {
    const { world, account, receive } = await open();
    const push = world.sandbox.pushes.sent(account, world.sandbox.add());
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const command = fc.oneof(
      text,
      fc.constantFrom(
        'OfficialAccount.CallbackAfterSendMsg',
        'OfficialAccount.CallbackAfterMsgWithDraw',
        '__proto__',
      ),
    );
    const body = fc.oneof(
      text,
      fc.json(),
      fc.constant('{"a":'.repeat(50_000)),
      fc.constant('['.repeat(50_000)),
    );
    fc.assert(
      fc.property(command, body, fc.dictionary(text, text), (CallbackCommand, sent, query) => {
        const result = receive({ ...withQuery(push, { ...query, CallbackCommand }), body: sent });
        expect(result.reply).toEqual(result.isAccepted ? OK : REFUSED);
      }),
      { numRuns: 500 },
    );
  });
});

describe('processing a sent message', () => {
  test('brings the message as the history lists it, with one call', async () => {
    const { world, channel, receiver, account, receive } = await open();
    const post = world.sandbox.add();
    const { payload } = itemOf(receive(world.sandbox.pushes.sent(account, post)));
    const budget = new TestBudget(world.clock.now());
    const updates = await receiver.process(payload, budget);
    expect(budget.calls).toBe(1);
    world.clock.advance(1_000);
    const { messages } = await walkAll(onlySource(channel), createWalk('DESC', world.clock.now()));
    expect(messages[0]).toMatchObject({ nativeId: post.MsgKey });
    expect(updates).toEqual({ ...NOTHING, messages: [messages[0]] });
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('brings the same again, after a restart and after others came', async () => {
    const { world, receiver, account, receive } = await open();
    const { payload } = itemOf(receive(world.sandbox.pushes.sent(account, world.sandbox.add())));
    const updates = await receiver.process(payload, new TestBudget(world.clock.now()));
    for (let count = 0; count < 45; count++) world.sandbox.add();
    const channel = world.createChannel(createDependencies(world.clock));
    expect(await receiverOf(channel).process(payload, new TestBudget(world.clock.now()))).toEqual(updates);
  });

  test('says that the history has more while the message is not listed yet', async () => {
    const { world, receiver, account, receive } = await open();
    const post = world.sandbox.add();
    const push = world.sandbox.pushes.sent(account, post);
    const late = { ...post, MsgKey: `${post.MsgSeq + 1}_1_${post.MsgTimeStamp}` };
    const odd = { ...post, MsgKey: 'in-another-form' };
    for (const pushed of [
      world.sandbox.pushes.sent(account, late),
      world.sandbox.pushes.sent(account, odd),
    ]) {
      const { payload } = itemOf(receive(pushed));
      const budget = new TestBudget(world.clock.now());
      expect(await receiver.process(payload, budget)).toEqual({ ...NOTHING, hasMoreInHistory: true });
    }
    const { payload } = itemOf(receive(push));
    expect(await receiver.process(payload, new TestBudget(world.clock.now()))).toMatchObject({
      messages: [{ messageKey: post.MsgKey }],
    });
  });

  test('fails when the provider does, and succeeds when it is called again', async () => {
    const { world, receiver, account, receive } = await open();
    const { payload } = itemOf(receive(world.sandbox.pushes.sent(account, world.sandbox.add())));
    world.sandbox.server.knobs.errorCode = 60008;
    await expect(receiver.process(payload, new TestBudget(world.clock.now()))).rejects.toThrow();
    world.sandbox.server.knobs.errorCode = null;
    const updates = await receiver.process(payload, new TestBudget(world.clock.now()));
    expect(updates.messages).toHaveLength(1);
  });

  test('brings nothing of an account that has left the configuration', async () => {
    const { world, account, receive } = await open();
    const { payload } = itemOf(receive(world.sandbox.pushes.sent(account, world.sandbox.add())));
    const channel = world.createChannel(createDependencies(world.clock), { officialAccounts: ['@other'] });
    const budget = new TestBudget(world.clock.now());
    expect(await receiverOf(channel).process(payload, budget)).toEqual(NOTHING);
    expect(budget.calls).toBe(0);
  });
});

describe('processing a recall', () => {
  /** What walks and look-ups show of a message. */
  async function shownBy(
    channel: TencentChatChannel,
    world: TencentChatWorld,
    key: string,
  ): Promise<[availability: string, text: string | null, hasParts: boolean][]> {
    world.clock.advance(1_000);
    const now = world.clock.now();
    const source = onlySource(channel);
    const up = await walkAll(source, createWalk('ASC', now), 7);
    const down = await walkAll(source, createWalk('DESC', now), 7);
    const shown = [...up.messages, ...down.messages].filter(({ nativeId }) => nativeId === key);
    const [first] = shown;
    if (first) {
      const found = await channel.findMessage(first.key, new TestBudget(now));
      if (found) shown.push(found);
    }
    return shown.map(({ availability, text, parts }) => [availability, text, parts !== null]);
  }

  test.each([1, 20, 21, 35, 59, 60])(
    'of message %i is seen by every walk from then on, also after a restart, though pages were kept',
    async (sequence) => {
      const world = await openWorld({ messages: 60, until: NOW - 7 * DAY_MS, goneShare: 0 });
      worlds.push(world);
      const stores = createStores();
      const channel = world.createChannel(createDependencies(world.clock, stores));
      const account = world.sandbox.officialAccounts[0] ?? '';
      const post = world.sandbox.posts().find(({ MsgSeq }) => MsgSeq === sequence);
      if (!post) throw new Error('There is no such message');
      const before = await shownBy(channel, world, post.MsgKey);
      expect(before.map(([availability]) => availability)).toEqual(['AVAILABLE', 'AVAILABLE', 'AVAILABLE']);
      // Shifts the boundaries of pages, so that several kept ones show the message.
      for (let count = 0; count < 7; count++) world.sandbox.add();
      await shownBy(channel, world, post.MsgKey);

      world.sandbox.recall(sequence);
      const receiver = receiverOf(channel);
      const push = toRequest(world.sandbox.pushes.withdrawn(account, [post]), world.clock.now());
      const { payload } = itemOf(receiver.receive(push));
      const budget = new TestBudget(world.clock.now());
      const { changed = [], ...others } = await receiver.process(payload, budget);
      expect(others).toEqual(NOTHING);
      expect(changed.map(({ nativeId, availability, text }) => [nativeId, availability, text])).toEqual([
        [post.MsgKey, 'RECALLED', null],
      ]);
      expect(budget.calls).toBeLessThanOrEqual(2);

      const recalled = ['RECALLED', null, false];
      expect(await shownBy(channel, world, post.MsgKey)).toEqual([recalled, recalled, recalled]);
      const restarted = world.createChannel(createDependencies(world.clock, stores));
      expect(await shownBy(restarted, world, post.MsgKey)).toEqual([recalled, recalled, recalled]);
      expect(world.sandbox.server.violations).toEqual([]);
    },
  );

  test('is seen in kept pages too when the newest page, which is never kept, already shows it', async () => {
    const { world, channel, receiver, account, receive } = await open();
    const post = world.sandbox.posts().find(({ MsgSeq }) => MsgSeq === 55);
    if (!post) throw new Error('There is no such message');
    // Short pages: the message is not in the newest one, but in a kept one.
    world.sandbox.server.knobs.maxPageSize = 5;
    await shownBy(channel, world, post.MsgKey);
    world.sandbox.server.knobs.maxPageSize = 20;
    world.clock.advance(1_000);
    world.sandbox.recall(55);
    const { payload } = itemOf(receive(world.sandbox.pushes.withdrawn(account, [post])));
    const budget = new TestBudget(world.clock.now());
    await receiver.process(payload, budget);
    expect(budget.calls).toBe(1);
    world.sandbox.server.knobs.maxPageSize = 5;
    const recalled = ['RECALLED', null, false];
    expect(await shownBy(channel, world, post.MsgKey)).toEqual([recalled, recalled, recalled]);
  });

  test('that the provider knows nothing of changes nothing', async () => {
    const { world, channel, receiver, account, receive } = await open();
    const [post] = world.sandbox.posts();
    if (!post) throw new Error('There is no message');
    const before = await shownBy(channel, world, post.MsgKey);
    for (const { payload } of itemsOf(receive(world.sandbox.pushes.withdrawn(account, [post])))) {
      expect(await receiver.process(payload, new TestBudget(world.clock.now()))).toEqual(NOTHING);
    }
    expect(await shownBy(channel, world, post.MsgKey)).toEqual(before);
  });

  test('of a message that the history does not list, or in another form, is passed over', async () => {
    const { world, receiver, account, receive } = await open();
    const post = world.sandbox.add();
    const gone = { ...post, MsgKey: `${post.MsgSeq + 9}_1_${post.MsgTimeStamp}` };
    const odd = { ...post, MsgKey: 'in-another-form' };
    for (const { payload } of itemsOf(receive(world.sandbox.pushes.withdrawn(account, [gone, odd])))) {
      expect(await receiver.process(payload, new TestBudget(world.clock.now()))).toEqual(NOTHING);
    }
  });

  test('is remembered for longer than any page is kept, and then no more', async () => {
    const world = await openWorld({ messages: 60, until: NOW - 7 * DAY_MS, goneShare: 0 });
    worlds.push(world);
    const stores = createStores();
    const receiver = receiverOf(world.createChannel(createDependencies(world.clock, stores)));
    const account = world.sandbox.officialAccounts[0] ?? '';
    const count = async (): Promise<unknown> =>
      (await stores.sql.all('SELECT count(*) AS recalls FROM tencent_chat_recall'))[0]?.['recalls'];
    for (const [post, days, remembered] of [
      [world.sandbox.posts()[0], 99, 1],
      [world.sandbox.posts()[20], 2, 2],
      [world.sandbox.posts()[59], 0, 2],
    ] as const) {
      if (!post) throw new Error('There is no such message');
      world.sandbox.recall(post.MsgSeq);
      const push = toRequest(world.sandbox.pushes.withdrawn(account, [post]), world.clock.now());
      await receiver.process(itemOf(receiver.receive(push)).payload, new TestBudget(world.clock.now()));
      expect(await count()).toBe(remembered);
      world.clock.advance(days * DAY_MS);
    }
  });

  test('waits for calls when it may make none', async () => {
    const { world, receiver, account, receive } = await open();
    const [post] = world.sandbox.posts();
    if (!post) throw new Error('There is no message');
    const { payload } = itemOf(receive(world.sandbox.pushes.withdrawn(account, [post])));
    await expect(receiver.process(payload, new TestBudget(world.clock.now(), 0))).rejects.toThrow('calls');
  });
});
