import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveAccountOf, archiveNameOf } from '../../src/archive/archive-names.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { Random } from '../../src/sandbox/random.ts';
import { isPostgres } from '../../src/store/location.ts';
import type { MessageArchive } from '../../src/store/store.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import {
  KEPT_SINCE,
  KEPT_UNTIL,
  keptPageText,
  toKeptPage,
  WORDS,
  type KeptPageText,
} from '../support/kept-messages.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../support/postgres.ts';
import { createTestLocation, isOnServer } from '../support/test-store.ts';
import { TickingClock } from '../support/ticking-clock.ts';

/** A year of them. `npm run campaign:archive` keeps a million in SQLite, and ten million in PostgreSQL. */
const MESSAGES = Number(process.env['MESSAGES'] ?? 100_000);
const PAGE = 500;
const RUNS = 200;
/** Milliseconds and bytes are claimed of a machine that does nothing else, and of as many messages as the campaign has. */
const IS_ALONE = process.env['CLAIMS'] === '1';
/** With a log of as much as a checkpoint is due at. */
const BYTES_OF_SERVER = MESSAGES * 4_000 + 6 * 1024 ** 3;
const DAY_MS = 86_400_000;
const NODES =
  'nodes { id sentAt text sender { displayName } conversation { id } } pageInfo { endCursor hasNextPage }';
/** Messages that are made ahead, which is no part of keeping them. */
const AT_A_TIME = 20_000;
/** A provider is rarely faster. */
const PROVIDER_MS = 50;
const PAUSE_MS = 20;
const ALONE_MS = 5_000;
/** How much longer callers wait. */
const MOST_LONGER = 1.1;
/** The server takes one of two cores, and its callers need it too. */
const MOST_LONGER_ON_SERVER = 1.5;
const [SINCE, UNTIL] = [KEPT_SINCE, KEPT_UNTIL].map((moment) => new Date(moment).toISOString());

let server: PostgresServer | null = null;
const bareClients: Client[] = [];
let directory: string;
let location: string;
let world: GatewayWorld;
let clock: TickingClock;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-speed-'));
  if (isOnServer && process.env['POSTGRES_URL'] === undefined) {
    const bin = findPostgres();
    if (bin === null) throw new Error('There is no PostgreSQL server: install it, or set POSTGRES_URL');
    // As docs/operations.md advises for a machine of four gigabytes.
    const settings = ['shared_buffers=1GB', 'max_wal_size=4GB', 'checkpoint_timeout=15min'];
    server = await startPostgres(bin, settings, { bytes: BYTES_OF_SERVER });
    process.env['POSTGRES_URL'] = server.url;
  }
  const embedded = `sqlite:${directory}/gateway.db`;
  location = await createTestLocation(embedded);
  clock = new TickingClock(KEPT_UNTIL + 3 * DAY_MS);
  world = await createGatewayWorld({
    clock,
    store: embedded,
    only: ['whatsapp'],
    messages: 1,
    channels: ({ channels }) =>
      channels.map((channel) => ({ ...channel, historyStart: SINCE, archive: { since: SINCE } })),
  });
  world.sandbox.of('whatsapp').server.knobs.delayMs = PROVIDER_MS;
});
afterAll(async () => {
  await world.close();
  clock.stop();
  rmSync(directory, { recursive: true });
  await Promise.all(bareClients.map((client) => client.end()));
  await server?.remove();
});

/** @returns what each run took, in ms, least first */
async function timesOf(ask: () => Promise<unknown>, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

const sorted = (times: readonly number[]): number[] => times.toSorted((a, b) => a - b);
const inWords = (times: readonly number[]): string =>
  `p50 ${at(times, 0.5).toFixed(1)}, p95 ${at(times, 0.95).toFixed(1)} ms`;

function at(times: readonly number[], share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
}

async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { data, errors } = await world.query(query, variables);
  expect(errors).toEqual([]);
  return data ?? {};
}

const PAGE_QUESTION = 'a page that the provider is asked for';
/** What callers ask meanwhile. */
const CALLERS = [
  { name: 'a small question', ask: () => ask('{ channels { name archive { messages } } }') },
  { name: PAGE_QUESTION, ask: () => ask(`{ messages(first: 50) { ${NODES} } }`) },
];

