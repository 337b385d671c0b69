import type { Slice } from '../datasources/message-source.ts';
import type { TimeSpan } from '../store/store.ts';
import { gapBeyond, narrowedTo, type Gap } from './gap.ts';
import type { KeptMessages } from './kept-messages.ts';
import { toPage, toPosition } from './place.ts';
import { farEnd, momentAfter, nearest, type Reading } from './reading.ts';
import { isCovered } from './stretch.ts';
import { termsOfFilter } from './terms.ts';

/**
 * Reads on in the archive, without a call.
 *
 * @returns null when the span has lost its coverage meanwhile: such a part is read at the provider, unless the walk reads only what is kept
 */
export async function readArchive(
  kept: KeptMessages,
  {
    gap,
    moment,
    stretch,
    walk,
    limit,
  }: Pick<Reading, 'stretch' | 'walk' | 'limit'> & { gap: Gap; moment: number },
): Promise<Slice | null> {
  const { order } = walk;
  const end = farEnd(walk, order);
  // Of the two ends the one that comes first.
  const edge = nearest(farEnd(stretch, order), end, order === 'DESC' ? 'ASC' : 'DESC');
  const ahead = toSpan(moment, edge);
  const terms = termsOfFilter(walk.filter);
  // By one term what is found comes from its index alone; by several, all that has one of them is looked through.
  const span = terms.length > 1 ? await kept.narrow({ order, span: ahead, terms }) : ahead;
  const far = order === 'DESC' ? span.since : span.until - 1;
  const messages = await kept.read({ order, span, gap, terms, limit });
  const [first] = messages;
  const last = messages.at(-1);
  const isFull = last !== undefined && messages.length >= limit;
  const isUncovered = !(await kept.isCovered(isFull ? toSpan(moment, last.sentAt) : span));
  // Else what was erased meanwhile would be missing, and not be asked of the provider.
  if (isUncovered && !(walk.isArchiveOnly ?? false)) return null;
  const reached = last ? gapBeyond(last, order) : gap;
  const page = toPage(
    first && last
      ? [Math.min(first.sentAt, last.sentAt), Math.max(first.sentAt, last.sentAt)]
      : [moment, moment],
  );
  const how = { isArchived: true, ...(isUncovered ? { isUncovered } : {}) };
  if (isFull) {
    const next = toPosition({ gap: reached, native: null }, order, last.sentAt);
    return { page, messages, next, isEnd: false, ...how };
  }
  const beyond = momentAfter(far, order);
  const next = toPosition({ gap: narrowedTo(reached, beyond, order), native: null }, order, beyond);
  const slice: Slice = { page, messages, next, isEnd: far === end, ...how };
  const hasExpired = slice.isEnd && isCovered({ since: end, until: end + 1 }, await kept.expired());
  return hasExpired ? { ...slice, endReason: 'EXPIRED' } : slice;
}

/** Of two moments, both included, in any order. */
function toSpan(one: number, other: number): TimeSpan {
  return { since: Math.min(one, other), until: Math.max(one, other) + 1 };
}
