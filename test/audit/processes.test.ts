import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { runAuditHead, runAuditRekey, runAuditShow, runAuditVerify } from '../../src/commands/audit.ts';
import { runProgram } from '../support/gateway-process.ts';
import { createTestLocation, isOnServer, openTestLocation, runOnLocation } from '../support/test-store.ts';

/** How often a writer is killed. */
const KILLS = Number(process.env['KILLS'] ?? 3);
const SECRET = Buffer.alloc(32, 9);

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function writeConfig(): Promise<{ location: string; config: string }> {
  const config = join(directory, 'gateway.yaml');
  const location = await createTestLocation(`sqlite:${join(directory, 'gateway.db')}`);
  const channel = {
    name: 'shop',
    provider: 'WECHAT',
    appId: 'x',
    appSecret: 'y',
    historyStart: '2026-01-01T00:00:00Z',
  };
  writeFileSync(
    config,
    stringify({ store: location, secret: SECRET.toString('base64'), channels: [channel] }),
  );
  return { location, config };
}

function startWriter(location: string, lots: number | 'for ever'): ChildProcess {
  return spawn(process.execPath, ['test/audit/writer.ts', location, SECRET.toString('hex'), String(lots)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What a command prints, and the exit code that it asks for. */
async function runCommand(
  command: () => Promise<void> | void,
): Promise<{ stdout: string; exitCode: typeof process.exitCode }> {
  let stdout = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((...args: unknown[]) => {
    stdout += String(args[0]);
    const done = args.at(-1);
    if (typeof done === 'function') Reflect.apply(done, undefined, []);
    return true;
  });
  try {
    await command();
    return { stdout, exitCode: process.exitCode };
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
}

test('processes that write at the same time have a strand each', async () => {
  const { location, config } = await writeConfig();
  const store = await openTestLocation(location);
  await AuditLog.open(store.audit, SECRET, pino({ enabled: false }));
  await store.close();
  const writers = [startWriter(location, 30), startWriter(location, 30), startWriter(location, 30)];
  const codes = await Promise.all(
    writers.map(async (writer) => {
      writer.stdout?.resume();
      const [code] = (await once(writer, 'close')) as [number | null];
      return code;
    }),
  );
  expect(codes).toEqual([0, 0, 0]);
  expect(await runCommand(() => runAuditVerify({ config }))).toEqual({
    stdout: 'The audit log is intact: 180 records in 3 strands.\n',
    exitCode: undefined,
  });
});

test(
  `killed ${KILLS} times in the midst of writing, the chain holds everything that was said to be on disk`,
  async () => {
    const { location, config } = await writeConfig();
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(location, 'for ever');
      let output = '';
      writer.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (output.length > 300 + kill * 50) writer.kill('SIGKILL');
      });
      await once(writer, 'close');
      acknowledged += Number(output.trimEnd().split('\n').at(-1));
    }
    const { stdout } = await runCommand(() => runAuditVerify({ config }));
    const count = Number(/^The audit log is intact: (\d+) records/.exec(stdout)?.[1]);
    expect(acknowledged).toBeGreaterThan(KILLS * 50);
    expect(count).toBeGreaterThanOrEqual(acknowledged);
  },
  60_000 + KILLS * 3_000,
);

test('audit show lists, audit head is kept elsewhere, and audit verify says what was changed and exits 1', async () => {
  const { location, config } = await writeConfig();
  await once(
    startWriter(location, 3).on('spawn', () => undefined),
    'close',
  );
  const range = { since: Date.parse('2027-01-15T08:00:01Z'), until: Date.parse('2027-01-15T08:00:04Z') };
  const shown = await runCommand(() => runAuditShow({ config, caller: 'bi', ...range }));
  expect(
    shown.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    {
      strand: 1,
      seq: 3,
      at: '2027-01-15T08:00:02.000Z',
      caller: 'bi',
      requestId: 'request-2',
      field: 'Query.messages',
      operation: 'Newest',
      channels: ['shop', 'corp'],
      conversationId: null,
      count: 2,
      outcome: 'OK',
      sentAt: { gte: null, lt: '2027-01-15T08:00:00.000Z' },
    },
  ]);
  const head = join(directory, 'head.json');
  writeFileSync(head, (await runCommand(() => runAuditHead({ config }))).stdout);
  expect((await runCommand(() => runAuditVerify({ config, head }))).stdout).toBe(
    'The audit log is intact: 6 records in 1 strand.\n',
  );
  await runOnLocation(
    location,
    "UPDATE audit SET caller = 'bi' WHERE seq = 2; DELETE FROM audit WHERE seq = 6",
  );
  expect(await runProgram(['audit', 'verify', '--config', config, '--head', head])).toEqual({
    code: 1,
    stdout:
      'Record 2 of strand 1 was changed.\nRecord 6 of strand 1 is missing, the newest.\nStrand 1 does not lead through record 6 as in the exported head.\n',
    stderr: '',
  });
});

test('with a new secret the log is sealed again, unless it was changed', async () => {
  const { location, config } = await writeConfig();
  await once(
    startWriter(location, 3).on('spawn', () => undefined),
    'close',
  );
  const old = SECRET.toString('base64');
  const fresh = Buffer.alloc(32, 1).toString('base64');
  writeFileSync(config, readFileSync(config, 'utf8').replace(old, fresh));
  expect((await runCommand(() => runAuditVerify({ config }))).exitCode).toBe(1);
  vi.stubEnv('OLD_SECRET', old);
  expect(await runCommand(() => runAuditRekey({ config, oldSecret: 'OLD_SECRET' }))).toEqual({
    stdout: '6 records in 1 strand are sealed under the new secret. Export the head again.\n',
    exitCode: undefined,
  });
  expect((await runCommand(() => runAuditVerify({ config }))).stdout).toBe(
    'The audit log is intact: 6 records in 1 strand.\n',
  );
  // The old one is not the log's any more.
  const again = await runCommand(() => runAuditRekey({ config, oldSecret: 'OLD_SECRET' }));
  expect(again).toMatchObject({ exitCode: 1 });
  expect(again.stdout).toContain('The mark of the newest strand was changed.');
  await expect(runAuditRekey({ config, oldSecret: 'NOT_SET' })).rejects.toThrow('NOT_SET: must hold');
  vi.unstubAllEnvs();
});

test('a store that is not there, and one without an audit log, are refused in words', async () => {
  const { location, config } = await writeConfig();
  await expect(runAuditVerify({ config })).rejects.toThrow(
    isOnServer ? /has no store: start the gateway/ : /there is no file .*gateway\.db/,
  );
  await (await openTestLocation(location)).close();
  await expect(runAuditHead({ config })).rejects.toThrow(/has no audit log/);
});
