import type { LiveEvent } from '../domain/events.ts';
import { mapEvents } from '../util/iterators.ts';

/**
 * What the resolver of a subscription returns. The events and what they become are apart, so that subscribers who are
 * shown the same can share the second.
 */
export class EventStream<T extends object> implements AsyncIterable<T> {
  /** What one caller may follow, each event when it is requested. */
  readonly events: AsyncIterableIterator<LiveEvent>;
  /** Equal for streams that pick the same, as far as their callers see the same. */
  readonly picks: string;
  /** What the field resolves; null: the event does not match. */
  readonly pick: (event: LiveEvent) => T | null;

  constructor(events: AsyncIterableIterator<LiveEvent>, picks: string, pick: (event: LiveEvent) => T | null) {
    this.events = events;
    this.picks = picks;
    this.pick = pick;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return mapEvents(this.events, this.pick);
  }
}
