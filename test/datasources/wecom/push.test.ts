import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  Updates,
  PushReceiver,
  PushRequest,
  PushResult,
} from '../../../src/datasources/push-receiver.ts';
import type { PushedItem } from '../../../src/domain/push.ts';
import type { WeComChannel } from '../../../src/datasources/wecom/channel.ts';
import type { SandboxPush } from '../../../src/sandbox/sandbox.ts';
import { createWeComSandbox } from '../../../src/sandbox/wecom/sandbox.ts';
import { TestBudget } from '../../support/dependencies.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { NOW, openWorld, sourceOf, type WeComWorld } from './wecom-world.ts';

const NEWS: Updates = { messages: [], statuses: [], hasMoreInHistory: true };

function receiverOf({ push }: WeComChannel): PushReceiver {
  if (!push) throw new Error('The channel has no receiver');
  return push;
}

/** As it comes out of a server, its query once escaped and once unescaped. */
function toRequest({ query, ...push }: SandboxPush, receivedAt = NOW): PushRequest {
  return { ...push, query: new URLSearchParams(new URLSearchParams(query).toString()), receivedAt };
}

function receive(world: WeComWorld, push: SandboxPush): PushResult {
  return receiverOf(world.channel).receive(toRequest(push, world.clock.now()));
}

function itemOf(result: PushResult): PushedItem {
  const [item] = result.isAccepted ? result.items : [];
  if (!item) throw new Error('Nothing was accepted');
  return item;
}

describe('the check of the URL', () => {
  test('is answered with the decrypted text and nothing else', async () => {
    await using world = await openWorld({ messages: 0 });
    expect(receive(world, world.sandbox.pushes.echo('1616140317555161061'))).toEqual({
      isAccepted: true,
      about: 'URL check',
      items: [],
      reply: { status: 200, contentType: 'text/plain', body: '1616140317555161061' },
    });
  });

  test('is answered when the plus signs of its text were not escaped', async () => {
    await using world = await openWorld({ messages: 0 });
    let push: SandboxPush;
    do push = world.sandbox.pushes.echo('12345');
    while (!push.query['echostr']?.includes('+'));
    const query = Object.entries(push.query).map(([name, value]) => `${name}=${value}`);
    const request = { ...toRequest(push), query: new URLSearchParams(query.join('&')) };
    expect(receiverOf(world.channel).receive(request).reply.body).toBe('12345');
  });

  test('does not reveal an event to who has intercepted it', async () => {
    await using world = await openWorld({ messages: 0 });
    const { body, query } = world.sandbox.pushes.newMessage();
    const echostr = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '';
    const result = receive(world, {
      event: 'callback',
      method: 'GET',
      query: { ...query, echostr },
      headers: {},
      body: '',
    });
    expect(result).toMatchObject({ isAccepted: false, reply: { status: 403, body: 'refused' } });
  });
});

describe('an event', () => {
  test('of new messages is acknowledged as WeCom wants it and becomes an item', async () => {
    await using world = await openWorld({ messages: 0 });
    const result = receive(world, world.sandbox.pushes.newMessage('TOKEN'));
    expect(result).toEqual({
      isAccepted: true,
      items: [
        {
          key: expect.stringMatching(/^conversation_new_message:[\w-]{43}$/) as string,
          payload: { token: 'TOKEN', at: NOW },
        },
      ],
      about: 'conversation_new_message',
      reply: { status: 200, contentType: 'text/plain', body: 'success' },
    });
  });

  test('that is repeated, also signed anew and later, is the same item; another token is another', async () => {
    await using world = await openWorld({ messages: 0 });
    const push = world.sandbox.pushes.newMessage('TOKEN');
    const first = itemOf(receive(world, push)).key;
    world.clock.advance(5_000);
    expect(itemOf(receive(world, push)).key).toBe(first);
    expect(itemOf(receive(world, world.sandbox.pushes.newMessage('TOKEN'))).key).toBe(first);
    expect(itemOf(receive(world, world.sandbox.pushes.newMessage('OTHER'))).key).not.toBe(first);
  });

  test('without a token is told apart by its time', async () => {
    await using world = await openWorld({ messages: 0 });
    const first = itemOf(receive(world, world.sandbox.pushes.newMessage('')));
    expect(first.payload).toEqual({ token: null, at: NOW });
    world.clock.advance(1_000);
    expect(itemOf(receive(world, world.sandbox.pushes.newMessage(''))).key).not.toBe(first.key);
  });

  test.each(['suite_ticket', 'create_auth', 'change_auth', 'cancel_auth', 'hit_keyword', 'unheard_of'])(
    '%s is acknowledged and leaves nothing',
    async (infoType) => {
      await using world = await openWorld({ messages: 0 });
      expect(receive(world, world.sandbox.pushes.event(infoType, { Extra: '1' }))).toEqual({
        isAccepted: true,
        about: infoType === 'unheard_of' ? 'another event' : infoType,
        items: [],
        reply: { status: 200, contentType: 'text/plain', body: 'success' },
      });
    },
  );

  test('may come in JSON', async () => {
    await using world = await openWorld({ messages: 0 });
    const message = {
      event_type: 'conversation_new_message',
      timestamp: 1403610513,
      conversation_new_message: { token: 'TOKEN' },
    };
    const push = world.sandbox.pushes.post(JSON.stringify(message));
    const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(push.body)?.[1];
    const body = JSON.stringify({ tousername: 'dk1', agentid: '', encrypt });
    expect(itemOf(receive(world, { ...push, body })).payload).toEqual({ token: 'TOKEN', at: NOW });
  });
});

