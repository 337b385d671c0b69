import type { KeyObject } from 'node:crypto';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UnreachableStoreError } from '../../../errors/store-error.ts';
import { BudgetSpentError } from '../../../errors/upstream-error.ts';
import type { LimitedReader, SqlReader, SqlRow, SqlValue } from '../../sql.ts';
import type { ArchiveEntry, ArchivePage, KeptPage, ReadLimit } from '../../store.ts';

/** With which the thread opens its own connection. */
export interface ThreadData {
  file: string;
  encryptionKey: KeyObject | null;
  isReader: boolean;
}

/** Which archive, as for `ProviderStores.messageArchive`. */
export interface ArchiveName {
  source: string;
  account: string;
}

export type ThreadTask =
  | ({ type: 'KEEP'; page: ArchivePage } & ArchiveName)
  | ({ type: 'REMOVE'; keys: readonly string[] } & ArchiveName)
  | ({ type: 'REPLACE'; entries: readonly ArchiveEntry[]; readAt: number } & ArchiveName)
  | { type: 'READ'; text: string; values: readonly SqlValue[]; limit: ThreadLimit | null };

/** A `ReadLimit` as it comes over. */
export interface ThreadLimit {
  /** By `monotonicOfAll`. */
  endsAt: number;
  /** One number of 32 bits: other than 0 when it was aborted. */
  aborted: SharedArrayBuffer;
}

/** Null: it is to finish what it has, and end. */
export type ThreadRequest = { id: number; task: ThreadTask } | null;

/** What became of a task. An error's class does not come over, so what is known by its code has that. */
export type ThreadAnswer = { id: number } & (
  | { kept: KeptPage }
  | { removed: number }
  | { replaced: true }
  | { rows: SqlRow[] }
  | { isOver: true }
  | { problem: string; errcode: number | null }
);

interface Waiting {
  resolve: (answer: ThreadAnswer) => void;
  reject: (error: Error) => void;
}

/** The published program has its modules with another ending, and this one where its folder would be. */
const PROGRAM = join(import.meta.dirname, `worker${extname(import.meta.filename)}`);

/**
 * Works on the archive's file in a thread of its own, which begins with the first task and does not keep the process from
 * ending. Tasks run one after the other, so what writes and what reads have a thread each.
 */
export class ArchiveThread implements LimitedReader {
  readonly #data: ThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  /** @returns once it is on disk */
  async keep(archive: ArchiveName, page: ArchivePage): Promise<KeptPage> {
    const answer = await this.#ask({ type: 'KEEP', ...archive, page });
    return 'kept' in answer ? answer.kept : refuse();
  }

  /** @returns once it is on disk */
  async remove(archive: ArchiveName, keys: readonly string[]): Promise<number> {
    const answer = await this.#ask({ type: 'REMOVE', ...archive, keys });
    return 'removed' in answer ? answer.removed : refuse();
  }

  /** @returns once it is on disk */
  async replace(archive: ArchiveName, entries: readonly ArchiveEntry[], readAt: number): Promise<void> {
    const answer = await this.#ask({ type: 'REPLACE', ...archive, entries, readAt });
    if (!('replaced' in answer)) refuse();
  }

  async all(text: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#read(text, values, null);
  }

  within({ msLeft, signal }: ReadLimit): SqlReader {
    const limit = { endsAt: monotonicOfAll() + msLeft, aborted: new SharedArrayBuffer(4) };
    return {
      all: async (text, values = []) => {
        const abort = (): void => {
          Atomics.store(new Int32Array(limit.aborted), 0, 1);
        };
        if (signal?.aborted) abort();
        signal?.addEventListener('abort', abort, { once: true });
        try {
          return await this.#read(text, values, limit);
        } finally {
          signal?.removeEventListener('abort', abort);
        }
      },
    };
  }

  async #read(text: string, values: readonly SqlValue[], limit: ThreadLimit | null): Promise<SqlRow[]> {
    const answer = await this.#ask({ type: 'READ', text, values, limit });
    if ('isOver' in answer) throw new BudgetSpentError();
    return 'rows' in answer ? answer.rows : refuse();
  }

  /** Waits until everything is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    this.#post(worker, null);
    await ended;
  }

  #ask(task: ThreadTask): Promise<ThreadAnswer> {
    if (this.#isClosed) return Promise.reject(new Error('The archive is closed'));
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
    const id = ++this.#lastId;
    this.#waiting.set(id, { resolve, reject });
    // While a task is being done, the process waits for it.
    worker.ref();
    this.#post(worker, { id, task });
    return promise;
  }

  #post(worker: Worker, request: ThreadRequest): void {
    worker.postMessage(request);
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { workerData: this.#data });
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => {
      this.#settle(worker, answer);
    });
    let failure = new UnreachableStoreError('The thread of the archive has ended');
    worker.on('error', (error) => {
      const problem = error instanceof Error ? error.message : String(error);
      failure = new UnreachableStoreError(problem, { cause: error });
    });
    // The next task begins another one.
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(failure);
      this.#waiting.clear();
    });
    return worker;
  }

  #settle(worker: Worker, answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0 && !this.#isClosed) worker.unref();
    if ('problem' in answer) waiting?.reject(toError(answer));
    else waiting?.resolve(answer);
  }
}

/** In ms, the same in all threads. */
export function monotonicOfAll(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function refuse(): never {
  throw new Error('The thread of the archive has done another task');
}

function toError({ problem, errcode }: { problem: string; errcode: number | null }): Error {
  const error = new Error(problem);
  return errcode === null ? error : Object.assign(error, { errcode });
}
