import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'gateway-promise-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What the check says when a schema follows a released one. */
function check(released: string, current: string): { status: number | null; lines: string[] } {
  const files = ['released.graphql', 'current.graphql'].map((name) => join(directory, name));
  [released, current].forEach((sdl, index) => {
    writeFileSync(files[index] ?? '', sdl);
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check-schema.ts', ...files], {
    encoding: 'utf8',
  });
  const said = (stdout + stderr).replaceAll(`${directory}/`, '').trim();
  return { status, lines: said === '' ? [] : said.split('\n') };
}

const VERDICT = 'current.graphql breaks what released.graphql promised: keep what is there, and deprecate it';

const SDL = `
  type Query { messages(first: Int): [Message] }
  type Message { text: String! kind: Kind }
  enum Kind { TEXT IMAGE }
`;

test('the schema keeps what the last release promised', () => {
  const { status, lines } = check(
    readFileSync('released/schema.graphql', 'utf8'),
    readFileSync('schema.graphql', 'utf8'),
  );
  expect(lines.filter((line) => line.startsWith('breaking'))).toEqual([]);
  expect(status).toBe(0);
});

test.each([
  ['a field that is gone', ' kind: Kind', '', "Field 'kind' was removed from object type 'Message'"],
  [
    'a field that may be null',
    'text: String!',
    'text: String',
    "Field 'Message.text' changed type from 'String!' to 'String'",
  ],
  [
    'an argument that must be given',
    'first: Int',
    'first: Int!',
    "Type for argument 'first' on field 'Query.messages' changed from 'Int' to 'Int!'",
  ],
  ['a value that is gone', ' IMAGE', '', "Enum value 'IMAGE' was removed from enum 'Kind'"],
])('%s breaks the promise, and the check fails', (_, from, to, message) => {
  const lines = [`breaking: ${message}`, VERDICT];
  expect(check(SDL, SDL.replace(from, to))).toEqual({ status: 1, lines });
});

test('a value that is new is told of, since clients may not expect it, and allowed', () => {
  expect(check(SDL, SDL.replace('IMAGE', 'IMAGE AUDIO'))).toEqual({
    status: 0,
    lines: ["dangerous: Enum value 'AUDIO' was added to enum 'Kind'"],
  });
});

test('what is added, described or deprecated passes without a word', () => {
  const current = SDL.replace(
    'kind: Kind',
    '"What it is." kind: Kind @deprecated(reason: "No use") length: Int',
  );
  expect(check(SDL, current)).toEqual({ status: 0, lines: [] });
});
