import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = 5;
const PROGRAM = 'src/main.ts';

const directory = mkdtempSync(join(tmpdir(), 'gateway-start-up-'));
const config = join(directory, 'gateway.yaml');
writeFileSync(
  config,
  `store: 'memory:'
channels:
  - { name: shop, provider: WECHAT, appId: x, appSecret: y, baseUrl: 'http://127.0.0.1:9', historyStart: '2026-01-01T00:00:00Z' }
`,
);

/** What is run, and by what line it says that it is ready; null: it is when it ends. */
const starts: [name: string, args: string[], ready: RegExp | null][] = [
  ['node -e 0', ['-e', '0'], null],
  ['--help', [PROGRAM, '--help'], null],
  ['schema', [PROGRAM, 'schema'], null],
  ['serve, until ready', [PROGRAM, 'serve', '--config', config, '--port', '0'], /^ready /m],
];

/** @returns milliseconds */
async function measure(args: string[], ready: RegExp | null): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const readyAt: number[] = [];
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (readyAt.length > 0 || !ready?.test(output)) return;
    readyAt.push(performance.now());
    child.kill('SIGTERM');
  });
  const [code] = (await ended) as [number | null];
  const [at] = ready ? readyAt : [performance.now()];
  if (code !== 0 || at === undefined) throw new Error(`node ${args.join(' ')} has failed`);
  return at - began;
}

try {
  // The first fills Node.js's cache of compiled code.
  for (const [, args, ready] of starts) await measure(args, ready);
  const times = starts.map((): number[] => []);
  // In turns, so that what else the machine does hits all of them alike.
  for (let run = 0; run < RUNS; run++) {
    for (const [index, [, args, ready]] of starts.entries()) times[index]?.push(await measure(args, ready));
  }
  const medians = times.map((some) => some.sort((a, b) => a - b)[RUNS >> 1] ?? NaN);
  const bare = medians[0] ?? NaN;
  process.stdout.write(`Median of ${RUNS}, with a warm cache, and as a multiple of a bare Node.js\n`);
  for (const [index, [name]] of starts.entries()) {
    const median = medians[index] ?? NaN;
    process.stdout.write(
      `${name.padEnd(20)} ${Math.round(median).toString().padStart(6)} ms ${(median / bare).toFixed(1).padStart(6)}\n`,
    );
  }
} finally {
  rmSync(directory, { recursive: true });
}
