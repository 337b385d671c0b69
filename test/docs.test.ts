import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { parseConfig } from '../src/config/read-config.ts';
import { createSchema } from '../src/schema/load.ts';
import { blocks } from './support/code-blocks.ts';

test('the configuration in the documentation is one', () => {
  const [text = ''] = blocks('docs/configuration.md', 'yaml');
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const environment = Object.fromEntries(names.map((name): [string, string] => [name, 'x'.repeat(43)]));
  const config = parseConfig(text, {
    source: 'docs/configuration.md',
    directory: '.',
    environment: { ...environment, GATEWAY_SECRET: Buffer.alloc(32).toString('base64') },
  });
  expect(config.channels.map(({ name }) => name)).toEqual(['shop', 'corp', 'broadcast', 'whatsapp']);
});

test.each(['README.md', 'docs/reading.md', 'docs/bi.md'])('the queries in %s are valid', (file) => {
  const schema = createSchema();
  const queries = [
    ...blocks(file, 'graphql'),
    ...blocks(file, 'sh').flatMap((text) => {
      const body = /-d '(\{.*\})'/s.exec(text)?.[1];
      return body === undefined ? [] : [(JSON.parse(body) as { query: string }).query];
    }),
  ];
  expect(queries.length).toBeGreaterThan(0);
  for (const query of queries) expect(validate(schema, parse(query))).toEqual([]);
});

test('every command that the README gives is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const commands = [...readFileSync('README.md', 'utf8').matchAll(/npm (?:run )?([a-z:]+)/g)].map(
    (match) => match[1] ?? '',
  );
  const builtIn = ['ci', 'cit'];
  expect(commands.filter((command) => !builtIn.includes(command) && !(command in scripts))).toEqual([]);
});
