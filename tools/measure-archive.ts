import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { openStore } from '../src/store/open-store.ts';
import { systemClock } from '../src/util/clock.ts';
import { toPage } from './archive-pages.ts';

/**
 * Prints how fast pages are archived, newest first as a backfill does, while webhooks are accepted beside it, how long the event loop is
 * held up, and the bytes that a message takes. `--messages 100000`, `--encrypted`, `--store postgres://…` for an empty database.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    encrypted: { type: 'boolean', default: false },
    store: { type: 'string' },
  },
});
const PAGE = 500;
const DELIVERY_EVERY_MS = 5;
const IDLE_MS = 5_000;
const LIMITS = { maxInboxItems: 1_000_000, maxChannelInboxItems: 1_000_000 };

const directory = mkdtempSync(join(tmpdir(), 'gateway-archive-'));
const key = values.encrypted ? createSecretKey(randomBytes(32)) : null;
const location = values.store ?? 'sqlite:gateway.db';
const store = await openStore(location, directory, key, {
  clock: systemClock,
  log: pino({ enabled: false }),
});
try {
  await measure(Number(values.messages));
} finally {
  await store.close();
}
process.stdout.write(`${(await sizeOf(location)) / Number(values.messages)} bytes a message\n`);
rmSync(directory, { recursive: true });

async function measure(messages: number): Promise<void> {
  const archive = store.messageArchive('shop', 'shop');
  const pages = Array.from({ length: messages / PAGE }, (_, index) => toPage(index * PAGE, PAGE)).reverse();
  await archive.keep(toPage(messages, 1));
  await observe('without pages', () => new Promise((resolve) => setTimeout(resolve, IDLE_MS)));
  const took = await observe('with pages', async () => {
    for (const page of pages) await archive.keep(page);
  });
  process.stdout.write(`${Math.round((messages / took) * 1_000)} messages/s\n`);
}

/** Accepts deliveries meanwhile. @returns how many ms it took */
async function observe(title: string, work: () => Promise<void>): Promise<number> {
  const { inbox } = await store.openLive(LIMITS);
  const accepted: number[] = [];
  const deliveries = setInterval(() => {
    const begun = performance.now();
    const item = { key: randomBytes(8).toString('hex'), payload: { text: 'x'.repeat(500) } };
    void inbox.accept('shop', [item], Date.now()).then(() => accepted.push(performance.now() - begun));
  }, DELIVERY_EVERY_MS);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  await work();
  const took = performance.now() - begun;
  delay.disable();
  clearInterval(deliveries);
  accepted.sort((a, b) => a - b);
  const at = (share: number): string => (accepted[Math.floor(accepted.length * share)] ?? 0).toFixed(1);
  const delays = [50, 99, 100].map((percentile) => (delay.percentile(percentile) / 1e6).toFixed(1));
  process.stdout.write(
    `${title}: event loop delay p50, p99, max ${delays.join(', ')} ms; ${accepted.length} deliveries, accepted in p50 ${at(0.5)}, p99 ${at(0.99)} ms\n`,
  );
  return took;
}

async function sizeOf(place: string): Promise<number> {
  if (place.startsWith('sqlite:')) return statSync(join(directory, 'gateway.db.archive')).size;
  const client = new pg.Client({ connectionString: place });
  await client.connect();
  const { rows } = await client.query<{ size: string }>(
    `SELECT sum(pg_total_relation_size(oid)) AS size FROM pg_class WHERE relname LIKE 'archive_%' AND relkind = 'r'`,
  );
  await client.end();
  return Number(rows[0]?.size);
}
