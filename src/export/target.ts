import type { Writable } from 'node:stream';
import type { Checkpoint } from './checkpoint.ts';
import type { ExportChunk } from './stream.ts';
import type { ExportWalk } from './walk.ts';

/** How far an export has come. */
export type ExportState = Pick<Checkpoint, 'walk' | 'cursor' | 'bytes' | 'messages' | 'firstSentAt'>;

/** Where an export goes. */
export interface ExportTarget {
  /** At first: where to go on. */
  readonly state: Readonly<ExportState>;
  append(chunk: ExportChunk): Promise<void>;
  /** From now on an export that was broken off goes on from here, where the target can do that. */
  save(): Promise<void>;
  /** The export is whole. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export function begin(walk: ExportWalk): ExportState {
  return { walk, cursor: null, bytes: 0, messages: 0, firstSentAt: null };
}

export function toNextState(state: ExportState, chunk: ExportChunk): ExportState {
  return {
    walk: state.walk,
    cursor: chunk.cursor,
    bytes: state.bytes + chunk.bytes.length,
    messages: state.messages + chunk.messages,
    firstSentAt: state.firstSentAt ?? chunk.firstSentAt,
  };
}

/** A stream, which nothing can be taken back from and so cannot be gone on with. It stays open: it is its owner's. */
export class StreamTarget implements ExportTarget {
  readonly #stream: Writable;
  #state: ExportState;

  constructor(stream: Writable, walk: ExportWalk) {
    this.#stream = stream;
    this.#state = begin(walk);
    // The write that fails says so too; unheard, the event would end the process.
    stream.on('error', () => undefined);
  }

  get state(): Readonly<ExportState> {
    return this.#state;
  }

  async append(chunk: ExportChunk): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(chunk.bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    this.#state = toNextState(this.#state, chunk);
  }

  save(): Promise<void> {
    return Promise.resolve();
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
