import type { ChatChannel } from '../datasources/message-source.ts';
import type { PushReceiver } from '../datasources/push-receiver.ts';
import type { EventLog, Inbox, Lease, LiveStore } from '../store/store.ts';
import type { Freshness } from '../timeline/freshness.ts';
import { LogFeed, type EventFeed } from './event-feed.ts';
import {
  openLiveChannel,
  type LiveChannel,
  type LiveChannelOptions,
  type PollLimits,
} from './live-channel.ts';
import { NewestEvents } from './newest-events.ts';
import { Pruning } from './pruning.ts';
import { Upkeep } from './upkeep.ts';

export interface LiveLimits extends PollLimits {
  /** How often a channel whose provider drops messages is pulled, with or without readers. */
  keepUpSeconds: number;
  /** How long events and keys of deliveries are kept; longer than any provider retries a delivery. */
  keepDays: number;
}

export interface LiveOptions extends LiveChannelOptions {
  channels: readonly ChatChannel[];
  store: LiveStore;
  limits: LiveLimits;
  freshness: Freshness;
}

/** Collects updates of all channels in one event log that subscribers can follow. */
export class Live {
  readonly events: EventLog;
  readonly inbox: Inbox;
  /** Of all channels. */
  readonly feed: EventFeed;
  readonly #channels: ReadonlyMap<string, LiveChannel>;
  readonly #pruning: Pruning;
  readonly #upkeep: Upkeep;
  readonly #options: LiveOptions;
  /** Each lets go of a lease. */
  readonly #releases: (() => Promise<void>)[] = [];
  #isClosed = false;

  constructor(options: LiveOptions) {
    const { channels, store, clock, log, limits, createRequestBudget, erasedOf } = options;
    const { events, inbox } = store;
    this.#options = options;
    this.events = events;
    this.inbox = inbox;
    this.#channels = new Map(channels.map((channel) => [channel.name, openLiveChannel(channel, options)]));
    const pollers = new Map([...this.#channels].map(([name, { poller }]) => [name, poller]));
    const newest = new NewestEvents(events);
    this.feed = new LogFeed({ events, newest, pollers, erasedOf });
    this.#pruning = new Pruning({ store, clock, log, keepDays: limits.keepDays });
    const pullEveryMs = limits.keepUpSeconds * 1000;
    this.#upkeep = new Upkeep({ events, newest, clock, log, pullEveryMs, createRequestBudget });
  }

  /**
   * Works off what was accepted before a crash and is still waiting, and forgets what is old, now and every hour. For
   * processes that serve; a command that runs beside them on the same store does not start this. Of all processes that share the
   * store, each of these is done by one.
   */
  async start(): Promise<void> {
    const channels = [...this.#channels];
    this.#hold('prune', (lease) => this.#pruning.pruneWith(lease));
    // Providers push a message before it can be read: what is pushed from now on is an update.
    await Promise.all([
      this.#pruning.settled,
      ...channels.map(async ([, { receiver, tail }]) => {
        if (receiver) await tail.begin();
      }),
    ]);
    for (const [name, { worker }] of channels)
      if (worker) this.#hold(`inbox:${name}`, (lease) => worker.workWith(lease));
  }

  /**
   * Pulls the channels whose providers drop messages, and fills archives, on a schedule. For serving processes, once they serve; a
   * command that runs beside them must not call it.
   */
  keepUp(): void {
    for (const [name, { keepUp }] of this.#channels)
      if (keepUp) this.#hold(`keep-up:${name}`, (lease) => this.#upkeep.pullWith(lease, name, keepUp));
    for (const kept of this.#options.kept)
      this.#hold(`archive:${kept.name}`, (lease) => this.#upkeep.fillWith(lease, kept));
  }

  receiver(channel: string): PushReceiver | null {
    return this.#channels.get(channel)?.receiver ?? null;
  }

  /** A delivery was stored: what was fetched before it is stale, and it is processed, here or by the process that does that. */
  delivered(channel: string): void {
    this.#options.freshness.expire(channel);
    this.#channels.get(channel)?.worker?.wake();
  }

  /** The items that wait to be processed in each channel with webhooks; `oldestAt` in Unix ms. */
  async backlog(): Promise<{ channel: string; count: number; oldestAt: number | null }[]> {
    const waiting = new Map((await this.inbox.backlog()).map((backlog) => [backlog.channel, backlog]));
    return [...this.#channels]
      .filter(([, { receiver }]) => receiver !== null)
      .map(([channel]) => waiting.get(channel) ?? { channel, count: 0, oldestAt: null });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const parts = [...this.#channels.values()].flatMap(({ tail, poller }) => [tail, poller]);
    await Promise.all([...this.#releases.map((release) => release()), ...parts.map((part) => part.close())]);
  }

  #hold(name: string, work: (lease: Lease) => Promise<void>): void {
    // It may be closed while it starts.
    if (this.#isClosed) return;
    this.#releases.push(this.#options.store.leases.hold(name, work));
  }
}
