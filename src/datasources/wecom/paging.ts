import { z } from 'zod';
import type { StreamPlace } from '../../store/store.ts';
import { PositionError } from '../kit/position.ts';
import type { Order, SourcePosition, Walk } from '../message-source.ts';

/**
 * WeCom's stream only goes forward, so walks page through its archive, and the native position is the message's place
 * there: its second, and its rank among the messages of that second, 0 for the first that the stream brought.
 */
export type Place = StreamPlace;

const RANK_DIGITS = 8;
const LAST_SECOND = 9_999_999_999;
const BEFORE_FIRST_RANK = -1;

/** `SourcePosition.page`: the archive is one page. */
const page = z.null();
/** A message's sequence, or the second alone: the gap before all messages of that second. */
const passed = z.string().regex(/^\d{10}(\.\d{8})?$/);

/** Places in order give sequences in order, as strings. */
export function toSequence({ sendTime, rank }: Place): string {
  return `${toGapBefore(sendTime)}.${String(rank).padStart(RANK_DIGITS, '0')}`;
}

/** The gap at the walk's near end, where every message of the walk lies ahead and all others behind. */
export function toStart({ order, oldest, newest }: Walk): SourcePosition {
  return {
    order,
    page: null,
    passed: toGapBefore(order === 'ASC' ? Math.ceil(oldest / 1000) : Math.floor(newest / 1000) + 1),
    isPassedExcluded: true,
    watermark: order === 'ASC' ? oldest : newest,
  };
}

/**
 * @returns the place beyond which, in `order`, the messages ahead begin; itself excluded. It need not be a message's
 * @throws PositionError when the position is not one of this source's
 */
export function toBound(position: SourcePosition, order: Order): Place {
  if (!page.safeParse(position.page).success) throw new PositionError('Not a position in a WeCom archive');
  if (position.passed === null) {
    // At an end of the archive: in the position's own order everything is ahead, in the other one nothing.
    return position.order === 'ASC'
      ? { sendTime: 0, rank: BEFORE_FIRST_RANK }
      : { sendTime: LAST_SECOND + 1, rank: BEFORE_FIRST_RANK };
  }
  const place = parsePassed(position.passed);
  const isAhead = position.order !== order && !position.isPassedExcluded;
  if (!isAhead) return place;
  return { ...place, rank: order === 'ASC' ? place.rank - 1 : place.rank + 1 };
}

function parsePassed(text: string): Place {
  if (!passed.safeParse(text).success) throw new PositionError('Not a place in a WeCom archive');
  const [second, rank] = text.split('.');
  return { sendTime: Number(second), rank: rank === undefined ? BEFORE_FIRST_RANK : Number(rank) };
}

/** As a string it sorts before every sequence of its second, and after every sequence of the seconds before. */
function toGapBefore(second: number): string {
  return String(Math.min(Math.max(second, 0), LAST_SECOND)).padStart(10, '0');
}
