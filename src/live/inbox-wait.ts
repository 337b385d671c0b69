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
  /** The item that was waited for in vain: as long as it is there, it keeps later ones from being processed. */
  #stuckId: number | null = null;

  constructor(options: InboxWaitOptions) {
    this.#options = options;
  }

  /** All waits until the next pass are at most 15 seconds. */
  beginPass(): void {
    this.#leftMs = MAX_WAIT_MS;
  }

  /** Waits until what is in the inbox now is processed, unless an earlier wait for the oldest item was in vain. */
  async untilProcessed(): Promise<void> {
    if (this.#leftMs <= 0) return;
    const { channel, inbox, clock, mayWait } = this.#options;
    const began = clock.monotonic();
    const until = began + this.#leftMs;
    let waiting = await inbox.waitingIds(channel);
    const newest = waiting?.newest ?? 0;
    while (waiting !== null && waiting.oldest <= newest && waiting.oldest !== this.#stuckId && mayWait()) {
      if (clock.monotonic() >= until) this.#stuckId = waiting.oldest;
      else {
        await clock.sleep(LOOK_EVERY_MS);
        waiting = await inbox.waitingIds(channel);
      }
    }
    this.#leftMs -= clock.monotonic() - began;
  }
}
