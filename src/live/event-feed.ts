import type { Awaitable } from '../datasources/message-source.ts';
import { isOfErasedMessage, withoutErased, type ErasedPeople } from '../domain/erasure.ts';
import type { LiveEvent } from '../domain/events.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { EventLog } from '../store/store.ts';
import { mapEvents } from '../util/iterators.ts';
import { followEvents } from './follow.ts';
import type { NewestEvents } from './newest-events.ts';
import type { Poller } from './poller.ts';

/** What subscriptions may do with events. */
export interface EventFeed {
  /** Identifies the event log: a cursor of another log is invalid here. */
  readonly logName: string;
  /** The id of the newest event; 0 before the first. */
  lastId(): Promise<number>;
  /** A published message, by its key. */
  findMessage(channel: string, key: string): Promise<MessageRecord | null>;
  /**
   * Follows the events of these channels from an id on, and polls the channels that need it meanwhile.
   *
   * @param afterId null: from now on
   * @throws RequestError `BAD_CURSOR`
   */
  follow(channels: readonly string[], afterId: number | null): Promise<AsyncIterableIterator<LiveEvent>>;
}

export interface LogFeedOptions {
  events: EventLog;
  /** Shared by all that follow the log. */
  newest: NewestEvents;
  /** By channel. */
  pollers: ReadonlyMap<string, Pick<Poller, 'subscribe'>>;
  /** What is not to be shown of a channel; null: nothing is erased. */
  erasedOf: (channel: string) => Awaitable<ErasedPeople | null>;
}

/** The events of the log, without the people who were erased since. */
export class LogFeed implements EventFeed {
  readonly #options: LogFeedOptions;

  constructor(options: LogFeedOptions) {
    this.#options = options;
  }

  get logName(): string {
    return this.#options.events.name;
  }

  async lastId(): Promise<number> {
    return (await this.#options.events.bounds()).lastId;
  }

  async findMessage(channel: string, key: string): Promise<MessageRecord | null> {
    const { events, erasedOf } = this.#options;
    const found = await events.findMessage(channel, key);
    const erased = await erasedOf(channel);
    return found && erased ? withoutErased(found, erased) : found;
  }

  async follow(
    channels: readonly string[],
    afterId: number | null,
  ): Promise<AsyncIterableIterator<LiveEvent>> {
    const { events, newest, pollers } = this.#options;
    const iterator = await followEvents(events, new Set(channels), afterId, newest);
    const ends = channels.map((name) => pollers.get(name)?.subscribe());
    return mapEvents(
      iterator,
      (event) => this.#withoutErased(event),
      () => {
        for (const stop of ends) stop?.();
      },
    );
  }

  /** In memory there may still be events of people who were erased meanwhile. */
  #withoutErased(event: LiveEvent): Awaitable<LiveEvent | null> {
    const erased = this.#options.erasedOf(event.channel);
    return erased instanceof Promise
      ? erased.then((known) => withoutErasedIn(event, known))
      : withoutErasedIn(event, erased);
  }
}

function withoutErasedIn(event: LiveEvent, erased: ErasedPeople | null): LiveEvent | null {
  if (erased === null) return event;
  if (event.type === 'status') return isOfErasedMessage(event.status, erased) ? null : event;
  const message = withoutErased(event.message, erased);
  return message === event.message ? event : message && { ...event, message };
}
