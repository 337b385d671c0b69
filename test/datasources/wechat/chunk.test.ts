import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toChunk } from '../../../src/datasources/wechat/chunk.ts';
import { withDigest } from '../../../src/datasources/wechat/record-order.ts';

const blank = { openId: 'o', operationCode: 2003, text: '', worker: '', raw: null };

test('chunks hold whole seconds, and one after the other all of a window, in both orders', () => {
  const window = fc
    .array(fc.record({ time: fc.integer({ min: 1, max: 40 }), count: fc.constantFrom(1, 3, 400, 1_300) }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((seconds) =>
      seconds
        .sort((a, b) => a.time - b.time)
        .flatMap(({ time, count }) => Array.from({ length: count }, () => withDigest({ ...blank, time }))),
    );
  fc.assert(
    fc.property(window, fc.constantFrom('ASC' as const, 'DESC' as const), (records, order) => {
      const seen: number[] = [];
      let reached: number | null = null;
      for (let isLast = false; !isLast;) {
        const chunk = toChunk(records, reached, order);
        ({ isLast } = chunk);
        const times: number[] = chunk.records.map(({ time }) => time);
        for (const second of new Set(times)) {
          expect(times.filter((time) => time === second)).toEqual(
            records.map(({ time }) => time).filter((time) => time === second),
          );
        }
        const beyond: number[] = times.filter((time) => time !== reached);
        // Otherwise a walk would stand still.
        expect(isLast || beyond.length >= 1_000).toBe(true);
        seen.push(...(order === 'DESC' ? beyond.reverse() : beyond));
        reached = seen.at(-1) ?? null;
      }
      const all = records.map(({ time }) => time);
      expect(seen).toEqual(order === 'DESC' ? all.reverse() : all);
    }),
    { numRuns: 50 },
  );
});
