import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { blocks } from '../support/code-blocks.ts';
import { Consumer } from '../support/consumer.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { listFiles, listReachable } from '../support/package-files.ts';

let gateway: GatewayProcess;
let consumer: Consumer;
beforeAll(async () => {
  // `npm pack` has built it.
  gateway = await startGateway(['demo', '--port', '0'], {}, 'dist/main.js');
});
afterEach(() => {
  consumer.remove();
});
afterAll(async () => {
  await gateway.stop('SIGTERM');
});

test.each([
  ['20', inject('node20')],
  ['24', process.execPath],
])('an empty folder with Node.js %s runs the example of the README with the client', async (_, node) => {
  consumer = new Consumer(node);
  const { code, stderr } = await consumer.run('npm', 'install', inject('tarballs').client);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('EBADENGINE')]);
  const installed = (await consumer.run('npm', 'ls', '--all', '--parseable')).stdout.trim().split('\n');
  expect(
    installed
      .slice(1)
      .map((path) => path.replace(/^.*node_modules\//, ''))
      .sort(),
  ).toEqual(['@graphql-typed-document-node/core', 'chat-history-gateway-client', 'graphql']);

  const [example = ''] = blocks('README.md', 'ts');
  expect(example).toContain("from 'chat-history-gateway-client'");
  const text = example.replace('http://127.0.0.1:4000/graphql', gateway.url);
  expect(await consumer.compile('example', text)).toBe('');
  await consumer.runUntil(['node', 'example.mjs'], /^[\w-]{30,} /, () => undefined);
});

test('the package has the client, its types, and no other file', async () => {
  consumer = new Consumer(process.execPath);
  await consumer.run('npm', 'install', inject('tarballs').client);
  const directory = join(consumer.directory, 'node_modules/chat-history-gateway-client');
  const modules = listReachable(directory, ['dist/client/index.js']);
  expect(listFiles(directory)).toEqual(['LICENSE', 'README.md', 'package.json', ...modules].sort());
  expect(readFileSync(join(directory, 'LICENSE'), 'utf8')).toBe(readFileSync('LICENSE', 'utf8'));
});
