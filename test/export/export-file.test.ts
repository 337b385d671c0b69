import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { ExportOptions } from '../../src/export/checkpoint.ts';
import { openExportFile, type ExportFile } from '../../src/export/export-file.ts';
import type { ExportChunk } from '../../src/export/stream.ts';
import type { ExportWalk } from '../../src/export/walk.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-export-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let path = '';
let count = 0;
beforeEach(() => {
  const own = join(directory, String(count++));
  mkdirSync(own);
  path = join(own, 'chats.ndjson');
});

const options: ExportOptions = { channels: null, since: null, until: null, format: 'ndjson', bom: false };
const walk: ExportWalk = { channels: ['shop'], sources: ['shop'], since: null, until: 2_000 };

function open(changes: Partial<ExportOptions> = {}, isForced = false): Promise<ExportFile> {
  return openExportFile(path, { options: { ...options, ...changes }, walk, isForced });
}

function toChunk(text: string, cursor: string): ExportChunk {
  const bytes = Buffer.from(text);
  return {
    bytes,
    groups: [],
    written: 1,
    messages: 1,
    firstSentAt: 1_000,
    lastSentAt: 1_000,
    cursor,
    isLast: false,
  };
}

/** An export that got to `saved`, wrote on and was then killed. */
async function breakOff(saved: string, lost = ''): Promise<void> {
  const file = await open();
  await file.append(toChunk(saved, 'behind'));
  await file.save();
  await file.append(toChunk(lost, 'further'));
  await file.close();
}

function names(): string[] {
  return readdirSync(join(path, '..')).sort();
}

test('what was saved stays, what was written since is cut off, and it goes on behind', async () => {
  await breakOff('one\n', 'tw');
  expect(names()).toEqual(['chats.ndjson', 'chats.ndjson.checkpoint']);
  const file = await openExportFile(path, { options, walk: { ...walk, until: 9_000 }, isForced: false });
  expect(readFileSync(path, 'utf8')).toBe('one\n');
  expect(file.state).toMatchObject({ walk, cursor: 'behind', bytes: 4, messages: 1, firstSentAt: 1_000 });
  await file.append(toChunk('two\n', 'end'));
  await file.finish();
  await file.close();
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(names()).toEqual(['chats.ndjson']);
});

test('the row groups of what was saved stay known, and those of what was written since do not', async () => {
  const parquet = { format: 'parquet' } as const;
  const file = await open(parquet);
  await file.append({ ...toChunk('PAR1one', 'behind'), groups: ['b25l'], written: 1_000 });
  await file.save();
  await file.append({ ...toChunk('two', 'further'), groups: ['dHdv'], written: 2_000 });
  await file.close();
  const again = await open(parquet);
  expect(again.state).toMatchObject({ cursor: 'behind', bytes: 7, groups: ['b25l'], messages: 1_000 });
  await again.close();
});

test('a checkpoint from before there were row groups is resumed', async () => {
  await breakOff('one\n');
  const checkpoint = JSON.parse(readFileSync(`${path}.checkpoint`, 'utf8')) as Record<string, unknown>;
  delete checkpoint['groups'];
  writeFileSync(`${path}.checkpoint`, JSON.stringify(checkpoint));
  const file = await open();
  expect(file.state).toMatchObject({ cursor: 'behind', bytes: 4, groups: [] });
  await file.close();
});

test('while messages are held back, there is nothing new to save', async () => {
  const file = await open({ format: 'parquet' });
  const saved = (): number => statSync(`${path}.checkpoint`).ino;
  await file.append({ ...toChunk('PAR1one', 'behind'), groups: ['b25l'] });
  await file.save();
  const first = saved();
  await file.append({ ...toChunk('', 'behind'), written: 0 });
  await file.save();
  expect(saved()).toBe(first);
  await file.append(toChunk('', 'further'));
  await file.save();
  expect(saved()).not.toBe(first);
  await file.close();
});

