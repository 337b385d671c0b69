import type { Access } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import { CursorEdge, withoutRepeated } from './cursor-edge.ts';
import { lengthOf, type NativePage, type NativePages, type WindowRequest } from './native-page.ts';
import type { Window } from './paging.ts';
import { RecordOrder, type ArrangedRecords, type DigestedRecord } from './record-order.ts';

/** The window's own records, in order. */
export interface WindowRead extends ArrangedRecords {
  /**
   * An id at or above those of all records in older windows; null when the window does not tell.
   * Ids ascend over the whole account, so of N records that end at id M, those before them end at M - N or below.
   */
  floor: number | null;
  /** Unix ms: all that the provider listed until then is among the records. */
  askedAt: number;
}

export interface ReadOptions {
  /** Finds the floor of a newer window, with none but empty ones between: it may prove at no cost that a page is the last. */
  findFloor?: () => Promise<number | null>;
  /** See `WindowState`. */
  wasShuffled?: boolean;
  /** Told each page's records; ends the reading early. */
  isEnough?: (records: readonly DigestedRecord[]) => boolean;
}

const FIRST_MSG_ID = 1;
/** Ids that leave no more than this before a window's records may begin anew in each window, and then prove nothing. */
const MOST_BEFORE_FIRST = 1;

/**
 * Reads whole windows of history, with as many pages as it takes to be sure that none is missing.
 *
 * The length of a page says nothing: the documentation calls a short page the last one, but the provider may have a limit
 * of its own that nobody published, in records or in bytes. A page is known to be the last when the floor of a newer window
 * shows that no id is left between them, or when nothing comes after it. Where ids have no gaps, only the newest records
 * cost that confirming call; where they have, each window that is not empty does.
 */
export class WindowReader {
  readonly #pages: NativePages;
  readonly #client: WeChatClient;
  readonly #pageSize: number;
  readonly #cursorEdge = new CursorEdge();
  readonly #recordOrder = new RecordOrder();

  constructor(pages: NativePages, client: WeChatClient, pageSize: number) {
    this.#pages = pages;
    this.#client = client;
    // Should the cursor turn out to be inclusive, pages of a single record would lead nowhere.
    this.#pageSize = Math.max(2, pageSize);
  }

  /** The first page of a window, which `read` goes on from. Several windows may be begun side by side. */
  begin(request: WindowRequest, access: Access): Promise<NativePage> {
    return this.#fetch(request, FIRST_MSG_ID, access);
  }

  /**
   * Reads a window to its end.
   *
   * @throws UpstreamError also when the provider's cursor leads nowhere
   */
  async read(
    request: WindowRequest,
    first: NativePage,
    access: Access,
    { findFloor, wasShuffled = false, isEnough }: ReadOptions = {},
  ): Promise<WindowRead> {
    const { window, isClosed } = request;
    const parts = [first.records];
    let { unplaceable, askedAt } = first;
    let page = first;
    const newerFloor = lengthOf(first) > 0 && findFloor ? await findFloor() : null;
    while (lengthOf(page) > 0 && !isEnough?.(page.records) && !isLast(page, parts, window, newerFloor)) {
      const { msgId } = page;
      const next = await this.#fetch(request, msgId, access);
      askedAt = Math.min(askedAt, next.askedAt);
      // Nothing but the record that we come from, where the cursor is inclusive.
      if (lengthOf(next) === 1 && next.msgId === msgId) break;
      const repeated = await this.#cursorEdge.findRepeated(page, next, () =>
        this.#pages.fetch(request, msgId, 1, access),
      );
      const records = withoutRepeated(next, repeated);
      if (records.length + next.unplaceable === 0) break;
      if (next.msgId <= msgId)
        throw this.#client.badResponse('The provider repeats a page of history without end');
      parts.push(records);
      unplaceable += next.unplaceable;
      page = next;
    }
    const { records, isShuffled } = this.#recordOrder.arrange(parts, { isClosed, wasShuffled });
    const own = records.filter(({ time }) => time >= window.from && time < window.end);
    const floor = toFloor(window, { records, unplaceable, msgId: page.msgId });
    return { records: own, isShuffled, floor, askedAt };
  }

  #fetch(request: WindowRequest, msgId: number, access: Access): Promise<NativePage> {
    return this.#pages.fetch(request, msgId, this.#pageSize, access);
  }
}

/**
 * See `WindowRead.floor`. The beginning of a window tells as much as the whole of it.
 *
 * @param page all records of the window up to the id `msgId`
 */
export function toFloor({ from }: Window, page: Omit<NativePage, 'askedAt'>): number | null {
  // Older ones, which the window before this one has too, must not count: they are what the floor is about.
  const own = page.records.filter(({ time }) => time >= from).length;
  const isTelling = own > 0 && page.msgId - lengthOf(page) > MOST_BEFORE_FIRST;
  return isTelling ? page.msgId - own : null;
}

/**
 * Whether the floor of a newer window proves that no record of this one has a higher id than the page's last.
 *
 * An id above the floor belongs to the newer window: as many as there may be here, from the second where they meet. A higher
 * one shows that ids do not ascend over the account after all, and then the floor is worth nothing.
 */
function isLast(
  { msgId }: NativePage,
  parts: readonly DigestedRecord[][],
  { end }: Window,
  newerFloor: number | null,
): boolean {
  if (newerFloor === null) return false;
  const newer = parts.flat().filter(({ time }) => time >= end).length;
  return newerFloor <= msgId && msgId <= newerFloor + newer;
}
