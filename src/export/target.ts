import type { Writable } from 'node:stream';
import type { Checkpoint } from './checkpoint.ts';
import type { ExportChunk } from './stream.ts';
import type { ExportWalk } from './walk.ts';

/** The progress of an export. */
export type ExportState = Pick<
  Checkpoint,
  'walk' | 'cursor' | 'bytes' | 'groups' | 'messages' | 'firstSentAt'
>;

/** Where an export writes to. */
export interface ExportTarget {
  /** Called first: where to resume. */
  readonly state: Readonly<ExportState>;
  append(chunk: ExportChunk): Promise<void>;
  /** From now on an interrupted export resumes from here, if the target supports that. */
  save(): Promise<void>;
  /** The export is complete. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export function begin(walk: ExportWalk): ExportState {
  return { walk, cursor: null, bytes: 0, groups: [], messages: 0, firstSentAt: null };
}

/** @returns the same state if nothing is to be saved */
export function toNextState(state: ExportState, chunk: ExportChunk): ExportState {
  if (chunk.bytes.length === 0 && chunk.cursor === state.cursor) return state;
  return {
    walk: state.walk,
    cursor: chunk.cursor,
    bytes: state.bytes + chunk.bytes.length,
    groups: chunk.groups.length === 0 ? state.groups : [...state.groups, ...chunk.groups],
    messages: state.messages + chunk.written,
    firstSentAt: state.firstSentAt ?? chunk.firstSentAt,
  };
}

/** A stream, which cannot be truncated and so cannot be resumed. It stays open: its owner closes it. */
export class StreamTarget implements ExportTarget {
  readonly #stream: Writable;
  #state: ExportState;

  constructor(stream: Writable, walk: ExportWalk) {
    this.#stream = stream;
    this.#state = begin(walk);
    // The failed write reports it too; an unhandled event would end the process.
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
