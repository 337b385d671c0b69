import { z } from 'zod';
import type { Database, Statement } from '../../store/sqlite/database.ts';
import type { ColumnSeal } from '../../store/vault.ts';
import type { Clock } from '../../util/clock.ts';
import { earliestNow } from '../../util/present.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

/** Longer than any page is kept: by then every page in use was fetched after the recall, and shows it by itself. */
const KEEP_FOR_MS = 100 * 86_400_000;

const row = z.object({ message_key: z.unknown() });

/**
 * The messages of one official account that were recalled after pages with them had been cached. A page of old
 * history is fresh for as long as it is old, and several cached pages may show one message, so every cached page is
 * read through this list.
 */
export class Recalls {
  readonly #clock: Clock;
  readonly #account: readonly [sdkAppId: string | Uint8Array, officialAccount: string | Uint8Array];
  readonly #key: ColumnSeal;
  readonly #note: Statement;
  readonly #forget: Statement;
  readonly #all: Statement;
  readonly #database: Database;
  /** The recalled messages' keys, as of a version of the file. */
  #known: { keys: ReadonlySet<string>; version: unknown } | null = null;
  readonly #seenBy = new WeakSet();

  constructor(database: Database, clock: Clock, sdkAppId: number, officialAccount: string) {
    this.#clock = clock;
    this.#database = database;
    const { vault } = database;
    this.#account = [
      // A column of integers: SQLite makes one of a text of digits, and leaves a sealed text as it is.
      vault.key('tencent_chat_recall.sdk_app_id').seal(String(sdkAppId)),
      vault.key('tencent_chat_recall.official_account').seal(officialAccount),
    ];
    this.#key = vault.key('tencent_chat_recall.message_key');
    this.#note = database.prepare(
      'INSERT INTO tencent_chat_recall VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET noted_at = excluded.noted_at',
    );
    this.#forget = database.prepare(
      'DELETE FROM tencent_chat_recall WHERE sdk_app_id = ? AND official_account = ? AND noted_at < ?',
    );
    this.#all = database.prepare(
      'SELECT message_key FROM tencent_chat_recall WHERE sdk_app_id = ? AND official_account = ?',
    );
  }

  note({ messageSequence, messageKey }: TencentChatMessageRecord): void {
    this.#forget.run(...this.#account, earliestNow(this.#clock) - KEEP_FOR_MS);
    this.#note.run(...this.#account, Number(messageSequence), this.#key.seal(messageKey), this.#clock.now());
    this.#known = null;
  }

  /**
   * @param reading all pages of one reading show the same recalls, so the store is looked at once for them
   * @returns the same messages, with those recalled since shown as recalled
   */
  apply(messages: readonly TencentChatMessageRecord[], reading: object): readonly TencentChatMessageRecord[] {
    const recalled = this.#keys(reading);
    const isRecalled = ({ messageKey, availability }: TencentChatMessageRecord): boolean =>
      availability === 'AVAILABLE' && recalled.has(messageKey);
    if (recalled.size === 0 || !messages.some(isRecalled)) return messages;
    return messages.map((message) =>
      isRecalled(message) ? { ...message, availability: 'RECALLED', text: null, parts: null } : message,
    );
  }

  /** Recalls are rare, so all of an account's fit into memory. */
  #keys(reading: object): ReadonlySet<string> {
    if (this.#known && this.#seenBy.has(reading)) return this.#known.keys;
    this.#seenBy.add(reading);
    const version = this.#database.dataVersion();
    if (this.#known === null || this.#known.version !== version) {
      const rows = this.#all.all(...this.#account);
      const keys = new Set(rows.map((found) => this.#key.open(row.parse(found).message_key)));
      this.#known = { keys, version };
      return keys;
    }
    return this.#known.keys;
  }
}
