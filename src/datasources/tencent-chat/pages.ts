import type { ChannelDependencies } from '../dependencies.ts';
import { BudgetSpentError } from '../errors.ts';
import type { PageKey, PageStore } from '../kit/page-store.ts';
import type { Access } from '../message-source.ts';
import type { TencentChatClient } from './client.ts';
import type { TencentChatConfig } from './config.ts';
import { toAnchor, toNextAnchor, toOrdered, type Anchor } from './paging.ts';
import { toMessage, type TencentChatMessageRecord } from './to-message.ts';
import type { WirePage } from './wire.ts';

/** A native page as kept: what was listed before an anchor, and where to go on. */
export interface HistoryPage {
  /** Oldest first. */
  messages: TencentChatMessageRecord[];
  /** Where the next older page begins; null: nothing is older. */
  next: Anchor | null;
}

export interface Reading {
  /** Unix ms: a page fetched since then is good enough. */
  notBefore: number;
  access: Access;
}

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
  }

  /** The newest page older than `before`, or the newest of all. */
  async read(before: Anchor | null, { notBefore, access }: Reading): Promise<HistoryPage> {
    const page = await this.#store.read<HistoryPage>({
      ...this.#pageKey(before, notBefore),
      fetch: () => this.#fetch(before, { notBefore, access }),
      weigh: ({ messages }) => messages.length,
    });
    // Not before the page is kept, so that another start of the history takes effect at once.
    const wanted = page.messages.filter(({ sentAt }) => sentAt >= this.#historyStart);
    return wanted.length === page.messages.length ? page : { messages: wanted, next: null };
  }

  /**
   * An anchor not far above a sequence, for going back from there instead of from the newest page.
   *
   * @returns null when none is known
   */
  async findAnchorAbove(messageSequence: number): Promise<Anchor | null> {
    try {
      return await this.#store.read<Anchor>({
        ...this.#signpostKey(toSignpost(messageSequence)),
        // Only what is known already counts, so this look has no calls to spend.
        fetch: () => Promise.reject(new BudgetSpentError()),
        weigh: () => 0,
      });
    } catch (error) {
      if (error instanceof BudgetSpentError) return null;
      throw error;
    }
  }

  async #fetch(before: Anchor | null, reading: Reading): Promise<HistoryPage> {
    const { officialAccount } = this.#listing;
    const request = { officialAccount, before: before?.messageKey ?? null, count: this.#pageSize };
    const wire = await this.#client.fetchMessages(request, reading.access);
    const ordered = toOrdered(wire, before);
    const next = toNextAnchor(wire, ordered, before);
    this.#checkPlaced(wire, next);
    if (before) await this.#putSignposts(before, ordered);
    return {
      messages: ordered.map((message) => toMessage(message, this.#listing)),
      next: (next && (await this.#findKeptAnchor(ordered, reading.notBefore))) ?? next,
    };
  }

  #checkPlaced({ messages, unplacedCount }: WirePage, next: Anchor | null): void {
    if (unplacedCount === 0) return;
    if (messages.length === 0 && next === null) {
      throw this.#client.badResponse('No message of the answer has a sequence and a time');
    }
    this.#log.warn({ ...this.#listing, unplacedCount }, 'left out messages that have no sequence or no time');
  }

  /**
   * New messages shift the boundaries of all pages below them. So a walk does not go on from its page's oldest message
   * but from a message of the page that some kept page begins before, where there is one: from there on, everything
   * that was read before costs nothing.
   */
  async #findKeptAnchor(ordered: readonly Anchor[], notBefore: number): Promise<Anchor | null> {
    for (const message of ordered) {
      if (await this.#store.has(this.#pageKey(message, notBefore))) return toAnchor(message);
    }
    return null;
  }

  /**
   * Tells later readers where a stretch of sequences was found, because the provider has no way to go forward and no
   * way to ask for a sequence. A signpost never goes wrong: whatever the history looks like later, its anchor stays
   * above the stretch.
   */
  async #putSignposts(anchor: Anchor, ordered: readonly Anchor[]): Promise<void> {
    const signposts = new Set(ordered.map(({ messageSequence }) => toSignpost(messageSequence)));
    // The stretch in which the anchor itself lies has messages above it.
    signposts.delete(toSignpost(anchor.messageSequence));
    for (const signpost of signposts) {
      await this.#store.read<Anchor>({
        ...this.#signpostKey(signpost),
        fetch: () => Promise.resolve(toAnchor(anchor)),
        weigh: () => 0,
      });
    }
  }

  #pageKey(before: Anchor | null, notBefore: number): PageKey {
    return {
      key: `${this.#keyPrefix}/${before ? `before/${before.messageKey}` : 'newest'}`,
      notBefore,
      // The newest page speaks of the present, so it is never believed for longer than the walk that fetched it.
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
