import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import type { MessageSource, Order, SourcePosition, Walk } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { TestBudget } from './dependencies.ts';

export function createWalk(order: Order, now: number, bounds: Partial<Walk> = {}): Walk {
  return {
    order,
    oldest: 0,
    newest: now,
    asOf: now,
    filter: { conversationKey: null, participant: null, directions: null, kinds: null, needsText: false },
    ...bounds,
  };
}

export interface Step {
  messages: MessageRecord[];
  /** As a cursor would keep it. */
  position: SourcePosition;
  isEnd: boolean;
  calls: number;
  /** Something is missing, as a page would say. */
  isIncomplete: boolean;
}

/**
 * Takes up to `count` messages from a position, as a request would: it drops what the walk's bounds exclude, stops at the
 * end, and makes at most `callLimit` calls. The position comes back through JSON.
 */
export async function takeMessages(
  source: MessageSource,
  walk: Walk,
  from: SourcePosition,
  count: number,
  {
    now = walk.asOf,
    callLimit = 64,
    limit,
  }: { now?: number; callLimit?: number; limit?: number | undefined } = {},
): Promise<Step> {
  const budget = new TestBudget(now, callLimit);
  const messages: MessageRecord[] = [];
  let position = from;
  let isEnd = false;
  let isIncomplete = false;
  while (messages.length < count && !isEnd) {
    let slice;
    try {
      slice = await source.read(position, walk, budget, limit);
    } catch (error) {
      if (!(error instanceof BudgetSpentError)) throw error;
      break;
    }
    isIncomplete ||= slice.isIncomplete ?? false;
    const wanted = slice.messages.filter(({ sentAt }) => sentAt >= walk.oldest && sentAt <= walk.newest);
    checkHorizon(wanted, position, walk.order);
    const taken = wanted.slice(0, count - messages.length);
    messages.push(...taken);
    const last = taken.at(-1);
    if (taken.length < wanted.length && last) {
      position = {
        order: walk.order,
        page: slice.page,
        passed: last.sequence,
        isPassedExcluded: false,
        watermark: last.sentAt,
      };
    } else {
      position = slice.next;
      isEnd = slice.isEnd || isBeyond(position, walk);
    }
  }
  return {
    messages,
    position: JSON.parse(JSON.stringify(position)) as SourcePosition,
    isEnd,
    calls: budget.calls,
    isIncomplete,
  };
}

function checkHorizon(messages: MessageRecord[], { watermark }: SourcePosition, order: Order): void {
  if (watermark === null) return;
  for (const { sentAt } of messages) {
    if (order === 'DESC' ? sentAt > watermark : sentAt < watermark) {
      throw new Error(`A message of ${sentAt} came though the watermark was ${watermark} (${order})`);
    }
  }
}

function isBeyond({ watermark }: SourcePosition, { order, oldest, newest }: Walk): boolean {
  if (watermark === null) return false;
  return order === 'DESC' ? watermark < oldest : watermark > newest;
}

/** Walks from the start to the end. */
export async function walkAll(
  source: MessageSource,
  walk: Walk,
  pageSize = 100,
): Promise<Step & { steps: number }> {
  const messages: MessageRecord[] = [];
  let step: Step = {
    messages: [],
    position: source.start(walk),
    isEnd: false,
    calls: 0,
    isIncomplete: false,
  };
  let calls = 0;
  let steps = 0;
  let isIncomplete = false;
  while (!step.isEnd) {
    step = await takeMessages(source, walk, step.position, pageSize);
    messages.push(...step.messages);
    calls += step.calls;
    isIncomplete ||= step.isIncomplete;
    if (++steps > 10_000) throw new Error('The walk does not end');
  }
  return { ...step, messages, calls, steps, isIncomplete };
}
