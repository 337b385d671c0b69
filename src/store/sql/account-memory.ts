import type { Sql } from '../sql.ts';
import type { AccountMemory } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';

export class SqlAccountMemory implements AccountMemory {
  readonly #sql: Sql;
  readonly #account: string | Uint8Array;
  readonly #value: ColumnSeal;

  constructor(sql: Sql, vault: Vault, account: string) {
    this.#sql = sql;
    this.#account = vault.key('wechat_account.account').seal(account);
    this.#value = vault.value('wechat_account.value');
  }

  async get(name: string): Promise<string | null> {
    const [row] = await this.#sql.all('SELECT value FROM wechat_account WHERE account = $1 AND name = $2', [
      this.#account,
      name,
    ]);
    return row ? this.#value.open(row['value']) : null;
  }

  async set(name: string, value: string): Promise<void> {
    await this.#sql.unit((tx) =>
      tx.all(
        `INSERT INTO wechat_account (account, name, value) VALUES ($1, $2, $3)
         ON CONFLICT (account, name) DO UPDATE SET value = excluded.value`,
        [this.#account, name, this.#value.seal(value)],
      ),
    );
  }
}
