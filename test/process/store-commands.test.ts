import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { POSTGRES_MIGRATIONS } from '../../src/store/postgres/migrations/index.ts';
import { STORE_MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { runProgram } from '../support/gateway-process.ts';
import { createDatabase, dropDatabase } from '../support/postgres.ts';

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

const server = process.env['POSTGRES_URL'];
test.runIf(server !== undefined)('a store is made, and then copied, on a server', async () => {
  if (server === undefined) return;
  const name = `commands_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(server, name);
  const config = writeConfig(url);
  const known = POSTGRES_MIGRATIONS.length;
  const { host } = new URL(url);
  const shown = `postgres://${host}/${name}`;
  const { stdout } = await runProgram(['migrate', '--config', config]);
  expect(stdout).toContain(
    `${shown} is of version 0, and this program's is ${known}: migrations 1 to ${known} are missing.\n${shown} is of version ${known} now.\n`,
  );
  await runProgram(['migrate', '--config', writeConfig(`sqlite:${directory}/b.db`)]);
  const db = new DatabaseSync(join(directory, 'b.db'));
  db.exec("INSERT INTO settings VALUES ('secret', x'00')");
  db.close();
  const copied = await runProgram(['store', 'copy', `sqlite:${directory}/b.db`, url]);
  expect(copied).toEqual({
    code: 0,
    stdout: `settings: 1\nThe store is copied. Name it in the configuration before the gateway starts again: store.location is ${shown}, with its user.\n`,
    stderr: '',
  });
  await dropDatabase(server, name);
});
