import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MAY_KNOW } from '../../src/store/postgres/views/expressions.ts';
import { VIEWS, VIEWS_VERSION } from '../../src/store/postgres/views/index.ts';
import { toComment, toStatements } from '../../src/store/postgres/views/view.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-views-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Promised {
  view: string;
  columns: [name: string, type: string][];
}

const current: Promised[] = VIEWS.map(({ name, columns }) => ({
  view: name,
  columns: columns.map((column) => [column.name, column.type]),
}));

function run(...args: string[]): { status: number | null; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check-views.ts', ...args], {
    encoding: 'utf8',
  });
  const said = (stdout + stderr).replaceAll(`${directory}/`, '').trim();
  return { status, lines: said === '' ? [] : said.split('\n') };
}

/** What the check says when the views follow those of a file. */
function check(released: readonly Promised[]): { status: number | null; lines: string[] } {
  const file = join(directory, 'views.json');
  writeFileSync(file, JSON.stringify(released));
  return run(file);
}

test('the views keep what the last release promised', () => {
  expect(run()).toEqual({ status: 0, lines: [] });
});

test('what is released is what there is then', () => {
  const file = join(directory, 'next.json');
  expect(run('--release', file)).toEqual({ status: 0, lines: [] });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(current);
});

const [messages = { view: '', columns: [] }, ...others] = current;
const [id = ['', ''], channel = ['', ''], ...rest] = messages.columns;

test.each<[string, Promised[], string]>([
  ['a view that is gone', [...current, { view: 'more', columns: [] }], "View 'more' was removed"],
  [
    'a column that is gone',
    [{ view: 'messages', columns: [...messages.columns, ['more', 'text']] }],
    "Column 'messages.more' was removed",
  ],
  [
    'a column of another type',
    [{ view: 'messages', columns: [['id', 'uuid']] }],
    "Column 'messages.id' is of type 'text', and was of 'uuid'",
  ],
  [
    'a column that has got another place',
    [{ view: 'messages', columns: [channel] }, ...others],
    "Column 'messages.channel' is number 2, and was number 1",
  ],
])('%s breaks the promise, and the check fails', (_, released, message) => {
  expect(check(released)).toEqual({
    status: 1,
    lines: [
      `breaking: ${message}`,
      'The views break what views.json promised: keep what is there, and add columns at the end',
    ],
  });
});

test('a view and columns that are new pass without a word', () => {
  expect(check([{ view: 'messages', columns: [id, channel] }])).toEqual({ status: 0, lines: [] });
  expect(rest.length).toBeGreaterThan(0);
});

test('the documentation has each view with each of its columns, in their order, as the database describes them', () => {
  const sections = readFileSync('docs/sql.md', 'utf8').split(/^### /m);
  for (const view of VIEWS) {
    const section = sections.find((text) => text.startsWith(`${view.name}\n`)) ?? '';
    const [, about = '', ...lines] = section.split('\n').filter((line) => line !== '');
    expect(about).toBe(view.comment);
    const cells = lines
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells.map(([, name, type, meaning]) => [name, type, meaning])).toEqual(
      view.columns.map((column) => [`\`${column.name}\``, column.type, toComment(column)]),
    );
  }
});

test('views that differ have another version, so that stores get them', () => {
  const statements = VIEWS.flatMap((view) => toStatements(view, MAY_KNOW)).join(';\n');
  // When this fails, raise the version, unless it has not been released yet, and write the new hash here.
  expect([VIEWS_VERSION, hash('sha256', statements)]).toEqual([
    1,
    '11b5e707aa4918744c6293b786e5ecaa61eb8d13824680c171a10cfe9c4662bf',
  ]);
});
