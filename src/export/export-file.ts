import { createHash } from 'node:crypto';
import { access, constants, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE } from '../util/private-file.ts';
import {
  readCheckpoint,
  removeCheckpoint,
  toNullIfMissing,
  writeCheckpoint,
  type Checkpoint,
  type ExportOptions,
} from './checkpoint.ts';
import { ExportError } from './export-error.ts';
import { lockFile } from './file-lock.ts';
import type { ExportChunk } from './stream.ts';
import { begin, toNextState, type ExportState, type ExportTarget } from './target.ts';
import { toArguments } from './to-arguments.ts';
import type { ExportWalk } from './walk.ts';

/** Lines and row groups have ids, so no other file has the same bytes. */
const TAIL_BYTES = 4_096;

export interface ExportFileOptions {
  options: ExportOptions;
  /** For a new export; a resumed one keeps its own. */
  walk: ExportWalk;
  /** Overwrites an existing file. */
  isForced: boolean;
}

/**
 * Opens a file to export to: a new one, or one that an earlier export left unfinished, which is then as its
 * checkpoint says.
 *
 * @throws ExportError when there is something else, which must not be lost
 */
export async function openExportFile(
  path: string,
  { options, walk, isForced }: ExportFileOptions,
): Promise<ExportFile> {
  await access(dirname(path), constants.W_OK);
  const unlock = lockFile(path);
  let handle: FileHandle | null = null;
  try {
    const size = await sizeOf(path);
    const unfinished = isForced ? null : await findUnfinished(path, size, options);
    // Before the file is emptied: a checkpoint beside an empty file would belong to nothing.
    if (isForced) await removeCheckpoint(path);
    handle = await open(path, 'a+', PRIVATE_FILE);
    await handle.chmod(PRIVATE_FILE);
    const state = unfinished ?? begin(walk);
    const tail = unfinished ? await readOwnTail(path, handle, unfinished) : Buffer.alloc(0);
    await handle.truncate(state.bytes);
    const file = new ExportFile(path, handle, unlock, { options, state, tail });
    await file.save();
    return file;
  } catch (error) {
    await handle?.close();
    unlock();
    throw error;
  }
}

/** A file that is being exported to, with its checkpoint beside it. */
export class ExportFile implements ExportTarget {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #unlock: () => void;
  readonly #options: ExportOptions;
  #state: ExportState;
  #saved: ExportState | null = null;
  /** The end of what is written. */
  #tail: Buffer;

  constructor(
    path: string,
    handle: FileHandle,
    unlock: () => void,
    { options, state, tail }: { options: ExportOptions; state: ExportState; tail: Buffer },
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#unlock = unlock;
    this.#options = options;
    this.#state = state;
    this.#tail = tail;
  }

  get state(): Readonly<ExportState> {
    return this.#state;
  }

  async append(chunk: ExportChunk): Promise<void> {
    await this.#handle.appendFile(chunk.bytes);
    this.#tail = Buffer.concat([this.#tail, chunk.bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    this.#state = toNextState(this.#state, chunk);
  }

  async save(): Promise<void> {
    const state = this.#state;
    if (state === this.#saved) return;
    await this.#handle.sync();
    const tail = digest(this.#tail);
    await writeCheckpoint(this.#path, { version: 1, options: this.#options, ...state, tail });
    this.#saved = state;
  }

  async finish(): Promise<void> {
    await this.#handle.sync();
    await removeCheckpoint(this.#path);
  }

  /** What was not saved is written again. */
  async close(): Promise<void> {
    await this.#handle.close();
    this.#unlock();
  }
}

/** @throws ExportError when the file is not the one that the checkpoint belongs to */
async function readOwnTail(path: string, handle: FileHandle, { bytes, tail }: Checkpoint): Promise<Buffer> {
  const length = Math.min(bytes, TAIL_BYTES);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, bytes - length);
  const found = buffer.subarray(0, bytesRead);
  if (digest(found) === tail) return found;
  throw new ExportError(
    `${path} is not the file that its checkpoint belongs to, or was changed since. Restore that file, give another --out, or start again with --force.`,
  );
}

/** @returns null when there is nothing that must not be overwritten */
async function findUnfinished(
  path: string,
  size: number | null,
  options: ExportOptions,
): Promise<Checkpoint | null> {
  const checkpoint = await readCheckpoint(path);
  if (checkpoint === null) {
    if (size === null || size === 0) return null;
    throw new ExportError(
      `${path} is there already, and no checkpoint says that it is an unfinished export. Give another --out, or write over it with --force.`,
    );
  }
  const begun = toArguments(checkpoint.options);
  if (begun !== toArguments(options)) {
    throw new ExportError(
      `${path} is an unfinished export with other options: ${begun}. Finish it with these, give another --out, or start again with --force.`,
    );
  }
  if ((size ?? 0) < checkpoint.bytes) {
    throw new ExportError(
      `${path} is ${size === null ? 'gone' : 'shorter than its checkpoint says'}, though its export is unfinished. Restore it, or start again with --force.`,
    );
  }
  return checkpoint;
}

/** @returns null when there is no such file */
async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(toNullIfMissing);
  if (found && !found.isFile()) {
    throw new ExportError(`${path} is not a regular file. For standard output give --out -.`);
  }
  return found && found.size;
}

function digest(tail: Buffer): string {
  return createHash('sha256').update(tail).digest('hex');
}
