import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import {
  MAX_SLICE,
  type ChatChannel,
  type EndReason,
  type MessageSource,
  type Slice,
  type SourcePosition,
  type Walk,
} from '../datasources/message-source.ts';
import { afterMessage } from '../datasources/kit/position.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { RequestBudget } from './request-budget.ts';

/**
 * The state of an input.
 * - `open`: it may have more.
 * - `ended`: it has nothing more in this direction.
 * - `paused`: the request has no calls or time left for it; the page must stop where it is needed.
 * - `failed`: its provider failed; the page continues without it, and its position waits for the next page.
 * - `gone`: its provider does not know it; the walk can end without it, unless it comes back before.
 */
type InputState = 'open' | 'ended' | 'paused' | 'failed' | 'gone';

/** One source during one request: what has been read of it and not yet taken. */
export class MergeInput {
  readonly source: MessageSource;
  readonly #channel: ChatChannel;
  state: InputState = 'open';
  /** An `UpstreamError`, or a mistake of our own. */
  failure: unknown = null;
  /** Why nothing older follows; null when more does, when newer messages are read, and when that is not known. */
  endReason: EndReason | null = null;
  /** After the last message taken. */
  position: SourcePosition;
  /** Where what was read came from. */
  readonly sides = new Set<'ARCHIVE' | 'PROVIDER'>();
  /** The provider says that something is missing from what was read. */
  isIncomplete = false;
  /** What was read is not known to be all: it lies where the archive is not complete. */
  isUncovered = false;
  readonly #walk: Walk;
  readonly #matches: (message: MessageRecord) => boolean;
  #slice: Slice | null = null;
  #queue: readonly MessageRecord[] = [];
  #taken = 0;
  /** How many messages the last read returned. */
  #received = 0;

  constructor(
    channel: ChatChannel,
    source: MessageSource,
    walk: Walk,
    position: SourcePosition,
    matches: (message: MessageRecord) => boolean,
  ) {
    this.#channel = channel;
    this.source = source;
    this.#walk = walk;
    this.#matches = matches;
    this.position = position;
    this.#endBeyondBounds();
  }

  /** Whether a further page may return more of it. */
  get mayHaveMore(): boolean {
    return this.state !== 'ended' && this.state !== 'gone';
  }

  get head(): MessageRecord | undefined {
    return this.#queue[this.#taken];
  }

  /** Whether it must be read before `head` can be known to come next in the whole timeline. Null: there is no head. */
  isNeededBefore(head: MessageRecord | null): boolean {
    if (this.state !== 'open' || this.head !== undefined) return false;
    const { watermark } = this.position;
    if (head === null || watermark === null) return true;
    return this.#walk.order === 'DESC' ? watermark >= head.sentAt : watermark <= head.sentAt;
  }

  take(): MessageRecord {
    const message = this.head;
    if (!message || !this.#slice) throw new Error('There is nothing to take');
    this.#taken++;
    this.position = afterMessage(this.#slice.page, message, this.#walk.order);
    return message;
  }

  /**
   * Continues after a slice of which everything has been taken; not in `take`, whose position must be that of its
   * edge.
   */
  settle(): void {
    if (this.head === undefined && this.#slice !== null) {
      this.position = this.#slice.next;
      if (this.#slice.isEnd) this.end(this.#slice.endReason ?? 'BOUND');
      this.#slice = null;
      this.#endBeyondBounds();
    }
  }

  /** @param reason of an end at the older side; null when it is not known */
  end(reason: EndReason | null): void {
    this.state = 'ended';
    this.endReason = this.#walk.order === 'DESC' ? reason : null;
  }

  /**
   * Reads on. The input keeps a failure and does not throw it: the other inputs continue.
   *
   * @param wanted how many messages the page may take from it; from a second read on more are requested, since a
   * filter may discard most
   */
  async read(requestBudget: RequestBudget, wanted: number): Promise<void> {
    await requestBudget.yieldToEventLoop();
    if (requestBudget.isOver) {
      this.state = 'paused';
      return;
    }
    const limit = Math.min(MAX_SLICE, Math.max(wanted, 2 * this.#received));
    try {
      this.#receive(
        await requestBudget.read(this.#channel, (budget) =>
          this.source.read(this.position, this.#walk, budget, limit),
        ),
      );
    } catch (error) {
      if (error instanceof BudgetSpentError) this.state = 'paused';
      else this.#fail(error);
    }
  }

  #receive(received: Slice): void {
    const { oldest, newest, order } = this.#walk;
    const slice = order === 'ASC' ? trimAfter(received, newest, this.position) : received;
    this.#slice = slice;
    this.sides.add((received.isArchived ?? false) ? 'ARCHIVE' : 'PROVIDER');
    this.#received = received.messages.length;
    this.#taken = 0;
    this.isIncomplete ||= slice.isIncomplete ?? false;
    this.isUncovered ||= slice.isUncovered ?? false;
    this.#queue = slice.messages.filter(
      (message) => message.sentAt >= oldest && message.sentAt <= newest && this.#matches(message),
    );
    this.settle();
  }

  #fail(failure: unknown): void {
    this.state = failure instanceof UpstreamError && failure.failure.isGone ? 'gone' : 'failed';
    this.failure = failure;
  }

  #endBeyondBounds(): void {
    const { watermark } = this.position;
    if (watermark === null) return;
    const { order, oldest, newest } = this.#walk;
    if (order === 'DESC' ? watermark < oldest : watermark > newest) this.end('BOUND');
  }
}

/**
 * Cuts off the part of an ASC slice that arrived after the request, and ends there: a caller that returns with the
 * cursor must find it ahead.
 */
function trimAfter(slice: Slice, newest: number, before: SourcePosition): Slice {
  const cut = slice.messages.findIndex(({ sentAt }) => sentAt > newest);
  if (cut === -1) return slice;
  const last = slice.messages[cut - 1];
  const next = last ? afterMessage(slice.page, last, 'ASC') : before;
  return { ...slice, messages: slice.messages.slice(0, cut), next, isEnd: true };
}
