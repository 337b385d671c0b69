import {
  GraphQLBoolean,
  isNonNullType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import type { Caller } from '../../src/access/caller.ts';
import type { LiveEvent } from '../../src/domain/events.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { viewFor } from '../../src/gateway/caller-view.ts';
import { RequestContext, type GatewayContext } from '../../src/gateway/context.ts';
import { EventStream } from '../../src/gateway/event-stream.ts';
import { createExecutor } from '../../src/graphql/execution/executor.ts';
import { FanOut } from '../../src/graphql/fan-out.ts';
import type { Shown } from '../../src/graphql/shared-results.ts';
import { createSchema as createServedSchema } from '../../src/schema/load.ts';
import { makeKey } from '../support/api-key.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

const keys = {
  one: makeKey('one', ['messages:read']),
  two: makeKey('two', ['messages:read']),
  named: makeKey('named', ['messages:read', 'participants:read']),
  shop: makeKey('shop', ['messages:read'], ['shop']),
  corp: makeKey('corp', ['messages:read'], ['corp']),
};

const FOLLOW = parse(`subscription ($only: String, $after: String, $isLoud: Boolean) {
  added(only: $only, after: $after) { key channel name loud(is: $isLoud) wait fail }
}`);

interface World {
  counts: { matched: number; executed: number };
  /** What `wait` waits for; null: nothing. */
  gate: { promise: Promise<unknown> | null; contexts: GatewayContext[] };
  knobs: { isFailing: boolean };
  clock: { advance: (ms: number) => void };
  publish: (channel: 'shop' | 'corp') => Promise<string>;
  revoke: (name: keyof typeof keys) => void;
  breakAudit: () => void;
  recorded: () => Promise<string[]>;
  /** How many records that is. */
  records: () => Promise<number>;
  subscribe: (
    name: keyof typeof keys,
    variables?: Record<string, unknown>,
  ) => Promise<AsyncIterableIterator<Shown>>;
}

async function open(): Promise<World> {
  const { publish, channels, options, clock, recorded } = await openViewWorld({ maxSubscriptions: 200 });
  options.authenticator.replace({ apiKeys: Object.values(keys).map(({ entry }) => entry) });
  const counts = { matched: 0, executed: 0 };
  const gate: World['gate'] = { promise: null, contexts: [] };
  const knobs = { isFailing: false };
  const schema = createSchema(counts, gate, knobs);
  const fanOut = new FanOut({
    executor: createExecutor('planned'),
    createContext: (caller, recordRead) => new RequestContext(viewFor(caller, options, recordRead), caller),
    formatError: ({ message }) => ({ message: `shown: ${message}` }),
    clock,
  });
  const callers = new Map<string, Promise<Caller>>();
  return {
    counts,
    gate,
    knobs,
    clock,
    recorded: async () =>
      (await recorded()).map(({ caller, field, channels: names }) => `${caller} ${field} ${names?.join()}`),
    records: () => options.audit.count(),
    publish: async (name) => {
      const message = channels[name === 'shop' ? 0 : 1].add(NOW);
      await publish({ type: 'message', channel: name, message });
      return message.key;
    },
    revoke: (name) => {
      const left = Object.entries(keys).filter(([other]) => other !== name);
      options.authenticator.replace({ apiKeys: left.map(([, { entry }]) => entry) });
    },
    breakAudit: () => {
      options.audit.record = () => Promise.reject(new Error('The disk is full'));
    },
    subscribe: async (name, variables = {}) => {
      const caller = await (callers.get(name) ?? options.authenticator.authenticate(keys[name].headers));
      callers.set(name, Promise.resolve(caller));
      const contextValue = new RequestContext(viewFor(caller, options), caller);
      const events = await fanOut.subscribe({
        schema,
        document: FOLLOW,
        variableValues: variables,
        contextValue,
      });
      if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
      return events;
    },
  };
}

/** A subscription like the gateway's, whose steps are counted. */
function createSchema(counts: World['counts'], gate: World['gate'], knobs: World['knobs']): GraphQLSchema {
  const Added = new GraphQLObjectType<MessageRecord, GatewayContext>({
    name: 'Added',
    fields: {
      key: { type: GraphQLString },
      channel: { type: GraphQLString },
      name: {
        type: GraphQLString,
        resolve: ({ sender }, _, { caller }) =>
          caller.scopes.has('participants:read') ? sender.nativeId : 'masked',
      },
      loud: {
        type: GraphQLString,
        args: { is: { type: GraphQLBoolean } },
        resolve: (_, { is }: { is?: boolean }) => (is ? 'LOUD' : 'low'),
      },
      wait: {
        type: GraphQLString,
        resolve: async (_, __, context) => {
          gate.contexts.push(context);
          await gate.promise;
          return null;
        },
      },
      fail: {
        type: GraphQLString,
        resolve: () => {
          if (knobs.isFailing) throw new Error('out of order');
          return null;
        },
      },
    },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { none: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType<MessageRecord, GatewayContext>({
      name: 'Subscription',
      fields: {
        added: {
          type: Added,
          args: { only: { type: GraphQLString }, after: { type: GraphQLString } },
          subscribe: async (_, { only = null }: { only?: string | null }, { gateway }) =>
            new EventStream(
              await gateway.live.follow([...gateway.channels.keys()], null),
              JSON.stringify(only),
              (event: LiveEvent) => {
                counts.matched++;
                return event.type === 'message' && (only ?? event.channel) === event.channel
                  ? event.message
                  : null;
              },
            ),
          resolve: async (message, _, { gateway }) => {
            counts.executed++;
            const entry = {
              conversationId: null,
              sentAtGte: null,
              sentAtLt: null,
              count: 1,
              outcome: 'OK',
            } as const;
            await gateway.recordRead({ field: 'Subscription.added', channels: [message.channel], ...entry });
            return message;
          },
        },
      },
    }),
  });
}

async function nextOf(events: AsyncIterableIterator<Shown>): Promise<Shown> {
  const event = await events.next();
  if (event.done) throw new Error('There are no more events');
  return event.value;
}

async function payloads(all: AsyncIterableIterator<Shown>[]): Promise<string[]> {
  return (await Promise.all(all.map(nextOf))).map(({ payload }) => payload);
}

const toPayload = (key: string, channel: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    data: { added: { key, channel, name: 'masked', loud: 'low', wait: null, fail: null, ...more } },
  });

test('equal subscribers are matched, executed and written once, and one record names each of them', async () => {
  const world = await open();
  const all = [await world.subscribe('one'), await world.subscribe('two'), await world.subscribe('one')];
  const next = payloads(all);
  const key = await world.publish('shop');
  expect(await next).toEqual(Array<string>(3).fill(toPayload(key, 'shop')));
  expect(world.counts).toEqual({ matched: 1, executed: 1 });
  expect((await world.recorded()).sort()).toEqual([
    'one Subscription.added shop',
    'one Subscription.added shop',
    'two Subscription.added shop',
  ]);
  expect(await world.records()).toBe(1);
});

test('callers who see other channels, fields or variables never share', async () => {
  const world = await open();
  const [masked, named, shop, loud] = [
    await world.subscribe('one'),
    await world.subscribe('named'),
    await world.subscribe('shop'),
    await world.subscribe('one', { isLoud: true }),
  ];
  const corp = await world.subscribe('corp');
  const next = payloads([masked, named, shop, loud]);
  const corpNext = nextOf(corp);
  const key = await world.publish('shop');
  const [first, second, ...others] = await next;
  const { data } = JSON.parse(second ?? '') as { data: { added: { name: string } } };
  const { added } = data;
  expect(added.name).not.toBe('masked');
  expect([first, second, ...others]).toEqual([
    toPayload(key, 'shop'),
    toPayload(key, 'shop', { name: added.name }),
    toPayload(key, 'shop'),
    toPayload(key, 'shop', { loud: 'LOUD' }),
  ]);
  expect(world.counts.executed).toBe(4);
  const corpKey = await world.publish('corp');
  expect((await corpNext).payload).toBe(toPayload(corpKey, 'corp'));
  expect((await world.recorded()).filter((entry) => entry.startsWith('corp'))).toEqual([
    'corp Subscription.added corp',
  ]);
});

test('other filters and positions are matched apart, and share what they both let through', async () => {
  const world = await open();
  const shop = await world.subscribe('one', { only: 'shop', after: 'x' });
  const both = await world.subscribe('two', { after: 'y' });
  const corp = await world.subscribe('two', { only: 'corp' });
  const next = payloads([shop, both]);
  const corpNext = nextOf(corp);
  const key = await world.publish('shop');
  expect(await next).toEqual([toPayload(key, 'shop'), toPayload(key, 'shop')]);
  expect(world.counts).toEqual({ matched: 3, executed: 1 });
  const corpKey = await world.publish('corp');
  expect((await corpNext).payload).toBe(toPayload(corpKey, 'corp'));
});

test('one who takes nothing does not hold up a hundred others, and later has everything once, in order', async () => {
  const world = await open();
  const slow = await world.subscribe('one');
  const fast = await Promise.all(Array.from({ length: 100 }, () => world.subscribe('two')));
  const published: string[] = [];
  for (let count = 0; count < 30; count++) {
    const next = payloads(fast);
    published.push(await world.publish(count % 2 ? 'shop' : 'corp'));
    expect(new Set(await next).size).toBe(1);
  }
  const received: string[] = [];
  for (const expected of published) {
    const { payload } = await nextOf(slow);
    received.push(payload);
    expect(payload).toContain(JSON.stringify(expected));
  }
  expect(await world.recorded()).toHaveLength(101 * published.length);
});

test('a key that is taken away in the middle ends its subscriber, and no other', async () => {
  const world = await open();
  const [one, two] = [await world.subscribe('one'), await world.subscribe('two')];
  const first = payloads([one, two]);
  await world.publish('shop');
  await first;
  world.revoke('one');
  const next = [nextOf(one), nextOf(two)];
  const key = await world.publish('shop');
  const outcomes = await Promise.allSettled(next);
  expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { code: 'UNAUTHENTICATED' } });
  expect(outcomes[1]).toMatchObject({ status: 'fulfilled', value: { payload: toPayload(key, 'shop') } });
  expect(await world.recorded()).toHaveLength(3);
});

