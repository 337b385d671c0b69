import type { Sql } from '../sql.ts';
import type { RecallStore } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import type { OwnWrites } from './own-writes.ts';

export class SqlRecalls implements RecallStore {
  readonly #sql: Sql;
  readonly #account: readonly [sdkAppId: string | Uint8Array, officialAccount: string | Uint8Array];
  readonly #key: ColumnSeal;
  readonly #notes: OwnWrites;

  /** @param notes of all accounts: several channels may have one */
  constructor(sql: Sql, vault: Vault, notes: OwnWrites, sdkAppId: number, officialAccount: string) {
    this.#sql = sql;
    this.#notes = notes;
    this.#account = [
      // A column of integers: SQLite makes one of a text of digits, and leaves a sealed text as it is.
      vault.key('tencent_chat_recall.sdk_app_id').seal(String(sdkAppId)),
      vault.key('tencent_chat_recall.official_account').seal(officialAccount),
    ];
    this.#key = vault.key('tencent_chat_recall.message_key');
  }

  version(): Promise<string> {
    return this.#notes.version();
  }

  note(messageSequence: number, messageKey: string, now: number, before: number): Promise<void> {
    return this.#notes.during(
      this.#sql.unit(async (tx) => {
        await this.#notes.claim(tx);
        await tx.all(
          'DELETE FROM tencent_chat_recall WHERE sdk_app_id = $1 AND official_account = $2 AND noted_at < $3',
          [...this.#account, before],
        );
        await tx.all(
          `INSERT INTO tencent_chat_recall (sdk_app_id, official_account, message_sequence, message_key, noted_at)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (sdk_app_id, official_account, message_sequence, message_key)
           DO UPDATE SET noted_at = excluded.noted_at`,
          [...this.#account, messageSequence, this.#key.seal(messageKey), now],
        );
      }),
    );
  }

  forget(messageKeys: readonly string[]): Promise<number> {
    return this.#notes.during(
      this.#sql.unit(async (tx) => {
        await this.#notes.claim(tx);
        let forgotten = 0;
        for (const key of messageKeys) {
          const rows = await tx.all(
            `DELETE FROM tencent_chat_recall
             WHERE sdk_app_id = $1 AND official_account = $2 AND message_key = $3 RETURNING 1`,
            [...this.#account, this.#key.seal(key)],
          );
          forgotten += rows.length;
        }
        return forgotten;
      }),
    );
  }

  async keys(): Promise<string[]> {
    const rows = await this.#sql.all(
      'SELECT message_key FROM tencent_chat_recall WHERE sdk_app_id = $1 AND official_account = $2',
      this.#account,
    );
    return rows.map((row) => this.#key.open(row['message_key']));
  }
}
