import type { Sql } from '../sql.ts';

/** Tells when what was read may be outdated: after own changes of its kind, and after any of other processes. */
export class OwnWrites {
  readonly #sql: Sql;
  #count = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async version(): Promise<string> {
    const foreign = await this.#sql.foreignVersion();
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
