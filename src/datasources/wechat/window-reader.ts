import type { CallBudget } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import { CursorEdge, withoutRepeated } from './cursor-edge.ts';
import type { LongestPage } from './longest-page.ts';
import { lengthOf, type NativePage, type NativePages, type WindowRequest } from './native-page.ts';
import type { Window } from './paging.ts';
import { RecordOrder, type DigestedRecord, type WindowState } from './record-order.ts';
import type { Account } from './to-message.ts';
import { WindowMessages } from './window-messages.ts';

/** The window's own messages. */
export interface WindowRead {
  messages: WindowMessages;
  /** Unix ms: all that the provider listed until then is among the messages. */
  askedAt: number;
}

export interface WindowReaderOptions {
  account: Account;
  pages: NativePages;
  client: WeChatClient;
  longestPage: LongestPage;
  /** The page size of calls. */
  pageSize: number;
}

/** A page of a window, and what it adds to the pages before it. */
interface WindowPart {
  page: NativePage;
  records: DigestedRecord[];
}

interface KeptRead {
  parts: readonly WindowPart[];
  holdsShuffled: boolean;
  read: WindowRead;
}

const FIRST_MSG_ID = 1;
/** Of a page that only shows whether the cursor is inclusive. */
const EDGE_SIZE = 1;

/** Reads whole windows of history, with as many pages as needed to be sure that none is missing; see `LongestPage`. */
export class WindowReader {
  readonly #account: Account;
  readonly #pages: NativePages;
  readonly #client: WeChatClient;
  readonly #pageSize: number;
  readonly #longestPage: LongestPage;
  readonly #cursorEdge = new CursorEdge();
  readonly #recordOrder = new RecordOrder();
  // Kept for as long as the page store holds the pages: a window is compared, ordered and mapped once.
  readonly #added = new WeakMap<NativePage, { to: NativePage; records: DigestedRecord[] }>();
  readonly #read = new WeakMap<NativePage, KeptRead>();

  constructor({ account, pages, client, longestPage, pageSize }: WindowReaderOptions) {
    this.#account = account;
    this.#pages = pages;
    this.#client = client;
    this.#longestPage = longestPage;
    // If the cursor turned out to be inclusive, pages of a single record would make no progress.
    this.#pageSize = Math.max(2, pageSize);
  }

  /** Whether nothing of the account has been read yet. */
  isNew(): Promise<boolean> {
    return this.#longestPage.isUnknown();
  }

  /**
   * The first page of a window, from which `read` continues. Several windows may be requested in parallel: once all have begun, the
   * longest page tells that shorter ones are whole.
   */
  async begin(request: WindowRequest, budget: CallBudget): Promise<NativePage> {
    const page = await this.#fetch(request, FIRST_MSG_ID, budget);
    if (lengthOf(page) > 0) await this.#longestPage.saw(page);
    return page;
  }

  /**
   * Reads a window to its end: what a part of it shows of the provider's order need not hold for all of it.
   *
   * @param wasShuffled see `WindowState`
   * @throws UpstreamError also when the provider's cursor leads nowhere
   */
  async read(
    request: WindowRequest,
    first: NativePage,
    budget: CallBudget,
    wasShuffled = false,
  ): Promise<WindowRead> {
    const { window, isClosed } = request;
    const parts: WindowPart[] = [{ page: first, records: first.records }];
    let page = first;
    while (lengthOf(page) > 0 && (await this.#longestPage.mayBeCut(page, this.#pageSize))) {
      const { msgId } = page;
      const next = await this.#fetch(request, msgId, budget);
      // Nothing but the record that we come from, where the cursor is inclusive.
      if (lengthOf(next) === 1 && next.msgId === msgId) break;
      const records = await this.#addedBy(next, page, request, budget);
      if (records.length + next.unplaceable === 0) break;
      if (next.msgId <= msgId) {
        await this.#forget(request, parts);
        throw this.#client.badResponse('The provider repeats a page of history without end');
      }
      // Into a window that is open, more may just have come.
      if (isClosed) await this.#longestPage.sawMore(page, this.#pageSize);
      parts.push({ page: next, records });
      page = next;
    }
    return this.#arrange(parts, window, { isClosed, wasShuffled });
  }

  async #addedBy(
    next: NativePage,
    page: NativePage,
    request: WindowRequest,
    budget: CallBudget,
  ): Promise<DigestedRecord[]> {
    const known = this.#added.get(next);
    if (known?.to === page) return known.records;
    const repeated = await this.#cursorEdge.findRepeated(page, next, () =>
      this.#pages.fetch(request, page.msgId, EDGE_SIZE, budget),
    );
    const records = withoutRepeated(next, repeated);
    this.#added.set(next, { to: page, records });
    return records;
  }

  #arrange(parts: readonly WindowPart[], window: Window, state: WindowState): WindowRead {
    const last = parts.at(-1)?.page;
    const kept = last && this.#read.get(last);
    const holdsShuffled = this.#recordOrder.holdsShuffled(state);
    if (kept?.holdsShuffled === holdsShuffled && isSame(kept.parts, parts)) return kept.read;
    const { records, isShuffled } = this.#recordOrder.arrange(
      parts.map((part) => part.records),
      state,
    );
    const own = records.filter(({ time }) => time >= window.from && time < window.end);
    const read = {
      messages: new WindowMessages({ records: own, isShuffled }, this.#account),
      askedAt: Math.min(...parts.map(({ page }) => page.askedAt)),
    };
    if (last) this.#read.set(last, { parts, holdsShuffled, read });
    return read;
  }

  /** Kept, the pages would fail the window long after the provider has recovered. */
  async #forget(request: WindowRequest, parts: readonly WindowPart[]): Promise<void> {
    const msgIds = [FIRST_MSG_ID, ...parts.map(({ page }) => page.msgId)];
    const forget = (number: number): Promise<void>[] =>
      msgIds.map((msgId) => this.#pages.forget(request, msgId, number));
    await Promise.all([this.#pageSize, EDGE_SIZE].flatMap(forget));
  }

  #fetch(request: WindowRequest, msgId: number, budget: CallBudget): Promise<NativePage> {
    return this.#pages.fetch(request, msgId, this.#pageSize, budget);
  }
}

function isSame(parts: readonly WindowPart[], others: readonly WindowPart[]): boolean {
  return parts.length === others.length && parts.every(({ page }, index) => page === others[index]?.page);
}
