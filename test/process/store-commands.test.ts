import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { STORE_MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { runProgram } from '../support/gateway-process.ts';

const channels = [{ name: 'corp', provider: 'WECOM', corpId: 'x', secret: 'y' }];
const directory = mkdtempSync(join(tmpdir(), 'gateway-store-commands-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function writeConfig(store: string): string {
  const file = join(directory, 'gateway.yaml');
  writeFileSync(file, stringify({ store, channels }));
  return file;
}

test('migrate says what is missing, runs it, and then finds nothing to do', async () => {
  const known = STORE_MIGRATIONS.length;
  const file = join(directory, 'a.db');
  const old = new DatabaseSync(file);
  for (const migration of STORE_MIGRATIONS.slice(0, -1)) old.exec(migration);
  old.exec(`PRAGMA user_version = ${known - 1}`);
  old.close();
  const config = writeConfig('sqlite:./a.db');
  const missing = `sqlite:./a.db is of version ${known - 1}, and this program's is ${known}: migration ${known} is missing.\n`;
  for (const [args, text] of [
    [['--dry-run'], missing],
    [[], `${missing}sqlite:./a.db is of version ${known} now.\n`],
    [[], `sqlite:./a.db is of version ${known}: there is nothing to migrate.\n`],
  ] as const)
    expect(await runProgram(['migrate', '--config', config, ...args])).toEqual({
      code: 0,
      stdout: text,
      stderr: '',
    });
});

test('migrate and store copy say in words what cannot be done', async () => {
  const migrated = await runProgram(['migrate', '--config', writeConfig('memory:')]);
  expect([migrated.code, migrated.stderr]).toEqual([
    1,
    'The store has a problem:\n  - memory: is made anew at each start\n',
  ]);
  const copied = await runProgram([
    'store',
    'copy',
    'sqlite:./nowhere.db',
    'postgres://me:s3cret@127.0.0.1:1/chats',
  ]);
  expect(copied.code).toBe(1);
  expect(copied.stderr).toMatch(/^The store has a problem:\n {2}- there is no file .*nowhere\.db\n$/);
  const keyless = await runProgram([
    'store',
    'copy',
    'sqlite:./a.db',
    'postgres://db/chats',
    '--key',
    'NOT_SET',
  ]);
  expect(keyless.stderr).toContain('NOT_SET: must hold the key of the stores, in base64');
});
