import type { LiveEvent } from '../domain/events.ts';
import type { EventLog } from '../store/store.ts';
import { RequestError } from '../errors/request-error.ts';
import { NewestEvents, type Listener } from './newest-events.ts';

const BATCH = 100;
const END: IteratorResult<LiveEvent> = { done: true, value: undefined };

/**
 * Yields every event of these channels after an id, first the missed ones, then each new one, without gap or
 * repetition. A follower that is level with the others shares their events, and one that is far behind reads the log
 * for itself, so a slow subscriber costs no memory.
 *
 * The iterator ends when `return` is called, also while it waits.
 *
 * @param afterId null: from now on
 * @param newest shared by all followers of the log
 * @throws RequestError `BAD_CURSOR` when events after this id have been pruned
 */
export async function followEvents(
  events: EventLog,
  channels: ReadonlySet<string>,
  afterId: number | null,
  newest = new NewestEvents(events),
): Promise<AsyncIterableIterator<LiveEvent>> {
  const { prunedUpTo, lastId } = await events.bounds();
  const isKept = afterId === null || (afterId >= prunedUpTo && afterId <= lastId);
  if (!isKept) {
    throw new RequestError(
      'BAD_CURSOR',
      'The gateway no longer keeps the events after this cursor. Read what you missed with "messages", and subscribe without "after".',
    );
  }
  return new Follower(events, newest, channels, afterId ?? lastId);
}

class Follower implements AsyncIterableIterator<LiveEvent>, Listener {
  readonly channels: ReadonlySet<string>;
  readonly #events: EventLog;
  readonly #newest: NewestEvents;
  readonly #stopListening: () => void;
  #lastId: number;
  /** Read from the log and not yet requested, while it is far behind. */
  #behind: LiveEvent[] = [];
  #waiting: PromiseWithResolvers<IteratorResult<LiveEvent>> | null = null;
  #isClosed = false;
  /** Why no event can be read, until it is told. */
  #failure: { error: unknown } | null = null;

  constructor(events: EventLog, newest: NewestEvents, channels: ReadonlySet<string>, afterId: number) {
    this.channels = channels;
    this.#events = events;
    this.#newest = newest;
    this.#lastId = afterId;
    this.#stopListening = newest.listen(this);
  }

  next(): Promise<IteratorResult<LiveEvent>> {
    if (this.#isClosed) return this.#end();
    if (!this.#isLevel) return this.#catchUp();
    // The others share what comes now: should it fall behind again, it is past these.
    this.#behind = [];
    return this.#takeOrWait();
  }

  return(): Promise<IteratorResult<LiveEvent>> {
    this.#close();
    return Promise.resolve(END);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  publish(event: LiveEvent): void {
    // It may have read an event from the log before that was announced.
    if (this.#waiting && event.id > this.#lastId) this.#settle(this.#waiting, this.#take(event));
  }

  fail(error: unknown): void {
    if (this.#waiting) this.#waiting.reject(error);
    else this.#failure = { error };
    this.#close();
  }

  async #end(): Promise<IteratorResult<LiveEvent>> {
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
    return Promise.resolve(END);
  }

  get #isLevel(): boolean {
    const { keptAfter } = this.#newest;
    return keptAfter !== null && this.#lastId >= keptAfter;
  }

  async #catchUp(): Promise<IteratorResult<LiveEvent>> {
    await this.#newest.ready;
    while (!this.#isClosed && !this.#isLevel) {
      const event = this.#behind.shift();
      if (!event) await this.#readBatch();
      else if (this.channels.has(event.channel)) return this.#take(event);
      else this.#lastId = event.id;
    }
    return this.next();
  }

  async #readBatch(): Promise<void> {
    // Reading an embedded store does no I/O that yields, so other work would not run in between.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#isClosed) return;
    // While it reads, more events may be published, and pass out of memory: they are still to come.
    const { keptAfter } = this.#newest;
    const batch = await this.#events.read(this.#lastId, BATCH);
    this.#behind = batch;
    // The rest may have been pruned meanwhile.
    if (batch.length === 0) this.#lastId = Math.max(this.#lastId, keptAfter ?? 0);
  }

  #takeOrWait(): Promise<IteratorResult<LiveEvent>> {
    const event = this.#newest.find(this.channels, this.#lastId);
    if (event) return Promise.resolve(this.#take(event));
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  #take(event: LiveEvent): IteratorResult<LiveEvent> {
    this.#lastId = event.id;
    return { done: false, value: event };
  }

  #settle(waiting: PromiseWithResolvers<IteratorResult<LiveEvent>>, result: IteratorResult<LiveEvent>): void {
    this.#waiting = null;
    waiting.resolve(result);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#behind = [];
    this.#stopListening();
    if (this.#waiting) this.#settle(this.#waiting, END);
  }
}
