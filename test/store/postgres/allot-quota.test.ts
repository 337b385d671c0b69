import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allot, leftOf, type Sharer } from '../../../src/store/postgres/allot-quota.ts';
import type { QuotaDemand, QuotaLimits } from '../../../src/store/store.ts';

const LIMITS = of(100, 20);

function of(callsPerSecond: number, maxConcurrent: number): QuotaLimits {
  return { callsPerSecond, maxConcurrent };
}

/** One that needs a half of what it wants. */
function half(needed: QuotaLimits): QuotaDemand {
  const wanted = of(needed.callsPerSecond * 2, needed.maxConcurrent * 2);
  return { inUse: of(0, 0), needed, wanted, waiting: [], unused: [] };
}

test.each<[string, QuotaLimits, Sharer[], QuotaLimits]>([
  ['one that is alone has a reserve', of(30, 5), [], of(60, 10)],
  ['never more than the limits', of(80, 15), [], of(100, 20)],
  ['what others have is theirs', of(80, 15), [{ held: of(70, 10), needed: of(10, 1) }], of(30, 10)],
  [
    'a reserve is no part of what others need',
    of(20, 5),
    [{ held: of(0, 0), needed: of(70, 12) }],
    of(30, 8),
  ],
  ['what it needs goes before that', of(40, 10), [{ held: of(0, 0), needed: of(70, 12) }], of(40, 10)],
  ['half of a place makes no call', of(10, 5), [{ held: of(10, 20), needed: of(10, 20) }], of(0, 0)],
])('%s', (_, needed, others, expected) => {
  expect(allot(LIMITS, half(needed), others)).toEqual(expected);
});

test('a share fits into what is left', () => {
  const amounts = fc.record({ callsPerSecond: fc.nat(150), maxConcurrent: fc.nat(30) });
  const sharers = fc.array(fc.record({ held: amounts, needed: amounts }), { maxLength: 4 });
  fc.assert(
    fc.property(amounts, sharers, (needed, others) => {
      const share = allot(LIMITS, half(needed), others);
      const left = leftOf(LIMITS, others);
      expect(share.callsPerSecond).toBeLessThanOrEqual(left.callsPerSecond);
      expect(share.maxConcurrent).toBeLessThanOrEqual(left.maxConcurrent);
    }),
  );
});
