import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import type { Updates, PushReceiver } from '../datasources/push-receiver.ts';
import type { JsonValue } from '../domain/records.ts';
import type { EventLog, NewEvent } from '../store/event-log.ts';
import type { Inbox, InboxItem } from '../store/inbox.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';

export interface ProcessorOptions {
  channel: string;
  receiver: PushReceiver;
  inbox: Inbox;
  events: EventLog;
  clock: Clock;
  log: Logger;
  /** Reads and publishes what is new in the channel's history. */
  readHistory: () => Promise<void>;
  /** A fresh allowance of calls. */
  createBudget: () => ChannelBudget;
}

const BATCH = 50;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** An item that cannot be understood for so long must not hold up the others for ever. A provider that fails is waited for. */
const GIVE_UP_AFTER_MS = 3_600_000;

/**
 * Works off the inbox of one channel, in the order of coming. What comes of an item is published in the transaction that
 * marks it done, so a crash at any moment publishes nothing twice and nothing never. When the provider must be asked and
 * fails, the item is tried again, later and later.
 */
export class Processor {
  readonly #options: ProcessorOptions;
  #isRunning = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;
  #access: ChannelBudget | null = null;
  /** `since` is monotonic. */
  #failing: { id: number; since: number } | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isRunning || this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Breaks off the item under way, which stays in the inbox with the rest, unless it is nearly done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#access?.abort();
    await this.#running;
  }

  async #run(pauseMs = FIRST_PAUSE_MS): Promise<void> {
    const { inbox, channel, log } = this.#options;
    try {
      for (;;) {
        // Others get a turn between batches: deliveries must be answered meanwhile.
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
        log.error({ err: error, channel }, 'An item of the inbox could not be processed');
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
      log.error({ err: error, channel }, 'An item of the inbox was given up after an hour');
      updates = { messages: [], statuses: [], hasMoreInHistory: false };
    }
    inbox.finish(id, () => {
      events.append(toEvents(channel, updates), latestNow(clock));
    });
    events.announce();
  }

  /** Counted from the first time that it failed here: how long it lay in the inbox says nothing. */
  #isHopeless(id: number, error: unknown): boolean {
    if (error instanceof UpstreamError || error instanceof BudgetSpentError) return false;
    const now = this.#options.clock.monotonic();
    if (this.#failing?.id !== id) this.#failing = { id, since: now };
    return now >= this.#failing.since + GIVE_UP_AFTER_MS;
  }

  async #toUpdates(payload: JsonValue): Promise<Updates> {
    const { receiver, createBudget, readHistory } = this.#options;
    this.#access = createBudget();
    const updates = await receiver.process(payload, this.#access);
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
