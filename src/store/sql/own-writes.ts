import type { Sql, SqlUnit } from '../sql.ts';

/** Tells when what was read may be outdated: after own changes of its kind, and after any of other processes. */
export class OwnWrites {
  readonly #sql: Sql;
  readonly #topic: string;
  #count = 0;

  constructor(sql: Sql, topic: string) {
    this.#sql = sql;
    this.#topic = topic;
  }

  /** Every unit that changes what was read begins with it. */
  claim(tx: SqlUnit): Promise<void> {
    return tx.claim(this.#topic);
  }

  async version(): Promise<string> {
    const foreign = await this.#sql.foreignVersion(this.#topic);
    return `${this.#count} ${foreign}`;
  }

  /** What was read while it ran is outdated after it, however it ended. */
  async during<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      this.#count++;
    }
  }
}
