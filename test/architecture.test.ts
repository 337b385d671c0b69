import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = readFileSync('docs/architecture.md', 'utf8');
const FOLDERS = globSync('src/**/', { exclude: ['src/generated/**/*'] }).map((folder) =>
  folder.replaceAll('\\', '/'),
);
/** The folders of the table, with `<provider>` for the folder of any provider. */
const NAMED = [...PAGE.matchAll(/^\| `(src\/[^`]+)\/`/gm)].map((match) => match[1] ?? '');
const PROVIDERS = [...(/^.*Providers: (.*)\.$/m.exec(PAGE)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(
  (match) => match[1] ?? '',
);

function foldersOf(name: string): string[] {
  return name.includes('<provider>')
    ? PROVIDERS.map((provider) => name.replace('<provider>', provider))
    : [name];
}

test('the architecture page names every folder of src', () => {
  expect(FOLDERS.length).toBeGreaterThan(20);
  const named = new Set(NAMED.flatMap(foldersOf));
  expect(FOLDERS.filter((folder) => folder !== 'src' && !named.has(folder))).toEqual([]);
});

test('every folder that the architecture page names is there', () => {
  const exists = (folder: string): boolean => FOLDERS.includes(folder);
  expect(NAMED.filter((name) => !foldersOf(name).some(exists))).toEqual([]);
  expect(PROVIDERS.filter((provider) => !exists(`src/datasources/${provider}`))).toEqual([]);
});

test('the picture is of folders, in the order in which the page explains them', () => {
  const picture = /```mermaid\n(.*?)```/s.exec(PAGE)?.[1] ?? '';
  const explained = [...PAGE.matchAll(/^\d\. `(\w+)`/gm)].map((match) => match[1] ?? '');
  expect(explained.filter((folder) => !FOLDERS.includes(`src/${folder}`))).toEqual([]);
  expect(explained.filter((folder) => !new RegExp(`\\b${folder}\\b`).test(picture))).toEqual([]);
});
