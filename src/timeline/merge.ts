import type { Order } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { MergeInput } from './merge-input.ts';
import type { RequestBudget } from './request-budget.ts';

/** The order of the whole timeline, oldest first: time, then channel, then the source's own sequence. */
export function compareMessages(a: MessageRecord, b: MessageRecord): number {
  return a.sentAt - b.sentAt || compareTexts(a.channel, b.channel) || compareTexts(a.sequence, b.sequence);
}

/** By code unit: the same on every machine, whatever its locale. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Merges inputs into one ordered stream and takes up to `count` messages from it.
 *
 * An input is read only when the merge reaches its watermark, and all inputs that are needed at one point are read in
 * parallel. A failed input is skipped. The merge stops early when an input that it needs is paused.
 *
 * @param take called after each message with the input that it came from, while every input's position is that of the
 * edge
 */
export async function mergeInputs(
  inputs: readonly MergeInput[],
  order: Order,
  count: number,
  requestBudget: RequestBudget,
  take: (message: MessageRecord, input: MergeInput) => void,
): Promise<void> {
  for (let taken = 0; taken < count;) {
    const first = firstInput(inputs, order);
    const needed = inputsToRead(inputs, first?.head ?? null, order);
    if (needed.length > 0) {
      const wanted = shareOf(count - taken, needed.length);
      await Promise.all(needed.map((input) => input.read(requestBudget, wanted)));
      if (needed.some((input) => input.state === 'paused')) return;
      continue;
    }
    if (!first) return;
    take(first.take(), first);
    first.settle();
    taken++;
  }
}

/** So much more than an equal share is asked of each input: some have more of the next messages than others. */
const SHARE_FACTOR = 1.5;

function shareOf(count: number, inputs: number): number {
  return Math.min(count, Math.ceil((SHARE_FACTOR * count) / inputs));
}

function firstInput(inputs: readonly MergeInput[], order: Order): MergeInput | null {
  let first: MergeInput | null = null;
  for (const input of inputs) {
    if (input.state === 'failed' || input.head === undefined) continue;
    if (first?.head === undefined) first = input;
    else {
      const difference = compareMessages(input.head, first.head);
      if (order === 'DESC' ? difference > 0 : difference < 0) first = input;
    }
  }
  return first;
}

/** Inputs that reach about as far ahead as the furthest are read with it, in parallel. */
const ABREAST_MS = 86_400_000;

const NONE: readonly MergeInput[] = [];

/** With nothing in memory, those that reach furthest ahead: the others may not be needed for long. */
function inputsToRead(
  inputs: readonly MergeInput[],
  head: MessageRecord | null,
  order: Order,
): readonly MergeInput[] {
  // Asked for each message, and mostly there are none.
  if (!inputs.some((input) => input.isNeededBefore(head))) return NONE;
  const needed = inputs.filter((input) => input.isNeededBefore(head));
  if (head !== null) return needed;
  const watermarks = needed.flatMap(({ position }) => position.watermark ?? []);
  const furthest = order === 'DESC' ? Math.max(...watermarks) : Math.min(...watermarks);
  return needed.filter(
    ({ position: { watermark } }) => watermark === null || Math.abs(watermark - furthest) <= ABREAST_MS,
  );
}
