import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startSandboxes } from '../../src/sandbox/start.ts';
import { runProgram, startGateway } from '../support/gateway-process.ts';
import { ask } from '../support/gateway-world.ts';
import { createStoreSettings } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-keys-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const entries = z.array(z.object({ name: z.string(), sha256: z.string(), scopes: z.array(z.string()) }));

async function newKey(name: string): Promise<{ key: string; entry: unknown }> {
  const { code, stdout } = await runProgram(['key', 'new', name, '--scope', 'messages:read', 'export']);
  expect(code).toBe(0);
  const [key = ''] = stdout.split('\n', 1);
  expect(key).toMatch(/^chg_[\w-]{43}$/);
  const [entry] = entries.parse(parse(/^ +(- \{.*\})$/m.exec(stdout)?.[1] ?? ''));
  expect(entry).toEqual({
    name,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    scopes: ['messages:read', 'export'],
  });
  return { key, entry };
}

test('a new key is let in once its line is in the configuration, and not once it is out again, without a restart', async () => {
  const sandbox = await startSandboxes({ seed: 5, now: () => Date.now(), messages: 10 });
  const [one, two] = await Promise.all([newKey('one'), newKey('two')]);
  const config = join(directory, 'gateway.yaml');
  const settings = await createStoreSettings();
  const write = (apiKeys: unknown): void => {
    writeFileSync(config, stringify({ ...settings, auth: { apiKeys }, channels: sandbox.channels }));
  };
  write([one.entry]);
  const gateway = await startGateway(['serve', '--config', config, '--port', '0']);
  const statusOf = async (key: string): Promise<number> =>
    (await ask(gateway.url, '{ channels { name } }', {}, { 'x-api-key': key })).status;
  expect([await statusOf(one.key), await statusOf(two.key)]).toEqual([200, 401]);

  const reload = async (apiKeys: unknown, told: string): Promise<void> => {
    write(apiKeys);
    const before = gateway.output().length;
    process.kill(gateway.pid, 'SIGHUP');
    await waitUntil(() => gateway.output().slice(before).includes(told));
  };
  await reload([two.entry], 'were reloaded');
  expect([await statusOf(one.key), await statusOf(two.key)]).toEqual([401, 200]);
  const secret = 'A-secret-in-the-wrong-place';
  await reload(
    [
      { name: 'broken', sha256: secret, scopes: ['messages:read'], chanels: [secret] },
      { name: secret.repeat(9) },
    ],
    'keeps the old keys',
  );
  const lines = gateway.output().split('\n');
  const told = lines.flatMap((line) => /"problem":"([^"]+?)[:"]/.exec(line)?.[1] ?? []);
  expect(told.toSorted()).toEqual([
    'auth.apiKeys[0].chanels',
    'auth.apiKeys[0].sha256',
    'auth.apiKeys[1].name',
    'auth.apiKeys[1].scopes',
    'auth.apiKeys[1].sha256',
  ]);
  expect(gateway.output()).not.toContain(secret);
  expect(await statusOf(two.key)).toBe(200);
  await reload(undefined, 'keeps the old keys');
  expect(await statusOf(two.key)).toBe(200);
  expect(gateway.output()).not.toContain(one.key);
  expect(await gateway.stop('SIGTERM')).toBe(0);
  await sandbox.close();
});
