import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createDependencies, createStores } from '../../support/dependencies.ts';
import { createWalk, takeMessages } from '../../support/walk-source.ts';
import { NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

const worlds: WhatsAppWorld[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

test('who polls with the last cursor gets each new message once, whatever the pauses and page sizes', async () => {
  const pause = fc.record({
    seconds: fc.integer({ min: 1, max: 200_000 }),
    arrivals: fc.constantFrom(0, 0, 1, 2, 30, 120, 250),
    spreadMs: fc.constantFrom(0, 900, 60_000),
    // To say that nothing is new takes one look at the whole second of the last message: here up to four pages.
    callLimit: fc.constantFrom(5, 7, 64),
    size: fc.integer({ min: 20, max: 200 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(pause, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (pauses, restarts) => {
        const world = await openWorld({ messages: 20, knobs: { callsPerSecond: Infinity } });
        worlds.push(world);
        const stores = createStores();
        let source = onlySource(world.createChannel(createDependencies(world.clock, stores)));
        let position = source.start(createWalk('ASC', NOW));
        const found: (string | null)[] = [];
        for (const { seconds, arrivals, spreadMs, callLimit, size } of pauses) {
          world.clock.advance(seconds * 1000 + spreadMs);
          const now = world.clock.now();
          for (let i = 0; i < arrivals; i++)
            world.sandbox.add({ chatTime: now - Math.floor((spreadMs * i) / 400) });
          if (restarts) source = onlySource(world.createChannel(createDependencies(world.clock, stores)));
          for (let request = 0, isEnd = false; !isEnd; request++) {
            expect(request).toBeLessThan(100);
            // Each request arrives a little later, in a present that has moved on.
            world.clock.advance(40);
            const arrivedAt = world.clock.now();
            const walk = { ...createWalk('ASC', NOW), newest: arrivedAt };
            const step = await takeMessages(source, walk, position, size, { now: arrivedAt, callLimit });
            found.push(...step.messages.map(({ nativeId }) => nativeId));
            ({ position, isEnd } = step);
          }
        }
        expect(found).toEqual(world.ids());
        expect(world.sandbox.server.violations).toEqual([]);
      },
    ),
    { numRuns: 15 },
  );
});
