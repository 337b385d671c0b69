import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QueuedUnits, type Units } from '../../../src/store/postgres/archive/queued-units.ts';
import type { SqlUnit } from '../../../src/store/sql.ts';
import { runs } from '../../support/runs.ts';

const TX: SqlUnit = { transaction: {}, claim: () => Promise.resolve(), all: () => Promise.resolve([]) };

/** A database of which a test ends the units. */
class HeldUnits implements Units {
  readonly begun: string[] = [];
  readonly ends = new Map<string, PromiseWithResolvers<undefined>>();

  all(): Promise<[]> {
    return Promise.resolve([]);
  }

  async unit<T>(change: (tx: SqlUnit) => Promise<T>): Promise<T> {
    const result = await change(TX);
    const name = String(result);
    this.begun.push(name);
    const end = Promise.withResolvers<undefined>();
    this.ends.set(name, end);
    await end.promise;
    this.ends.delete(name);
    return result;
  }
}

test('units run in the order in which they came, never more than so many at once, whether they succeed or fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (most, fails, choices) => {
        const held = new HeldUnits();
        const units = new QueuedUnits(held, most);
        const results = Promise.allSettled(
          fails.map((_, index) => units.unit(() => Promise.resolve(String(index)))),
        );
        for (let ended = 0; ended < fails.length; ended++) {
          await new Promise((resolve) => setImmediate(resolve));
          expect(held.ends.size).toBe(Math.min(most, fails.length - ended));
          expect(held.begun).toEqual(fails.slice(0, ended + held.ends.size).map((_, index) => String(index)));
          const names = [...held.ends.keys()];
          const name = names[(choices.next().value ?? 0) % names.length] ?? '';
          const end = held.ends.get(name);
          held.ends.delete(name);
          if (fails[Number(name)] === true) end?.reject(new Error(name));
          else end?.resolve(undefined);
        }
        await units.settled();
        expect((await results).map(({ status }) => status)).toEqual(
          fails.map((isFailing) => (isFailing ? 'rejected' : 'fulfilled')),
        );
      },
    ),
    { numRuns: runs(100) },
  );
});

test('reads do not wait', async () => {
  const units = new QueuedUnits(new HeldUnits(), 1);
  void units.unit(() => Promise.resolve('never ends'));
  expect(await units.all('SELECT 1')).toEqual([]);
});
