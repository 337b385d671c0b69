import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../src/config/read-config.ts';
import type { Host } from '../src/mcp/host.ts';
import { NOTICE } from '../src/mcp/tool.ts';
import { tools } from '../src/mcp/tools/index.ts';
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

test.each(['README.md', 'docs/reading.md', 'docs/inbox.md', 'docs/bi.md'])(
  'the queries in %s are valid',
  (file) => {
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
  },
);

const DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync(['docs/**/*.{md,yaml}', '{packages/*,deploy/**}/*.{md,yaml}']),
];
const { engines, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  engines: { node: string };
  scripts: Record<string, string>;
};

test('the examples in docs/mcp.md are of every tool, and each tool takes its own', async () => {
  const example = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) });
  const examples = blocks('docs/mcp.md', 'json').flatMap(
    (text) => example.safeParse(JSON.parse(text)).data ?? [],
  );
  expect(examples.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  const page = readFileSync('docs/mcp.md', 'utf8');
  expect(page).toContain(JSON.stringify(NOTICE));
  const table = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(table).toEqual(tools.map(({ name }) => name));
  const asked: string[] = [];
  const host: Host = {
    admitCall: () => undefined,
    execute: (document) => {
      asked.push(document.toString());
      return Promise.resolve({ data: null, errors: [] });
    },
    describe: (error) => {
      throw error;
    },
    ended: () => undefined,
  };
  const { signal } = new AbortController();
  for (const [index, tool] of tools.entries()) await tool.call(examples[index]?.arguments, host, signal);
  expect(asked).toEqual(tools.map(({ document }) => document.toString()));
});

test('every npm command that a page gives is there', () => {
  const builtIn = ['ci', 'cit', 'install', 'publish', 'run', 'start', 'test', 'version'];
  for (const file of DOCS) {
    const commands = [...readFileSync(file, 'utf8').matchAll(/(?:^|`|&& )npm (?:run )?([a-z:-]+)/gm)].map(
      (match) => match[1] ?? '',
    );
    const unknown = commands.filter((command) => !builtIn.includes(command) && !(command in scripts));
    expect(unknown, file).toEqual([]);
  }
});

test('the table of campaigns has all of them', () => {
  const rows = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/^\| `([\w:-]+)` +\| [^|]*\| \w/gm)];
  const campaigns = Object.keys(scripts).filter((script) => /^(campaign|measure):/.test(script));
  expect(rows.map(([, script]) => script).toSorted()).toEqual(campaigns.toSorted());
});

test('every page writes the commands of the program as npx chat-history-gateway, and only those that there are', () => {
  const help = readFileSync('src/commands/program.ts', 'utf8');
  const commands = [...help.matchAll(/\.command\('([a-z]+)'\)/g)].map((match) => match[1] ?? '');
  const call = new RegExp(`(\\S+) chat-history-gateway (${commands.join('|')})\\b`, 'g');
  for (const file of DOCS) {
    const text = readFileSync(file, 'utf8');
    const forms = [...text.matchAll(call)].map((match) => match[1]?.replace(/^.*[^a-z]/, ''));
    expect([...new Set(forms)], file).toEqual(forms.length > 0 ? ['npx'] : []);
    const named = [...text.matchAll(/npx chat-history-gateway ([a-z]+)/g)].map((match) => match[1] ?? '');
    expect(
      named.filter((name) => !commands.includes(name)),
      file,
    ).toEqual([]);
  }
  const inCheckout = DOCS.filter((file) => readFileSync(file, 'utf8').includes('npm run gateway'));
  expect(inCheckout).toEqual(['README.md']);
});

test('the README asks for the Node.js that the package declares, and its first query tells whether to go on', () => {
  const readme = readFileSync('README.md', 'utf8');
  const install = readme.slice(readme.indexOf('## Run it'));
  expect(`>=${/Node\.js (\d+) or later/.exec(install)?.[1] ?? ''}`).toBe(engines.node);
  expect(/-d '(.*)'/.exec(readme)?.[1]).toContain('pageInfo { hasNextPage endCursor }');
});

test('every link between the pages leads to a file', () => {
  for (const file of DOCS.filter((name) => name.endsWith('.md'))) {
    const targets = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(
      targets.filter((target) => !existsSync(join(dirname(file), target))),
      file,
    ).toEqual([]);
  }
});
