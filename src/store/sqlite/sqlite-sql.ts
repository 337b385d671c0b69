import type { ReadLimit } from '../ports/archive-index.ts';
import type { Sql, SqlReader, SqlRow, SqlUnit, SqlValue, UnitOptions } from '../sql.ts';
import type { Database } from './database.ts';
import { SQLITE_BUSY, sqliteCodeOf } from './error.ts';
import { rollBack, rollBackPart } from './transaction.ts';

/** So that a group does not hold up the event loop for long. */
const MAX_GROUP = 100;
/** Each attempt takes as long as SQLite waits. */
const MAX_ATTEMPTS = 8;

interface Unit {
  change: (tx: SqlUnit) => Promise<unknown>;
  options: UnitOptions;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/**
 * SQLite behind the port. Each transaction costs a sync to disk, so units that begin in one turn of the event loop share
 * one. One that comes alone does not wait for others.
 */
export class SqliteSql implements Sql {
  readonly hasIndexedTuples = false;
  readonly isReadOnly: boolean;
  readonly #database: Database;
  readonly #reader: Database;
  #waiting: Unit[] = [];
  #writing: Promise<void> | null = null;
  #foreignVersion: Promise<string> | null = null;
  /** The transaction under way. */
  #transaction: Promise<unknown> | null = null;

  /** @param reader another connection to the same file, which sees what is committed; in memory there is none */
  constructor(database: Database, reader = database) {
    this.#database = database;
    this.isReadOnly = database.isReadOnly;
    this.#reader = reader;
  }

  foreignVersion(): Promise<string> {
    if (!this.#foreignVersion) {
      this.#foreignVersion = Promise.resolve(this.#database.dataVersion());
      // Before any other I/O is seen: what a caller asks for next may have been written before it asked.
      process.nextTick(() => {
        this.#foreignVersion = null;
      });
    }
    return this.#foreignVersion;
  }

  async all(text: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    await this.#committed();
    return this.#reader.statement(text).all(...values);
  }

  within(limit: ReadLimit): SqlReader {
    return {
      all: async (text, values = []) => {
        await this.#committed();
        return this.#reader.within(limit, () => this.#reader.statement(text).all(...values));
      },
    };
  }

  /** Gateways do not share a file, and a command that runs beside one brings nothing that would have to be noticed at once. */
  watch(): () => void {
    return () => undefined;
  }

  announce(): void {
    // No other process listens.
  }

  unit<T>(change: (tx: SqlUnit) => Promise<T>, options: UnitOptions = {}): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ change, options, resolve, reject });
    this.#writing ??= this.#writeAll();
    return promise as Promise<T>;
  }

  /** The only connection sees what is not committed yet. */
  async #committed(): Promise<void> {
    while (this.#reader === this.#database && this.#transaction) await settle(this.#transaction);
  }

  async close(): Promise<void> {
    await this.#writing;
    if (this.#reader !== this.#database) this.#reader.close();
    this.#database.close();
  }

  async #writeAll(): Promise<void> {
    let attempt = 1;
    while (this.#waiting.length > 0) {
      // Others may begin in this turn.
      await new Promise((resolve) => setImmediate(resolve));
      const units = this.#waiting.slice(0, MAX_GROUP);
      const writing = units.every(({ options }) => options.isLazy)
        ? this.#writeUnsynced(units)
        : this.#write(units);
      this.#transaction = writing;
      const written = await settle(writing);
      this.#transaction = null;
      // Another process is writing, and SQLite has waited for it as long as it may.
      const isToRetry = written.status === 'rejected' && isBusy(written.reason) && attempt < MAX_ATTEMPTS;
      const retried = isToRetry ? units.filter(({ options }) => !options.isUrgent) : [];
      attempt = retried.length > 0 ? attempt + 1 : 1;
      this.#waiting.splice(0, units.length, ...retried);
      for (const [index, unit] of units.entries()) {
        if (retried.includes(unit)) continue;
        const result = written.status === 'fulfilled' ? written.value[index] : written;
        if (result?.status === 'fulfilled') unit.resolve(result.value);
        else unit.reject(result?.reason);
      }
    }
    this.#writing = null;
  }

  /** The next transaction that is synced syncs this one too: they are in one file. */
  async #writeUnsynced(units: readonly Unit[]): Promise<PromiseSettledResult<unknown>[]> {
    this.#database.exec('PRAGMA synchronous = NORMAL');
    try {
      return await this.#write(units);
    } finally {
      if (this.#database.isOpen) this.#database.exec('PRAGMA synchronous = FULL');
    }
  }

  /**
   * Savepoints cost as much as the statements of a unit, and hardly any unit fails: only when one has, the units of its group
   * run again, each in its own.
   */
  async #write(units: readonly Unit[]): Promise<PromiseSettledResult<unknown>[]> {
    const together = await this.#inTransaction((transaction) => this.#runAll(units, transaction));
    return together ?? this.#inTransaction((transaction) => this.#runEach(units, transaction));
  }

  /** @returns what `change` does; null, and nothing is kept, when that is null */
  async #inTransaction<T>(change: (transaction: object) => Promise<T>): Promise<T> {
    // A file that may only be read is read as of one moment.
    this.#database.exec(this.isReadOnly ? 'BEGIN' : 'BEGIN IMMEDIATE');
    try {
      const result = await change({});
      if (result === null) rollBack(this.#database);
      else this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(this.#database);
      throw error;
    }
  }

  /**
   * @returns null when one of several fails: which of them, only `#runEach` tells
   * @throws its error when that has ended the whole transaction, as a full disk may
   */
  async #runAll(
    units: readonly Unit[],
    transaction: object,
  ): Promise<PromiseFulfilledResult<unknown>[] | null> {
    const results: PromiseFulfilledResult<unknown>[] = [];
    for (const { change } of units) {
      const result = await settle(this.#run(change, transaction));
      if (result.status === 'fulfilled') results.push(result);
      else if (units.length > 1 && this.#database.isTransaction) return null;
      else throw result.reason;
    }
    return results;
  }

  /** @throws as `#runAll` */
  async #runEach(units: readonly Unit[], transaction: object): Promise<PromiseSettledResult<unknown>[]> {
    const results: PromiseSettledResult<unknown>[] = [];
    for (const { change } of units) {
      this.#database.exec('SAVEPOINT part');
      const result = await settle(this.#run(change, transaction));
      if (result.status === 'fulfilled') this.#database.exec('RELEASE part');
      else if (!rollBackPart(this.#database)) throw result.reason;
      results.push(result);
    }
    return results;
  }

  async #run(change: Unit['change'], transaction: object): Promise<unknown> {
    const database = this.#database;
    let isOpen = true;
    const tx: SqlUnit = {
      transaction,
      // Units run one after the other anyway, and the file's own version covers all of it.
      claim: () => Promise.resolve(),
      all: async (text, values = []) => {
        if (!isOpen) throw new Error('The unit has ended');
        return Promise.resolve(database.statement(text).all(...values));
      },
    };
    try {
      return await change(tx);
    } finally {
      isOpen = false;
    }
  }
}

async function settle<T>(promise: Promise<T>): Promise<PromiseSettledResult<Awaited<T>>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error) === SQLITE_BUSY;
}
