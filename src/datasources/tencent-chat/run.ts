import { compareSequences } from '../kit/position.ts';
import type { Order, Slice } from '../message-source.ts';
import { batchLength, boundBeyond } from './batch.ts';
import { toPage, toPositionBelow, type Anchor, type Placed } from './paging.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

/** Messages ahead of a gap that are adjacent in the stream, nearest to it first. */
export interface Run {
  order: Order;
  messages: TencentChatMessageRecord[];
  /** By index of the first message that the page brought: its anchor. */
  anchors: { index: number; before: Anchor | null }[];
}

/**
 * While the order of messages is uncertain, the read waits for more, up to this many; then it uses them as they are.
 */
const MAX_WAITING = 200;

export function append(run: Run, messages: readonly TencentChatMessageRecord[], before: Anchor | null): void {
  if (messages.length > 0) run.anchors.push({ index: run.messages.length, before });
  run.messages.push(...messages);
}

/** @returns how many messages of the run can be returned; 0 when more of the stream must be read first */
export function toLength({ order, messages }: Run): number {
  return messages.length > MAX_WAITING ? messages.length : batchLength(messages.map(toPlaced), order);
}

/**
 * The first messages of a run as a batch.
 *
 * @param length how many of them
 * @param beyond where the page after those of the run begins, DESC; ASC: where the last of them does
 */
export function toBatch(
  { order, messages: run, anchors }: Run,
  length: number,
  beyond: Anchor | null,
): Slice {
  const batch = run.slice(0, length);
  const numbers = batch.map(toNumber);
  const span = { from: Math.min(...numbers), until: Math.max(...numbers) + 1 };
  const given = anchors.filter(({ index }) => index < length);
  // Above all of the batch: DESC its first page, ASC its last one.
  const before = (order === 'DESC' ? given[0] : given.at(-1))?.before ?? null;
  const rest = run[length];
  const restBefore = rest ? anchors.findLast(({ index }) => index <= length)?.before : beyond;
  const edge = order === 'DESC' ? span.from : rest ? toNumber(rest) : span.until;
  return {
    page: toPage({ before, span }),
    messages: inOrder(batch, order),
    next: toPositionBelow(edge, restBefore ?? null, order, toWatermark(run, length, order)),
    isEnd: false,
  };
}

export function inOrder(
  messages: readonly TencentChatMessageRecord[],
  order: Order,
): TencentChatMessageRecord[] {
  const ascending = messages.toSorted(compareSequences);
  return order === 'DESC' ? ascending.reverse() : ascending;
}

export function toPlaced(message: TencentChatMessageRecord): Placed {
  return { messageSequence: toNumber(message), sentAt: message.sentAt };
}

/** `MsgSeq`. */
export function toNumber({ messageSequence }: TencentChatMessageRecord): number {
  return Number(messageSequence);
}

/** What bounds the times of all that follows a batch: the rest of the run, and what is beyond that. */
function toWatermark(run: readonly TencentChatMessageRecord[], length: number, order: Order): number {
  const rest = run.slice(length).map(({ sentAt }) => sentAt);
  const beyond = boundBeyond(run.map(toPlaced), order);
  return order === 'DESC' ? Math.max(beyond, ...rest) : Math.min(beyond, ...rest);
}