describe('what is wrong', () => {
  test.each<[string, (world: WeComWorld) => SandboxPush]>([
    [
      'a forged signature',
      ({ sandbox }) => withQuery(sandbox.pushes.newMessage('T'), { msg_signature: '0'.repeat(40) }),
    ],
    ['no signature', ({ sandbox }) => withQuery(sandbox.pushes.newMessage('T'), { msg_signature: '' })],
    ['another time', ({ sandbox }) => withQuery(sandbox.pushes.newMessage('T'), { timestamp: '1' })],
    ['another nonce', ({ sandbox }) => withQuery(sandbox.pushes.newMessage('T'), { nonce: '1' })],
    ['an empty query', ({ sandbox }) => ({ ...sandbox.pushes.newMessage('T'), query: {} })],
    ['an empty body', ({ sandbox }) => ({ ...sandbox.pushes.newMessage('T'), body: '' })],
    [
      'the body of another',
      ({ sandbox }) => ({ ...sandbox.pushes.newMessage('T'), body: sandbox.pushes.newMessage('T').body }),
    ],
    [
      'an envelope with a DTD',
      ({ sandbox }) => {
        const push = sandbox.pushes.newMessage('T');
        return { ...push, body: `<!DOCTYPE xml [<!ENTITY a "b">]>${push.body}` };
      },
    ],
    ['a message with a DTD', ({ sandbox }) => sandbox.pushes.post('<!DOCTYPE xml><xml><A>1</A></xml>')],
    ['a message with an entity', ({ sandbox }) => sandbox.pushes.post('<xml><InfoType>&a;</InfoType></xml>')],
    ['a message that is no event', ({ sandbox }) => sandbox.pushes.post('hello')],
    ['another receiver', ({ sandbox }) => sandbox.pushes.post('<xml><A>1</A></xml>', 'wwSomebodyElse')],
    ['no receiver', ({ sandbox }) => sandbox.pushes.post('<xml><A>1</A></xml>', '')],
    ['another corporation', ({ clock }) => stranger(clock.now()).newMessage('T')],
    ['an echo for another receiver', ({ sandbox }) => sandbox.pushes.echo('1', 'wwSomebodyElse')],
    [
      'an echo with a forged signature',
      ({ sandbox }) => withQuery(sandbox.pushes.echo(), { msg_signature: 'f'.repeat(40) }),
    ],
    ['an echo without a text', ({ sandbox }) => withQuery(sandbox.pushes.echo(), { echostr: '' })],
    ['an echo of another corporation', ({ clock }) => stranger(clock.now()).echo()],
  ])('is refused in one way and keeps nothing: %s', async (_, make) => {
    await using world = await openWorld({ messages: 0 });
    const result = receive(world, make(world));
    expect(result).toEqual({
      isAccepted: false,
      reason: expect.stringMatching(/^A callback was refused: [\w ,;:.'-]+$/) as string,
      reply: { status: 403, contentType: 'text/plain', body: 'refused' },
    });
    expect(world.sandbox.server.calls).toEqual([]);
  });

  test('is refused without an error, whatever the bytes', async () => {
    await using world = await openWorld({ messages: 0 });
    const receiver = receiverOf(world.channel);
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const name = fc.constantFrom('msg_signature', 'timestamp', 'nonce', 'echostr', 'other');
    fc.assert(
      fc.property(
        fc.constantFrom('GET' as const, 'POST' as const),
        fc.array(fc.tuple(name, text), { maxLength: 6 }),
        fc.oneof(
          text,
          fc.json(),
          text.map((encrypt) => JSON.stringify({ encrypt })),
        ),
        (method, query, body) => {
          const request = {
            event: 'callback',
            method,
            query: new URLSearchParams(query),
            headers: {},
            body,
            receivedAt: NOW,
          };
          expect(receiver.receive(request).isAccepted).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('is refused or acknowledged without an error, whatever was encrypted with the right key', async () => {
    await using world = await openWorld({ messages: 0 });
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant(`{"a":${'['.repeat(50_000)}`)),
        (message) => {
          const result = receive(world, world.sandbox.pushes.post(message));
          expect(result.reply.status).toBe(result.isAccepted ? 200 : 403);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cannot come where no callback is configured', async () => {
    await using world = await openWorld({ messages: 0 });
    expect(world.restart({ callback: undefined }).push).toBeNull();
    expect(receiverOf(world.channel).events).toEqual(['callback']);
  });
});

describe('processing', () => {
  test('pulls with the token that came, past the strict limit', async () => {
    await using world = await openWorld({ messages: 10, knobs: { isLimitedWithoutPushToken: true } });
    const added = world.sandbox.add();
    const { payload } = itemOf(receive(world, world.sandbox.pushes.newMessage()));
    expect(await receiverOf(world.channel).process(payload, new TestBudget(NOW))).toEqual(NEWS);
    const budget = new TestBudget(NOW);
    expect(await world.channel.findMessage(added.msgid, budget)).toMatchObject({ key: added.msgid });
    expect(budget.calls).toBe(0);
    expect(world.sandbox.server.violations).toEqual([]);
  });

  test('again, as after a crash, brings the same', async () => {
    await using world = await openWorld({ messages: 10 });
    const { payload } = itemOf(receive(world, world.sandbox.pushes.newMessage()));
    expect(await receiverOf(world.channel).process(payload, new TestBudget(NOW))).toEqual(NEWS);
    world.clock.advance(1_000);
    const budget = new TestBudget(world.clock.now());
    expect(await receiverOf(world.restart()).process(payload, budget)).toEqual(NEWS);
  });

  test.each([
    [599_999, true],
    [600_000, false],
    [660_000, false],
  ])(
    'after a restart %i ms later resumes from the saved cursor, with the token: %s, and nothing is missing',
    async (delayMs, isTokenSent) => {
      await using world = await openWorld({ messages: 30 });
      await world.channel.pull(new TestBudget(NOW));
      const added = [world.sandbox.add(), world.sandbox.add()];
      world.clock.advance(1);
      const { payload } = itemOf(receive(world, world.sandbox.pushes.newMessage()));
      world.clock.advance(delayMs);
      world.sandbox.server.knobs.isLimitedWithoutPushToken = isTokenSent;
      const before = world.syncCalls();
      const channel = world.restart();
      const budget = new TestBudget(world.clock.now());
      expect(await receiverOf(channel).process(payload, budget)).toEqual(NEWS);
      // Had the token been sent when it was dead, its refusal would have cost a call.
      expect(world.syncCalls() - before).toBe(1);
      world.sandbox.server.knobs.isLimitedWithoutPushToken = false;
      const { messages } = await walkAll(sourceOf(channel), createWalk('ASC', world.clock.now()));
      expect(messages).toHaveLength(32);
      expect(messages.map(({ key }) => key)).toEqual(expect.arrayContaining(added.map(({ msgid }) => msgid)));
      expect(world.sandbox.server.violations).toEqual([]);
    },
  );

  test('fails when WeCom does, and succeeds when it is called again', async () => {
    await using world = await openWorld({ messages: 10, knobs: { syncErrcode: -1 } });
    const { payload } = itemOf(receive(world, world.sandbox.pushes.newMessage()));
    const receiver = receiverOf(world.channel);
    await expect(receiver.process(payload, new TestBudget(NOW))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    world.sandbox.server.knobs.syncErrcode = null;
    expect(await receiver.process(payload, new TestBudget(NOW))).toEqual(NEWS);
  });
});

function withQuery(push: SandboxPush, query: Record<string, string>): SandboxPush {
  return { ...push, query: { ...push.query, ...query } };
}

/** Pushes of a corporation with secrets of its own. */
function stranger(now: number): ReturnType<typeof createWeComSandbox>['pushes'] {
  return createWeComSandbox({ seed: 99, now: () => now, messages: 0 }).pushes;
}
