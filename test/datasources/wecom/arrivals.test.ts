import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWalk, takeMessages, walkAll } from '../../support/walk-source.ts';
import { openWorld, PAUSE_MS, sourceOf } from './wecom-world.ts';

const action = fc.oneof(
  fc.record({ kind: fc.constant('arrive' as const), ageSeconds: fc.constantFrom(0, 0, 0, 1, 5, 4_000) }),
  fc.record({ kind: fc.constantFrom('poll' as const, 'restart' as const, 'wait' as const, 'rest' as const) }),
);

test('whatever arrives, with whatever delay, is seen once by a poll if it is new, and by every new walk', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000 }),
      fc.constantFrom(2, 7, 1_000),
      fc.array(action, { maxLength: 40 }),
      async (seed, maxPageSize, actions) => {
        await using world = await openWorld({ seed, messages: 20, knobs: { maxPageSize } });
        const { clock, sandbox } = world;
        let source = sourceOf(world.channel);
        let { position, messages } = await walkAll(source, createWalk('ASC', clock.now()));
        const polled = [...messages];
        const prompt = sandbox.records.map(({ msgid }) => msgid);
        const poll = async (): Promise<void> => {
          const now = clock.now();
          const walk = { ...createWalk('ASC', now), asOf: polled[0]?.sentAt ?? 0 };
          ({ position, messages } = await takeMessages(source, walk, position, 1_000, { now }));
          polled.push(...messages);
        };
        for (const step of actions) {
          if (step.kind === 'arrive') {
            const { msgid } = sandbox.add({ sentAt: clock.now() - step.ageSeconds * 1_000 });
            if (step.ageSeconds === 0) prompt.push(msgid);
          } else if (step.kind === 'wait') clock.advance(1_500);
          else if (step.kind === 'rest') clock.advance(PAUSE_MS + 1_000);
          else if (step.kind === 'restart') source = sourceOf(world.restart());
          else await poll();
        }
        clock.advance(PAUSE_MS + 1_000);
        await poll();

        const expected = [...sandbox.records]
          .sort((a, b) => a.send_time - b.send_time)
          .map(({ msgid }) => msgid);
        const everything = await walkAll(source, createWalk('DESC', clock.now()), 9);
        expect(everything.messages.map(({ key }) => key).reverse()).toEqual(expected);
        const sequences = polled.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...new Set(sequences)].sort());
        const seen = new Set(polled.map(({ key }) => key));
        expect(prompt.filter((id) => !seen.has(id))).toEqual([]);
        expect(sandbox.server.violations).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});
