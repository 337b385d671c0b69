import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CursorPlace } from '../../src/timeline/cursor.ts';
import { mergeInputs } from '../../src/timeline/merge.ts';
import { Trail } from '../../src/timeline/trail.ts';
import { openMergeWorld } from '../support/merge-world.ts';

const ages = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 });

test('it knows where all inputs stood after each message, as they told it then', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        order: fc.constantFrom('ASC', 'DESC'),
        inputs: fc.array(ages, { minLength: 1, maxLength: 4 }),
        pageSize: fc.integer({ min: 1, max: 5 }),
        count: fc.integer({ min: 0, max: 30 }),
        from: fc.nat(30),
      }),
      async ({ order, inputs: all, pageSize, count, from }) => {
        const { budget, open } = openMergeWorld(order);
        const inputs = all.map((own, index) => open(`channel ${index}`, own, { pageSize }).input);
        const trail = new Trail(inputs, order);
        const stand = (): CursorPlace['places'] =>
          inputs.map(({ state, endReason, position }) =>
            state === 'ended' && order === 'DESC' ? endReason : position,
          );
        const expected: CursorPlace[] = [];
        const nodes: unknown[] = [];
        await mergeInputs(inputs, order, count, budget, (message, input) => {
          nodes.push(message);
          expected.push({ edgeSource: input.source.id, places: stand() });
          trail.add(message, input);
        });
        expect(trail.nodes).toEqual(nodes);
        expect(trail.placesAfter(0, nodes.length)).toEqual(expected);
        const first = Math.min(from, nodes.length);
        expect(trail.placesAfter(first, nodes.length)).toEqual(expected.slice(first));
        expect(trail.end()).toEqual({ edgeSource: null, places: stand() });
      },
    ),
  );
});
