import type { Clock } from '../../util/clock.ts';
import { afterMessage } from '../kit/position.ts';
import { latestNow } from '../../util/present.ts';
import {
  MAX_SLICE,
  type CallBudget,
  type MessageSource,
  type Order,
  type Slice,
  type SourcePosition,
  type Walk,
} from '../message-source.ts';
import type { NativePage, NativePages, WindowRequest } from './native-page.ts';
import {
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
import type { WindowMessages } from './window-messages.ts';
import type { WindowRead, WindowReader } from './window-reader.ts';

export interface WeChatSourceOptions {
  channel: string;
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

/** One request's reading of the source. */
interface Reading {
  walk: Walk;
  budget: CallBudget;
  limit: number;
}

/** How many windows are requested in parallel while one after the other is empty. */
const WIDTHS = [1, 2, 4, 8];
/**
 * The same at the newest end while no page of the account is known. The running window is often too short for a page of messages, and
 * the longer of the two tells that the other is whole, which otherwise costs a call.
 */
const FIRST_WIDTH = 2;

/** The history of one Official Account. A slice lies in one window of at most a day. */
export class WeChatSource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #options: WeChatSourceOptions;

  constructor(options: WeChatSourceOptions) {
    this.#options = options;
    this.id = options.channel;
    this.channel = options.channel;
  }

  start(walk: Walk): SourcePosition {
    return toStart(walk, this.#options.historyStart, latestNow(this.#options.clock));
  }

  /** Skips empty windows, but not forever: after a few of them the slice is empty and its `next` lies behind them. */
  async read(
    position: SourcePosition,
    walk: Walk,
    budget: CallBudget,
    limit: number = MAX_SLICE,
  ): Promise<Slice> {
    let place = toPlace(position, walk.order);
    let slice = toEmptySlice(place, !this.#isWanted(place.window, walk));
    let hasMoved = false;
    for (const width of WIDTHS) {
      if (slice.isEnd) break;
      const count =
        !hasMoved && (await this.#isFirst(place.window, walk)) ? Math.max(width, FIRST_WIDTH) : width;
      for (const begun of await this.#begin(place.window, count, walk, budget)) {
        try {
          slice = await this.#readWindow(place, begun, { walk, budget, limit });
        } catch (error) {
          // The progress over the empty windows must not be lost. If the error persists, the next read meets it at
          // once.
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

  /** Whether it is the running window, and no page of the account is known. */
  async #isFirst({ end }: Window, { order }: Walk): Promise<boolean> {
    const { clock, reader } = this.#options;
    const isRunning = end > toUnixSeconds(latestNow(clock));
    return order === 'DESC' && isRunning && (await reader.isNew());
  }

  #begin(window: Window, count: number, walk: Walk, budget: CallBudget): Promise<Begun[]> {
    const { pages, reader, historyStart } = this.#options;
    const windows = windowsAhead(window, count, walk, historyStart);
    return Promise.all(
      windows.map(async (ahead) => {
        const request = pages.toRequest(ahead, budget.freshSince(walk.asOf));
        const [first] = await Promise.allSettled([reader.begin(request, budget)]);
        return { request, first };
      }),
    );
  }

  async #readWindow(place: Place, { request, first }: Begun, reading: Reading): Promise<Slice> {
    if (first.status === 'rejected') throw first.reason;
    const { walk, budget } = reading;
    const { reader } = this.#options;
    const wasShuffled = place.gap.passed !== null && isDigestSequence(place.gap.passed);
    const read = await reader.read(request, first.value, budget, wasShuffled);
    if (walk.order === 'DESC') return this.#toOlder(place, read, reading);
    const slice = this.#toNewer(place, read, request, reading);
    if (request.isClosed || slice.messages.length > 0) return slice;
    // The live edge. A page that was cached since the walk began lacks what this caller came to see.
    const again = { ...request, notBefore: budget.freshSince(budget.arrivedAt) };
    const fresh = await reader.read(again, await reader.begin(again, budget), budget, wasShuffled);
    return this.#toNewer(place, fresh, again, reading);
  }

  #toOlder(place: Place, read: WindowRead, { walk, limit }: Reading): Slice {
    const { messages, isLast } = toAhead(place, read, 'DESC', limit);
    const page = toPage(place.window);
    const last = messages.at(-1);
    if (last && !isLast) return { page, messages, next: afterMessage(page, last, 'DESC'), isEnd: false };
    const older = nextWindow(place.window, 'DESC');
    return { page, messages, next: beforeWindow(older, 'DESC'), isEnd: !this.#isWanted(older, walk) };
  }

  #toNewer(place: Place, read: WindowRead, { isClosed }: WindowRequest, { walk, limit }: Reading): Slice {
    const ahead = toAhead(place, read, 'ASC', limit);
    // Records that came in since `newest` was fixed must still lie ahead when the caller returns with a later one.
    const wanted = ahead.messages.filter(({ sentAt }) => sentAt <= walk.newest);
    const isCut = wanted.length < ahead.messages.length;
    // In a second that was not over, new records may still take any place.
    const end = read.messages.isShuffled && !isClosed ? toUnixSeconds(read.askedAt) * 1000 : Infinity;
    const messages = wanted.filter(({ sentAt }) => sentAt < end);
    const page = toPage(place.window);
    if (isCut || !isClosed || !ahead.isLast) {
      const last = messages.at(-1);
      const next = last ? afterMessage(page, last, 'ASC') : place.gap;
      return { page, messages, next, isEnd: isCut || messages.length === 0 };
    }
    const newer = nextWindow(place.window, 'ASC');
    return { page, messages, next: beforeWindow(newer, 'ASC'), isEnd: !this.#isWanted(newer, walk) };
  }

  #isWanted(window: Window, walk: Walk): boolean {
    return windowsAhead(window, 1, walk, this.#options.historyStart).length > 0;
  }
}

/** @returns the next messages of the window, and whether they are its last */
function toAhead(
  { gap }: Place,
  { messages }: WindowRead,
  order: Order,
  limit: number,
): ReturnType<WindowMessages['ahead']> {
  // Ranks mean nothing among shuffled records: all of their second lies ahead, lest one be lost.
  const from =
    messages.isShuffled && gap.passed !== null && isRankSequence(gap.passed)
      ? beforeSecond(gap, secondOfSequence(gap.passed), order)
      : gap;
  return messages.ahead(from, order, limit);
}

function toEmptySlice(place: Place, isEnd: boolean): Slice {
  return { page: toPage(place.window), messages: [], next: place.gap, isEnd };
}
