import type { Inbox } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

export interface InboxWaitOptions {
  channel: string;
  inbox: Pick<Inbox, 'waitingIds'>;
  clock: Clock;
  /** Asked again and again. */
  mayWait: () => boolean;
}

const LOOK_EVERY_MS = 100;
/** Longer than it takes until another process continues with the inbox of one that was killed. */
const MAX_WAIT_MS = 15_000;

/**
 * Lets webhooks come before the history: a message is published once, as it came first, and a delivery often says more of it.
 * So a reader of the history waits for deliveries that were accepted, though not for ones that cannot be processed.
 */
export class InboxWait {
  readonly #options: InboxWaitOptions;
  #leftMs = MAX_WAIT_MS;

  constructor(options: InboxWaitOptions) {
    this.#options = options;
  }

  /** Waits until what is in the inbox now is processed; all waits together are at most 15 seconds. */
  async untilProcessed(): Promise<void> {
    const { channel, inbox, clock, mayWait } = this.#options;
    let waiting = await inbox.waitingIds(channel);
    if (waiting === null) return;
    const { newest } = waiting;
    while (waiting !== null && waiting.oldest <= newest && this.#leftMs > 0 && mayWait()) {
      await clock.sleep(LOOK_EVERY_MS);
      this.#leftMs -= LOOK_EVERY_MS;
      waiting = await inbox.waitingIds(channel);
    }
  }
}
