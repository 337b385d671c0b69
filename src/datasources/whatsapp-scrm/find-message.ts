import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { CallBudget } from '../message-source.ts';
import { toSecondOfKey } from './message-key.ts';
import type { RangeReader } from './range-reader.ts';
import { blockAround, clip, MAX_EXPONENT, type TimeRange } from './time-range.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

/**
 * Looks through what is kept of that second, and then asks for it: it holds all that the key's ordinal counts.
 *
 * @param historyStart Unix ms
 */
export async function findMessage(
  key: string,
  historyStart: number,
  reader: RangeReader,
  budget: CallBudget,
): Promise<WhatsAppMessageRecord | null> {
  const second = toSecondOfKey(key);
  if (second === null) return null;
  const history = { from: Math.floor(historyStart / 1000), until: Infinity };
  for (let exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
    const found = await findKept(key, clip(blockAround(second, exponent), history), reader, budget);
    if (found) return found;
  }
  return findIn(key, blockAround(second, 0), budget.arrivedAt, reader, budget);
}

async function findKept(
  key: string,
  range: TimeRange,
  reader: RangeReader,
  budget: CallBudget,
): Promise<WhatsAppMessageRecord | null> {
  if (!(await reader.isKept({ range, conditions: {}, notBefore: 0 }))) return null;
  const storeOnly: CallBudget = {
    arrivedAt: budget.arrivedAt,
    freshSince: (time) => budget.freshSince(time),
    deadline: budget.deadline,
    caller: budget.caller,
    isOver: true,
    signal: budget.signal,
    activity: budget.activity,
    spend: () => {
      throw new BudgetSpentError();
    },
  };
  try {
    return await findIn(key, range, 0, reader, storeOnly);
  } catch (error) {
    // Only part of the range is kept.
    if (error instanceof BudgetSpentError) return null;
    throw error;
  }
}

async function findIn(
  key: string,
  range: TimeRange,
  notBefore: number,
  reader: RangeReader,
  budget: CallBudget,
): Promise<WhatsAppMessageRecord | null> {
  const answer = await reader.read({ range, conditions: {}, notBefore }, budget);
  return answer.isTooLong ? null : (answer.messages.find((message) => message.key === key) ?? null);
}
