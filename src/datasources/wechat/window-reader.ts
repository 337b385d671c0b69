import { ShortPageRule } from '../kit/short-page.ts';
import type { Access } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import { CursorEdge, withoutRepeated } from './cursor-edge.ts';
import { lengthOf, type NativePage, type NativePages, type WindowRequest } from './native-page.ts';
import type { Window } from './paging.ts';
import { orderRecords, type DigestedRecord } from './record-order.ts';

export interface WindowRead {
  /** The window's own, oldest first. */
  records: DigestedRecord[];
  /**
   * An id at or above those of all records in older windows; null when the window does not tell.
   * Ids ascend over the whole account, so of N records that end at id M, those before them end at M - N or below.
   */
  floor: number | null;
}

const FIRST_MSG_ID = 1;
/** Ids that leave no more than this before a window's records may begin anew in each window, and then prove nothing. */
const MOST_BEFORE_FIRST = 1;

/** Reads whole windows of history, with as many pages as it takes to be sure that none is missing. */
export class WindowReader {
  readonly #pages: NativePages;
  readonly #client: WeChatClient;
  readonly #pageSize: number;
  readonly #shortPages = new ShortPageRule();
  readonly #cursorEdge = new CursorEdge();

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
   * @param floor that of the next newer window which has one, if known: it can prove at no cost that a page is the last
   * @param isEnough told each page's records; ends the reading early
   * @throws UpstreamError also when the provider's cursor leads nowhere
   */
  async read(
    request: WindowRequest,
    first: NativePage,
    floor: number | null,
    access: Access,
    isEnough: (records: readonly DigestedRecord[]) => boolean = () => false,
  ): Promise<WindowRead> {
    const parts = [first.records];
    let page = first;
    while (lengthOf(page) > 0 && !isEnough(page.records) && !this.#isLast(page, floor)) {
      const { msgId } = page;
      const next = await this.#fetch(request, msgId, access);
      const repeated = await this.#cursorEdge.findRepeated(page, next, () =>
        this.#pages.fetch(request, msgId, 1, access),
      );
      const records = withoutRepeated(next, repeated);
      if (records.length + next.unplaceable === 0) {
        this.#shortPages.sawEnd(lengthOf(page));
        break;
      }
      if (next.msgId <= msgId)
        throw this.#client.badResponse('The provider repeats a page of history without end');
      parts.push(records);
      page = next;
    }
    return toRead(request.window, parts, page.msgId);
  }

  #fetch(request: WindowRequest, msgId: number, access: Access): Promise<NativePage> {
    return this.#pages.fetch(request, msgId, this.#pageSize, access);
  }

  /** The documentation calls a short page the last one, but the provider may have a smaller page of its own. */
  #isLast(page: NativePage, floor: number | null): boolean {
    const isProven = floor !== null && page.msgId >= floor;
    if (isProven) this.#shortPages.sawEnd(lengthOf(page));
    return isProven || this.#shortPages.isEnd(lengthOf(page), this.#pageSize);
  }
}

function toRead({ from, end }: Window, parts: readonly DigestedRecord[][], lastMsgId: number): WindowRead {
  const records = orderRecords(parts);
  // Older ones, which the window before this one has too, must not count: they are what the floor is about.
  const own = records.filter(({ time }) => time >= from);
  const isTelling = own.length > 0 && lastMsgId - records.length > MOST_BEFORE_FIRST;
  const floor = isTelling ? lastMsgId - own.length : null;
  return { records: own.filter(({ time }) => time < end), floor };
}
