import type { ChannelDependencies } from '../dependencies.ts';
import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { PageKey } from '../kit/held-page.ts';
import type { PageStore } from '../kit/page-store.ts';
import type { CallBudget, EndReason } from '../message-source.ts';
import type { ListedPage, TencentChatClient } from './client.ts';
import type { TencentChatConfig } from './config.ts';
import { isPassedAgain, toAnchor, toOnward, toOrdered, type Anchor, type PlacedMessage } from './paging.ts';
import { MAX_FALL_MS } from './batch.ts';
import { Recalls } from './recalls.ts';
import { toMessage, type TencentChatMessageRecord } from './to-message.ts';
import type { WirePage } from './wire.ts';

/** A cached native page: what was listed before an anchor, and where to continue. */
export interface HistoryPage {
  /** By `MsgSeq`. */
  messages: readonly TencentChatMessageRecord[];
  /** Where the next older page begins; null: nothing is older. */
  next: Anchor | null;
  /** Why nothing is older; null when something is. */
  end: EndReason | null;
}

export interface Reading {
  /** Unix ms: a page fetched since then is fresh enough. */
  notBefore: number;
  budget: CallBudget;
}

/** Part of the key: pages that an older version cached are not read. */
const FORMAT = 2;
/** So many neighbouring sequences share one signpost: as many as a full page has. */
const SEQUENCES_PER_SIGNPOST = 20;

/** One official account's native pages, from the page store or from the provider. */
export class HistoryPages {
  readonly #client: TencentChatClient;
  readonly #store: PageStore;
  readonly #log: ChannelDependencies['log'];
  readonly #listing: { channel: string; officialAccount: string };
  readonly #pageSize: number;
  /** Unix ms, inclusive. */
  readonly #historyStart: number;
  readonly #keyPrefix: string;
  readonly #recalls: Recalls;

  constructor(
    config: TencentChatConfig,
    officialAccount: string,
    client: TencentChatClient,
    deps: ChannelDependencies,
  ) {
    this.#client = client;
    this.#store = deps.pages;
    this.#log = deps.log;
    this.#listing = { channel: config.name, officialAccount };
    this.#pageSize = config.quota.pageSize;
    this.#historyStart = config.historyStart ?? -Infinity;
    this.#keyPrefix = `${config.provider}/${config.name}/${config.sdkAppId}/${encodeURIComponent(officialAccount)}`;
    this.#recalls = new Recalls(deps.store.recalls(config.sdkAppId, officialAccount), deps.clock);
  }

