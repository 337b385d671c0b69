import { describe } from 'vitest';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { MemoryQuotaShares } from '../support/memory-quota-shares.ts';
import { describeQuotaShares } from '../support/quota-shares-suite.ts';

describe('quota shares in memory', () => {
  describeQuotaShares(() => {
    let aheadMs = 0;
    const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs };
    const shares = new MemoryQuotaShares(clock, 0);
    return {
      start: () => shares.forProcess(),
      expire: () => {
        aheadMs += 10_001;
        return Promise.resolve();
      },
      held: () => Promise.resolve(shares.held),
    };
  });
});
