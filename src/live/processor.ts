import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import { LostLeaseError } from '../errors/store-error.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import type { LocalPushReceiver, PushReceiver, Updates } from '../datasources/push-receiver.ts';
import type { JsonValue, MessageRecord } from '../domain/records.ts';
import type { NewEvent } from '../domain/events.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { Fence, Inbox, InboxItem } from '../store/store.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';
import { Retries } from './retries.ts';

export interface ProcessorOptions {
  channel: string;
  receiver: PushReceiver;
  inbox: Inbox;
  /** Items are finished with it; left out: nothing else processes them. */
  fence?: Fence;
  clock: Clock;
  log: Logger;
  /** Keeps the new record of messages that are kept already. */
  keepChanged: (messages: readonly MessageRecord[]) => Promise<void>;
  /** Keeps what has been told of messages that are kept already: as `Updates.toldOf`. */
  keepTold: (seconds: readonly number[]) => Promise<void>;
  /** Reads the channel's history and publishes new messages. */
  readHistory: () => Promise<void>;
  /** A fresh call budget. */
  createBudget: () => ChannelBudget;
}

/** A group takes no more items and begins no item after this time: other work waits meanwhile. */
const MAX_GROUP = 50;
const GROUP_MS = 10;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** An item that cannot be parsed for so long must not block the others forever. For a failing provider or store it waits. */
const DROP_AFTER_MS = 3_600_000;

/**
 * Processes the inbox of one channel, in the order of arrival. The results of an item are published in the
 * transaction that marks it done, so a crash at any moment publishes nothing twice and loses nothing. Items that need
 * no provider are processed together. When an item fails, it is retried, with growing pauses; with short ones while the store is away.
 */
export class Processor {
  readonly #options: ProcessorOptions;
  readonly #retries = new Retries();
  #isRunning = false;
  /** There may be items that have come since the inbox was last read. */
  #isWoken = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;
  #budget: ChannelBudget | null = null;
  /** `since` is monotonic. */
  #failing: { id: number; since: number } | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  /** Call it when there may be new items. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isRunning || this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Aborts the current item, which stays in the inbox with the others, unless it is nearly done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#budget?.abort();
    await this.#running;
  }

  async #run(pauseMs = FIRST_PAUSE_MS): Promise<void> {
    const { inbox, channel, log } = this.#options;
    try {
      let items: InboxItem[] = [];
      for (;;) {
        // Yields between groups: deliveries must be answered meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#isClosed) break;
        if (items.length === 0) {
          this.#isWoken = false;
          items = await inbox.waiting(channel, MAX_GROUP);
        }
        const [first] = items;
        if (!first) {
          if (this.#isWoken) continue;
          break;
        }
        items = items.slice(await this.#processSome(first, items));
        pauseMs = FIRST_PAUSE_MS;
      }
      this.#retries.next(null, pauseMs);
      this.#isRunning = false;
    } catch (error) {
      const next = this.#retries.next(error, pauseMs);
      // With a lost lease it is closed soon, and another process continues with what is waiting.
      const isExpected =
        error instanceof UpstreamError ||
        error instanceof BudgetSpentError ||
        error instanceof LostLeaseError;
      if (!isExpected && next.isNew) {
        log.error({ err: error, channel }, 'An inbox item could not be processed');
      }
      this.#retryIn(next.pauseMs);
    }
  }

  #retryIn(pauseMs: number): void {
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => {
      this.#running = this.#run(Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
    }, pauseMs).unref();
  }

  /** @returns how many of the items are done, from the first on: at least one */
  async #processSome(first: InboxItem, items: InboxItem[]): Promise<number> {
    const { receiver } = this.#options;
    const done = receiver.needsCalls ? 0 : await this.#processTogether(receiver, items);
    if (done > 0) return done;
    await this.#processAlone(first);
    return 1;
  }

  /** @returns how many of the items are done: those before the first that fails or needs the history */
  async #processTogether(receiver: LocalPushReceiver, items: readonly InboxItem[]): Promise<number> {
    let updates: Updates[];
    try {
      updates = await receiver.processTogether(
        items.map(({ payload }) => payload),
        this.#createDeadline(),
      );
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      // One of them fails: the first is processed alone, which tells why if it is that one.
      return 0;
    }
    if (updates.length > 0) await this.#finish(items.slice(0, updates.length), updates);
    return updates.length;
  }

  /** From when it is first asked on: the group may have waited for others. */
  #createDeadline(): () => boolean {
    const { clock } = this.#options;
    let deadline = Infinity;
    return () => {
      const now = clock.monotonic();
      deadline = Math.min(deadline, now + GROUP_MS);
      return now < deadline;
    };
  }

  async #processAlone(item: InboxItem): Promise<void> {
    const { channel, log } = this.#options;
    let updates: Updates;
    try {
      updates = await this.#toUpdates(item.payload);
    } catch (error) {
      if (this.#isClosed || !this.#isHopeless(item.id, error)) throw error;
      log.error({ err: error, channel }, 'An inbox item was dropped after an hour of retries');
      updates = { messages: [], statuses: [], hasMoreInHistory: false };
    }
    await this.#finish([item], [updates]);
  }

  /** In the order of the items: a crash before it processes them again, with the same messages and statuses. */
  async #finish(items: readonly InboxItem[], updates: readonly Updates[]): Promise<void> {
    const { inbox, clock, channel, fence } = this.#options;
    const events = updates.flatMap((ofItem) => toEvents(channel, ofItem));
    // Before the items are done: after a crash it is kept again, which changes nothing.
    const changed = updates.flatMap((ofItem) => ofItem.changed ?? []);
    if (changed.length > 0) await this.#options.keepChanged(changed);
    const toldOf = updates.flatMap((ofItem) => ofItem.toldOf ?? []);
    if (toldOf.length > 0) await this.#options.keepTold(toldOf);
    await inbox.finish(
      items.map(({ id }) => id),
      events,
      latestNow(clock),
      fence,
    );
  }

  /** Counted from its first failure here: the time it lay in the inbox does not count. */
  #isHopeless(id: number, error: unknown): boolean {
    if (error instanceof UpstreamError || error instanceof BudgetSpentError) return false;
    if (isStoreFailure(error) || error instanceof LostLeaseError) return false;
    const now = this.#options.clock.monotonic();
    if (this.#failing?.id !== id) this.#failing = { id, since: now };
    return now >= this.#failing.since + DROP_AFTER_MS;
  }

  async #toUpdates(payload: JsonValue): Promise<Updates> {
    const { receiver, createBudget, readHistory } = this.#options;
    this.#budget = createBudget();
    const updates = await receiver.process(payload, this.#budget);
    // The history is read with what the item says, which is stored by now.
    if (updates.hasMoreInHistory) await readHistory();
    return updates;
  }
}

function toEvents(channel: string, { messages, statuses }: Updates): NewEvent[] {
  return [
    ...messages.map((message): NewEvent => ({ type: 'message', channel, message })),
    ...statuses.map((status): NewEvent => ({ type: 'status', channel, status })),
  ];
}
