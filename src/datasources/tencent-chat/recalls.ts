import type { RecallStore } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { earliestNow } from '../../util/present.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

/** Longer than any page is kept: by then every page in use was fetched after the recall, and shows it by itself. */
const KEEP_FOR_MS = 100 * 86_400_000;

/**
 * The messages of one official account that were recalled after pages with them had been cached. A page of old
 * history is fresh for as long as it is old, and several cached pages may show one message, so every cached page is
 * read through this list.
 */
export class Recalls {
  readonly #store: RecallStore;
  readonly #clock: Clock;
  /** The recalled messages' keys, as of a version of the store. */
  #known: { keys: ReadonlySet<string>; version: string } | null = null;
  /** The keys that a reading has been shown. */
  #shown = new WeakMap<object, ReadonlySet<string>>();

  constructor(store: RecallStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async note({ messageSequence, messageKey }: TencentChatMessageRecord): Promise<void> {
    const before = earliestNow(this.#clock) - KEEP_FOR_MS;
    await this.#store.note(Number(messageSequence), messageKey, this.#clock.now(), before);
    this.#shown = new WeakMap();
  }

  /**
   * @param reading all pages of one reading show the same recalls, so the store is looked at once for them
   * @returns the same messages, with those recalled since shown as recalled
   */
  async apply(
    messages: readonly TencentChatMessageRecord[],
    reading: object,
  ): Promise<readonly TencentChatMessageRecord[]> {
    const recalled = await this.#keys(reading);
    const isRecalled = ({ messageKey, availability }: TencentChatMessageRecord): boolean =>
      availability === 'AVAILABLE' && recalled.has(messageKey);
    if (recalled.size === 0 || !messages.some(isRecalled)) return messages;
    return messages.map((message) =>
      isRecalled(message) ? { ...message, availability: 'RECALLED', text: null, parts: null } : message,
    );
  }

  /** Recalls are rare, so all of an account's fit into memory. */
  async #keys(reading: object): Promise<ReadonlySet<string>> {
    const shown = this.#shown;
    const keys = shown.get(reading) ?? (await this.#read());
    shown.set(reading, keys);
    return keys;
  }

  async #read(): Promise<ReadonlySet<string>> {
    // Before the keys: what is noted meanwhile makes them outdated.
    const version = await this.#store.version();
    if (this.#known?.version === version) return this.#known.keys;
    const keys = new Set(await this.#store.keys());
    this.#known = { keys, version };
    return keys;
  }
}
