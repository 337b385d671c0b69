import type { KeyObject } from 'node:crypto';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ArchivePage, KeptPage } from '../../store.ts';

/** With which the thread opens its own connection. */
export interface ThreadData {
  file: string;
  encryptionKey: KeyObject | null;
}

/** Null: it is to write what it has, and end. */
export type ThreadRequest = { id: number; source: string; page: ArchivePage } | null;

/** What became of a page. An error's class does not come over, so what is known by its code has that. */
export type ThreadAnswer =
  { id: number; kept: KeptPage } | { id: number; problem: string; errcode: number | null };

interface Waiting {
  resolve: (kept: KeptPage) => void;
  reject: (error: Error) => void;
}

/** The published program has its modules with another ending, and this one where its folder would be. */
const PROGRAM = join(import.meta.dirname, `worker${extname(import.meta.filename)}`);

/** Writes pages in a thread of its own, which begins with the first and does not keep the process from ending. */
export class ArchiveThread {
  readonly #data: ThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  /** @returns once it is on disk */
  keep(source: string, page: ArchivePage): Promise<KeptPage> {
    if (this.#isClosed) return Promise.reject(new Error('The archive is closed'));
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<KeptPage>();
    const id = ++this.#lastId;
    this.#waiting.set(id, { resolve, reject });
    // While a page is being written, the process waits for it.
    worker.ref();
    this.#post(worker, { id, source, page });
    return promise;
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    this.#post(worker, null);
    await ended;
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
    let failure = new Error('The thread of the archive has ended');
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    // The next page begins another one.
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
    if ('kept' in answer) waiting?.resolve(answer.kept);
    else waiting?.reject(toError(answer));
  }
}

function toError({ problem, errcode }: { problem: string; errcode: number | null }): Error {
  const error = new Error(problem);
  return errcode === null ? error : Object.assign(error, { errcode });
}
