import type { LiveEvent } from '../domain/events.ts';
import type { EventLog } from '../store/store.ts';

const MAX_EVENTS = 1_000;
/** As JSON, in UTF-16 units. */
const MAX_LENGTH = 4 * 1024 * 1024;
const BATCH = 100;

/** Gets the events as they are read, or why they could not be. */
export interface EventSink {
  publish(event: LiveEvent): void;
  fail(error: unknown): void;
}

/** The newest events since it was made, as many as it may keep. */
export class EventWindow {
  readonly ready: Promise<void>;
  readonly #events: EventLog;
  readonly #to: EventSink;
  readonly #kept: { event: LiveEvent; length: number }[] = [];
  #length = 0;
  #keptAfter: number | null = null;
  #readUpTo = 0;
  readonly #stopListening: () => void;
  #isStopped = false;
  #isReading = false;
  /** Events were published since the reading under way began. */
  #hasNew = false;

  constructor(events: EventLog, to: EventSink) {
    this.#events = events;
    this.#to = to;
    // Listening first: what is published while the bounds are read is read again, and none is missed.
    this.#isReading = true;
    this.#stopListening = events.onAppend(() => {
      this.#hasNew = true;
      if (!this.#isReading) void this.#readNew();
    });
    this.ready = this.#readBounds();
  }

  /** Every event after this id that was read is kept; null: not known yet. */
  get keptAfter(): number | null {
    return this.#keptAfter;
  }

  find(channels: ReadonlySet<string>, afterId: number): LiveEvent | null {
    const first = this.#kept.findLastIndex(({ event }) => event.id <= afterId) + 1;
    for (let index = first; index < this.#kept.length; index++) {
      const event = this.#kept[index]?.event;
      if (event && channels.has(event.channel)) return event;
    }
    return null;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopListening();
  }

  async #readBounds(): Promise<void> {
    try {
      const { lastId } = await this.#events.bounds();
      this.#keptAfter = this.#readUpTo = lastId;
    } catch (error) {
      this.#fail(error);
      return;
    }
    void this.#readNew();
  }

  /** One at a time, so that events are published in order, each once. */
  async #readNew(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#hasNew) {
        this.#hasNew = false;
        for (let isFull = true; isFull;) {
          const batch = await this.#events.read(this.#readUpTo, BATCH);
          if (this.#isStopped) return;
          for (const event of batch) this.#publish(event);
          isFull = batch.length === BATCH;
        }
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isReading = false;
    }
  }

  #fail(error: unknown): void {
    if (!this.#isStopped) this.#to.fail(error);
  }

  #publish(event: LiveEvent): void {
    this.#readUpTo = event.id;
    const { length } = JSON.stringify(event);
    this.#kept.push({ event, length });
    this.#length += length;
    while (this.#kept.length > MAX_EVENTS || (this.#length > MAX_LENGTH && this.#kept.length > 1)) {
      const dropped = this.#kept.shift();
      if (!dropped) break;
      this.#length -= dropped.length;
      this.#keptAfter = dropped.event.id;
    }
    this.#to.publish(event);
  }
}
