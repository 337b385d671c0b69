import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { blocks } from '../support/code-blocks.ts';
import { Consumer } from '../support/consumer.ts';
import { listFiles, listReachable } from '../support/package-files.ts';
import { ask } from '../support/gateway-world.ts';

const current = new Consumer(process.execPath);
const old = new Consumer(inject('node20'));
const installed = join(current.directory, 'node_modules/chat-history-gateway');
const DEMO = ['npx', 'chat-history-gateway', 'demo', '--port', '0'];
const READY = /^ready (\S+)$/;
let warnings = { current: '', old: '' };

beforeAll(async () => {
  const { gateway } = inject('tarballs');
  // No script of any package is needed, and people forbid them.
  const first = await current.run('npm', 'install', '--ignore-scripts', gateway);
  const second = await old.run('npm', 'install', gateway);
  expect([first.code, second.code], first.stderr + second.stderr).toEqual([0, 0]);
  warnings = { current: first.stderr, old: second.stderr };
});
afterAll(() => {
  current.remove();
  old.remove();
});

test('the package has the program, its client, schema and pages, each file that these load, and no other', () => {
  const files = listFiles(installed);
  const kept = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file));
  const fixed = ['LICENSE', 'README.md', 'package.json', 'schema.graphql'];
  const modules = listReachable(installed, [
    'dist/main.js',
    'dist/store/sqlite/archive/worker.js',
    'dist/client/index.js',
  ]);
  const schemas = kept(/^dist\/schema\/[\w-]+\.graphql$/);
  const pages = kept(/^dist\/(playground|inbox)\/(\1\/)?[\w.-]+\.(html|js|css|md|svg|ttf|woff2?)(\.gz)?$/);
  expect(files).toEqual([...fixed, ...modules, ...schemas, ...pages].sort());
  expect(schemas.length).toBeGreaterThan(5);
  expect(pages).toEqual(
    expect.arrayContaining(['dist/playground/index.html.gz', 'dist/inbox/index.html.gz']),
  );
});

test('everything that the manifest names is there', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, string>>;
    bin: Record<string, string>;
  };
  const exported = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const named = [...exported, ...Object.values(manifest.bin)];
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
});

test('an empty folder with the Node.js that the package declares serves the demo, whose queries are answered', async () => {
  expect(warnings.current).not.toContain('EBADENGINE');
  const answer = await current.runUntil(DEMO, READY, ([, url = '']) =>
    ask(url, '{ messages(first: 20) { nodes { id } sources { state channel { provider } } } }'),
  );
  expect(answer).toMatchObject({
    data: {
      messages: {
        nodes: Array.from({ length: 20 }, () => ({ id: expect.any(String) as string })),
        sources: ['broadcast', 'corp', 'shop', 'whatsapp'].map(() => ({ state: 'OK' })),
      },
    },
  });
});

test('an older Node.js is told which one is needed, by npm and by the program', async () => {
  expect(warnings.old).toMatch(
    /EBADENGINE[^]*package: 'chat-history-gateway@[^]*required: \{ node: '>=24' \}/,
  );
  const { code, stdout, stderr } = await old.run(...(DEMO as [string, ...string[]]));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^chat-history-gateway needs Node\.js 24 or later, and this is Node\.js 20\.\d+\.\d+\./,
  );
  // What it advises works, with the package from here rather than from a registry.
  const [command = '', ...args] = stderr.trim().split('\n').at(-1)?.split(' ') ?? [];
  const advised = args.map((word, index) =>
    word === 'chat-history-gateway' && args[index - 1] === '-p' ? inject('tarballs').gateway : word,
  );
  const help = await old.run(command, '--yes', ...advised);
  expect([help.code, help.stdout]).toEqual([0, expect.stringMatching(/^Usage: chat-history-gateway /)]);
});

test("the README's example runs on both with the client of the gateway's package, against the demo", async () => {
  const [example = ''] = blocks('README.md', 'ts');
  await current.runUntil(DEMO, READY, async ([, url = '']) => {
    const text = example
      .replace("'chat-history-gateway-client'", "'chat-history-gateway/client'")
      .replace('http://127.0.0.1:4000/graphql', url);
    for (const consumer of [current, old]) {
      expect(await consumer.compile('example', text)).toBe('');
      // A message that was written after the walk, with its cursor before it.
      await consumer.runUntil(['node', 'example.mjs'], /^[\w-]{30,} /, () => undefined);
    }
  });
});
