import { batch, computed, signal } from '@preact/signals';
import type {
  ConversationWithMessages,
  DeliveryStatusChange,
  GatewayClient,
  Message,
  MessagePage,
  SourceStatus,
} from '../../src/client/index.ts';
import { shows } from '../model/filters.ts';
import { addMessages, findQuoted, hasFailed, withDeliveryStatus } from '../model/messages.ts';
import { toNewerQuery, toOlderQuery } from '../model/queries.ts';
import type { View } from '../model/view.ts';
import { describeFailure, Pager } from './pager.ts';
import { repeat, toPauseMs } from './repeat.ts';

/** How often the newest page is read again: it says whether the provider answers, and what was recalled. It can cost calls. */
const REFRESH_MS = 30_000;
/** How many pages are read for a quoted message. */
const MAX_PAGES_FOR_QUOTE = 40;

/**
 * The open conversation: read backward from the message at which it is open, or from the newest, and forward from there; with
 * what comes meanwhile.
 */
export class Thread {
  readonly view: View;
  /** Null until it is read. */
  readonly conversation = signal<ConversationWithMessages | null>(null);
  readonly isMissing = signal(false);
  /** Oldest first, each once, none left out in between. */
  readonly messages = signal<readonly Message[]>([]);
  readonly sources = signal<readonly SourceStatus[]>([]);
  readonly older: Pager<MessagePage>;
  /** Has nothing more once the present is reached. */
  readonly newer: Pager<MessagePage>;
  readonly isAtPresent = computed(() => !this.newer.hasMore.value);
  readonly failure = computed(
    () => this.older.failure.value || this.newer.failure.value || this.#failure.value,
  );
  readonly #failure = signal('');
  readonly #client: GatewayClient;
  readonly #closing = new AbortController();
  /** What came before the present was reached. */
  #waiting: Message[] = [];

  constructor(client: GatewayClient, view: View) {
    this.#client = client;
    this.view = view;
    const { signal } = this.#closing;
    this.older = new Pager(
      (after) => this.#fetch({ ...toOlderQuery(view), after }),
      ({ nodes }) => this.#add(nodes.toReversed(), 'before'),
      signal,
    );
    this.newer = new Pager(
      (after) => this.#fetch({ ...toNewerQuery(view), after }),
      ({ nodes, pageInfo }) => {
        const waiting = pageInfo.hasNextPage ? [] : this.#waiting.splice(0);
        return this.#add(nodes, 'after') + this.#add(waiting, 'after');
      },
      signal,
    );
    if (view.at === '') this.newer.hasMore.value = false;
    void repeat(() => this.#keepUp(), signal);
  }

  /** A message came, of any conversation. */
  note(message: Message): void {
    const isShown = message.conversation.id === this.view.conversation && shows(this.view, message);
    if (!isShown) return;
    if (this.isAtPresent.peek()) this.#add([message], 'after');
    else this.#waiting.push(message);
  }

  noteStatus({ message, whatsAppMessageId, status }: DeliveryStatusChange): void {
    const ids = message ? [message.id, whatsAppMessageId] : [whatsAppMessageId];
    this.messages.value = withDeliveryStatus(this.messages.peek(), ids, status);
  }

  /** Reads back to the message that a quote names. @returns its id; null when it is not there */
  async find(nativeId: string): Promise<string | null> {
    for (let page = 0; ; page++) {
      const found = findQuoted(this.messages.peek(), nativeId);
      if (found) return found.id;
      if (!this.older.hasMore.peek() || page === MAX_PAGES_FOR_QUOTE) return null;
      await this.older.more();
      if (this.older.isStuck || this.older.failure.peek() !== '') return null;
    }
  }

  /** Reads the newest page again. */
  async refresh(): Promise<void> {
    try {
      const { nodes, sources } = await this.#fetch(toOlderQuery({ ...this.view, message: '', at: '' }));
      batch(() => {
        this.#failure.value = '';
        this.sources.value = sources;
        if (this.isAtPresent.peek() && !sources.some(hasFailed)) this.#add(nodes.toReversed(), 'after');
      });
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#failure.value = describeFailure(error);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #keepUp(): Promise<number> {
    const pagers = [this.older, this.newer];
    const isFirst = this.conversation.peek() === null;
    const stuck = pagers.filter(({ isStuck, hasMore }) => hasMore.peek() && (isFirst || isStuck));
    for (const pager of stuck) await pager.more();
    if (stuck.length === 0) await this.refresh();
    return toPauseMs(this.sources.peek(), REFRESH_MS);
  }

  async #fetch(variables: Parameters<GatewayClient['conversation']>[0]): Promise<MessagePage> {
    const { signal } = this.#closing;
    const conversation = await this.#client.conversation(variables, { signal });
    signal.throwIfAborted();
    this.isMissing.value = conversation === null;
    if (conversation === null)
      throw new Error('There is no such conversation, or this key does not open its channel');
    this.conversation.value = conversation;
    this.sources.value = conversation.messages.sources;
    return conversation.messages;
  }

  #add(messages: readonly Message[], side: 'before' | 'after'): number {
    const known = this.messages.peek();
    this.messages.value = addMessages(known, messages, side);
    return this.messages.peek().length - known.length;
  }
}
