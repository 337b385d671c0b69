import type { Slice } from '../datasources/message-source.ts';
import { gapBeyond, narrowedTo, type Gap } from './gap.ts';
import type { KeptMessages } from './kept-messages.ts';
import { toPage, toPosition } from './place.ts';
import { farEnd, momentAfter, nearest, type Reading } from './reading.ts';
import { termsOfFilter } from './terms.ts';

/**
 * Reads on in the archive, without a call.
 *
 * @returns null when the span that was read has lost its coverage meanwhile
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
  const far = nearest(farEnd(stretch, order), end, order === 'DESC' ? 'ASC' : 'DESC');
  const span = { since: Math.min(moment, far), until: Math.max(moment, far) + 1 };
  const terms = termsOfFilter(walk.filter);
  const messages = await kept.read({ order, span, edge: gap.edge, terms, limit });
  // Else what was erased meanwhile would be missing, and not be asked of the provider.
  if (!(await kept.isCovered(span))) return null;
  const [first] = messages;
  const last = messages.at(-1);
  const reached = last ? gapBeyond(last, order) : gap;
  const page = toPage(
    first && last
      ? [Math.min(first.sentAt, last.sentAt), Math.max(first.sentAt, last.sentAt)]
      : [moment, moment],
  );
  if (last && messages.length >= limit) {
    const next = toPosition({ gap: reached, native: null }, order, last.sentAt);
    return { page, messages, next, isEnd: false, isArchived: true };
  }
  const beyond = momentAfter(far, order);
  const next = toPosition({ gap: narrowedTo(reached, beyond, order), native: null }, order, beyond);
  return { page, messages, next, isEnd: far === end, isArchived: true };
}
