import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../util/errno.ts';
import { PRIVATE_FILE } from '../util/private-file.ts';
import { EXPORT_FORMATS } from './formats.ts';
import { ExportError } from './export-error.ts';

const names = z.array(z.string());
const time = z.int();

/** The options of the export; only the same options can resume it. */
const exportOptions = z.strictObject({
  channels: names.nullable(),
  since: time.nullable(),
  until: time.nullable(),
  format: z.enum(EXPORT_FORMATS),
  bom: z.boolean(),
});
export type ExportOptions = z.output<typeof exportOptions>;

const checkpoint = z.strictObject({
  version: z.literal(1),
  options: exportOptions,
  walk: z.strictObject({ channels: names, sources: names, since: time.nullable(), until: time }),
  /** See `ExportChunk.cursor`. */
  cursor: z.string().nullable(),
  /** This much of the file lies before the cursor. */
  bytes: z.int().nonnegative(),
  /** Of Parquet: the footer of each row group in these bytes, in base64. The file's own footer comes last. */
  groups: z.array(z.base64()).default([]),
  /** SHA-256 of the last of these bytes, by which the file is recognised. */
  tail: z.string(),
  messages: z.int().nonnegative(),
  /** Unix ms, of the oldest message; null while there is none. */
  firstSentAt: time.nullable(),
});
/** The progress of an unfinished export. */
export type Checkpoint = z.output<typeof checkpoint>;

export function checkpointPath(file: string): string {
  return `${file}.checkpoint`;
}

/**
 * @returns null when there is none
 * @throws ExportError when it is not readable
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const path = checkpointPath(file);
  const text = await readFile(path, 'utf8').catch(toNullIfMissing);
  if (text === null) return null;
  const parsed = checkpoint.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new ExportError(
    `${path} is not a checkpoint that this version can read. Start again with --force, or give another --out.`,
  );
}

/** Written atomically, also when the power fails. */
export async function writeCheckpoint(file: string, state: Checkpoint): Promise<void> {
  const path = checkpointPath(file);
  const temporary = `${path}.tmp`;
  const handle = await open(temporary, 'w', PRIVATE_FILE);
  try {
    await handle.chmod(PRIVATE_FILE);
    await handle.writeFile(`${JSON.stringify(state, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(path);
}

/** Does nothing if there is none. */
export async function removeCheckpoint(file: string): Promise<void> {
  const path = checkpointPath(file);
  await rm(path, { force: true });
  await syncDirectory(path);
}

/** A name in a directory is durable only once the directory is. */
async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open directories, and does not need it.
  if (process.platform === 'win32') return;
  const handle = await open(dirname(path), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function toNullIfMissing(error: unknown): null {
  if (isErrno(error, 'ENOENT')) return null;
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a checkpoint: the check that follows reports it.
    return null;
  }
}
