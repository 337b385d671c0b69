import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { deliver } from '../support/deliver.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';

const DELIVERIES = 20;
const TRACED_CALLS = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg';

const directory = mkdtempSync(join(tmpdir(), 'gateway-trace-'));
let sandbox: Sandboxes | undefined;
let gateway: GatewayProcess | undefined;
afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await sandbox?.close();
  rmSync(directory, { recursive: true });
});

test('a delivery is on disk before it is answered: the system calls come in that order, each time', async () => {
  sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 5, only: ['whatsapp'] });
  const { whatsApp } = sandbox;
  const config = join(directory, 'gateway.yaml');
  writeFileSync(config, stringify({ store: 'sqlite:./gateway.db', channels: sandbox.channels }));
  gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'error' });
  const endTrace = await traceCalls(gateway.pid);
  for (let index = 0; index < DELIVERIES; index++) {
    const request = whatsApp.pushes.clientSync([whatsApp.add({})]);
    expect((await deliver(gateway.url, 'whatsapp', request)).status).toBe(200);
  }
  const calls = await endTrace();

  const isAnswer = (line: string): boolean =>
    /\b(write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 200 OK/.test(line);
  const isLogWrite = (line: string): boolean => /\bpwrite64\(\d+<[^>]*gateway\.db-wal>/.test(line);
  const isLogSync = (line: string): boolean =>
    /\b(fsync|fdatasync)\(\d+<[^>]*gateway\.db-wal>\)\s*= 0/.test(line);
  const answers = calls.flatMap((line, index) => (isAnswer(line) ? [index] : []));
  expect(answers).toHaveLength(DELIVERIES);
  for (const [number, answer] of answers.entries()) {
    const before = calls.slice(number === 0 ? 0 : answers[number - 1], answer);
    const lastWrite = before.findLastIndex(isLogWrite);
    expect(lastWrite).toBeGreaterThanOrEqual(0);
    expect(before.findLastIndex(isLogSync)).toBeGreaterThan(lastWrite);
  }
}, 60_000);

/** @returns ends the trace; the system calls that were seen, in order */
async function traceCalls(pid: number): Promise<() => Promise<string[]>> {
  const file = join(directory, 'trace.txt');
  const strace = spawn(
    'strace',
    ['-f', '-y', '-s', '64', '-e', TRACED_CALLS, '-o', file, '-p', String(pid)],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = once(strace, 'exit');
  // It says on standard error that it has attached.
  await Promise.race([
    once(strace.stderr, 'data'),
    ended.then(() => {
      throw new Error('strace could not be started');
    }),
  ]);
  return async () => {
    strace.kill('SIGINT');
    await ended;
    return readFileSync(file, 'utf8').split('\n');
  };
}
