import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toStreamPage } from '../src/datasources/wecom/archive.ts';
import { createWeComSandbox } from '../src/sandbox/wecom/sandbox.ts';
import { toStore } from '../src/store/open-store.ts';
import { openDatabase } from '../src/store/sqlite/database.ts';
import { createGatewayWorld } from '../test/support/gateway-world.ts';
import { createStoreConfig } from '../test/support/store-config.ts';
import { walkTimeline } from '../test/support/walk-timeline.ts';

/** Prints what encryption costs, as a ratio of processor time: other work on the machine does not count. */

const ROUNDS = 7;
const ARCHIVED = 10_000;
const ARCHIVE_PAGE = 1_000;
const WALKED_EACH = 1_250;
const STORES = ['plain', 'encrypted'] as const;
type Store = (typeof STORES)[number];

const directory = mkdtempSync(join(tmpdir(), 'gateway-measure-'));
try {
  await compare('reading 10,000 archived messages', measureArchive);
  await compare('a walk of 5,000 messages, from the providers', (store) => measureWalk(store, false));
  await compare('a walk of 5,000 messages, after a restart', (store) => measureWalk(store, true));
} finally {
  rmSync(directory, { recursive: true });
}

/** In turns, so that a machine that slows down slows both. */
async function compare(title: string, measure: (store: Store) => Promise<number>): Promise<void> {
  const times: Record<Store, number[]> = { plain: [], encrypted: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const store of STORES) {
      const time = await measure(store);
      times[store].push(time);
    }
  }
  const [plain, encrypted] = [median(times.plain), median(times.encrypted)];
  process.stdout.write(
    `${title}: ${plain.toFixed(0)} ms, encrypted ${encrypted.toFixed(0)} ms, ratio ${(encrypted / plain).toFixed(2)}\n`,
  );
}

async function measureArchive(store: Store): Promise<number> {
  const key: KeyObject | null = store === 'plain' ? null : createSecretKey(randomBytes(32));
  using database = openDatabase(join(directory, `${randomBytes(6).toString('hex')}.db`), 'NORMAL', key);
  const archive = toStore(database).messageStream('ww1', 'corp');
  const { records } = createWeComSandbox({ seed: 1, now: () => Date.now(), messages: ARCHIVED });
  await archive.keep(
    toStreamPage('corp', {
      entries: records.map((record) => ({ msgId: record.msgid, sendTime: record.send_time, record })),
      cursor: null,
      nextCursor: 'C',
      caughtUpAt: null,
    }),
  );
  return await timed(async () => {
    let place = { sendTime: 0, rank: -1 };
    let count = 0;
    for (let page = await archive.places('ASC', place, ARCHIVE_PAGE, null); page.length > 0;) {
      count += (await archive.records(page)).length;
      place = page.at(-1) ?? place;
      page = await archive.places('ASC', place, ARCHIVE_PAGE, null);
    }
    expectCount(count, ARCHIVED);
  });
}

async function measureWalk(store: Store, hasBeenWalked: boolean): Promise<number> {
  const world = await createGatewayWorld({
    store: createStoreConfig(`sqlite:${join(directory, `${randomBytes(6).toString('hex')}.db`)}`, store),
    messages: WALKED_EACH,
    weComReachDays: 365,
  });
  const walk = async (): Promise<void> => {
    const messages = await walkTimeline(() => world.url, { sizes: [500] });
    expectCount(messages.length, 4 * WALKED_EACH);
  };
  try {
    if (hasBeenWalked) {
      await walk();
      await world.restart();
    }
    return await timed(walk);
  } finally {
    await world.close();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

function expectCount(count: number, expected: number): void {
  if (count !== expected) throw new Error(`There were ${count} messages, not ${expected}`);
}
