import type { LiveEvent } from '../domain/events.ts';
import type { EventLog } from '../store/event-log.ts';

/** Gets each new event of its channels as it is published. */
export interface Listener {
  readonly channels: ReadonlySet<string>;
  publish(event: LiveEvent): void;
  /** The events could not be read. */
  fail(error: unknown): void;
}

const MAX_EVENTS = 1_000;
/** As JSON, in UTF-16 units. */
const MAX_LENGTH = 4 * 1024 * 1024;
const BATCH = 100;

/**
 * The newest events, read from the log once for all listeners, and kept for those that fall behind a little. Memory is
 * bounded by their number and length, however many listeners there are and however slow these are.
 */
export class NewestEvents {
  readonly #events: EventLog;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #kept: { event: LiveEvent; length: number }[] = [];
  #length = 0;
  #count = 0;
  /** Every event after this id that was read is kept. */
  #keptAfter = 0;
  #readUpTo = 0;
  #stopListening = (): void => undefined;

  constructor(events: EventLog) {
    this.#events = events;
  }

  /** @returns call it once, when the listener wants no more events */
  listen(listener: Listener): () => void {
    if (this.#count++ === 0) this.#begin();
    for (const channel of listener.channels) {
      const listeners = this.#listeners.get(channel) ?? new Set();
      this.#listeners.set(channel, listeners.add(listener));
    }
    return () => {
      for (const channel of listener.channels) this.#listeners.get(channel)?.delete(listener);
      if (--this.#count === 0) this.#end();
    };
  }

  /** The id after which every event that was published is in memory. */
  get keptAfter(): number {
    return this.#keptAfter;
  }

  /** The first event of these channels after an id that is not before `keptAfter`; null: there is none yet. */
  find(channels: ReadonlySet<string>, afterId: number): LiveEvent | null {
    const first = this.#kept.findLastIndex(({ event }) => event.id <= afterId) + 1;
    for (let index = first; index < this.#kept.length; index++) {
      const event = this.#kept[index]?.event;
      if (event && channels.has(event.channel)) return event;
    }
    return null;
  }

  #begin(): void {
    this.#keptAfter = this.#readUpTo = this.#events.lastId();
    this.#stopListening = this.#events.onAnnounce(() => {
      this.#readNew();
    });
  }

  #end(): void {
    this.#stopListening();
    this.#listeners.clear();
    this.#kept.length = 0;
    this.#length = 0;
  }

  #readNew(): void {
    try {
      for (;;) {
        const batch = this.#events.read(this.#readUpTo, BATCH);
        for (const event of batch) this.#publish(event);
        if (batch.length < BATCH) return;
      }
    } catch (error) {
      for (const listeners of this.#listeners.values())
        for (const listener of listeners) listener.fail(error);
    }
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
    for (const listener of this.#listeners.get(event.channel) ?? []) listener.publish(event);
  }
}