test('what cannot be recorded is shown to none of its readers, and ends their events', async () => {
  const world = await open();
  const all = [await world.subscribe('one'), await world.subscribe('two')];
  world.breakAudit();
  const next = Promise.allSettled(all.map(nextOf));
  await world.publish('shop');
  const failed = { status: 'rejected', reason: new Error('The disk is full') };
  expect(await next).toEqual([failed, failed]);
});

test('errors are executed once, and formatted for each of their readers', async () => {
  const world = await open();
  const all = [await world.subscribe('one'), await world.subscribe('two')];
  world.knobs.isFailing = true;
  const next = Promise.all(all.map(nextOf));
  await world.publish('shop');
  const [first, second] = await next;
  expect(first?.payload).toContain('"errors":[{"message":"shown: out of order"}]');
  expect(second?.payload).toBe(first?.payload);
  expect(second).not.toBe(first);
  expect(world.counts.executed).toBe(1);
});

test('a subscriber who comes to an event two seconds after the others is shown what is true then', async () => {
  const world = await open();
  const [one, two, late] = [
    await world.subscribe('one'),
    await world.subscribe('two'),
    await world.subscribe('two'),
  ];
  const next = payloads([one, two]);
  await world.publish('shop');
  await next;
  world.clock.advance(2_000);
  await nextOf(late);
  expect(world.counts.executed).toBe(2);
});

test('an execution is aborted once the last of its readers has left', async () => {
  const world = await open();
  const [one, two] = [await world.subscribe('one'), await world.subscribe('two')];
  const gate = Promise.withResolvers<undefined>();
  world.gate.promise = gate.promise;
  const next = Promise.allSettled([nextOf(one), nextOf(two)]);
  await world.publish('shop');
  while (world.gate.contexts.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const isOver = (): boolean[] => world.gate.contexts.map(({ requestBudget }) => requestBudget.isOver);
  await one.return?.();
  expect(isOver()).toEqual([false]);
  await two.return?.();
  expect(isOver()).toEqual([true]);
  gate.resolve(undefined);
  await next;
});

test('no argument of a subscription is required, since what is shared is executed without the variables that fill them', () => {
  const fields = Object.values(createServedSchema().getSubscriptionType()?.getFields() ?? {});
  expect(fields.map(({ name }) => name)).toContain('messageAdded');
  expect(fields.flatMap(({ args }) => args.filter(({ type }) => isNonNullType(type)))).toEqual([]);
});
