import { expect, test } from 'vitest';
import fc from 'fast-check';
import { FoundRecords } from '../../../src/datasources/whatsapp-scrm/found-records.ts';
import type { PlacedRecord } from '../../../src/datasources/whatsapp-scrm/to-message.ts';

/** Only what is looked at. */
const record = fc
  .record({ sequence: fc.constantFrom('a', 'b', 'c', 'd', 'e'), version: fc.nat(2) })
  .map((value) => value as unknown as PlacedRecord);

test('sets that continue each other are what maps of their own would be, whatever continues them', () => {
  const steps = fc.array(fc.record({ from: fc.nat(), more: fc.array(record, { maxLength: 4 }) }));
  fc.assert(
    fc.property(steps, (all) => {
      const made = [{ shared: FoundRecords.none(), own: new Map<string, PlacedRecord>() }];
      for (const { from, more } of all) {
        const before = made[from % made.length];
        if (!before) throw new Error('There is always one');
        const own = new Map(before.own);
        for (const one of more) own.set(one.sequence, one);
        made.push({ shared: before.shared.with(more), own });
      }
      for (const { shared, own } of made) {
        expect(shared.values()).toEqual([...own.values()]);
        expect(shared.size).toBe(own.size);
      }
    }),
  );
});
