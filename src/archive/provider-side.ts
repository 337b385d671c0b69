import type { MessageSource, Slice, SourcePosition, Walk } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { KeptMessages } from './kept-messages.ts';
import { gapBeyond, isAhead, narrowedTo } from './gap.ts';
import { toPage, toPosition, type NativePlace } from './place.ts';
import { farEnd, isBeyond, momentAfter, type Reading } from './reading.ts';

/** Sources may list messages in another order than that of their times, by less than this. */
const MARGIN_MS = 60_000;

/**
 * Reads on at the provider, within the reading's part of time.
 *
 * @throws as `MessageSource.read`
 */
export async function readProvider(
  source: MessageSource,
  kept: KeptMessages,
  reading: Reading,
): Promise<Slice> {
  const { stretch, walk, budget, limit } = reading;
  const cut: Walk = {
    ...walk,
    oldest: Math.max(walk.oldest, stretch.oldest),
    newest: Math.min(walk.newest, stretch.newest),
  };
  const native = reading.place.native ?? (await startSearch(source, kept, cut, reading));
  const slice = await source.read(native.position, cut, budget, limit);
  const messages = slice.messages.filter((message) => isWanted(message, native, reading));
  const isThrough = isThroughStretch(slice, cut, reading);
  const isLast = !isBeyond(farEnd(walk, walk.order), farEnd(stretch, walk.order), walk.order);
  const { endReason, isIncomplete } = slice;
  return {
    page: toPage(spanOf(messages), slice.page),
    messages,
    next: toNext(slice, messages, native, isThrough, reading),
    isEnd: isThrough ? isLast : slice.isEnd,
    ...(isIncomplete === undefined ? {} : { isIncomplete }),
    ...(endReason === undefined ? {} : { endReason }),
  };
}

async function startSearch(
  source: MessageSource,
  kept: KeptMessages,
  cut: Walk,
  { moment, stretch, walk }: Reading,
): Promise<NativePlace> {
  const bounds = walk.order === 'DESC' ? { newest: moment } : { oldest: moment };
  const isNewest = stretch.newest === Infinity;
  const newer = isNewest ? null : await kept.listedSince(stretch.newest + MARGIN_MS);
  return { position: source.start({ ...cut, ...bounds }, newer ?? undefined), isSearch: true };
}

/** What a source returns beyond the walk's bounds stays: the timeline cuts there. Beyond the stretch it is the archive's. */
function isWanted(
  message: MessageRecord,
  { isSearch }: NativePlace,
  { place: { gap }, stretch, walk }: Reading,
): boolean {
  const isInside = message.sentAt >= stretch.oldest && message.sentAt <= stretch.newest;
  return isInside && (!isSearch || gap === null || isAhead(gap, message, walk.order));
}

/** Whether nothing more of the stretch is ahead. */
function isThroughStretch({ messages, next, isEnd }: Slice, cut: Walk, { stretch, walk }: Reading): boolean {
  const { order } = walk;
  const far = farEnd(stretch, order);
  if (isEnd && farEnd(cut, order) === far) return true;
  const isPassed = (moment: number): boolean => isBeyond(moment, far, order);
  return (
    messages.some(({ sentAt }) => isPassed(sentAt)) || (next.watermark !== null && isPassed(next.watermark))
  );
}

function toNext(
  slice: Slice,
  messages: readonly MessageRecord[],
  native: NativePlace,
  isThrough: boolean,
  { place, moment, stretch, walk: { order } }: Reading,
): SourcePosition {
  const last = messages.at(-1);
  const gap = last ? gapBeyond(last, order) : place.gap;
  // As in the cursor that it came from: only the provider can tell.
  if (gap === null) return slice.next;
  if (isThrough) {
    const beyond = momentAfter(farEnd(stretch, order), order);
    return toPosition({ gap: narrowedTo(gap, beyond, order), native: null }, order, beyond);
  }
  const at = { position: slice.next, isSearch: native.isSearch && !last };
  return toPosition({ gap, native: at }, order, slice.next.watermark ?? last?.sentAt ?? moment);
}

/** In Unix ms, both ends inclusive; any when there are no messages. */
function spanOf(messages: readonly MessageRecord[]): [number, number] {
  const first = messages[0]?.sentAt ?? 0;
  const last = messages.at(-1)?.sentAt ?? 0;
  return [Math.min(first, last), Math.max(first, last)];
}
