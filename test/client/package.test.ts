import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocks } from '../support/code-blocks.ts';
import { createScriptedServer, json, type Scene } from '../support/scripted-server.ts';

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'gateway-package-'));
const installed = join(directory, 'node_modules/chat-history-gateway');
const installedAlone = join(directory, 'node_modules/chat-history-gateway-client');
const tsc = resolve('node_modules/.bin/tsc');

function page(ids: readonly string[], endCursor: string | null): Scene {
  const pageInfo = { hasNextPage: endCursor !== null, endCursor };
  return json({ data: { messages: { nodes: ids.map((id) => ({ id })), pageInfo, sources: [] } } });
}

/** Puts both packages that have the client where a consumer would have them, compiled as they are for publishing, but against what browsers have. */
beforeAll(async () => {
  mkdirSync(join(directory, 'node_modules/@graphql-typed-document-node'), { recursive: true });
  for (const name of ['graphql', '@graphql-typed-document-node/core', '@types'])
    symlinkSync(resolve('node_modules', name), join(directory, 'node_modules', name));
  mkdirSync(installed);
  cpSync('package.json', join(installed, 'package.json'));
  const config = {
    extends: resolve('tsconfig.build.json'),
    compilerOptions: {
      lib: ['es2023', 'dom'],
      types: [],
      rootDir: resolve('src'),
      outDir: join(installed, 'dist'),
    },
    include: [resolve('src/client')],
  };
  writeFileSync(join(directory, 'tsconfig.build.json'), JSON.stringify(config));
  await run(tsc, ['-p', join(directory, 'tsconfig.build.json')]);
  cpSync('packages/client/package.json', join(installedAlone, 'package.json'));
  cpSync(join(installed, 'dist'), join(installedAlone, 'dist'), { recursive: true });
}, 60_000);
afterAll(() => {
  rmSync(directory, { recursive: true });
});

test.each([
  ['the package of its own', 'chat-history-gateway-client'],
  ["the gateway's", 'chat-history-gateway/client'],
])('%s reads a gateway from plain JavaScript, and needs no other one for it', async (_, name) => {
  const server = await createScriptedServer(
    page(['a', 'b'], 'behind b'),
    page(['c'], null),
    json({ errors: [{ message: 'No', extensions: { code: 'BAD_CURSOR' } }] }, 400),
  );
  rmSync(join(directory, 'node_modules/graphql'));
  writeFileSync(
    join(directory, 'consumer.mjs'),
    `import { createClient, GatewayError } from '${name}';
     const client = createClient({ url: process.argv[2] });
     const ids = [];
     for await (const { id } of client.walkMessages()) ids.push(id);
     const error = await client.messages({ after: 'x' }).catch((thrown) => thrown);
     console.log(JSON.stringify([ids, error instanceof GatewayError, error.code]));`,
  );
  const { stdout } = await run(process.execPath, [join(directory, 'consumer.mjs'), server.url]);
  await server.close();
  symlinkSync(resolve('node_modules/graphql'), join(directory, 'node_modules/graphql'));
  expect(JSON.parse(stdout)).toEqual([['a', 'b', 'c'], true, 'BAD_CURSOR']);
});

test.each([
  [
    'a bundler for browsers',
    { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] },
  ],
  // Checking all that Node.js declares would take long, and says nothing of this package.
  [
    'Node.js',
    {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      lib: ['es2023'],
      types: ['node'],
      skipLibCheck: true,
    },
  ],
])('the examples of the documentation are strict TypeScript with %s', async (_, options) => {
  const pages = ['README.md', 'docs/client.md', 'packages/client/README.md'];
  const examples = pages.flatMap((file) => blocks(file, 'ts'));
  const files = examples.map((text, index) => {
    const file = `${options.module}-${index}.mts`;
    writeFileSync(join(directory, file), `${text}\nexport {};`);
    return file;
  });
  expect(files.length).toBeGreaterThan(5);
  const misuse = `${options.module}-misuse.mts`;
  writeFileSync(
    join(directory, misuse),
    `import { createClient } from 'chat-history-gateway/client';
     const { nodes } = await createClient({ url: 'http://localhost/graphql' }).messages();
     // @ts-expect-error there is no such field
     export const nonsense = nodes[0]?.nonsense;`,
  );
  const config = {
    compilerOptions: {
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipDefaultLibCheck: true,
      ...options,
    },
    files: [...files, misuse],
  };
  const project = join(directory, `tsconfig.${options.module}.json`);
  writeFileSync(project, JSON.stringify(config));
  const { stdout } = await run(tsc, ['-p', project]).catch((error: unknown) => error as { stdout: string });
  expect(stdout).toBe('');
});
