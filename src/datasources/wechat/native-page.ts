import { UpstreamError } from '../../errors/upstream-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { PageStore } from '../kit/page-store.ts';
import { earliestNow, latestNow } from '../../util/present.ts';
import type { CallBudget } from '../message-source.ts';
import type { WeChatClient } from './client.ts';
import { toRequest, type Window } from './paging.ts';
import { withDigest, type DigestedRecord } from './record-order.ts';
import { toUnixSeconds } from './sequence.ts';
import type { MessageListPage } from './wire.ts';

/** A cached native page: plain JSON. */
export interface NativePage {
  /** In the provider's order. */
  records: DigestedRecord[];
  /** Records that had no time, and so no place among the others. */
  unplaceable: number;
  /** Of the answer. */
  bytes: number;
  /** How many records the provider says that it gave; null when it does not say. */
  claimed: number | null;
  /** Id of the last record, and where the next page begins. 0 when there are no records: never request with that. */
  msgId: number;
  /** Unix ms: the page shows what the provider listed then, or a little later. */
  askedAt: number;
}

/** One reading of one window: how fresh its pages must be, and how they are requested. */
export interface WindowRequest {
  window: Window;
  /** Unix ms: pages fetched since are fresh enough. */
  notBefore: number;
  /** The window had passed when the reading began. Fixed then, so that all its pages agree. */
  isClosed: boolean;
}

export interface NativePagesOptions {
  client: WeChatClient;
  pages: PageStore;
  clock: Clock;
  /** Names the account in the page store. */
  account: string;
  /** Called with the number of records without a time in a page just fetched. */
  onUnplaceable: (count: number) => void;
}

/** A page of a machine whose clock is further behind lacks too much of the present. */
const MAX_BEHIND_MS = 1_000;

/** The answer for a window in the provider's future, such as when this machine's clock is too far ahead. */
const NOTHING_YET: MessageListPage = {
  records: [],
  unplaceable: 0,
  bytes: 0,
  claimed: null,
  msgId: 0,
};

function isRefusal(error: unknown): boolean {
  return (
    error instanceof UpstreamError && error.code === 'UPSTREAM_BAD_RESPONSE' && error.providerCode !== null
  );
}

/** As many records as the provider sent, whatever came of them. */
export function lengthOf({ records, unplaceable }: Pick<NativePage, 'records' | 'unplaceable'>): number {
  return records.length + unplaceable;
}

/** The account's native pages, out of the page store or the provider. */
export class NativePages {
  readonly #options: NativePagesOptions;

  constructor(options: NativePagesOptions) {
    this.#options = options;
  }

  toRequest(window: Window, notBefore: number): WindowRequest {
    return { window, notBefore, isClosed: this.#now() >= window.end };
  }

  /** @param number the maximum of records */
  async fetch(
    request: WindowRequest,
    msgId: number,
    number: number,
    budget: CallBudget,
  ): Promise<NativePage> {
    const { pages, clock } = this.#options;
    const { window, notBefore, isClosed } = request;
    if (window.from > this.#now()) return { ...NOTHING_YET, records: [], askedAt: latestNow(clock) };
    return pages.read<NativePage>({
      key: this.#toKey(request, msgId, number),
      notBefore,
      coversUntil: isClosed ? window.end * 1000 : latestNow(clock),
      budget,
      fetch: () => this.#fetchPage(window, msgId, number, budget),
      weigh: lengthOf,
      adopt: (page, behindMs) => {
        const askedAt = page.askedAt + Math.min(0, behindMs);
        // A window is closed by the clock of each machine; an open one is asked for as far as that has come.
        const isWhole = isClosed ? askedAt >= window.end * 1000 : behindMs <= MAX_BEHIND_MS;
        return isWhole ? { ...page, askedAt } : null;
      },
    });
  }

  /** A page that turned out wrong must be fetched again. */
  forget(request: WindowRequest, msgId: number, number: number): Promise<void> {
    return this.#options.pages.forget(this.#toKey(request, msgId, number));
  }

  #toKey({ window, isClosed }: WindowRequest, msgId: number, number: number): string {
    // A page that was requested while the window was still open lacks what came in until it closed.
    const state = isClosed ? 'closed' : 'open';
    return `${this.#options.account} messages ${window.from} ${state} ${msgId} ${number}`;
  }

  async #fetchPage(window: Window, msgId: number, number: number, budget: CallBudget): Promise<NativePage> {
    const { client, clock, onUnplaceable } = this.#options;
    const askedAt = latestNow(clock);
    const request = toRequest(window, this.#now(), msgId, number);
    const page = await client.fetchMessageList(request, budget).catch((error: unknown) => {
      if (window.from > toUnixSeconds(earliestNow(clock)) && isRefusal(error)) return NOTHING_YET;
      throw error;
    });
    if (page.unplaceable > 0) onUnplaceable(page.unplaceable);
    return { ...page, records: page.records.map(withDigest), askedAt };
  }

  #now(): number {
    return toUnixSeconds(latestNow(this.#options.clock));
  }
}
