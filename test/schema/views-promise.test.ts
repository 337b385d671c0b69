import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MAY_KNOW, ROLES } from '../../src/store/postgres/views/expressions.ts';
import { VIEWS, VIEWS_VERSION } from '../../src/store/postgres/views/index.ts';
import { toComment, toStatements } from '../../src/store/postgres/views/view.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-views-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface PromisedView {
  view: string;
  columns: [name: string, type: string, mask: string][];
}

interface Promised {
  roles: Record<string, string>;
  views: PromisedView[];
}

/** The columns that are null for who is masked only where they tell who people are. */
const PARTLY = ['messages.text', 'messages.attachment_url'];

const current: PromisedView[] = VIEWS.map(({ name, columns }) => ({
  view: name,
  columns: columns.map((column) => [
    column.name,
    column.type,
    column.isMasked ? 'masked' : PARTLY.includes(`${name}.${column.name}`) ? 'partly masked' : 'open',
  ]),
}));

function run(...args: string[]): { status: number | null; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check-views.ts', ...args], {
    encoding: 'utf8',
  });
  const said = (stdout + stderr).replaceAll(`${directory}/`, '').trim();
  return { status, lines: said === '' ? [] : said.split('\n') };
}

/** What the check says when the views follow those of a file. */
function check(
  views: readonly PromisedView[],
  roles: Promised['roles'] = ROLES,
): { status: number | null; lines: string[] } {
  const file = join(directory, 'views.json');
  writeFileSync(file, JSON.stringify({ roles, views }));
  return run(file);
}

test('the views keep what the last release promised', () => {
  expect(run()).toEqual({ status: 0, lines: [] });
});

test('what is released is what there is then', () => {
  const file = join(directory, 'next.json');
  expect(run('--release', file)).toEqual({ status: 0, lines: [] });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ roles: ROLES, views: current });
});

const [messages = { view: '', columns: [] }, ...others] = current;
const [id = ['', '', ''], channel = ['', '', ''], ...rest] = messages.columns;

/** The promise as it would be if a column had had another mask. */
function withMask(name: string, mask: string): PromisedView[] {
  const columns = messages.columns.map(([column, type, own]): PromisedView['columns'][number] => [
    column,
    type,
    column === name ? mask : own,
  ]);
  return [{ view: 'messages', columns }, ...others];
}

test.each<[string, PromisedView[], string]>([
  ['a view that is gone', [...current, { view: 'more', columns: [] }], "View 'more' was removed"],
  [
    'a column that is gone',
    [{ view: 'messages', columns: [...messages.columns, ['more', 'text', 'open']] }],
    "Column 'messages.more' was removed",
  ],
  [
    'a column of another type',
    [{ view: 'messages', columns: [['id', 'uuid', 'open']] }],
    "Column 'messages.id' is of type 'text', and was of 'uuid'",
  ],
  [
    'a column that has got another place',
    [{ view: 'messages', columns: [channel] }, ...others],
    "Column 'messages.channel' is number 2, and was number 1",
  ],
  ['a mask that was taken off', withMask('id', 'masked'), "Column 'messages.id' is open, and was masked"],
  [
    'a mask that was put on',
    withMask('sender_name', 'open'),
    "Column 'messages.sender_name' is masked, and was open",
  ],
  [
    'a mask that hides less',
    withMask('text', 'masked'),
    "Column 'messages.text' is partly masked, and was masked",
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

test.each([
  [{ ...ROLES, masked: 'analyst' }, "Role 'analyst' was renamed to 'chat_history_analyst'"],
  [{ ...ROLES, none: 'nobody' }, "Role 'nobody' was removed"],
])('a role that is another one breaks the promise, and the check fails', (roles, message) => {
  expect(check(current, roles)).toEqual({
    status: 1,
    lines: [`breaking: ${message}`, expect.stringMatching(/^The views break /)],
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
    '474922b07af2588d907c4c5c7eca7f3545d9d1c18c7028d54daf83afca923a01',
  ]);
});
