import type { Clock } from '../kit/clock.ts';
import { messagesAhead } from '../kit/position.ts';
import type { Access, MessageSource, Order, Slice, SourcePosition, Walk } from '../message-source.ts';
import { toChunk } from './chunk.ts';
import { lengthOf, type NativePage, type NativePages, type WindowRequest } from './native-page.ts';
import {
  afterMessage,
  beforeSecond,
  beforeWindow,
  nextWindow,
  toPage,
  toPlace,
  toStart,
  windowsAhead,
  type Place,
  type Window,
} from './paging.ts';
import { isDigestSequence, isRankSequence, secondOfSequence, toUnixSeconds } from './sequence.ts';
import { toMessages, type Account, type WeChatMessageRecord } from './to-message.ts';
import { toFloor, type WindowRead, type WindowReader } from './window-reader.ts';

export interface WeChatSourceOptions {
  account: Account;
  /** Unix seconds. */
  historyStart: number;
  pages: NativePages;
  reader: WindowReader;
  clock: Clock;
}

/** A window whose first page has been asked for. */
interface Begun {
  request: WindowRequest;
  first: PromiseSettledResult<NativePage>;
}

/**
 * How many windows are begun side by side while one after the other turns out to be empty. Oldest first, the window after
 * the one to be read is begun with it: it is likely to prove that nothing is missing, and is wanted next anyway.
 */
const WIDTHS: Readonly<Record<Order, readonly number[]>> = { DESC: [1, 2, 4, 8], ASC: [2, 2, 4, 8] };
/** How many windows, side by side, are looked at for that proof while they turn out to be empty. */
const PROOF_WIDTHS = [1, 2, 4];

