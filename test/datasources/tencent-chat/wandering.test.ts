import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageSource, Order, SourcePosition } from '../../../src/datasources/message-source.ts';
import { createDependencies, createStores } from '../../support/dependencies.ts';
import { createWalk, takeMessages } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld } from './world.ts';

const orders: readonly Order[] = ['ASC', 'DESC'];

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ take: fc.integer({ min: 1, max: 60 }), callLimit: fc.constantFrom(2, 3, 64) }),
  },
  { weight: 2, arbitrary: fc.constant('turn' as const) },
  { weight: 2, arbitrary: fc.record({ arrive: fc.integer({ min: 1, max: 45 }) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('restart' as const, 'restart without stores' as const, 'other walk' as const),
  },
);

test('wandering to and fro, through arrivals and restarts, never skips or repeats a message', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 1_000 }),
        messages: fc.integer({ min: 0, max: 150 }),
        order: fc.constantFrom(...orders),
        maxPageSize: fc.constantFrom(20, 20, 7, 1),
        isKeyInclusive: fc.boolean(),
        actions: fc.array(action, { minLength: 1, maxLength: 14 }),
      }),
      async ({ seed, messages, order, maxPageSize, isKeyInclusive, actions }) => {
        const knobs = { maxPageSize, isKeyInclusive, pageOrder: 'shuffled' as const };
        const world = await openWorld({ seed, messages, knobs, firstSequence: 500 });
        const { clock, sandbox } = world;
        let stores = createStores();
        const connect = (): MessageSource =>
          onlySource(world.createChannel(createDependencies(clock, stores)));
        try {
          let source = connect();
          let walk = createWalk(order, NOW);
          let position: SourcePosition = source.start(walk);
          /** How many messages lie on the older side of the position. */
          let older = order === 'ASC' ? 0 : messages;
          for (const next of actions) {
            clock.advance(2_000);
            walk = { ...walk, newest: clock.now() };
            if (next === 'turn') {
              walk = { ...walk, order: walk.order === 'ASC' ? 'DESC' : 'ASC' };
              position = { ...position, watermark: null };
            } else if (next === 'restart' || next === 'restart without stores') {
              if (next !== 'restart') stores = createStores();
              source = connect();
            } else if (next === 'other walk') {
              const other = createWalk('DESC', clock.now());
              await takeMessages(source, other, source.start(other), 1_000, { callLimit: 5 });
            } else if ('arrive' in next) {
              for (let i = 0; i < next.arrive; i++) sandbox.add();
            } else {
              const all = sandbox.posts().map(({ MsgKey }) => MsgKey);
              const expected =
                walk.order === 'ASC'
                  ? all.slice(older, older + next.take)
                  : all.slice(Math.max(0, older - next.take), older).reverse();
              const found: (string | null)[] = [];
              for (let isEnd = false; found.length < next.take && !isEnd;) {
                const now = clock.now();
                const count = next.take - found.length;
                const step = await takeMessages(source, walk, position, count, {
                  now,
                  callLimit: next.callLimit,
                });
                found.push(...step.messages.map(({ nativeId }) => nativeId));
                ({ position, isEnd } = step);
              }
              expect(found).toEqual(expected);
              older += walk.order === 'ASC' ? found.length : -found.length;
            }
          }
          expect(sandbox.server.violations).toEqual([]);
        } finally {
          await world.close();
        }
      },
    ),
    { numRuns: 40 },
  );
});
