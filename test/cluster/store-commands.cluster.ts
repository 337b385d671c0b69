import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { POSTGRES_MIGRATIONS } from '../../src/store/postgres/migrations/index.ts';
import { runProgram } from '../support/gateway-process.ts';
import { createDatabase, dropDatabase, runOn } from '../support/postgres.ts';

const channels = [{ name: 'corp', provider: 'WECOM', corpId: 'x', secret: 'y' }];
const directory = mkdtempSync(join(tmpdir(), 'gateway-store-commands-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function writeConfig(store: unknown): string {
  const file = join(directory, 'gateway.yaml');
  writeFileSync(file, stringify({ store, channels }));
  return file;
}

test('a store is made, and then copied, on a server', async () => {
  const server = process.env['POSTGRES_URL'] ?? '';
  const name = `commands_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(server, name);
  const config = writeConfig(url);
  const known = POSTGRES_MIGRATIONS.length;
  const { host } = new URL(url);
  const shown = `postgres://${host}/${name}`;
  const { stdout } = await runProgram(['migrate', '--config', config]);
  expect(stdout).toContain(
    `${shown} is of version 0, and this program's is ${known}: migrations 1 to ${known} are missing.\n${shown} is of version ${known} now.\n${shown} has views for analysts in its schema bi.\n`,
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

test('migrate says why a store has no views, and what an administrator runs', async () => {
  const server = process.env['POSTGRES_URL'] ?? '';
  const name = `commands_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(server, name);
  const { host } = new URL(url);
  const encryptionKey = randomBytes(32).toString('base64');
  const encrypted = await runProgram(['migrate', '--config', writeConfig({ location: url, encryptionKey })]);
  expect(encrypted.stdout).toContain(
    `postgres://${host}/${name} has no views for analysts: it is encrypted, and a view would show nothing but what is sealed.\n`,
  );
  await dropDatabase(server, name);

  const again = await createDatabase(server, name);
  const user = `owner_${randomBytes(6).toString('hex')}`;
  await runOn(again, `CREATE ROLE ${user} LOGIN; GRANT CREATE ON SCHEMA public TO ${user}`);
  const own = new URL(again);
  own.username = user;
  const { code, stdout } = await runProgram(['migrate', '--config', writeConfig(own.href)]);
  expect([code, stdout.split('\n').slice(-3)]).toEqual([
    0,
    [
      `postgres://${host}/${name} has no views for analysts: its user may not create schemas. As an administrator of the database run this, then migrate again:`,
      `CREATE SCHEMA bi AUTHORIZATION ${user};`,
      '',
    ],
  ]);
  await dropDatabase(server, name);
  await runOn(server, `DROP ROLE ${user}`);
});