/** The history of one Official Account. A slice lies in one window of at most a day. */
export class WeChatSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #options: WeChatSourceOptions;

  constructor(options: WeChatSourceOptions) {
    this.#options = options;
    this.id = options.account.channel;
    this.channel = options.account.channel;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk, this.#options.historyStart, this.#options.clock.now());
  }

  /** Goes on over empty windows, but not for ever: after a few of them the slice is empty and its `next` lies behind them. */
  async read(position: SourcePosition, walk: Walk, access: Access): Promise<Slice> {
    let place = toPlace(position, walk.order);
    let slice = toEmptySlice(place, !this.#isWanted(place, walk));
    let hasMoved = false;
    for (const width of WIDTHS[walk.order]) {
      if (slice.isEnd) break;
      for (const begun of await this.#begin(place.window, width, walk, access)) {
        try {
          slice = await this.#readWindow(place, begun, walk, access);
        } catch (error) {
          // The way over the empty windows must not be lost. If the error lasts, the next read meets it at once.
          if (hasMoved) return slice;
          throw error;
        }
        if (slice.messages.length > 0 || slice.isEnd) return slice;
        place = toPlace(slice.next, walk.order);
        hasMoved = true;
      }
    }
    return slice;
  }

  #begin(window: Window, count: number, walk: Walk, access: Access): Promise<Begun[]> {
    const { pages, reader, historyStart } = this.#options;
    const windows = windowsAhead(window, count, walk, historyStart);
    return Promise.all(
      windows.map(async (ahead) => {
        const request = pages.toRequest(ahead, walk.asOf);
        const [first] = await Promise.allSettled([reader.begin(request, access)]);
        return { request, first };
      }),
    );
  }

  async #readWindow(place: Place, { request, first }: Begun, walk: Walk, access: Access): Promise<Slice> {
    if (first.status === 'rejected') throw first.reason;
    const { reader } = this.#options;
    const wasShuffled = place.gap.passed !== null && isDigestSequence(place.gap.passed);
    const findFloor = (): Promise<number | null> => this.#findFloor(place, walk, access);
    const read = await reader.read(request, first.value, access, { findFloor, wasShuffled });
    if (walk.order === 'DESC') return this.#toOlder(place, read, walk);
    const slice = this.#toNewer(place, read, request, walk);
    if (request.isClosed || slice.messages.length > 0) return slice;
    // The live edge. A page that was kept since the walk began does not show what this caller came to see.
    const again = { ...request, notBefore: access.arrivedAt };
    const fresh = await reader.read(again, await reader.begin(again, access), access, { wasShuffled });
    return this.#toNewer(place, fresh, again, walk);
  }

  /** Oldest first, no newer window has been read yet: their first pages are as good. A failure costs the proof only. */
  async #findFloor({ window, floor }: Place, walk: Walk, access: Access): Promise<number | null> {
    if (floor !== null || walk.order === 'DESC') return floor;
    let newest = window;
    for (const width of PROOF_WIDTHS) {
      for (const { request, first } of await this.#begin(nextWindow(newest, 'ASC'), width, walk, access)) {
        if (first.status === 'rejected') return null;
        if (lengthOf(first.value) > 0) return toFloor(request.window, first.value);
        newest = request.window;
      }
    }
    return null;
  }

  #toOlder(place: Place, read: WindowRead, walk: Walk): Slice {
    const { messages, isLast } = this.#ahead(place, read, 'DESC');
    const page = toPage(place);
    const last = messages.at(-1);
    if (last && !isLast) return { page, messages, next: afterMessage(page, last, 'DESC'), isEnd: false };
    const older = { window: nextWindow(place.window, 'DESC'), floor: read.floor ?? place.floor };
    return { page, messages, next: beforeWindow(older, 'DESC'), isEnd: !this.#isWanted(older, walk) };
  }

  #toNewer(place: Place, read: WindowRead, { isClosed }: WindowRequest, walk: Walk): Slice {
    const ahead = this.#ahead(place, read, 'ASC');
    // Whatever came in since `newest` was fixed must still lie ahead when the caller returns with a later one.
    const wanted = ahead.messages.filter(({ sentAt }) => sentAt <= walk.newest);
    const isCut = wanted.length < ahead.messages.length;
    // In a second that was not over, newcomers may still take any place.
    const end = read.isShuffled && !isClosed ? toUnixSeconds(read.askedAt) * 1000 : Infinity;
    const messages = wanted.filter(({ sentAt }) => sentAt < end);
    const page = toPage(place);
    if (isCut || !isClosed || !ahead.isLast) {
      const last = messages.at(-1);
      const next = last ? afterMessage(page, last, 'ASC') : place.gap;
      return { page, messages, next, isEnd: isCut || messages.length === 0 };
    }
    const newer = { window: nextWindow(place.window, 'ASC'), floor: null };
    return { page, messages, next: beforeWindow(newer, 'ASC'), isEnd: !this.#isWanted(newer, walk) };
  }

  /** @returns the next messages of the window, and whether they are its last */
  #ahead(
    { gap }: Place,
    { records, isShuffled }: WindowRead,
    order: Order,
  ): { messages: WeChatMessageRecord[]; isLast: boolean } {
    // Ranks mean nothing among shuffled records: all of their second lies ahead, lest one be lost.
    const from =
      isShuffled && gap.passed !== null && isRankSequence(gap.passed)
        ? beforeSecond(gap, secondOfSequence(gap.passed), order)
        : gap;
    const reached = from.passed === null ? null : secondOfSequence(from.passed);
    const chunk = toChunk(records, reached, order);
    const page = { records: chunk.records, isShuffled };
    const messages = messagesAhead(toMessages(page, this.#options.account), from, order);
    return { messages, isLast: chunk.isLast };
  }

  #isWanted({ window }: Pick<Place, 'window'>, walk: Walk): boolean {
    return windowsAhead(window, 1, walk, this.#options.historyStart).length > 0;
  }
}

function toEmptySlice(place: Place, isEnd: boolean): Slice {
  return { page: toPage(place), messages: [], next: place.gap, isEnd };
}
