import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { deliver } from '../support/deliver.ts';
import { startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const AT_ONCE = 4;
/** Each has at least one sync: the next is delivered once all of the one before are answered. */
const ROUNDS = 4;
const ALL = AT_ONCE * ROUNDS;

let directory = '';
let file = '';
let sandbox: Sandboxes | undefined;
let gateway: GatewayProcess | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-killed-'));
  file = join(directory, 'gateway.db');
});
afterEach(async () => {
  await gateway?.stop('SIGKILL');
  gateway = undefined;
  await sandbox?.close();
  rmSync(directory, { recursive: true });
});

test.each([1, 2, 3, 4])(
  'killed in sync %s of its log, before it answers what that commits, it publishes each delivery once when they come again',
  async (sync) => {
    sandbox = await startSandboxes({ seed: 1, now: () => Date.now(), messages: 5, only: ['whatsapp'] });
    const { whatsApp } = sandbox;
    const config = join(directory, 'gateway.yaml');
    writeFileSync(config, stringify({ store: 'sqlite:./gateway.db', channels: sandbox.channels }));
    const start = (): Promise<GatewayProcess> =>
      startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'error' });
    const rounds = Array.from({ length: ROUNDS }, () =>
      Array.from({ length: AT_ONCE }, () => whatsApp.pushes.clientSync([whatsApp.add({})])),
    );
    const deliverAll = async (url: string): Promise<PromiseSettledResult<number>[]> => {
      const results: PromiseSettledResult<number>[] = [];
      for (const round of rounds) {
        const sent = round.map(async (delivery) => (await deliver(url, 'whatsapp', delivery)).status);
        results.push(...(await Promise.allSettled(sent)));
      }
      return results;
    };

    gateway = await start();
    await killInSync(gateway.pid, sync);
    const first = await deliverAll(gateway.url);
    expect(await gateway.ended).toBe('SIGKILL');
    const answered = first.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(answered.length).toBeLessThan(ALL);
    expect(new Set([...answered, 200])).toEqual(new Set([200]));
    using store = openDatabase(file, 'FULL');
    const count = (what: string): number =>
      Number(store.prepare(`SELECT COUNT(*) AS count FROM ${what}`).get()?.['count']);
    // The process was killed and not the machine, so what it had committed is there, whether it was answered or not.
    expect(count('inbox')).toBeGreaterThanOrEqual(Math.max(1, answered.length));

    gateway = await start();
    expect(await deliverAll(gateway.url)).toEqual(Array(ALL).fill({ status: 'fulfilled', value: 200 }));
    await waitUntil(() => count('inbox WHERE is_done = 0') === 0);
    expect([count('inbox'), count('events'), count('whatsapp_message')]).toEqual([ALL, ALL, ALL]);
  },
  60_000,
);

/** The process is killed as soon as it asks for this sync of the store's log: the log is written then. */
async function killInSync(pid: number, sync: number): Promise<void> {
  const strace = spawn(
    'strace',
    [
      ...['-f', '-p', String(pid), '-P', `${file}-wal`],
      ...['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:signal=SIGKILL:when=${sync}`],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  // It says on standard error that it has attached.
  await once(strace.stderr, 'data');
  strace.stderr.resume();
}
