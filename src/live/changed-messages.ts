import { ArchiveGuard } from '../archive/archive-guard.ts';
import { keepChanged } from '../archive/keep-changed.ts';
import type { Awaitable } from '../datasources/message-source.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import type { MessageRecord } from '../domain/records.ts';
import { LostLeaseError } from '../errors/store-error.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { Lease, MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';

export interface ChangedMessagesOptions {
  /** Of the channel's sources: a message is of one of them. */
  archives: readonly MessageArchive[];
  clock: Clock;
  lease: Lease;
  /** Who was erased; null: no person. Left out: the same. */
  erased?: () => Awaitable<ErasedPeople | null>;
  /** The archives' store fails: called once, until it answers again. Or a message cannot be kept, and is left to the passes. */
  onFailure: (error: unknown) => void;
}

/** An archive that is well takes less, so who reads a message when its event comes finds it changed. */
const LONGEST_WAIT_MS = 250;
const RETRY_MS = 60_000;
/** At a time: to look them up and compare them takes some milliseconds. */
const MOST_KEPT = 50;
/** The oldest beyond these are left to the passes, which find what is less than a month old. */
const MAX_WAITING = 10_000;

/** Keeps new versions of messages that archives have. While their store is slow or fails, those wait, and nothing else waits for them. */
export class ChangedMessages {
  readonly #options: ChangedMessagesOptions;
  readonly #guard: ArchiveGuard;
  /** By key, in the newest version. */
  readonly #waiting = new Map<string, MessageRecord>();
  #running: Promise<void> | null = null;

  constructor(options: ChangedMessagesOptions) {
    this.#options = options;
    this.#guard = new ArchiveGuard(options.onFailure);
  }

  /** @returns when they are kept, or sooner: when that takes long. @throws LostLeaseError */
  async keep(messages: readonly MessageRecord[]): Promise<void> {
    if (this.#options.archives.length === 0) return;
    for (const message of messages) {
      this.#waiting.delete(message.key);
      this.#waiting.set(message.key, message);
    }
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= MAX_WAITING) break;
      this.#waiting.delete(key);
    }
    // What has come before takes long already.
    if (this.#running) return;
    const first = this.#keepWaiting();
    this.#running = this.#keepAll(first);
    const pause = new AbortController();
    try {
      await Promise.race([first, this.#options.clock.sleep(LONGEST_WAIT_MS, pause.signal)]);
    } finally {
      pause.abort();
    }
  }

  /** Call it once the lease has ended. Waits until all is kept, unless the store fails. */
  async close(): Promise<void> {
    await this.#running;
  }

  /** @param first the first attempt */
  async #keepAll(first: Promise<boolean>): Promise<void> {
    const { clock, lease, onFailure } = this.#options;
    try {
      let isKept = await first;
      while (this.#waiting.size > 0) {
        if (!isKept && lease.signal.aborted) break;
        if (!isKept) await clock.sleep(RETRY_MS, lease.signal);
        isKept = await this.#keepWaiting();
      }
    } catch (error) {
      // With a lost lease it is closed soon, and another process keeps what comes.
      if (!(error instanceof LostLeaseError)) onFailure(error);
    } finally {
      this.#running = null;
    }
  }

  /** @returns false: the store fails */
  #keepWaiting(): Promise<boolean> {
    return this.#guard.run(
      async () => {
        while (this.#waiting.size > 0) {
          await this.#keepSome([...this.#waiting.values()].slice(0, MOST_KEPT));
          // In memory all of it happens at once, so other work would not run in between.
          await new Promise((resolve) => setImmediate(resolve));
        }
        return true;
      },
      () => false,
    );
  }

  async #keepSome(messages: readonly MessageRecord[]): Promise<void> {
    const { archives, clock, lease: fence, erased = () => null, onFailure } = this.#options;
    try {
      for (const archive of archives)
        await keepChanged(archive, messages, { readAt: latestNow(clock), fence, readErased: erased });
    } catch (error) {
      if (isStoreFailure(error) || error instanceof LostLeaseError) throw error;
      // One of them cannot be kept, such as where what is kept does not open: the others can.
      if (messages.length > 1) {
        for (const message of messages) await this.#keepSome([message]);
        return;
      }
      onFailure(error);
    }
    // In another version, it has come meanwhile.
    for (const message of messages)
      if (this.#waiting.get(message.key) === message) this.#waiting.delete(message.key);
  }
}
