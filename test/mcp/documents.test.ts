import { globSync, readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { listDocuments } from '../../src/mcp/documents.ts';
import { tools } from '../../src/mcp/tools/index.ts';
import { createSchema } from '../../src/schema/load.ts';

const schema = createSchema();
const documents = listDocuments();

test('the tools send the documents that stand in their folder, each once and under an id of its own', () => {
  const files = globSync('src/mcp/operations/*.graphql').map((file) => readFileSync(file, 'utf8'));
  const reviewed = [...files.join('\n').matchAll(/^query (\w+)/gm)].map(([, name]) => name);
  const sent = [...documents.values()].map((text) => /query (\w+)/.exec(text)?.[1]);
  expect(sent.toSorted()).toEqual(reviewed.toSorted());
  expect(documents.size).toBe(tools.length);
});

test.each([...documents.values()])('a document only reads, and is valid: %s', (text) => {
  expect(validate(schema, parse(text))).toEqual([]);
  expect(text).not.toMatch(/\b(?:mutation|subscription)\b/);
});
