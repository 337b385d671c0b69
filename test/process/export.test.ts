import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { Random } from '../../src/sandbox/random.ts';
import { isErrno } from '../../src/util/errno.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { runProgram, startProgram, type RunningProgram } from '../support/gateway-process.ts';
import { parseCsv } from '../support/parse-csv.ts';
import { parseParquet } from '../support/parse-parquet.ts';
import { createStoreSettings, withoutStandbyWarning } from '../support/test-store.ts';

const SECRET = Buffer.alloc(32, 3).toString('base64');
/** `test:crashes` sets it to 12, the long campaign to 100. */
const KILLS = Number(process.env['EXPORT_KILLS'] ?? 3);
/** Of each of three providers. It saves a thousand at a time: few kills need few places. */
const MESSAGES_EACH = KILLS > 3 ? 3_000 : 1_500;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const directory = mkdtempSync(join(tmpdir(), 'gateway-export-'));
let sandbox: Sandboxes;
let count = 0;
afterEach(() => sandbox.close());
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface World {
  config: string;
  /** A path of its own. */
  out: string;
  args: string[];
}

/** Without WhatsApp, which signs addresses anew each time, so that two exports can be the same to the byte. */
async function open(messages: number, config: Record<string, unknown> = {}): Promise<World> {
  sandbox = await startSandboxes({
    seed: 9,
    now: () => Date.now(),
    messages,
    weComReachDays: 365,
    only: ['shop', 'corp', 'broadcast'],
  });
  const name = `export-${count++}`;
  const file = join(directory, `${name}.yaml`);
  const { channels } = sandbox;
  const { store } = await createStoreSettings(`sqlite:./${name}.db`);
  writeFileSync(file, stringify({ store, secret: SECRET, channels, ...config }));
  const out = join(directory, `${name}.out`);
  const until = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
  return { config: file, out, args: ['export', '--config', file, '--until', until, '--out', out] };
}

function slowDown(delayMs: number): void {
  for (const { server } of sandbox.all) server.knobs.delayMs = delayMs;
}

/** Waits until something shows, as long as the program runs. */
async function until(program: RunningProgram, shows: () => boolean): Promise<void> {
  const ended = program.ended.then(() => true);
  while (!shows()) {
    const pause = new Promise<false>((resolve) => setTimeout(resolve, 5, false));
    const hasEnded = await Promise.race([ended, pause]);
    if (hasEnded && !shows()) throw new Error(`It ended before: ${program.stderr()}`);
  }
}

/** At its end an export deletes the checkpoint, perhaps just now. */
function messagesSaved(out: string): number {
  try {
    return (JSON.parse(readFileSync(`${out}.checkpoint`, 'utf8')) as { messages: number }).messages;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}

function isWhole(out: string): boolean {
  return sizeOf(out) > 0 && !existsSync(`${out}.checkpoint`);
}

/** The same export, undisturbed, by a gateway that has kept nothing yet. */
async function exportElsewhere({ config, out }: World, args: string[]): Promise<Buffer> {
  const { store } = await createStoreSettings(`sqlite:./whole-${basename(out)}.db`);
  const settings = { ...(parse(readFileSync(config, 'utf8')) as object), store };
  writeFileSync(`${config}.whole`, stringify(settings));
  const { code } = await runProgram([...args, '--config', `${config}.whole`, '--out', `${out}.whole`]);
  expect(code).toBe(0);
  return readFileSync(`${out}.whole`);
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

test.each([
  // There are ten places at most.
  { format: 'ndjson', mostPlaces: 5 },
  // It saves row groups, of which there are few: of 1,000 messages, 2,000, 4,000 and so on.
  { format: 'parquet', mostPlaces: 1 },
])(
  'killed again and again at any moment, $format comes to the same bytes as if nothing had happened',
  async ({ format, mostPlaces }) => {
    console.info(`seed ${SEED}`);
    const random = new Random(SEED);
    const world = await open(MESSAGES_EACH);
    const { out } = world;
    const args = ['export', '--format', format, ...world.args.slice(1)];
    const whole = await exportElsewhere(world, args);
    const places: number[] = [];
    while (places.length < KILLS) {
      const program = startProgram(args);
      await until(program, () => existsSync(`${out}.lock`));
      // At times before it has written anything, at times while it writes, at times when it has saved something before
      // that; and then at any moment.
      for (let waits = places.length % 3; waits > 0; waits--) {
        const progressOf = waits > 1 ? messagesSaved : sizeOf;
        const before = progressOf(out);
        await until(program, () => progressOf(out) > before || isWhole(out));
      }
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 40)));
      program.kill('SIGKILL');
      const end = await program.ended;
      if (isWhole(out)) {
        // It was too late; the next one begins anew.
        expect(readFileSync(out).equals(whole)).toBe(true);
        rmSync(out);
      } else {
        expect(end).toBe('SIGKILL');
        places.push(messagesSaved(out));
      }
    }
    const { code, stderr } = await runProgram(args);
    expect(stderr).toContain(`Done: ${(3 * MESSAGES_EACH).toLocaleString('en')} messages`);
    expect(code).toBe(0);
    console.info(`killed with ${places.join(', ')} messages saved`);
    expect(new Set(places).size).toBeGreaterThan(Math.min(KILLS / 3, mostPlaces));
    expect(readFileSync(out).equals(whole)).toBe(true);
    expect(isWhole(out)).toBe(true);
    if (format === 'parquet') expect(await parseParquet(whole)).toHaveLength(3 * MESSAGES_EACH);
    expect(sandbox.violations()).toEqual([]);
  },
  120_000 + KILLS * 10_000,
);