  /** The newest page older than `before`, or the newest of all. */
  async read(before: Anchor | null, { notBefore, budget }: Reading): Promise<HistoryPage> {
    const page = await this.#store.read<HistoryPage>({
      ...this.#pageKey(before, notBefore),
      budget,
      fetch: () => this.#fetch(before, { notBefore, budget }),
      weigh: ({ messages }) => messages.length,
    });
    // Not before the page is cached, so that another start of the history and a recall take effect at once.
    const recalled = await this.#recalls.apply(page.messages, budget);
    if (this.#historyStart === -Infinity) return { ...page, messages: recalled };
    const messages = recalled.filter(({ sentAt }) => sentAt >= this.#historyStart);
    const isBound = recalled.some(({ sentAt }) => sentAt < this.#historyStart - MAX_FALL_MS);
    return isBound ? { messages, next: null, end: 'BOUND' } : { ...page, messages };
  }

  /** From now on every cached page shows the message as recalled. */
  noteRecall(message: TencentChatMessageRecord): Promise<void> {
    return this.#recalls.note(message);
  }

  /** Requests the page from the provider, past the cached one, and records which messages it shows as recalled. @returns those */
  async refreshRecalls(before: Anchor | null, budget: CallBudget): Promise<TencentChatMessageRecord[]> {
    const { page: wire } = await this.#ask(before, budget);
    const recalled = toOrdered(wire, before)
      .map((listed) => toMessage(listed, this.#listing))
      .filter(({ availability }) => availability === 'RECALLED');
    for (const message of recalled) await this.noteRecall(message);
    return recalled;
  }

  /**
   * An anchor not far above a sequence, for going back from there instead of from the newest page.
   *
   * @returns null when none is known
   */
  async findAnchorAbove(messageSequence: number, budget: CallBudget): Promise<Anchor | null> {
    try {
      return await this.#store.read<Anchor>({
        ...this.#signpostKey(toSignpost(messageSequence)),
        budget,
        // Only cached entries count, so this lookup may spend no calls.
        fetch: () => Promise.reject(new BudgetSpentError()),
        weigh: () => 0,
      });
    } catch (error) {
      if (error instanceof BudgetSpentError) return null;
      throw error;
    }
  }

  async #fetch(before: Anchor | null, reading: Reading): Promise<HistoryPage> {
    const { page: wire, asked } = await this.#ask(before, reading.budget);
    const ordered = toOrdered(wire, before);
    if (isPassedAgain(wire, ordered, before))
      throw this.#client.badResponse('The provider lists the same messages over and over');
    const { next, end } = toOnward(wire, ordered, before, asked);
    this.#checkPlaced(wire, ordered, next);
    if (before) await this.#putSignposts(before, ordered, reading.budget);
    // Holes that cannot be named are left to the page that knows their older neighbours, and so their time, better.
    const shown = ordered.filter(({ messageSequence }) => !next || messageSequence >= next.messageSequence);
    return {
      messages: shown.map((message) => toMessage(message, this.#listing)),
      next: (next && (await this.#findKeptAnchor(ordered, reading.notBefore))) ?? next,
      end,
    };
  }

  #ask(before: Anchor | null, budget: CallBudget): Promise<ListedPage> {
    const { officialAccount } = this.#listing;
    const request = { officialAccount, before: before?.messageKey ?? null, count: this.#pageSize };
    return this.#client.fetchMessages(request, budget);
  }

  #checkPlaced(wire: WirePage, ordered: readonly PlacedMessage[], next: Anchor | null): void {
    const timelessCount =
      ordered.length === 0 ? wire.messages.filter(({ sentAt }) => sentAt === null).length : 0;
    const unplacedCount = wire.unplacedCount + timelessCount;
    if (unplacedCount === 0) return;
    if (ordered.length === 0 && next === null) {
      throw this.#client.badResponse('No message of the answer has a sequence and a time');
    }
    this.#log.warn({ ...this.#listing, unplacedCount }, 'Skipped messages without a sequence or a time');
  }

  /**
   * New messages shift the boundaries of all pages below them. So a walk continues from a message at which some
   * cached page begins, if there is one: from there on, everything that was read before costs nothing.
   */
  async #findKeptAnchor(ordered: readonly PlacedMessage[], notBefore: number): Promise<Anchor | null> {
    const anchors = ordered.flatMap((message) => toAnchor(message) ?? []);
    const kept = await this.#store.findKept(anchors.map((anchor) => this.#pageKey(anchor, notBefore)));
    return kept === null ? null : (anchors[kept] ?? null);
  }

  /**
   * Records where a range of sequences was found, because the provider can go neither forward nor to a sequence. A
   * signpost stays valid: whatever the history looks like later, its anchor stays above the range.
   */
  async #putSignposts(anchor: Anchor, ordered: readonly PlacedMessage[], budget: CallBudget): Promise<void> {
    const signposts = new Set(ordered.map(({ messageSequence }) => toSignpost(messageSequence)));
    // The stretch in which the anchor itself lies has messages above it.
    signposts.delete(toSignpost(anchor.messageSequence));
    for (const signpost of signposts) {
      await this.#store.read<Anchor>({
        ...this.#signpostKey(signpost),
        budget,
        fetch: () => Promise.resolve(anchor),
        weigh: () => 0,
      });
    }
  }

  #pageKey(before: Anchor | null, notBefore: number): PageKey {
    return {
      key: `${this.#keyPrefix}/${FORMAT}/${before ? `before/${before.messageKey}` : 'newest'}`,
      notBefore,
      // The newest page reaches the present, so it is never fresh for longer than the walk that fetched it.
      coversUntil: before?.sentAt ?? Infinity,
    };
  }

  #signpostKey(signpost: number): PageKey {
    return { key: `${this.#keyPrefix}/above/${signpost}`, notBefore: 0, coversUntil: 0 };
  }
}

function toSignpost(messageSequence: number): number {
  return Math.floor(messageSequence / SEQUENCES_PER_SIGNPOST);
}
