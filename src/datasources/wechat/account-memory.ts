import type { Database, Statement } from '../../store/sqlite/database.ts';
import type { ColumnSeal } from '../../store/vault.ts';

/** The few things about one account that must outlive the process, each a text with a name. */
export class AccountMemory {
  readonly #account: string | Uint8Array;
  readonly #value: ColumnSeal;
  readonly #get: Statement;
  readonly #set: Statement;

  constructor(database: Database, account: string) {
    const { vault } = database;
    this.#account = vault.key('wechat_account.account').seal(account);
    this.#value = vault.value('wechat_account.value');
    this.#get = database.prepare('SELECT value FROM wechat_account WHERE account = ? AND name = ?');
    this.#set = database.prepare('INSERT OR REPLACE INTO wechat_account VALUES (?, ?, ?)');
  }

  get(name: string): string | null {
    const row = this.#get.get(this.#account, name);
    return row ? this.#value.open(row['value']) : null;
  }

  set(name: string, value: string): void {
    this.#set.run(this.#account, name, this.#value.seal(value));
  }
}
