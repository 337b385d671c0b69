import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from '../datasources/errors.ts';
import type { Clock } from '../datasources/kit/clock.ts';
import type { Access } from '../datasources/message-source.ts';
import type { News, PushReceiver } from '../datasources/push-receiver.ts';
import type { EventLog, NewEvent } from '../store/event-log.ts';
import type { Inbox, InboxItem } from '../store/inbox.ts';

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
  createAccess: () => Access;
}

const BATCH = 50;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Works off the inbox of one channel, in the order of coming. What comes of an item is published in the transaction that
 * marks it done, so a crash at any moment publishes nothing twice and nothing never. When the provider must be asked and
 * fails, the item is tried again, later and later.
 */
export class Processor {
  readonly #options: ProcessorOptions;
  #isRunning = false;
  #isClosed = false;
  #isPaused = false;
  #retry: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isRunning || this.#isClosed || this.#isPaused) return;
    clearTimeout(this.#retry);
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Leaves items in the inbox until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  /** Waits for the item under way. The rest stays in the inbox. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#running;
  }

  async #run(pauseMs = FIRST_PAUSE_MS): Promise<void> {
    const { inbox, channel, log } = this.#options;
    try {
      for (;;) {
        // Others get a turn between batches: deliveries must be answered meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
        const items = this.#isClosed || this.#isPaused ? [] : inbox.waiting(channel, BATCH);
        if (items.length === 0) break;
        for (const item of items) {
          if (this.#isClosed || this.#isPaused) break;
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
    const { receiver, inbox, events, clock, channel, createAccess, readHistory } = this.#options;
    const news = await receiver.process(payload, createAccess());
    if (news.hasMoreInHistory) await readHistory();
    inbox.finish(id, () => {
      events.append(toEvents(channel, news), clock.now());
    });
    events.announce();
  }
}

function toEvents(channel: string, { messages, statuses }: News): NewEvent[] {
  return [
    ...messages.map((message): NewEvent => ({ type: 'message', channel, message })),
    ...statuses.map((status): NewEvent => ({ type: 'status', channel, status })),
  ];
}
