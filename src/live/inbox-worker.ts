import type { Logger } from 'pino';
import type { Awaitable } from '../datasources/message-source.ts';
import type { PushReceiver } from '../datasources/push-receiver.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import type { KeptSource } from '../archive/kept-source.ts';
import type { Inbox, Lease } from '../store/store.ts';
import type { ChannelBudget } from '../timeline/request-budget.ts';
import type { Clock } from '../util/clock.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { ChangedMessages } from './changed-messages.ts';
import { Processor } from './processor.ts';
import type { Tail } from './tail.ts';
import { ToldMessages } from './told-messages.ts';

export interface InboxWorkerOptions {
  channel: string;
  receiver: PushReceiver;
  inbox: Inbox;
  /** Of the channel. */
  tail: Pick<Tail, 'catchUpForInbox'>;
  /** The channel's archives, with their sources. */
  kept: readonly Pick<KeptSource, 'archive' | 'source'>[];
  clock: Clock;
  log: Logger;
  /** A fresh call budget. */
  createBudget: () => ChannelBudget;
  /** Who was erased; null: no person. */
  erased: () => Awaitable<ErasedPeople | null>;
}

/** Processes the inbox of a channel while this process is the one that does. */
export class InboxWorker {
  readonly #options: InboxWorkerOptions;
  /** While it has the lease. */
  #processor: Processor | null = null;

  constructor(options: InboxWorkerOptions) {
    this.#options = options;
  }

  /** There may be new items. Another process that has the lease is told by the store. */
  wake(): void {
    this.#processor?.wake();
  }

  /** Until the lease ends. Never fails. */
  async workWith(lease: Lease): Promise<void> {
    const { channel, inbox } = this.#options;
    const changed = this.#openChanged(lease);
    const processor = this.#openProcessor(lease, changed);
    this.#processor = processor;
    const stopListening = inbox.onForeignArrival(channel, () => {
      processor.wake();
    });
    processor.wake();
    await untilAborted(lease.signal);
    stopListening();
    this.#processor = null;
    await processor.close();
    await changed.close();
  }

  #openProcessor(lease: Lease, changed: ChangedMessages): Processor {
    const { channel, receiver, inbox, tail, clock, log, createBudget } = this.#options;
    const told = this.#openTold(lease);
    return new Processor({
      channel,
      receiver,
      inbox,
      fence: lease,
      clock,
      log,
      keepChanged: (messages) => changed.keep(messages),
      keepTold: (seconds) => told.keep(seconds),
      readHistory: () => tail.catchUpForInbox(lease),
      createBudget,
    });
  }

  #openChanged(lease: Lease): ChangedMessages {
    const { channel, kept, clock, log, erased } = this.#options;
    return new ChangedMessages({
      archives: kept.map(({ archive }) => archive),
      clock,
      lease,
      erased,
      onFailure: (err) => {
        log.warn(
          { channel, err },
          'What has changed could not be kept in an archive; the gateway tries again',
        );
      },
    });
  }

  #openTold(lease: Lease): ToldMessages {
    const { channel, kept, clock, log } = this.#options;
    return new ToldMessages({
      kept,
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
}
