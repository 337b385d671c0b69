import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runProgram, startGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { Random } from '../../src/sandbox/random.ts';
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
/** `npm run campaign:backfill` sets it to 200. */
const KILLS = Number(process.env['BACKFILL_KILLS'] ?? 20);
const LONGEST_LIFE_MS = 2_000;
const MOST_PAGES_OF_A_LIFE = 3;
/** About as long as a page takes. */
const PAGE_MS = 40;
/** Of each channel: so many that most lives of the process find something to do. */
const MESSAGES = Math.max(300, KILLS * 12);

let world: GatewayWorld;
let gateway: GatewayProcess | undefined;
const directory = mkdtempSync(join(tmpdir(), 'gateway-archive-'));
const config = join(directory, 'gateway.yaml');
beforeAll(async () => {
  const secret = randomBytes(32).toString('base64');
  world = await createGatewayWorld({
    from: SINCE,
    messages: MESSAGES,
    weComReachDays: 30,
    settings: { secret },
  });
  const archive = { since: new Date(SINCE).toISOString(), share: 0 };
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

function countAll(pages: ReadonlyMap<string, number>): number {
  return [...pages.values()].reduce((total, count) => total + count, 0);
}

/** How often each page of what has settled was asked for, of a channel where each call tells what it asks for. */
function countPagesRead(): Map<string, number> {
  const { server } = world.sandbox.whatsApp;
  const counts = new Map<string, number>();
  server.knobs.beforePage = ({ info, current, pageSize }) => {
    const until = Number(info['endChatTime']);
    if (!(until > 0)) throw new Error(`When does it end: ${JSON.stringify(info)}`);
    // What is newer is read again on purpose.
    if (until > Date.now() - 2 * DAY_MS) return;
    const page = JSON.stringify([info, current, pageSize]);
    counts.set(page, (counts.get(page) ?? 0) + 1);
  };
  return counts;
}

test(
  `killed ${KILLS} times while it fills its archives, a gateway ends with all of it, once`,
  async () => {
    const pagesRead = countPagesRead();
    const random = new Random(Number(process.env['SEED'] ?? 1));
    let kept = 0;
    let killedAtWork = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const { url } = await start();
      const archives = await readArchives(url);
      // What was kept is still there.
      expect(sum(archives)).toBeGreaterThanOrEqual(kept);
      kept = sum(archives);
      if (kill === 0) expect(await status()).toMatch(/^ {2}missing {2}\d/m);
      // In the midst of a page, or between two: a fast machine would soon have nothing left to do in a life of a fixed length.
      const readUntil = countAll(pagesRead) + random.between(0, MOST_PAGES_OF_A_LIFE);
      const endsAt = Date.now() + LONGEST_LIFE_MS;
      await waitUntil(() => countAll(pagesRead) >= readUntil || Date.now() > endsAt);
      await sleep(random.between(0, PAGE_MS));
      if (!(await areComplete(url))) killedAtWork++;
      await gateway?.stop('SIGKILL');
    }
    expect(killedAtWork).toBeGreaterThan(KILLS / 2);

    const last = await start();
    const { url } = last;
    await waitUntil(() => areComplete(url));
    const again = countAll(pagesRead) - pagesRead.size;
    console.info(
      `${KILLS} kills, ${killedAtWork} at work, ${pagesRead.size} pages read, ${again} of them again`,
    );
    expect(pagesRead.size).toBeGreaterThan(MESSAGES / 10);
    expect(again).toBeLessThanOrEqual(KILLS);
    pagesRead.clear();
    const archives = await readArchives(url);
    const span = settledSince(SINCE);
    const expected = await walkSettled(world.url, span);
    const walk = await walkSettled(url, span);
    expect(walk.ids).toEqual(expected.ids);
    expect(new Set(walk.ids).size).toBe(walk.ids.length);
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
      expect([
        checked.code,
        withoutStandbyWarning(checked.stderr),
        checked.stdout.split('\n').slice(0, -1).sort(),
      ]).toEqual([
        0,
        expect.stringMatching(/^(\d+ %, .*\n)*$/),
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
  },
  240_000 + KILLS * 5_000,
);
