import type { Order, SourcePosition, Walk } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { MergeInput } from '../../src/timeline/merge-input.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import { PagedMemoryChannel } from './memory-source.ts';
import { TestClock } from './test-clock.ts';
import { createWalk } from './walk-source.ts';

export const NOW = Date.parse('2026-03-20T10:00:00Z');

export interface MergeWorld {
  clock: TestClock;
  budget: RequestBudget;
  walk: Walk;
  /** A channel whose messages were sent so many seconds ago, and the input that reads it. */
  open: (
    name: string,
    ages: readonly number[],
    options?: { pageSize?: number; from?: SourcePosition; matches?: (message: MessageRecord) => boolean },
  ) => { channel: PagedMemoryChannel; input: MergeInput };
}

export function openMergeWorld(order: Order, bounds: Partial<Walk> = {}, calls = 64): MergeWorld {
  const clock = new TestClock(NOW);
  const budget = new RequestBudget({ upstreamCallsPerRequest: calls, requestTimeoutMs: 60_000 }, clock);
  const walk = createWalk(order, NOW, bounds);
  return {
    clock,
    budget,
    walk,
    open(name, ages, { pageSize = 2, from, matches = () => true } = {}) {
      const channel = new PagedMemoryChannel({ name, pageSize });
      for (const age of ages.toSorted((a, b) => b - a)) channel.add(NOW - age * 1000);
      const { source } = channel;
      const position = from ?? source.start(walk);
      return { channel, input: new MergeInput(channel, source, walk, position, matches) };
    },
  };
}