test('SIGINT ends it after the page, with 130, and the same command goes on', async () => {
  const { out, args } = await open(2_000);
  // A read of a source brings 1,000 messages at most: so there are slow calls ahead, whichever page is being written.
  slowDown(200);
  const program = startProgram(args);
  await until(program, () => sizeOf(out) > 0);
  program.kill('SIGINT');
  expect(await program.ended).toBe(130);
  expect(program.stdout()).toBe('');
  expect(program.stderr()).toContain('Stopping after this page; a second signal stops at once\n');
  expect(program.stderr()).toContain(`Not finished: run the same command to resume ${out}.\n`);
  const saved = messagesSaved(out);
  expect([1_000, 2_000, 3_000, 4_000]).toContain(saved);
  slowDown(0);
  const rest = await runProgram(args);
  const count = (number: number): string => number.toLocaleString('en');
  expect(withoutStandbyWarning(rest.stderr).replace(/[\d,]+ bytes|in [\d.]+ s .*/g, '…')).toBe(
    `Resuming after ${count(saved)} messages\nDone: 6,000 messages, …, the last ${count(6_000 - saved)} …\n`,
  );
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(6_000);
});

test('SIGTERM ends a wait at once, with 143', async () => {
  const { args } = await open(20);
  sandbox.wechat.server.knobs.fault = 'too-many-requests';
  const program = startProgram(args);
  await until(program, () => program.stderr().includes('Waiting 7 s: shop (WECHAT)'));
  const { length } = sandbox.wechat.server.calls;
  program.kill('SIGTERM');
  expect(await program.ended).toBe(143);
  // Had it waited, it would have asked again.
  expect(sandbox.wechat.server.calls).toHaveLength(length);
});

test('a second signal ends it at once', async () => {
  const { args } = await open(20);
  sandbox.wechat.server.knobs.fault = 'hang';
  const program = startProgram(args);
  await until(program, () => sandbox.wechat.server.calls.length > 0);
  program.kill('SIGINT');
  await until(program, () => program.stderr().includes('Stopping after this page'));
  program.kill('SIGINT');
  expect(await program.ended).toBe(130);
});

test('a provider that stays away ends it with the reason; when it comes back, the export does', async () => {
  const { out, args } = await open(20);
  const { knobs } = sandbox.wechat.server;
  knobs.fault = 'server-error';
  const { code, stdout, stderr } = await runProgram([...args, '--patience', '1']);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(withoutStandbyWarning(stderr)).toBe(
    [
      'Waiting 1 s: shop (WECHAT): UPSTREAM_UNAVAILABLE: The provider is out of order',
      'shop (WECHAT): UPSTREAM_UNAVAILABLE: The provider is out of order',
      `Not finished: run the same command to resume ${out}.`,
      '',
    ].join('\n'),
  );
  const program = startProgram(args);
  await until(program, () => program.stderr().includes('Waiting 1 s: shop'));
  knobs.fault = null;
  expect(await program.ended).toBe(0);
  expect(readFileSync(out, 'utf8').split('\n')).toHaveLength(61);
});

test('standard output gets the data and nothing else', async () => {
  const { args } = await open(40, { store: 'memory:', secret: undefined });
  const { code, stdout, stderr } = await runProgram([
    ...args,
    '--out',
    '-',
    '--format',
    'csv',
    '--channel',
    'shop',
  ]);
  expect(code).toBe(0);
  expect(parseCsv(stdout)).toHaveLength(41);
  expect(stderr).toMatch(/^Done: 40 messages, [\d,]+ bytes in [\d.]+ s \([\d,]+\/s\), until 2\d{3}-.*Z\n$/);
});

test('a store and a secret that both end with the process are refused', async () => {
  const { args, out } = await open(0, { store: 'memory:', secret: undefined });
  const { code, stderr } = await runProgram(args);
  expect(code).toBe(1);
  expect(stderr).toContain('Set a secret (openssl rand -base64 32) or a store, or give --out -.');
  expect(existsSync(out)).toBe(false);
});

test('another secret makes the checkpoint void, and says so', async () => {
  const { config, out, args } = await open(2_000);
  slowDown(200);
  const program = startProgram(args);
  await until(program, () => messagesSaved(out) > 0);
  program.kill('SIGKILL');
  await program.ended;
  const before = readFileSync(out);
  writeFileSync(config, readFileSync(config, 'utf8').replace(SECRET, Buffer.alloc(32, 4).toString('base64')));
  const { code, stderr } = await runProgram(args);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'The checkpoint is invalid: the secret or the version of the gateway has changed.',
  );
  expect(before.subarray(0, sizeOf(out)).equals(readFileSync(out))).toBe(true);
  expect(sizeOf(out)).toBeGreaterThan(0);
});

test('options that mean nothing are refused before anything is written', async () => {
  const { args, out } = await open(0);
  const refusals: [string[], string][] = [
    [
      [...args, '--channel', 'shpo'],
      'There is no channel shpo; the configuration has shop, corp, broadcast.',
    ],
    [
      [...args, '--since', '2026-02-30'],
      'It must be a date, or a time with its zone such as 2026-01-31T08:00:00Z.',
    ],
    [[...args, '--bom'], '--bom is for --format csv'],
    [args.slice(0, -2), "required option '--out <file>' not specified"],
  ];
  for (const [wrong, message] of refusals) {
    const { code, stderr } = await runProgram(wrong);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  }
  expect(existsSync(out)).toBe(false);
});
