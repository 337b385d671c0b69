import type { ReadLimit } from '../../src/store/store.ts';
import type { Sql, SqlReader, SqlRow, SqlUnit, SqlValue, UnitOptions } from '../../src/store/sql.ts';

/** A database that is there at once, and whose statements wait until it is open. */
export class OpeningSql implements Sql {
  readonly hasIndexedTuples = true;
  readonly isReadOnly = false;
  readonly #opening: Promise<Sql>;

  constructor(opening: Promise<Sql>) {
    this.#opening = opening;
  }

  async all(text: string, values?: readonly SqlValue[]): Promise<SqlRow[]> {
    return (await this.#opening).all(text, values);
  }

  within(limit: ReadLimit): SqlReader {
    return { all: async (...statement) => (await this.#opening).within(limit).all(...statement) };
  }

  async unit<T>(change: (tx: SqlUnit) => Promise<T>, options?: UnitOptions): Promise<T> {
    return (await this.#opening).unit(change, options);
  }

  async foreignVersion(topic: string): Promise<string> {
    return (await this.#opening).foreignVersion(topic);
  }

  watch(topic: string, listener: () => void): () => void {
    let isOver = false;
    let stop: (() => void) | null = null;
    void this.#opening.then((sql) => {
      if (!isOver) stop = sql.watch(topic, listener);
    });
    return () => {
      isOver = true;
      stop?.();
    };
  }

  announce(): void {
    void this.#opening.then((sql) => {
      sql.announce();
    });
  }

  async close(): Promise<void> {
    await (await this.#opening).close();
  }
}
