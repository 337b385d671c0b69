import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import type {
  CallBudget,
  MessageSource,
  Slice,
  SourcePosition,
  Walk,
} from '../../src/datasources/message-source.ts';
import { beforePage, messagesAhead, PositionError } from '../../src/datasources/kit/position.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { MemoryChannel } from './memory-channel.ts';

export interface MemorySourceOptions {
  channel: string;
  /** Oldest first; new ones may be appended. */
  messages: readonly MessageRecord[];
  /** Messages that one call brings. */
  pageSize: number;
  /** The pages that were fetched, which cost no call again. */
  fetched?: Set<string>;
}

/** A source whose native pages are runs of a list in memory: a page is the index of its first message. */
export class MemorySource implements MessageSource {
  readonly id: string;
  readonly channel: string;
  readonly #options: Required<MemorySourceOptions>;
  /** Called before each read; may throw as a provider that fails. */
  onRead: () => void = () => undefined;

  constructor(options: MemorySourceOptions) {
    this.id = this.channel = options.channel;
    this.#options = { fetched: new Set(), ...options };
  }

  start({ order, oldest, newest }: Walk): SourcePosition {
    const { messages, pageSize } = this.#options;
    const end = messages.findLastIndex(({ sentAt }) => sentAt <= newest) + 1;
    const first = messages.findIndex(({ sentAt }) => sentAt >= oldest);
    return order === 'ASC'
      ? beforePage(first === -1 ? messages.length : first, order, oldest)
      : beforePage(end - pageSize, order, newest);
  }

  // Asynchronous as a source over HTTP is, whether or not it has to wait.
  async read(position: SourcePosition, { order }: Walk, budget: CallBudget): Promise<Slice> {
    await Promise.resolve();
    this.onRead();
    const { messages, pageSize } = this.#options;
    const { page } = position;
    if (typeof page !== 'number') throw new PositionError('Not a page of the memory source');
    const listed = messages.slice(Math.max(0, page), Math.max(0, page + pageSize));
    this.#pay(`${page} ${listed.length}`, budget);
    const step = order === 'ASC' ? pageSize : -pageSize;
    // Oldest first, a page that is not full may have more later.
    const isEnd = order === 'ASC' ? page + pageSize >= messages.length : page <= 0;
    const last = order === 'ASC' ? listed.at(-1) : listed[0];
    const watermark = last?.sentAt ?? position.watermark;
    const isOpen = order === 'ASC' && listed.length < Math.min(pageSize, pageSize + page);
    const next = isOpen
      ? { ...beforePage(page, order, watermark), passed: last?.sequence ?? null }
      : beforePage(page + step, order, watermark);
    return { page, messages: messagesAhead(listed, position, order), next, isEnd, endReason: 'BEGINNING' };
  }

  #pay(page: string, budget: CallBudget): void {
    const { fetched } = this.#options;
    if (fetched.has(page)) return;
    if (budget.isOver) throw new BudgetSpentError();
    budget.spend();
    fetched.add(page);
  }
}

/** A channel with such a source. */
export class PagedMemoryChannel extends MemoryChannel {
  readonly source: MemorySource;

  /** @param messages of another channel of this name, which both then have */
  constructor(
    { name = 'memory', ...paging }: { name?: string; pageSize: number; fetched?: Set<string> },
    messages?: MessageRecord[],
  ) {
    super(name, messages);
    this.source = new MemorySource({ ...paging, channel: name, messages: this.messages });
  }

  override sourcesFor(): MessageSource[] {
    return [this.source];
  }
}