test('an empty file belongs to no export, and is taken', async () => {
  writeFileSync(path, '');
  const file = await open();
  await file.close();
  expect(JSON.parse(readFileSync(`${path}.checkpoint`, 'utf8'))).toMatchObject({
    version: 1,
    bytes: 0,
    walk,
  });
});

test('a file that is there already is not touched', async () => {
  writeFileSync(path, 'precious');
  await expect(open()).rejects.toThrow(
    `${path} is there already, and no checkpoint says that it is an unfinished export. Give another --out, or write over it with --force.`,
  );
  expect(readFileSync(path, 'utf8')).toBe('precious');
  expect(names()).toEqual(['chats.ndjson']);
});

test('with force it is written over, and so is an unfinished export', async () => {
  writeFileSync(path, 'precious');
  await (await open({}, true)).close();
  expect(readFileSync(path, 'utf8')).toBe('');
  await breakOff('one\n');
  const file = await open({ format: 'csv' }, true);
  expect(file.state).toMatchObject({ cursor: null, bytes: 0, messages: 0 });
  await file.close();
});

test('an unfinished export with other options is refused, and named', async () => {
  await breakOff('one\n');
  const since = Date.parse('2026-01-31T00:00:00Z');
  await expect(open({ format: 'csv', since })).rejects.toThrow(
    `${path} is an unfinished export with other options: --format ndjson. Finish it with these`,
  );
  path = join(path, '..', 'other.csv');
  await (await open({ channels: ['corp', 'shop'], since, format: 'csv', bom: true })).close();
  await expect(open()).rejects.toThrow(
    '--channel corp --channel shop --since 2026-01-31T00:00:00.000Z --format csv --bom',
  );
});

test.each([
  ['gone', null, 'is gone, though its export is unfinished'],
  ['cut', 'o', 'is shorter than its checkpoint says'],
  ['changed', 'One\n', 'is not the file that its checkpoint belongs to'],
  ['another', 'longer than it was', 'is not the file that its checkpoint belongs to'],
])('a file that is %s is not resumed', async (_, text, message) => {
  await breakOff('one\n');
  if (text === null) rmSync(path);
  else writeFileSync(path, text);
  await expect(open()).rejects.toThrow(message);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(text);
});

test('of a long file only the end is looked at', async () => {
  const line = `${'x'.repeat(99)}\n`;
  await breakOff(line.repeat(1_000));
  const file = await open();
  expect(file.state.bytes).toBe(100_000);
  await file.close();
});

test.each(['{', '{"version":2}', ''])('a checkpoint that says %j is refused', async (text) => {
  writeFileSync(path, 'one\n');
  writeFileSync(`${path}.checkpoint`, text);
  await expect(open()).rejects.toThrow('is not a checkpoint that this version can read');
  expect(readFileSync(path, 'utf8')).toBe('one\n');
});

test('one export at a time writes a file', async () => {
  const file = await open();
  await expect(open({}, true)).rejects.toThrow(`Another export is writing ${path} just now.`);
  await file.close();
  await (await open()).close();
});

test('what is no regular file is refused, and a directory that is not there is named', async () => {
  mkdirSync(path);
  await expect(open()).rejects.toThrow('is not a regular file. For standard output give --out -.');
  path = join(directory, 'nowhere', 'chats.ndjson');
  await expect(open()).rejects.toThrow(/ENOENT.*nowhere/);
});

test('no other user may read what it writes, nor what was there already', async () => {
  const modes = (): string[] =>
    names().map((name) => `${name} ${(statSync(join(path, '..', name)).mode & 0o777).toString(8)}`);
  const umask = process.umask(0o000);
  const file = await open();
  await file.save();
  const written = ['', '.checkpoint', '.lock', '.lock-journal'].map((suffix) => `chats.ndjson${suffix} 600`);
  expect(modes()).toEqual(written);
  await file.close();
  for (const name of names()) chmodSync(join(path, '..', name), 0o644);
  writeFileSync(`${path}.checkpoint.tmp`, 'of a process that was killed');
  const again = await open();
  process.umask(umask);
  expect(modes()).toEqual(written);
  await again.close();
});
