import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import type { Updates, PushReceiver } from '../datasources/push-receiver.ts';
import type { JsonValue } from '../domain/records.ts';
import type { NewEvent } from '../domain/events.ts';
import type { EventLog } from '../store/event-log.ts';
import type { Inbox, InboxItem } from '../store/inbox.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';

export interface ProcessorOptions {
  channel: string;
  receiver: PushReceiver;
  inbox: Inbox;
  events: EventLog;
  clock: Clock;
  log: Logger;
  /** Reads the channel's history and publishes new messages. */
  readHistory: () => Promise<void>;
  /** A fresh call budget. */
  createBudget: () => ChannelBudget;
}

const BATCH = 50;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** An item that cannot be parsed for so long must not block the others forever. For a failing provider it waits. */
const DROP_AFTER_MS = 3_600_000;

/**
 * Processes the inbox of one channel, in the order of arrival. The results of an item are published in the
 * transaction that marks it done, so a crash at any moment publishes nothing twice and loses nothing. When a provider
 * call fails, the item is retried, with growing pauses.
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
      for (;;) {
        // Yields between batches: deliveries must be answered meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
        const items = this.#isClosed ? [] : inbox.waiting(channel, BATCH);
        if (items.length === 0) break;
        for (const item of items) {
          if (this.#isClosed) break;
          await this.#process(item);
          pauseMs = FIRST_PAUSE_MS;
        }
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

  async #process({ id, payload }: InboxItem): Promise<void> {
    const { inbox, events, clock, channel, log } = this.#options;
    let updates: Updates;
    try {
      updates = await this.#toUpdates(payload);
    } catch (error) {
      if (this.#isClosed || !this.#isHopeless(id, error)) throw error;
      log.error({ err: error, channel }, 'An inbox item was dropped after an hour of retries');
      updates = { messages: [], statuses: [], hasMoreInHistory: false };
    }
    inbox.finish(id, () => {
      events.append(toEvents(channel, updates), latestNow(clock));
    });
    events.announce();
  }

  /** Counted from its first failure here: the time it lay in the inbox does not count. */
  #isHopeless(id: number, error: unknown): boolean {
    if (error instanceof UpstreamError || error instanceof BudgetSpentError) return false;
    const now = this.#options.clock.monotonic();
    if (this.#failing?.id !== id) this.#failing = { id, since: now };
    return now >= this.#failing.since + DROP_AFTER_MS;
  }

  async #toUpdates(payload: JsonValue): Promise<Updates> {
    const { receiver, createBudget, readHistory } = this.#options;
    this.#budget = createBudget();
    const updates = await receiver.process(payload, this.#budget);
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
