import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../util/clock.ts';
import type { Bell } from '../bell.ts';
import type { ReadLimit } from '../ports/archive-index.ts';
import type { Sql, SqlReader, SqlRow, SqlUnit, SqlValue, UnitOptions } from '../sql.ts';
import { STATEMENT_TIMEOUT_MS } from './connection.ts';
import { isConflict, isLost, orConnectionError, toCallerError } from './error.ts';
import { ForeignWrites } from './foreign-writes.ts';
import { lockFence } from './lease-table.ts';
import { inTransaction, query } from './query.ts';
import { readWithin } from './read-within.ts';

/** With growing pauses, 310 ms in all: enough for a conflict. While a server restarts, callers are told so. */
const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 10;
/** An attempt on a server that vanished takes as long as its time limit. */
const LAST_RETRY_AFTER_MS = 10_000;
/** For what another unit has locked. */
const URGENT_WAIT_MS = 250;
/** As long as each pause between two statements may be, where others wait for the locks of both. */
const CONTENDED_IDLE_MS = 1_000;
/** Another one may hang meanwhile. Then what it would write is too old: it begins again. */
const CONTENDED_WAIT_MS = 2_000;

export interface PostgresOptions {
  clock: Clock;
  log: Logger;
  /** How messages name the store. */
  name: string;
  /** Units read as of one moment, and change nothing. */
  isReadOnly: boolean;
}

/**
 * PostgreSQL behind the port. Each unit is a transaction on a connection of its own, and PostgreSQL brings their syncs to disk
 * together. One that meets a conflict, or whose connection breaks, is run again: also when the answer to its COMMIT was
 * lost, since all that it writes is idempotent by key.
 */
export class PostgresSql implements Sql {
  readonly hasIndexedTuples = true;
  readonly isReadOnly: boolean;
  readonly #pool: Pool;
  readonly #options: PostgresOptions;
  readonly #foreignWrites: ForeignWrites;
  readonly #running = new Set<Promise<unknown>>();
  #bell: Bell | null = null;
  #closing: Promise<void> | null = null;

  /** @param pool which it closes */
  constructor(pool: Pool, options: PostgresOptions) {
    this.#pool = pool;
    this.#options = options;
    this.isReadOnly = options.isReadOnly;
    this.#foreignWrites = new ForeignWrites(this, options);
  }

  all(text: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#run((client) => query(client, text, values));
  }

  within(limit: ReadLimit): SqlReader {
    const cancel = async (processId: number): Promise<void> => {
      try {
        await this.all('SELECT pg_cancel_backend($1)', [processId]);
      } catch (error) {
        // Then it ends when the time is over.
        this.#options.log.debug({ err: error }, 'A statement that no one waits for could not be cancelled');
      }
    };
    return {
      all: (text, values = []) =>
        this.#run((client) => readWithin(client, [text, values], limit, STATEMENT_TIMEOUT_MS, cancel)),
    };
  }

  unit<T>(change: (tx: SqlUnit) => Promise<T>, options: UnitOptions = {}): Promise<T> {
    return this.#run((client) => this.#transact(client, change, options));
  }

  async foreignVersion(topic: string): Promise<string> {
    const [row] = await this.all('SELECT version FROM topics WHERE name = $1', [topic]);
    return row ? String(Number(row['version'])) : '0';
  }

  watch(topic: string, listener: () => void): () => void {
    return this.#foreignWrites.watch(topic, listener);
  }

  announce(): void {
    this.#bell?.ring();
  }

  /** From now on others are told of what is announced, and it listens to them. */
  useBell(bell: Bell): void {
    this.#bell = bell;
    this.#foreignWrites.listenTo(bell);
  }

  close(): Promise<void> {
    this.#foreignWrites.close();
    this.#closing ??= Promise.allSettled(this.#running).then(() => this.#pool.end());
    return this.#closing;
  }

  async #run<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closing) throw new Error('The store is closed');
    const running = this.#attempts(work);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw toCallerError(error, this.#options.name);
    } finally {
      this.#running.delete(running);
    }
  }

  async #attempts<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const last = clock.monotonic() + LAST_RETRY_AFTER_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        const mayRepeat = isLost(error) || isConflict(error);
        if (!mayRepeat || attempt === MAX_ATTEMPTS || clock.monotonic() >= last) throw error;
      }
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  async #attempt<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await orConnectionError(this.#pool.connect());
    let isUsable = true;
    try {
      return await work(client);
    } catch (error) {
      isUsable = !isLost(error);
      throw error;
    } finally {
      client.release(!isUsable);
    }
  }

  #transact<T>(client: PoolClient, change: (tx: SqlUnit) => Promise<T>, options: UnitOptions): Promise<T> {
    const { isReadOnly } = this;
    const unit = new PostgresUnit(client, isReadOnly);
    const { fence } = options;
    const fenced = async (tx: SqlUnit): Promise<T> => {
      if (fence) await lockFence(tx, fence);
      return change(tx);
    };
    return inTransaction(
      client,
      isReadOnly ? 'REPEATABLE READ READ ONLY' : 'READ COMMITTED',
      () => unit.run(fenced),
      toSettings(options),
    );
  }
}

function toSettings({ isLazy, isUrgent, isContended }: UnitOptions): string[] {
  return [
    // The next COMMIT that waits for the disk brings this one there too: they are in one log.
    ...(isLazy ? ['synchronous_commit = off'] : []),
    ...(isUrgent ? [`lock_timeout = ${URGENT_WAIT_MS}`] : []),
    ...(isContended
      ? [`idle_in_transaction_session_timeout = ${CONTENDED_IDLE_MS}`, `lock_timeout = ${CONTENDED_WAIT_MS}`]
      : []),
  ];
}

class PostgresUnit implements SqlUnit {
  readonly transaction = {};
  readonly #client: PoolClient;
  readonly #isReadOnly: boolean;
  /** Of the first statement that failed: the transaction can then only be rolled back. */
  #failure: Error | null = null;
  #isOpen = true;

  constructor(client: PoolClient, isReadOnly: boolean) {
    this.#client = client;
    this.#isReadOnly = isReadOnly;
  }

  /** @throws what its first failed statement failed with, even when `change` has caught that */
  async run<T>(change: (tx: SqlUnit) => Promise<T>): Promise<T> {
    try {
      const result = await change(this);
      if (this.#failure !== null) throw this.#failure;
      return result;
    } catch (error) {
      throw this.#failure ?? error;
    } finally {
      this.#isOpen = false;
    }
  }

  async all(text: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    if (!this.#isOpen) throw new Error('The unit has ended');
    try {
      return await query(this.#client, text, values);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  /** The row is locked until the unit ends, and every statement after it sees what those before have committed. */
  async claim(topic: string): Promise<void> {
    if (this.#isReadOnly) return;
    await this.all(
      `INSERT INTO topics (name, version) VALUES ($1, 1)
       ON CONFLICT (name) DO UPDATE SET version = topics.version + 1`,
      [topic],
    );
  }
}
