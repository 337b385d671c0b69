import type { Logger } from 'pino';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { PushReceiver } from '../datasources/push-receiver.ts';
import type { LiveEvent } from '../domain/events.ts';
import type { EventLog, Inbox, LiveStore } from '../store/store.ts';
import type { Freshness } from '../timeline/freshness.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { followEvents } from './follow.ts';
import { Keeper } from './keeper.ts';
import { NewestEvents } from './newest-events.ts';
import { Poller } from './poller.ts';
import { Processor } from './processor.ts';
import { Tail } from './tail.ts';
import { onEnd } from '../util/iterators.ts';

export interface LiveLimits {
  /** How often a channel without webhooks is polled, while it has subscribers. */
  pollSeconds: number;
  /** How often a channel with webhooks is polled, for missed deliveries. */
  reconcileSeconds: number;
  /** How often a channel whose provider drops messages is pulled, with or without readers. */
  keepUpSeconds: number;
  /** How long events and keys of deliveries are kept; longer than any provider retries a delivery. */
  keepDays: number;
}

export interface LiveOptions {
  channels: readonly ChatChannel[];
  timeline: Timeline;
  store: LiveStore;
  clock: Clock;
  log: Logger;
  limits: LiveLimits;
  createRequestBudget: () => RequestBudget;
  freshness: Freshness;
}

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

interface LiveChannel {
  receiver: PushReceiver | null;
  tail: Tail;
  poller: Poller;
  processor: Processor | null;
  keeper: Keeper | null;
}

const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Collects updates of all channels in one event log that subscribers can follow. */
export class Live implements EventFeed {
  readonly events: EventLog;
  readonly inbox: Inbox;
  readonly #newest: NewestEvents;
  readonly #channels: ReadonlyMap<string, LiveChannel>;
  readonly #options: LiveOptions;
  #pruneTimer: NodeJS.Timeout | undefined;
  #pruning: Promise<void> = Promise.resolve();

  constructor(options: LiveOptions) {
    this.#options = options;
    this.events = options.store.events;
    this.inbox = options.store.inbox;
    this.#newest = new NewestEvents(this.events);
    this.#channels = new Map(options.channels.map((channel) => [channel.name, this.#open(channel)]));
  }

  /**
   * Works off what was accepted before a crash and is still waiting, and forgets what is old, now and every hour. For the
   * process that serves; a command that runs beside it on the same store does not start this.
   */
  async start(): Promise<void> {
    const prune = (): void => {
      this.#pruning = this.#prune();
    };
    prune();
    this.#pruneTimer = setInterval(prune, PRUNE_EVERY_MS).unref();
    const channels = [...this.#channels.values()];
    // Providers push a message before it can be read: what is pushed from now on is an update.
    await Promise.all([
      this.#pruning,
      ...channels.map(async ({ receiver, tail }) => {
        if (receiver) await tail.begin();
      }),
    ]);
    for (const { processor } of channels) processor?.wake();
  }

  /**
   * Pulls the channels whose providers drop messages, on a schedule. For the serving process, once it serves; a
   * command that runs beside it must not call it.
   */
  keepUp(): void {
    for (const { keeper } of this.#channels.values()) keeper?.begin();
  }

  receiver(channel: string): PushReceiver | null {
    return this.#channels.get(channel)?.receiver ?? null;
  }

  /** A delivery was stored: what was fetched before it is stale, and it is processed. */
  delivered(channel: string): void {
    this.#options.freshness.expire(channel);
    this.processor(channel)?.wake();
  }

  processor(channel: string): Processor | null {
    return this.#channels.get(channel)?.processor ?? null;
  }

  get logName(): string {
    return this.events.name;
  }

  async lastId(): Promise<number> {
    return (await this.events.bounds()).lastId;
  }

  findMessage(channel: string, key: string): Promise<MessageRecord | null> {
    return this.events.findMessage(channel, key);
  }

  async follow(
    channels: readonly string[],
    afterId: number | null,
  ): Promise<AsyncIterableIterator<LiveEvent>> {
    const iterator = await followEvents(this.events, new Set(channels), afterId, this.#newest);
    const ends = channels.map((name) => this.#channels.get(name)?.poller.subscribe());
    return onEnd(iterator, () => {
      for (const stop of ends) stop?.();
    });
  }

  /** The items that wait to be processed in each channel with webhooks; `oldestAt` in Unix ms. */
  async backlog(): Promise<{ channel: string; count: number; oldestAt: number | null }[]> {
    const waiting = new Map((await this.inbox.backlog()).map((backlog) => [backlog.channel, backlog]));
    return [...this.#channels]
      .filter(([, { receiver }]) => receiver !== null)
      .map(([channel]) => waiting.get(channel) ?? { channel, count: 0, oldestAt: null });
  }

  async close(): Promise<void> {
    clearInterval(this.#pruneTimer);
    const parts = [...this.#channels.values()].flatMap(({ tail, poller, processor, keeper }) =>
      [tail, poller, processor, keeper].filter((part) => part !== null),
    );
    await Promise.all([this.#pruning, ...parts.map((part) => part.close())]);
  }

  #open({ name, push, keepUp }: ChatChannel): LiveChannel {
    const { timeline, store, clock, log, limits, createRequestBudget } = this.#options;
    const tail = new Tail({ channel: name, timeline, store, clock, createRequestBudget });
    const seconds = push ? limits.reconcileSeconds : limits.pollSeconds;
    const poller = new Poller({ channel: name, tail, log, intervalMs: seconds * 1000 });
    const processor =
      push &&
      new Processor({
        channel: name,
        receiver: push,
        inbox: store.inbox,
        clock,
        log,
        readHistory: () => tail.catchUp(),
        createBudget: () => createRequestBudget().forChannel(name),
      });
    const keeper =
      keepUp &&
      new Keeper({
        channel: name,
        keepUp,
        clock,
        log,
        intervalMs: limits.keepUpSeconds * 1000,
        createBudget: () => createRequestBudget().forChannel(name),
      });
    return { receiver: push, tail, poller, processor, keeper };
  }

  async #prune(): Promise<void> {
    const before = earliestNow(this.#options.clock) - this.#options.limits.keepDays * DAY_MS;
    try {
      await this.inbox.prune(before);
      await this.events.prune(before);
    } catch (error) {
      this.#options.log.error(
        { err: error },
        'Old events could not be pruned; the gateway retries in an hour',
      );
    }
  }
}
