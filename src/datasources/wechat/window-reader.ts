import type { CallBudget } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import { CursorEdge, withoutRepeated } from './cursor-edge.ts';
import type { LongestPage } from './longest-page.ts';
import { lengthOf, type NativePage, type NativePages, type WindowRequest } from './native-page.ts';
import { RecordOrder, type ArrangedRecords, type DigestedRecord } from './record-order.ts';

/** The window's own records, in order. */
export interface WindowRead extends ArrangedRecords {
  /** Unix ms: all that the provider listed until then is among the records. */
  askedAt: number;
}

export interface ReadOptions {
  /** See `WindowState`. */
  wasShuffled?: boolean;
  /** Called with each page's records; ends the reading early. */
  isEnough?: (records: readonly DigestedRecord[]) => boolean;
}

export interface WindowReaderOptions {
  pages: NativePages;
  client: WeChatClient;
  longestPage: LongestPage;
  /** The page size of calls. */
  pageSize: number;
}

const FIRST_MSG_ID = 1;

/** Reads whole windows of history, with as many pages as needed to be sure that none is missing; see `LongestPage`. */
export class WindowReader {
  readonly #pages: NativePages;
  readonly #client: WeChatClient;
  readonly #pageSize: number;
  readonly #longestPage: LongestPage;
  readonly #cursorEdge = new CursorEdge();
  readonly #recordOrder = new RecordOrder();

  constructor({ pages, client, longestPage, pageSize }: WindowReaderOptions) {
    this.#pages = pages;
    this.#client = client;
    this.#longestPage = longestPage;
    // If the cursor turned out to be inclusive, pages of a single record would make no progress.
    this.#pageSize = Math.max(2, pageSize);
  }

  /** The first page of a window, from which `read` continues. Several windows may be requested in parallel. */
  begin(request: WindowRequest, budget: CallBudget): Promise<NativePage> {
    return this.#fetch(request, FIRST_MSG_ID, budget);
  }

  /**
   * Reads a window to its end.
   *
   * @throws UpstreamError also when the provider's cursor leads nowhere
   */
  async read(
    request: WindowRequest,
    first: NativePage,
    budget: CallBudget,
    { wasShuffled = false, isEnough }: ReadOptions = {},
  ): Promise<WindowRead> {
    const { window, isClosed } = request;
    const parts = [first.records];
    let { askedAt } = first;
    let page = first;
    while (
      lengthOf(page) > 0 &&
      !isEnough?.(page.records) &&
      this.#longestPage.mayBeCut(page, this.#pageSize)
    ) {
      const { msgId } = page;
      const next = await this.#fetch(request, msgId, budget);
      askedAt = Math.min(askedAt, next.askedAt);
      // Nothing but the record that we come from, where the cursor is inclusive.
      if (lengthOf(next) === 1 && next.msgId === msgId) break;
      const repeated = await this.#cursorEdge.findRepeated(page, next, () =>
        this.#pages.fetch(request, msgId, 1, budget),
      );
      const records = withoutRepeated(next, repeated);
      if (records.length + next.unplaceable === 0) break;
      if (next.msgId <= msgId)
        throw this.#client.badResponse('The provider repeats a page of history without end');
      // Into a window that is open, more may just have come.
      if (isClosed) this.#longestPage.sawMore(page, this.#pageSize);
      parts.push(records);
      page = next;
    }
    const { records, isShuffled } = this.#recordOrder.arrange(parts, { isClosed, wasShuffled });
    const own = records.filter(({ time }) => time >= window.from && time < window.end);
    return { records: own, isShuffled, askedAt };
  }

  #fetch(request: WindowRequest, msgId: number, budget: CallBudget): Promise<NativePage> {
    return this.#pages.fetch(request, msgId, this.#pageSize, budget);
  }
}