/** @returns of each of the callers what each run took, in ms, least first; each asks again a little after its answer */
async function askUntil(isOver: () => boolean): Promise<number[][]> {
  return Promise.all(
    CALLERS.map(async (caller) => {
      const times: number[] = [];
      do {
        times.push(...(await timesOf(caller.ask, 1)));
        await sleep(PAUSE_MS);
      } while (!isOver());
      return times;
    }),
  );
}

/** While the store keeps a page the next one is mapped, as where several channels are read. */
async function keepAll(
  archive: MessageArchive,
  channel: string,
  texts: readonly KeptPageText[],
): Promise<void> {
  let kept: Promise<unknown> = Promise.resolve();
  for (const text of texts) {
    const page = await toKeptPage(channel, text);
    await kept;
    kept = archive.keep(page);
  }
  await kept;
}

test(
  'a year of messages is kept, newest page first, while callers are answered',
  async () => {
    const [channel] = world.gateway.channels.values();
    const [source] = channel?.sourcesFor(EVERYTHING) ?? [];
    if (!channel || !source) throw new Error('There is no source');
    const archive = world.stores.store.messageArchive(
      archiveNameOf(channel, source.id),
      archiveAccountOf(channel),
    );
    const delay = monitorEventLoopDelay({ resolution: 1 });
    let keptMs = 0;
    /** Of each time that callers asked, of each caller. */
    const alone: number[][][] = [];
    const beside: number[][][] = [];
    for (let until = MESSAGES; until > 0; until -= AT_A_TIME) {
      const since = Math.max(0, until - AT_A_TIME);
      const texts = Array.from({ length: Math.ceil((until - since) / PAGE) }, (_, index) =>
        keptPageText(since + index * PAGE, PAGE, MESSAGES),
      ).reverse();
      const end = performance.now() + ALONE_MS;
      if (until === MESSAGES || until <= AT_A_TIME) alone.push(await askUntil(() => performance.now() > end));
      delay.enable();
      const began = performance.now();
      let isOver = false;
      const asked = askUntil(() => isOver);
      await keepAll(archive, channel.name, texts);
      isOver = true;
      keptMs += performance.now() - began;
      delay.disable();
      beside.push(await asked);
    }
    const perSecond = (MESSAGES / keptMs) * 1_000;
    const bytes = (await sizeOf(location)) / MESSAGES;
    console.info(
      `${perSecond.toFixed(0)} messages/s; event loop p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms; ${bytes.toFixed(0)} bytes a message`,
    );
    const waits = CALLERS.map(({ name }, index) => ({
      name,
      alone: sorted(alone.flatMap((times) => times[index] ?? [])),
      beside: sorted(beside.flatMap((times) => times[index] ?? [])),
    }));
    for (const wait of waits)
      console.info(`${wait.name}: ${inWords(wait.alone)} alone; ${inWords(wait.beside)} beside it`);
    await analyse(location);
    if (!IS_ALONE) return;
    const page = waits.find(({ name }) => name === PAGE_QUESTION);
    const longer = at(page?.beside ?? [], 0.5) / at(page?.alone ?? [], 0.5);
    expect(longer).toBeLessThan(isPostgres(location) ? MOST_LONGER_ON_SERVER : MOST_LONGER);
    expect(perSecond).toBeGreaterThan(5_000);
    expect(delay.percentile(99) / 1e6).toBeLessThan(20);
    expect(bytes).toBeLessThan(isPostgres(location) ? 2_000 : 1_200);
  },
  60_000 + MESSAGES * 10,
);

interface Question {
  name: string;
  /** The 95th percentile, in ms. */
  most: number;
  /** The median, as a multiple of that of a bare SELECT, which a machine of any speed has. */
  mostTimes: number;
  runs: number;
  ask: (random: Random) => Promise<unknown>;
}

const momentIn = (random: Random): string =>
  new Date(KEPT_SINCE + random.between(1, 1_000_000) * ((KEPT_UNTIL - KEPT_SINCE) / 1_000_000)).toISOString();
const INBOX = `query ($order: ConversationOrder, $after: String) { conversations(first: 50, orderBy: $order, after: $after) {
  nodes { id title lastMessage { text sentAt } messageCount awaitingReply { since } } pageInfo { endCursor } } }`;

const ORDERS = ['LAST_MESSAGE_AT', 'MESSAGES'] as const;
let inbox: { order: Record<string, string>; after: string | null } | null = null;

