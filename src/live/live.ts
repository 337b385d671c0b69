import type { Logger } from 'pino';
import type { Clock } from '../util/clock.ts';
import { earliestNow } from '../util/present.ts';
import { untilAborted } from '../util/until-aborted.ts';
import type { KeptSource } from '../archive/kept-source.ts';
import { RETRY_MS, SourceSync } from '../archive/source-sync.ts';
import type { Background } from '../datasources/call-budget.ts';
import type { Awaitable, ChatChannel, KeepUp } from '../datasources/message-source.ts';
import { isOfErasedMessage, withoutErased, type ErasedPeople } from '../domain/erasure.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { PushReceiver } from '../datasources/push-receiver.ts';
import type { LiveEvent } from '../domain/events.ts';
import type { EventLog, Inbox, Lease, LiveStore } from '../store/store.ts';
import type { Freshness } from '../timeline/freshness.ts';
import type { ChannelBudget, RequestBudget } from '../timeline/request-budget.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { ChangedMessages } from './changed-messages.ts';
import { watchEvents } from './event-watch.ts';
import { followEvents } from './follow.ts';
import { Keeper, type KeeperOptions } from './keeper.ts';
import { NewestEvents } from './newest-events.ts';
import { Poller } from './poller.ts';
import { Processor } from './processor.ts';
import { Tail } from './tail.ts';
import { ToldMessages } from './told-messages.ts';
import { mapEvents } from '../util/iterators.ts';

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
  /** Whose history is archived. */
  kept: readonly KeptSource[];
  timeline: Timeline;
  store: LiveStore;
  clock: Clock;
  log: Logger;
  limits: LiveLimits;
  /** @param background left out: its work cannot wait */
  createRequestBudget: (background?: Background) => RequestBudget;
  freshness: Freshness;
  /** What is not to be shown of a channel; null: nothing is erased. Left out: the same. */
  erasedOf?: (channel: string) => Awaitable<ErasedPeople | null>;
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
  keepUp: KeepUp | null;
  tail: Tail;
  poller: Poller;
  /** While this process is the one that processes the channel's inbox. */
  processor: Processor | null;
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
  /** Each lets go of a lease. */
  readonly #releases: (() => Promise<void>)[] = [];
  #pruning: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.events = options.store.events;
    this.inbox = options.store.inbox;
    this.#newest = new NewestEvents(this.events);
    this.#channels = new Map(options.channels.map((channel) => [channel.name, this.#open(channel)]));
  }

  /**
   * Works off what was accepted before a crash and is still waiting, and forgets what is old, now and every hour. For
   * processes that serve; a command that runs beside them on the same store does not start this. Of all processes that share the
   * store, each of these is done by one.
   */
  async start(): Promise<void> {
    const channels = [...this.#channels];
    this.#hold('prune', (lease) => this.#pruneWith(lease));
    // Providers push a message before it can be read: what is pushed from now on is an update.
    await Promise.all([
      this.#pruning,
      ...channels.map(async ([, { receiver, tail }]) => {
        if (receiver) await tail.begin();
      }),
    ]);
    for (const [name, { receiver }] of channels)
      if (receiver) this.#hold(`inbox:${name}`, (lease) => this.#processWith(lease, name, receiver));
  }

  /**
   * Pulls the channels whose providers drop messages, and fills archives, on a schedule. For serving processes, once they serve; a
   * command that runs beside them must not call it.
   */
  keepUp(): void {
    for (const [name, { keepUp }] of this.#channels)
      if (keepUp) this.#hold(`keep-up:${name}`, (lease) => this.#keepUpWith(lease, name, keepUp));
    for (const kept of this.#options.kept)
      this.#hold(`archive:${kept.name}`, (lease) => this.#archiveWith(lease, kept));
  }

  receiver(channel: string): PushReceiver | null {
    return this.#channels.get(channel)?.receiver ?? null;
  }

  /** A delivery was stored: what was fetched before it is stale, and it is processed, here or by the process that does that. */
  delivered(channel: string): void {
    this.#options.freshness.expire(channel);
    this.#channels.get(channel)?.processor?.wake();
  }

  get logName(): string {
    return this.events.name;
  }

  async lastId(): Promise<number> {
    return (await this.events.bounds()).lastId;
  }

  async findMessage(channel: string, key: string): Promise<MessageRecord | null> {
    const found = await this.events.findMessage(channel, key);
    const erased = await this.#options.erasedOf?.(channel);
    return found && erased ? withoutErased(found, erased) : found;
  }

  async follow(
    channels: readonly string[],
    afterId: number | null,
  ): Promise<AsyncIterableIterator<LiveEvent>> {
    const iterator = await followEvents(this.events, new Set(channels), afterId, this.#newest);
    const ends = channels.map((name) => this.#channels.get(name)?.poller.subscribe());
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
    const erased = this.#options.erasedOf?.(event.channel) ?? null;
    return erased instanceof Promise
      ? erased.then((known) => withoutErasedIn(event, known))
      : withoutErasedIn(event, erased);
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

  #open({ name, push, keepUp }: ChatChannel): LiveChannel {
    const { timeline, store, clock, log, limits } = this.#options;
    const createRequestBudget = (): RequestBudget => this.#options.createRequestBudget();
    const isPushedTo = push !== null;
    const tail = new Tail({ channel: name, timeline, store, clock, createRequestBudget, isPushedTo });
    const seconds = isPushedTo ? limits.reconcileSeconds : limits.pollSeconds;
    const { leases } = store;
    const poller = new Poller({ channel: name, tail, leases, log, intervalMs: seconds * 1000 });
    return { receiver: push, keepUp, tail, poller, processor: null };
  }

  async #processWith(lease: Lease, name: string, receiver: PushReceiver): Promise<void> {
    const channel = this.#channels.get(name);
    if (!channel) return;
    const { clock, log, createRequestBudget } = this.#options;
    const changed = this.#openChanged(name, lease);
    const told = this.#openTold(name, lease);
    const processor = new Processor({
      channel: name,
      receiver,
      inbox: this.inbox,
      fence: lease,
      clock,
      log,
      keepChanged: (messages) => changed.keep(messages),
      keepTold: (seconds) => told.keep(seconds),
      readHistory: () => channel.tail.catchUpForInbox(lease),
      createBudget: () => createRequestBudget().forChannel(name),
    });
    channel.processor = processor;
    const stopListening = this.inbox.onForeignArrival(name, () => {
      processor.wake();
    });
    processor.wake();
    await untilAborted(lease.signal);
    stopListening();
    channel.processor = null;
    await processor.close();
    await changed.close();
  }

  #openChanged(channel: string, lease: Lease): ChangedMessages {
    const { kept, clock, log, erasedOf } = this.#options;
    return new ChangedMessages({
      archives: kept.filter(({ source }) => source.channel === channel).map(({ archive }) => archive),
      clock,
      lease,
      erased: () => erasedOf?.(channel) ?? null,
      onFailure: (err) => {
        log.warn(
          { channel, err },
          'What has changed could not be kept in an archive; the gateway tries again',
        );
      },
    });
  }

  #openTold(channel: string, lease: Lease): ToldMessages {
    const { kept, clock, log } = this.#options;
    return new ToldMessages({
      kept: kept.filter(({ source }) => source.channel === channel),
      clock,
      lease,
      onFailure: (err) => {
        log.warn(
          { channel, err },
          'What webhooks have told could not be kept in an archive; it is compared again later',
        );
      },
    });
  }

  #keepUpWith(lease: Lease, channel: string, keepUp: KeepUp): Promise<void> {
    const { log, limits } = this.#options;
    const intervalMs = limits.keepUpSeconds * 1000;
    const keeper = this.#createKeeper(channel, {
      pull: async (createBudget) => {
        await keepUp.pull(createBudget());
        return { pauseMs: intervalMs, failure: null };
      },
      intervalMs,
      tell: (err, level) => {
        if (level === 'warn') log.warn({ channel, err }, 'A scheduled pull failed');
        else log.error({ channel, err }, 'A scheduled pull failed unexpectedly');
      },
    });
    return keepUntilAborted(keeper, lease);
  }

  async #archiveWith(lease: Lease, kept: KeptSource): Promise<void> {
    const { clock, log } = this.#options;
    const { channel } = kept.source;
    const sync = new SourceSync(kept, clock);
    const keeper = this.#createKeeper(channel, {
      background: kept.background,
      pull: (createBudget) => sync.run(lease, createBudget),
      intervalMs: RETRY_MS,
      tell: (err, level) => {
        if (level === 'warn') log.warn({ channel, err }, 'An archive could not be filled');
        else log.error({ channel, err }, 'An archive could not be filled unexpectedly');
      },
    });
    const watching = watchEvents({
      channel,
      events: this.events,
      newest: this.#newest,
      clock,
      signal: lease.signal,
      onEvent: () => {
        sync.wake();
        keeper.wake();
      },
      onFailure: (err) => {
        sync.wake();
        keeper.wake();
        log.warn({ channel, err }, 'An archive cannot see what is new; it looks by itself');
      },
    });
    await keepUntilAborted(keeper, lease);
    await watching;
  }

  #createKeeper(
    channel: string,
    {
      background,
      ...options
    }: Pick<KeeperOptions, 'pull' | 'intervalMs' | 'tell'> & { background?: Background },
  ): Keeper {
    const { clock, createRequestBudget } = this.#options;
    const createBudget = (): ChannelBudget => createRequestBudget(background).forChannel(channel);
    return new Keeper({ ...options, clock, createBudget });
  }

  async #pruneWith(lease: Lease): Promise<void> {
    const prune = (): void => {
      this.#pruning = this.#prune();
    };
    prune();
    const timer = setInterval(prune, PRUNE_EVERY_MS).unref();
    await untilAborted(lease.signal);
    clearInterval(timer);
    await this.#pruning;
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

function withoutErasedIn(event: LiveEvent, erased: ErasedPeople | null): LiveEvent | null {
  if (erased === null) return event;
  if (event.type === 'status') return isOfErasedMessage(event.status, erased) ? null : event;
  const message = withoutErased(event.message, erased);
  return message === event.message ? event : message && { ...event, message };
}

async function keepUntilAborted(keeper: Keeper, { signal }: Lease): Promise<void> {
  keeper.begin();
  await untilAborted(signal);
  await keeper.close();
}
