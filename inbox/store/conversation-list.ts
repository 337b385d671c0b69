import { computed, signal } from '@preact/signals';
import type { ConversationPage, GatewayClient, Message, MessagePage } from '../../src/client/index.ts';
import { arrange, fromSummary, fromTimeline, furtherOf, withMessage, type Listed } from '../model/listed.ts';
import { toListQuery, toTimelineQuery } from '../model/queries.ts';
import type { Filters } from '../model/view.ts';
import { describeFailure, Pager } from './pager.ts';
import { repeat, toPauseMs } from './repeat.ts';

/** How often the first page is read again: archives learn of older conversations too. */
const REFRESH_MS = 15_000;
/** How many pages are read until the list is longer. */
const MAX_PAGES = 10;

/**
 * The conversations, the one with the newest message first: those that archives keep, and those that are found in the timeline
 * of channels without an archive.
 */
export class ConversationList {
  readonly shown = computed<Listed[]>(() => {
    const marks = [this.#keptMark, this.#readMark].map((mark) => mark.value);
    return arrange(this.#entries.value.values(), marks, this.#filters);
  });
  /** The names of the channels of which nothing is kept. */
  readonly unarchived = computed(() =>
    this.#kept.sources.value
      .filter(({ reason }) => reason === 'NOT_ARCHIVED')
      .map(({ channel }) => channel.name),
  );
  readonly hasMore = computed(() => this.#kept.hasMore.value || this.#hasTimeline.value);
  readonly isLoading = computed(() => this.#kept.isLoading.value || this.#read.isLoading.value);
  readonly failure = computed(
    () => this.#failure.value || this.#kept.failure.value || this.#read.failure.value,
  );
  readonly sources = computed(() => {
    const read = this.#read.sources.value;
    const names = new Set(read.map(({ channel }) => channel.name));
    return [...this.#kept.sources.value.filter(({ channel }) => !names.has(channel.name)), ...read];
  });
  readonly #failure = signal('');
  readonly #hasTimeline = computed(() => this.unarchived.value.length > 0 && this.#read.hasMore.value);
  readonly #entries = signal<ReadonlyMap<string, Listed>>(new Map());
  /** RFC 3339: how far each of them was read. */
  readonly #keptMark = signal('');
  readonly #readMark = signal('');
  readonly #kept: Pager<ConversationPage>;
  readonly #read: Pager<MessagePage>;
  readonly #client: GatewayClient;
  readonly #filters: Filters;
  readonly #closing = new AbortController();
  /** Of channels without an archive, newest first. */
  #timeline: Message[] = [];

  constructor(client: GatewayClient, filters: Filters) {
    this.#client = client;
    this.#filters = filters;
    const { signal } = this.#closing;
    this.#kept = new Pager(
      (after) => client.conversations({ ...toListQuery(filters), after }, { signal }),
      ({ nodes, pageInfo }) => {
        const listed = nodes.map(fromSummary);
        this.#keptMark.value = pageInfo.hasNextPage ? (listed.at(-1)?.lastMessageAt ?? '') : '';
        return this.#add(listed);
      },
      signal,
    );
    this.#read = new Pager(
      (after) => client.messages({ ...toTimelineQuery(filters, this.unarchived.peek()), after }, { signal }),
      ({ nodes, pageInfo }) => {
        this.#timeline = [...this.#timeline, ...nodes];
        this.#readMark.value = pageInfo.hasNextPage ? (nodes.at(-1)?.sentAt ?? this.#readMark.peek()) : '';
        return this.#add(fromTimeline(this.#timeline));
      },
      signal,
    );
    void repeat(() => this.#keepUp(), signal);
  }

  /** Reads on until the list is longer. */
  async more(): Promise<void> {
    const { length } = this.shown.peek();
    for (let page = 0; page < MAX_PAGES && this.hasMore.peek(); page++) {
      // The list is certain down to where both have come, so the one that has come less far is read.
      const isTimeline = !this.#kept.hasMore.peek() || this.#readMark.peek() > this.#keptMark.peek();
      const pager = isTimeline && this.#hasTimeline.peek() ? this.#read : this.#kept;
      await pager.more();
      if (this.shown.peek().length > length || pager.isStuck || pager.failure.peek() !== '') return;
    }
  }

  note(message: Message): void {
    this.#add([withMessage(this.#entries.peek().get(message.conversation.id), message)]);
  }

  /**
   * Reads the first page again, and those after it as long as they have conversations that are not here yet: all of them, once the list
   * was read to its end, where an archive that is being filled adds more.
   */
  async refresh(): Promise<void> {
    const { signal } = this.#closing;
    let after: string | null = null;
    try {
      for (let page = 0; page < MAX_PAGES; page++) {
        const { nodes, sources, pageInfo }: ConversationPage = await this.#client.conversations(
          { ...toListQuery(this.#filters), after },
          { signal },
        );
        this.#failure.value = '';
        this.#kept.sources.value = sources;
        const isNew = this.#add(nodes.map(fromSummary)) > 0;
        if (!pageInfo.hasNextPage || (!isNew && this.#kept.hasMore.peek())) return;
        after = pageInfo.endCursor;
      }
    } catch (error) {
      if (!signal.aborted) this.#failure.value = describeFailure(error);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #keepUp(): Promise<number> {
    const isFirst = this.#kept.sources.peek().length === 0;
    if (isFirst || this.#kept.isStuck) await this.#kept.more();
    else await this.refresh();
    const isFirstOfTimeline = this.#hasTimeline.peek() && this.#read.sources.peek().length === 0;
    if (isFirstOfTimeline || this.#read.isStuck) await this.#read.more();
    const sources = this.#read.isStuck ? this.#read.sources.peek() : [];
    return toPauseMs(sources, this.#kept.isStuck ? REFRESH_MS / 5 : REFRESH_MS);
  }

  #add(listed: readonly Listed[]): number {
    const known = this.#entries.peek();
    this.#entries.value = new Map([
      ...known,
      ...listed.map((one): [string, Listed] => [one.id, furtherOf(known.get(one.id), one)]),
    ]);
    return this.#entries.peek().size - known.size;
  }
}