/** Three pages or so of an order, then the first one of any. */
async function askInbox(random: Random): Promise<void> {
  inbox ??= { order: { field: random.pick(ORDERS), direction: 'DESC' }, after: null };
  const { conversations } = await ask(INBOX, inbox);
  const { pageInfo } = conversations as { pageInfo: { endCursor: string } };
  inbox = random.chance(0.3) ? null : { ...inbox, after: pageInfo.endCursor };
}

const questions: Question[] = [
  {
    name: 'a page of 50, from any moment on',
    most: 15,
    mostTimes: 200,
    runs: RUNS,
    ask: (random) =>
      ask(
        `query ($until: DateTime) { messages(first: 50, readFrom: ARCHIVE, filter: { sentAt: { lt: $until } }) { ${NODES} } }`,
        { until: momentIn(random) },
      ),
  },
  {
    name: 'a page of 50 that a word is found in',
    most: 100,
    mostTimes: 250,
    runs: RUNS,
    ask: (random) =>
      ask(
        `query ($search: String, $until: DateTime) { messages(first: 50, readFrom: ARCHIVE, filter: { search: $search, sentAt: { lt: $until } }) { ${NODES} } }`,
        { search: searchedIn(random), until: momentIn(random) },
      ),
  },
  {
    name: 'a page of the inbox',
    most: 20,
    mostTimes: 400,
    runs: RUNS,
    ask: (random) => askInbox(random),
  },
  {
    name: 'the figures of a year, by day in Shanghai',
    most: 500,
    mostTimes: 2_500,
    runs: 10,
    ask: () =>
      ask(
        'query ($since: DateTime, $until: DateTime) { messageStats(since: $since, until: $until, groupBy: DAY, timeZone: "Asia/Shanghai", readFrom: ARCHIVE) { startsAt messages } }',
        { since: SINCE, until: UNTIL },
      ),
  },
];

function searchedIn(random: Random): string {
  return random.chance(0.7) ? random.pick(WORDS) : `${random.pick(WORDS)}${random.pick(WORDS)}`;
}

test.each(questions)(
  '$name takes at most $most ms',
  async ({ name, most, mostTimes, runs, ask: question }) => {
    const random = new Random(1);
    await question(random);
    const bare = await timesOf(await bareSelect(location), RUNS);
    const times = await timesOf(() => question(random), runs);
    const [p50, p95, bare50] = [at(times, 0.5), at(times, 0.95), at(bare, 0.5)];
    console.info(
      `${name}: p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms; 50 rows by a bare indexed SELECT: p50 ${bare50.toFixed(2)} ms, so ${(p50 / bare50).toFixed(1)} times as long`,
    );
    expect(p50 / bare50).toBeLessThan(mostTimes);
    if (IS_ALONE) expect(p95).toBeLessThan(most);
  },
  600_000,
);

const randomMoment = (random: Random): number => Date.parse(momentIn(random));

/** Reads 50 records from any moment on, with nothing around it. */
async function bareSelect(store: string): Promise<() => Promise<unknown>> {
  const random = new Random(2);
  if (isPostgres(store)) {
    const client = new Client({ connectionString: store });
    await client.connect();
    bareClients.push(client);
    return () =>
      client.query({
        name: 'bare',
        text: 'SELECT record FROM archive_message WHERE source = (SELECT max(id) FROM archive_source) AND sent_at < $1 ORDER BY sent_at DESC, sequence DESC LIMIT 50',
        values: [randomMoment(random)],
      });
  }
  const database = new DatabaseSync(`${directory}/gateway.db.archive`, { readOnly: true });
  const statement = database.prepare(
    'SELECT record FROM archive_message WHERE source = (SELECT max(id) FROM archive_source) AND sent_at < ? ORDER BY sent_at DESC, sequence DESC LIMIT 50',
  );
  return () => Promise.resolve(statement.all(randomMoment(random)));
}

/** As the server does by itself, some time later. */
async function analyse(store: string): Promise<void> {
  if (!isPostgres(store)) return;
  const client = new Client({ connectionString: store });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
}

async function sizeOf(store: string): Promise<number> {
  if (!isPostgres(store)) {
    const file = join(directory, 'gateway.db.archive');
    using database = new DatabaseSync(file);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return statSync(file).size;
  }
  const client = new Client({ connectionString: store });
  await client.connect();
  const { rows } = await client.query<{ size: string }>(
    `SELECT sum(pg_total_relation_size(c.oid)) AS size FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND relname LIKE 'archive_%' AND relkind = 'r'`,
  );
  await client.end();
  return Number(rows[0]?.size);
}
