import type { LiveEvent } from '../domain/events.ts';
import type { EventLog } from '../store/store.ts';
import { EventWindow, type EventSink } from './event-window.ts';

/** Gets each new event of its channels as it is published. */
export interface Listener extends EventSink {
  readonly channels: ReadonlySet<string>;
}

/**
 * The newest events, read from the log once for all listeners, and kept for those that fall behind a little. Memory is
 * bounded by their number and length, however many listeners there are and however slow these are.
 */
export class NewestEvents {
  readonly #events: EventLog;
  readonly #listeners = new Set<Listener>();
  readonly #byChannel = new Map<string, Set<Listener>>();
  /** From its first listener to its last. */
  #window: EventWindow | null = null;

  constructor(events: EventLog) {
    this.#events = events;
  }

  /** @returns call it once, when the listener wants no more events */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#begin();
    for (const channel of listener.channels) {
      const listeners = this.#byChannel.get(channel) ?? new Set();
      this.#byChannel.set(channel, listeners.add(listener));
    }
    return () => {
      this.#listeners.delete(listener);
      for (const channel of listener.channels) this.#byChannel.get(channel)?.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
  }

  /** Resolved once `keptAfter` is known. It never rejects: the listeners are told of a failure. */
  get ready(): Promise<void> {
    return this.#window?.ready ?? Promise.resolve();
  }

  /** The id after which every event that was published is in memory; null before `ready`. */
  get keptAfter(): number | null {
    return this.#window?.keptAfter ?? null;
  }

  /** The first event of these channels after an id that is not before `keptAfter`; null: there is none yet. */
  find(channels: ReadonlySet<string>, afterId: number): LiveEvent | null {
    return this.#window?.find(channels, afterId) ?? null;
  }

  #begin(): void {
    this.#window = new EventWindow(this.#events, {
      publish: (event) => {
        for (const listener of this.#byChannel.get(event.channel) ?? []) listener.publish(event);
      },
      fail: (error) => {
        for (const listener of this.#listeners) listener.fail(error);
      },
    });
  }

  #end(): void {
    this.#window?.stop();
    this.#window = null;
    this.#byChannel.clear();
  }
}
