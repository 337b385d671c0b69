import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import type { LocalPushReceiver, PushReceiver, Updates } from '../datasources/push-receiver.ts';
import type { JsonValue } from '../domain/records.ts';
import type { NewEvent } from '../domain/events.ts';
import type { EventLog } from '../store/event-log.ts';
import type { Inbox, InboxItem } from '../store/inbox.ts';
import { inSavepoint, inTransaction, type Database } from '../store/sqlite/database.ts';
import { SQLITE_CONSTRAINT, sqliteCodeOf } from '../store/sqlite/error.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';

export interface ProcessorOptions {
  channel: string;
  receiver: PushReceiver;
  database: Database;
  inbox: Inbox;
  events: EventLog;
  clock: Clock;
  log: Logger;
  /** Reads the channel's history and publishes new messages. */
  readHistory: () => Promise<void>;
  /** A fresh call budget. */
  createBudget: () => ChannelBudget;
}

/** One transaction takes no more items and begins no item after this time: other work waits meanwhile. */
const MAX_GROUP = 50;
const GROUP_MS = 10;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** An item that cannot be parsed for so long must not block the others forever. For a failing provider or store it waits. */
const DROP_AFTER_MS = 3_600_000;

/**
 * Processes the inbox of one channel, in the order of arrival. The results of an item are published in the
 * transaction that marks it done, so a crash at any moment publishes nothing twice and loses nothing. Items that need
 * no provider share a transaction. When an item fails, it is retried, with growing pauses.
 */
export class Processor {
  readonly #options: ProcessorOptions;
  #isRunning = false;
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
        if (items.length === 0) items = inbox.waiting(channel, MAX_GROUP);
        const [first] = items;
        if (!first) break;
        items = items.slice(await this.#processSome(first, items));
        pauseMs = FIRST_PAUSE_MS;
      }
      this.#isRunning = false;
    } catch (error) {
      if (!(error instanceof UpstreamError || error instanceof BudgetSpentError)) {
        log.error({ err: error, channel }, 'An inbox item could not be processed');
      }
      this.#retryIn(pauseMs);
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
    const done = receiver.needsCalls ? 0 : this.#processTogether(receiver, items);
    if (done > 0) return done;
    await this.#processAlone(first);
    return 1;
  }

  /** @returns how many of the items are done: those before the first that fails or needs the history */
  #processTogether(receiver: LocalPushReceiver, items: InboxItem[]): number {
    const { database, clock, events } = this.#options;
    const deadline = clock.monotonic() + GROUP_MS;
    const done = inTransaction(database, () => {
      let count = 0;
      for (const { id, payload } of items) {
        if (count > 0 && clock.monotonic() >= deadline) break;
        const result = inSavepoint(database, () => {
          const updates = receiver.process(payload);
          if (updates.hasMoreInHistory) return false;
          this.#finish(id, updates);
          return true;
        });
        if (result.status === 'rejected' || !result.value) break;
        count++;
      }
      return count;
    });
    if (done > 0) events.announce();
    return done;
  }

  async #processAlone({ id, payload }: InboxItem): Promise<void> {
    const { database, events, channel, log } = this.#options;
    let updates: Updates;
    try {
      updates = await this.#toUpdates(payload);
    } catch (error) {
      if (this.#isClosed || !this.#isHopeless(id, error)) throw error;
      log.error({ err: error, channel }, 'An inbox item was dropped after an hour of retries');
      updates = { messages: [], statuses: [], hasMoreInHistory: false };
    }
    inTransaction(database, () => {
      this.#finish(id, updates);
    });
    events.announce();
  }

  #finish(id: number, updates: Updates): void {
    const { inbox, events, clock, channel } = this.#options;
    events.append(toEvents(channel, updates), latestNow(clock));
    inbox.finish(id);
  }

  /** Counted from its first failure here: the time it lay in the inbox does not count. */
  #isHopeless(id: number, error: unknown): boolean {
    if (error instanceof UpstreamError || error instanceof BudgetSpentError) return false;
    const code = sqliteCodeOf(error);
    if (code !== null && code !== SQLITE_CONSTRAINT) return false;
    const now = this.#options.clock.monotonic();
    if (this.#failing?.id !== id) this.#failing = { id, since: now };
    return now >= this.#failing.since + DROP_AFTER_MS;
  }

  async #toUpdates(payload: JsonValue): Promise<Updates> {
    const { receiver, database, createBudget, readHistory } = this.#options;
    this.#budget = createBudget();
    // The history is read with what the item says, so that is stored before.
    const updates = receiver.needsCalls
      ? await receiver.process(payload, this.#budget)
      : inTransaction(database, () => receiver.process(payload));
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
