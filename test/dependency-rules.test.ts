import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const CONFIG = resolve('.dependency-cruiser.cjs');

const directory = mkdtempSync(join(tmpdir(), 'gateway-rules-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** For each rule, by its name, imports that break it: a file, and what it imports. */
const BROKEN: Record<string, [file: string, imported: string]> = {
  'no-cycles': ['src/timeline/merge.ts', 'src/timeline/cursor.ts'],
  'commands-import-nothing-above': ['src/commands/serve.ts', 'src/main.ts'],
  'app-import-nothing-above': ['src/app/api.ts', 'src/commands/check.ts'],
  'http-and-config-import-nothing-above': ['src/config/settings.ts', 'src/app/stores.ts'],
  'export-and-mcp-import-nothing-above': ['src/export/walk.ts', 'src/http/server.ts'],
  'resolvers-and-schema-import-nothing-above': ['src/resolvers/query.ts', 'src/export/stream.ts'],
  'graphql-import-nothing-above': ['src/graphql/admission.ts', 'src/resolvers/index.ts'],
  'gateway-import-nothing-above': ['src/gateway/context.ts', 'src/graphql/masking.ts'],
  'live-import-nothing-above': ['src/live/tail.ts', 'src/gateway/caller-view.ts'],
  'timeline-import-nothing-above': ['src/timeline/timeline.ts', 'src/live/live.ts'],
  'archive-and-compliance-import-nothing-above': ['src/archive/terms.ts', 'src/timeline/filter.ts'],
  'audit-and-datasources-import-nothing-above': ['src/audit/chain.ts', 'src/timeline/filter.ts'],
  'access-and-observability-import-nothing-above': ['src/access/caller.ts', 'src/audit/entry.ts'],
  'store-import-nothing-above': ['src/store/sql/inbox.ts', 'src/observability/log.ts'],
  'domain-and-errors-import-nothing-above': ['src/domain/records.ts', 'src/store/vault.ts'],
  'util-import-nothing-above': ['src/util/clock.ts', 'src/domain/push.ts'],
  'every-room-has-its-row': ['src/attic/chest.ts', 'src/util/errno.ts'],
  'src-knows-no-tests': ['src/live/poller.ts', 'test/support/world.ts'],
  'only-the-sqlite-store-opens-sqlite': ['src/audit/audit-log.ts', 'node:sqlite'],
  'only-the-postgres-store-loads-its-driver': ['src/store/open-store.ts', 'pg'],
  'only-the-redis-modules-load-its-client': ['src/access/request-counter.ts', 'rate-limiter-flexible'],
  'only-open-store-chooses-a-back-end': ['src/app/reading.ts', 'src/store/sqlite/keyv.ts'],
  'the-store-is-known-by-its-ports': ['src/live/follow.ts', 'src/store/sql.ts'],
  'the-archive-knows-sources-and-its-port': ['src/archive/backfill.ts', 'src/datasources/registry.ts'],
  'the-timeline-knows-no-archive': ['src/timeline/merge-input.ts', 'src/archive/gap.ts'],
  'datasources-and-timeline-know-no-graphql': ['src/datasources/registry.ts', 'src/generated/resolvers.ts'],
  'providers-know-nothing-of-each-other': [
    'src/datasources/wecom/sync.ts',
    'src/datasources/wechat/index.ts',
  ],
  'providers-have-one-public-face': ['src/resolvers/wecom.ts', 'src/datasources/wecom/client.ts'],
  'only-its-own-resolvers-know-a-provider': ['src/live/keeper.ts', 'src/datasources/wecom/index.ts'],
  'kit-knows-no-provider': ['src/datasources/kit/http.ts', 'src/datasources/tencent-chat/index.ts'],
  'what-shows-reads-through-the-gateway': ['src/resolvers/node.ts', 'src/store/store.ts'],
  'only-mcp-loads-its-sdk': ['src/http/routes/mcp.ts', '@modelcontextprotocol/server'],
  'export-knows-no-command-line': ['src/export/encoder.ts', 'commander'],
  'playground-stands-alone': ['playground/main.ts', 'src/util/loopback.ts'],
  'only-browsers-run-the-playground': ['test/support/browser.ts', 'playground/storage.ts'],
  'inbox-knows-only-the-client': ['inbox/store/state.ts', 'src/util/loopback.ts'],
  'only-browsers-run-the-inbox': ['test/support/inbox.ts', 'inbox/store/session.ts'],
  'models-of-the-inbox-know-no-browser': ['inbox/model/view.ts', 'inbox/store/session.ts'],
  'sandbox-stands-alone': ['src/sandbox/start.ts', 'src/util/sealing.ts'],
  'sandbox-only-in-the-demo': ['src/commands/export.ts', 'src/sandbox/random.ts'],
  'client-stands-alone': ['src/client/index.ts', 'src/errors/request-error.ts'],
  'client-runs-anywhere': ['src/client/transport.ts', 'node:fs'],
};

/** Names of packages may have a slash, too. */
function isOurs(imported: string): boolean {
  return /^(?:src|test|playground|inbox)\//.test(imported);
}

interface Violation {
  from: string;
  rule: { name: string };
}

test('each rule of who may import whom still bites, type-only imports included', () => {
  const { forbidden } = createRequire(import.meta.url)(CONFIG) as { forbidden: { name: string }[] };
  expect(Object.keys(BROKEN).sort()).toEqual(forbidden.map(({ name }) => name).sort());

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  };
  for (const [, imported] of Object.values(BROKEN)) {
    if (isOurs(imported)) write(imported, 'export type Imported = 1;\n');
    else if (!imported.includes(':')) {
      write(`node_modules/${imported}/package.json`, JSON.stringify({ name: imported, main: 'index.js' }));
      write(`node_modules/${imported}/index.js`, '');
      write(`node_modules/${imported}/index.d.ts`, 'export type Imported = 1;\n');
    }
  }
  for (const [file, imported] of Object.values(BROKEN)) {
    const up = '../'.repeat(file.split('/').length - 1);
    write(
      file,
      `import type { Imported } from '${isOurs(imported) ? up + imported : imported}';\nexport { Imported };\n`,
    );
  }
  // The other way of the cycle.
  write('src/timeline/cursor.ts', "import type { Imported } from './merge.ts';\nexport { Imported };\n");
  write('package.json', JSON.stringify({ dependencies: { commander: '1' } }));
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
  );
  const { stdout, stderr } = spawnSync(
    resolve('node_modules/.bin/depcruise'),
    ['--config', CONFIG, '--output-type', 'json', 'src', 'test', 'playground', 'inbox'],
    { cwd: directory, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  // A cycle is told of either of its files.
  const biting = Object.entries(BROKEN).filter(([name, files]) =>
    summary.violations.some(({ from, rule }) => rule.name === name && files.includes(from)),
  );
  expect(biting.map(([name]) => name)).toEqual(Object.keys(BROKEN));
});
