import { PositionError } from '../datasources/kit/position.ts';
import {
  MAX_SLICE,
  type CallBudget,
  type MessageSource,
  type Order,
  type Slice,
  type SourcePosition,
  type Walk,
} from '../datasources/message-source.ts';
import { readArchive } from './archive-side.ts';
import { gapBefore } from './gap.ts';
import type { KeptMessages } from './kept-messages.ts';
import { isOfAnyMoment, toPlace, toPosition, type Place } from './place.ts';
import { readProvider } from './provider-side.ts';
import { farEnd, toMoment } from './reading.ts';
import { stretchAt, type Stretch } from './stretch.ts';

/** Cursors from before the archive may not tell where they are: those are read on at the provider. */
const ALL_TIME: Stretch = { side: 'PROVIDER', oldest: -Infinity, newest: Infinity };
/** Of a walk that reads only what is kept. */
const ALL_KEPT: Stretch = { ...ALL_TIME, side: 'ARCHIVE' };

/**
 * A source of which an archive keeps a part. What the archive covers is read from there, and the rest from the provider. A
 * message belongs to one side by the time at which it was sent, so walks have each once, wherever the sides meet.
 *
 * Its positions are gaps that either side can be read from, however the coverage has grown or shrunk since. Beside the gap,
 * a position on the provider's side has the provider's own position.
 */
export class ArchivedSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #source: MessageSource;
  readonly #kept: KeptMessages;

  constructor(source: MessageSource, kept: KeptMessages) {
    this.id = source.id;
    this.channel = source.channel;
    this.#source = source;
    this.#kept = kept;
  }

  start({ order, oldest, newest }: Walk): SourcePosition {
    const gap = gapBefore(order === 'DESC' ? newest + 1 : oldest);
    return toPosition({ gap, native: null }, order, order === 'DESC' ? newest : oldest);
  }

  async read(
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
    limit: number = MAX_SLICE,
  ): Promise<Slice> {
    const place = await this.#locate(toPlace(position, walk.order));
    const { gap } = place;
    const isArchiveOnly = walk.isArchiveOnly ?? false;
    if (gap === null) {
      // Walks of the two kinds do not share cursors.
      if (isArchiveOnly) throw new PositionError('Not a position in what is kept');
      return this.#readProvider(place, position, walk, budget, limit);
    }
    const common = { place, walk, budget, limit };
    const watermark = watermarkOf(position, walk);
    const moment = toMoment(gap, watermark, walk);
    if (isOutside(moment, walk))
      return { page: position.page, messages: [], next: position, isEnd: true, isArchived: true };
    for (;;) {
      const stretch = isArchiveOnly ? ALL_KEPT : await this.#stretchAt(moment, place, watermark, walk.order);
      if (stretch.side === 'PROVIDER')
        return readProvider(this.#source, this.#kept, { ...common, moment, stretch });
      const slice = await readArchive(this.#kept, { gap, moment, stretch, walk, limit });
      if (slice) return slice;
    }
  }

  /**
   * Reads on at the provider alone, as far as that can tell what comes next: what it has forgotten, only the archive knows.
   *
   * @param failure of the archive; thrown beyond that
   */
  async readWithoutArchive(
    failure: unknown,
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
    limit: number = MAX_SLICE,
  ): Promise<Slice> {
    if (walk.isArchiveOnly ?? false) throw failure;
    const place = toPlace(position, walk.order);
    // Oldest first, the provider would begin with what it has not forgotten.
    if (walk.order === 'ASC' && (place.native?.isSearch ?? true)) throw failure;
    const slice = await this.#readProvider(place, position, walk, budget, limit);
    if (walk.order === 'ASC' || !slice.isEnd || slice.endReason !== 'EXPIRED') return slice;
    if (slice.messages.length === 0) throw failure;
    return { ...slice, isEnd: false };
  }

  #readProvider(
    place: Place,
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
    limit: number,
  ): Promise<Slice> {
    const { gap } = place;
    const bound = walk.order === 'DESC' ? walk.newest : walk.oldest;
    const moment = gap ? toMoment(gap, watermarkOf(position, walk), walk) : bound;
    return readProvider(this.#source, this.#kept, {
      place,
      moment,
      stretch: ALL_TIME,
      walk,
      budget,
      limit,
    });
  }

  /** Where the archive knows when an edge was sent, a walk need not begin at its bound to find it. */
  async #locate(place: Place): Promise<Place> {
    const { gap } = place;
    if (!gap?.edge || !isOfAnyMoment(gap)) return place;
    const moment = await this.#kept.momentOf(gap.edge.sequence);
    return moment === null ? place : { ...place, gap: { ...gap, oldest: moment, newest: moment } };
  }

  async #stretchAt(
    moment: number,
    { gap, native }: Place,
    watermark: number | null,
    order: Order,
  ): Promise<Stretch> {
    const stretch = stretchAt(moment, await this.#kept.coverage());
    if (stretch.side === 'PROVIDER' || !gap?.edge || !native || native.isSearch) return stretch;
    if ((await this.#kept.momentOf(gap.edge.sequence)) !== null) return stretch;
    // The provider listed the edge in a place where the archive does not have it, so the provider alone can tell what of
    // its moment has been passed. That is known exactly in the order in which the edge was passed.
    const end = watermark === null ? farEnd(gap, order) : moment;
    return { side: 'PROVIDER', oldest: Math.min(moment, end), newest: Math.max(moment, end) };
  }
}

function watermarkOf(position: SourcePosition, { order }: Walk): number | null {
  return position.order === order ? position.watermark : null;
}

function isOutside(moment: number, { oldest, newest }: Walk): boolean {
  return moment < oldest || moment > newest;
}
