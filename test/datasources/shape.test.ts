import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = 'src/datasources';
/** What every provider's folder answers, each question in the file of its name. */
const FILES = ['channel', 'client', 'config', 'errors', 'index', 'paging', 'source', 'to-message', 'wire'];
/** And what it answers about pushes, where the provider pushes. */
const PUSH_FILES = ['receiver', 'verify', 'wire'];

const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
  .map(({ name }) => name);

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).map(({ name }) => name.replace(/\.ts$/, ''));
}

test('there are providers', () => {
  expect(folders.length).toBeGreaterThan(3);
});

test.each(folders)('the folder of %s has the shape that all have', (folder) => {
  const names = namesIn(`${ROOT}/${folder}`);
  expect(names).toEqual(expect.arrayContaining(FILES));
  if (names.includes('push')) {
    expect(namesIn(`${ROOT}/${folder}/push`)).toEqual(expect.arrayContaining(PUSH_FILES));
  } else {
    expect(names.filter((name) => /push|callback|webhook/.test(name))).toEqual([]);
  }
  const face = readFileSync(`${ROOT}/${folder}/index.ts`, 'utf8');
  const kinds = face
    .split('\n')
    .filter((line) => /^\w/.test(line))
    .map((line) => line.split(' ')[0]);
  // It shows what lies in the folder, and has no code of its own.
  expect(new Set(kinds)).toEqual(new Set(['import', 'export']));
  expect(face).not.toMatch(/function|class|=>/);
});
