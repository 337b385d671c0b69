import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'gateway-rules-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A tree in which each file breaks a rule, or is there to be imported. */
const files = {
  'src/http/server.ts': "import './datasources/wecom/client.ts';\nexport const a = 1;",
  'src/datasources/wecom/client.ts':
    "import '../wechat/index.ts';\nimport '../../timeline/merge.ts';\nexport const b = 1;",
  'src/datasources/wechat/index.ts': 'export const c = 1;',
  'src/datasources/kit/http.ts': "import '../wechat/index.ts';\nexport const d = 1;",
  'src/timeline/merge.ts': "import './merge-input.ts';\nimport '../resolvers/query.ts';\nexport const e = 1;",
  'src/timeline/merge-input.ts': "import './merge.ts';\nexport const f = 1;",
  'src/resolvers/query.ts': "import '../datasources/wechat/index.ts';\nexport const g = 1;",
  'src/sandbox/wechat/sandbox.ts': "import '../datasources/wechat/index.ts';\nexport const h = 1;",
  'src/export/stream.ts': "import '../server.ts';\nexport const k = 1;",
  'src/app/open-gateway.ts':
    "import './sandbox/wechat.ts';\nimport '../test/support.ts';\nexport const i = 1;",
  'test/support.ts': "import '../playground/main.ts';\nexport const j = 1;",
  'playground/main.ts': "import '../src/http/server.ts';\nexport const k = 1;",
  'src/client/index.ts': "import '../generated/resolvers.ts';\nimport 'node:fs';\nexport const n = 1;",
  'src/generated/resolvers.ts': 'export const m = 1;',
  'tsconfig.json':
    '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
};

test('the rules of who may import whom still bite', () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const { stdout } = spawnSync(
    resolve('node_modules/.bin/depcruise'),
    ['--config', resolve('.dependency-cruiser.cjs'), '--output-type', 'json', 'src'],
    { cwd: directory, encoding: 'utf8' },
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  expect([...new Set(summary.violations.map(({ rule }) => rule.name))].sort()).toEqual([
    'client-runs-anywhere',
    'client-stands-alone',
    'datasources-know-no-graphql',
    'export-knows-no-command-line',
    'kit-knows-no-provider',
    'no-cycles',
    'only-browsers-run-the-playground',
    'only-the-registry-and-its-own-resolvers-know-a-provider',
    'playground-stands-alone',
    'providers-have-one-public-face',
    'providers-know-nothing-of-each-other',
    'sandbox-only-in-the-demo',
    'sandbox-stands-alone',
    'src-knows-no-tests',
    'timeline-sees-the-contract',
  ]);
});
