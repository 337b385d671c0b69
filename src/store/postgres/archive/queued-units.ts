import type { Sql, SqlReader, SqlRow, SqlUnit, UnitOptions } from '../../sql.ts';

/** Reads, and changes in units. */
export type Units = Pick<Sql, 'all' | 'unit'>;

/**
 * Lets a few units at a time take a connection; the others wait here, in the order in which they came. Units of archives wait for each
 * other's rows: in the pool all that wait would hold a connection each, and what else needs one would get none.
 */
export class QueuedUnits implements Units {
  readonly #sql: Units;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  readonly #begun = new Set<Promise<unknown>>();
  #running = 0;

  constructor(sql: Units, most: number) {
    this.#sql = sql;
    this.#most = most;
  }

  all(...statement: Parameters<SqlReader['all']>): Promise<SqlRow[]> {
    return this.#sql.all(...statement);
  }

  unit<T>(change: (tx: SqlUnit) => Promise<T>, options?: UnitOptions): Promise<T> {
    const done = this.#run(change, options);
    const settled = Promise.allSettled([done]);
    this.#begun.add(settled);
    void settled.then(() => this.#begun.delete(settled));
    return done;
  }

  /** Waits until all units that have been begun are at their end. */
  async settled(): Promise<void> {
    await Promise.all(this.#begun);
  }

  async #run<T>(change: (tx: SqlUnit) => Promise<T>, options?: UnitOptions): Promise<T> {
    if (this.#running === this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await this.#sql.unit(change, options);
    } finally {
      // The next one runs in place of it.
      const begin = this.#waiting.shift();
      if (begin) begin();
      else this.#running--;
    }
  }
}
