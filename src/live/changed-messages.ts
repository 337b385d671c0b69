import { ArchiveGuard } from '../archive/archive-guard.ts';
import { keepChanged } from '../archive/keep-changed.ts';
import type { Awaitable } from '../datasources/message-source.ts';
import { withoutErased, type ErasedPeople } from '../domain/erasure.ts';
import type { MessageRecord } from '../domain/records.ts';
import { LostLeaseError } from '../errors/store-error.ts';
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
  /** The archives' store fails: called once, until it answers again. */
  onFailure: (error: unknown) => void;
}

const RETRY_MS = 60_000;
/** At a time, as pages of sources are. */
const MOST_KEPT = 500;
/** The oldest beyond these are left to the passes, which find what is less than a month old. */
const MAX_WAITING = 10_000;

/** Keeps new versions of messages that archives have. While their store fails, those wait, and nothing else waits for them. */
export class ChangedMessages {
  readonly #options: ChangedMessagesOptions;
  readonly #guard: ArchiveGuard;
  /** By key, in the newest version. */
  readonly #waiting = new Map<string, MessageRecord>();
  #retrying: Promise<void> | null = null;

  constructor(options: ChangedMessagesOptions) {
    this.#options = options;
    this.#guard = new ArchiveGuard(options.onFailure);
  }

  /** @throws LostLeaseError */
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
    await this.#keepWaiting();
    if (this.#waiting.size > 0) this.#retrying ??= this.#retry();
  }

  /** Call it once the lease has ended. */
  async close(): Promise<void> {
    await this.#retrying;
  }

  async #keepWaiting(): Promise<void> {
    const messages = [...this.#waiting.values()];
    await this.#guard.run(
      async () => {
        for (let from = 0; from < messages.length; from += MOST_KEPT)
          await this.#keepSome(messages.slice(from, from + MOST_KEPT));
      },
      () => undefined,
    );
  }

  async #keepSome(messages: readonly MessageRecord[]): Promise<void> {
    const { archives, clock, lease, erased } = this.#options;
    // While they waited, a person may have been erased.
    const people = (await erased?.()) ?? null;
    const left =
      people === null ? messages : messages.flatMap((message) => withoutErased(message, people) ?? []);
    for (const archive of archives) await keepChanged(archive, left, latestNow(clock), lease);
    // In another version, it has come meanwhile.
    for (const message of messages)
      if (this.#waiting.get(message.key) === message) this.#waiting.delete(message.key);
  }

  async #retry(): Promise<void> {
    const { clock, lease, onFailure } = this.#options;
    const isOver = (): boolean => lease.signal.aborted || this.#waiting.size === 0;
    try {
      while (!isOver()) {
        await clock.sleep(RETRY_MS, lease.signal);
        if (!isOver()) await this.#keepWaiting();
      }
    } catch (error) {
      // With a lost lease it is closed soon, and another process keeps what comes.
      if (!(error instanceof LostLeaseError)) onFailure(error);
    } finally {
      this.#retrying = null;
    }
  }
}
