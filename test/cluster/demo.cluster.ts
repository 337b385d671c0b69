import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';

/** Every process that the demo starts inherits it. */
const MARK = `CLUSTER_DEMO_TEST=${randomUUID()}`;
const directory = mkdtempSync(join(tmpdir(), 'gateway-demo-'));
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const demo of running) {
    const ended = once(demo, 'exit');
    demo.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Demo {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

function startDemo(args: string[], environment: NodeJS.ProcessEnv = {}): Demo {
  const [name = '', value = ''] = MARK.split('=');
  const child = spawn(process.execPath, ['tools/cluster/main.ts', ...args], {
    env: { ...process.env, TMPDIR: directory, [name]: value, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, output: () => output, ended };
}

/** The command lines of what the demo has started and left. */
function leftOver(): string[] {
  const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return own
    .filter((pid) => readProcess(pid, 'environ').split('\0').includes(MARK))
    .map(commandOf)
    .filter((command) => command !== '');
}

/** @returns '' when it has ended */
function commandOf(pid: string): string {
  return readProcess(pid, 'cmdline').replaceAll('\0', ' ');
}

function readProcess(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It has ended meanwhile, or belongs to another user.
    return '';
  }
}

test('the demo of a cluster kills gateways, loses nothing, says so, and leaves nothing behind', async () => {
  const { output, ended } = startDemo(['--seconds', '10', '--kill-every', '3', '--port', '0']);
  const code = await ended;
  console.info(output());
  expect(output()).toMatch(/^ +\d+ s \| \d+ requests answered \| \d+ deliveries acknowledged \| .* DOWN/m);
  expect(output()).toMatch(/ were killed [1-9]\d* times\.$/m);
  expect(output()).toMatch(/^ {2}requests +\d+ answered, \d+ failed /m);
  const [, acknowledged, seen] =
    /^ {2}deliveries +(\d+) ack[^]*^ {2}subscribers +have seen (.+) of them/m.exec(output()) ?? [];
  expect(Number(acknowledged)).toBeGreaterThan(0);
  expect(seen).toBe(`${acknowledged ?? ''}, ${acknowledged ?? ''}, ${acknowledged ?? ''}`);
  expect(output()).toMatch(/Nothing was lost, and nothing came twice\.\n$/);
  expect(code).toBe(0);
  expect(leftOver()).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
}, 300_000);

test('Ctrl-C ends the demo with its summary, and nothing stays behind', async () => {
  const { child, output, ended } = startDemo(['--kill-every', '600', '--port', '0']);
  await waitUntil(() => /[1-9]\d* deliveries acknowledged/.test(output()) || child.exitCode !== null);
  child.kill('SIGINT');
  expect([await ended, output()]).toEqual([
    0,
    expect.stringMatching(/Nothing was lost, and nothing came twice/),
  ]);
  expect(leftOver()).toEqual([]);
}, 300_000);

test('kill -9 of the demo ends also what it has started, and removes its files', async () => {
  const { child, output, ended } = startDemo(['--kill-every', '600', '--port', '0']);
  await waitUntil(() => /[1-9]\d* deliveries acknowledged/.test(output()) || child.exitCode !== null);
  const started = readFileSync(`/proc/${child.pid ?? 0}/task/${child.pid ?? 0}/children`, 'utf8')
    .trim()
    .split(' ');
  const names = started.map(commandOf).join('\n');
  for (const name of ['postgres', 'redis-server', 'dist/main.js', 'watcher.ts'])
    expect(names).toContain(name);
  child.kill('SIGKILL');
  await ended;
  await waitUntil(() => started.every((pid) => commandOf(pid) === ''));
  await waitUntil(() => leftOver().length === 0);
  expect(readdirSync(directory)).toEqual([]);
}, 300_000);

test('without PostgreSQL the demo says how to install it', async () => {
  const { output, ended } = startDemo([], { POSTGRES_BIN: directory });
  expect([await ended, output()]).toEqual([1, expect.stringContaining('apt-get install postgresql')]);
});

test('options that make no sense are answered with those that there are', async () => {
  for (const args of [
    ['--seconds', 'ten'],
    ['--kill-every', '0'],
    ['--port', '70000'],
    ['--replicas', '2'],
  ]) {
    const { output, ended } = startDemo(args);
    expect([await ended, output()]).toEqual([2, expect.stringContaining('--kill-every N')]);
  }
});
