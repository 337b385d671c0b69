import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runProgram, startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { parseParquet } from '../support/parse-parquet.ts';
import {
  areComplete,
  readArchives,
  settledSince,
  walkSettled,
  type ShownArchive,
} from '../support/settled-walk.ts';
import { createStoreSettings, withoutStandbyWarning } from '../support/test-store.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAY_MS = 86_400_000;
const SINCE = Date.now() - 15 * DAY_MS;
const KILLS = 4;

let world: GatewayWorld;
let gateway: GatewayProcess | undefined;
const directory = mkdtempSync(join(tmpdir(), 'gateway-archive-'));
const config = join(directory, 'gateway.yaml');
beforeAll(async () => {
  const secret = randomBytes(32).toString('base64');
  world = await createGatewayWorld({
    from: SINCE,
    messages: 300,
    weComReachDays: 30,
    settings: { secret },
  });
  const archive = { since: new Date(SINCE).toISOString() };
  writeFileSync(
    config,
    stringify({
      ...(await createStoreSettings('sqlite:./gateway.db')),
      secret,
      // Pages so small, and calls so rare, that each life of the process comes to a part of it.
      channels: world.sandbox.channels.map((channel) => ({
        ...channel,
        archive,
        quota: { pageSize: 5, callsPerSecond: 25, maxConcurrent: 1 },
      })),
    }),
  );
});
afterAll(async () => {
  await gateway?.stop('SIGKILL');
  await world.close();
  rmSync(directory, { recursive: true });
});

const start = async (): Promise<GatewayProcess> =>
  (gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'warn' }));
const status = async (): Promise<string> => {
  const { code, stdout, stderr } = await runProgram(['archive', 'status', '--config', config]);
  expect([code, withoutStandbyWarning(stderr)]).toEqual([0, '']);
  return stdout;
};
const sum = (archives: readonly ShownArchive[]): number =>
  archives.reduce((total, { archive }) => total + (archive?.messages ?? 0), 0);

test(`killed ${KILLS} times while it fills its archives, a gateway ends with all of it, once`, async () => {
  let kept = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { url } = await start();
    let archives = await readArchives(url);
    // What was kept is still there, and grows.
    expect(sum(archives)).toBeGreaterThanOrEqual(kept);
    await waitUntil(async () => {
      archives = await readArchives(url);
      return sum(archives) > kept;
    });
    kept = sum(archives);
    expect(archives.some(({ archive }) => archive !== null && archive.gaps.length > 0)).toBe(true);
    await gateway?.stop('SIGKILL');
  }
  expect(await status()).toMatch(/^ {2}missing {2}\d/m);

  const last = await start();
  const { url } = last;
  await waitUntil(() => areComplete(url));
  const archives = await readArchives(url);
  const span = settledSince(SINCE);
  const expected = await walkSettled(world.url, span);
  const walk = await walkSettled(url, span);
  expect(walk.ids).toEqual(expected.ids);
  expect(walk.ids.length).toBeGreaterThan(500);
  expect([walk.calls, walk.servedFrom.filter((side) => side !== null)]).toEqual([0, ['ARCHIVE']]);

  // Another process reads the same beside it, and after it.
  const lines = archives.map(
    ({ name, archive }) => `${name}: ${archive?.messages ?? NaN} messages since ${archive?.since ?? ''}`,
  );
  const shown = async (): Promise<string[]> =>
    (await status())
      .split('\n')
      .filter((line) => /^\w/.test(line))
      .sort();
  expect(await shown()).toEqual(lines.toSorted());
  expect(await status()).not.toMatch(/missing|failing/);
  // Both beside the gateway, which keeps everything as the providers list it.
  for (const command of ['verify', 'repair']) {
    const checked = await runProgram(['archive', command, '--config', config]);
    expect([checked.code, checked.stderr, checked.stdout.split('\n').slice(0, -1).sort()]).toEqual([
      0,
      '',
      expect.arrayContaining([
        expect.stringMatching(/^\S+: [\d,]+ messages compared, as the provider lists them$/),
      ]),
    ]);
    expect(checked.stdout).not.toMatch(/missing|changed|delisted|failed/);
  }
  expect(await last.stop('SIGTERM')).toBe(0);
  expect(await shown()).toEqual(lines.toSorted());
  expect(withoutStandbyWarning(last.output()).split('\n').slice(1).join('\n')).toBe('');

  // So does an export, without a call.
  const callsMade = (): number =>
    world.sandbox.all.reduce((total, { server }) => total + server.calls.length, 0);
  const before = callsMade();
  const out = join(directory, 'settled.parquet');
  const { code, stderr } = await runProgram([
    ...['export', '--config', config, '--since', span.gte, '--until', span.lt],
    ...['--format', 'parquet', '--out', out],
  ]);
  expect([code, withoutStandbyWarning(stderr)]).toEqual([0, expect.stringContaining('Done: ')]);
  expect((await parseParquet(readFileSync(out))).map(({ id }) => id)).toEqual(expected.ids.toReversed());
  expect(callsMade()).toBe(before);
}, 120_000);
