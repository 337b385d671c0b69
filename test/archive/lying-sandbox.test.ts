import { afterEach, expect, test } from 'vitest';
import { ArchiveFailures } from '../../src/archive/archive-failure.ts';
import { readArchiveState } from '../../src/archive/archive-state.ts';
import type { BackfillOptions } from '../../src/archive/backfill.ts';
import { check, isSound, repair } from '../../src/archive/check.ts';
import { refill } from '../../src/archive/refill.ts';
import { Round } from '../../src/archive/round.ts';
import { SourceSync } from '../../src/archive/source-sync.ts';
import type { MessageSource } from '../../src/datasources/message-source.ts';
import { isSameRecord } from '../../src/domain/media-urls.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import type { WhatsAppScrmRecord } from '../../src/sandbox/whatsapp-scrm/history.ts';
import { Random } from '../../src/sandbox/random.ts';
import { EVERYTHING, NOW, openWorld, type WhatsAppWorld } from '../datasources/whatsapp-scrm/world.ts';
import { createDependencies, TestBudget } from '../support/dependencies.ts';
import { createLease } from '../support/fill-archive.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { createWalk, walkAll } from '../support/walk-source.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SETTLE_MS = 26 * HOUR_MS;
/** `npm run campaign:backfill` tries a hundred. */
const LIES = Number(process.env['LIES'] ?? 2);
const FIRST_SEED = Number(process.env['SEED'] ?? 1);
const SEEDS = Array.from({ length: LIES }, (_, index) => FIRST_SEED + index);

let world: WhatsAppWorld | undefined;
afterEach(async () => {
  await world?.close();
});

function oneOf<T>(random: Random, items: readonly T[]): T | undefined {
  return items[random.between(0, Math.max(0, items.length - 1))];
}

function textOf(content: string): Pick<WhatsAppScrmRecord, 'contentType' | 'content'> {
  return { contentType: 0, content };
}

/** What the provider does to its records, which it had told otherwise before. */
class Liar {
  readonly hidden = new Set<string>();
  lies = 0;
  readonly #random: Random;
  readonly #sandbox: WhatsAppWorld['sandbox'];
  readonly #clock: WhatsAppWorld['clock'];

  constructor({ sandbox, clock }: WhatsAppWorld, random: Random) {
    this.#sandbox = sandbox;
    this.#clock = clock;
    this.#random = random;
    sandbox.server.knobs.callsPerSecond = Infinity;
    // It counts them, and does not list them.
    sandbox.server.knobs.rewriteRecords = (records) =>
      records.filter(({ id }) => !this.hidden.has(String(id)));
  }

  /** Messages come, some of them 80 minutes late, and others change, vanish, or are hidden. @param age of those, at most */
  act(age: number): void {
    const random = this.#random;
    const now = this.#clock.now();
    for (let count = random.between(0, 2); count > 0; count--) {
      const chatTime = now - random.between(1, 10 * MINUTE_MS);
      const lateMs = random.chance(0.3) ? 80 * MINUTE_MS : 0;
      this.#sandbox.add({
        ...textOf(`message ${random.between(0, 9)}`),
        chatTime,
        createTime: chatTime + lateMs,
      });
    }
    const { records } = this.#sandbox;
    const known = records.filter(({ chatTime, createTime }) => chatTime > now - age && createTime <= now);
    const record = oneOf(random, known);
    if (!record) return;
    this.lies++;
    if (random.chance(0.2)) Object.assign(record, textOf(`edited at ${now}`));
    else if (random.chance(0.15)) records.splice(records.indexOf(record), 1);
    else if (random.chance(0.15)) this.hidden.add(String(record.id));
    else this.lies--;
  }
}

/** A process, which has nothing in its cache. */
function openSource(own: WhatsAppWorld): MessageSource {
  const [source] = own.createChannel(createDependencies(own.clock)).sourcesFor(EVERYTHING);
  if (!source) throw new Error('The channel has no source');
  return source;
}

async function shownIn(archive: MemoryArchive): Promise<string[]> {
  const span = { since: 0, until: Infinity };
  const entries = await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 10_000 });
  return entries.filter(({ delistedAt }) => delistedAt === null).map(({ record }) => record);
}

test.each(SEEDS)(
  'a provider that hides, delays, edits and drops messages is kept as it is in the end, and gaps show until they close by themselves (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    world = await openWorld({ messages: 60, seed, from: NOW - 6 * DAY_MS, until: NOW });
    const own = world;
    const { clock, sandbox } = own;
    const liar = new Liar(own, random);
    const archive = new MemoryArchive();
    const since = NOW - 5 * DAY_MS;
    // Some that settled long ago are hidden before the archive begins.
    const old = sandbox.records.filter(
      ({ chatTime }) => chatTime > since + HOUR_MS && chatTime < NOW - 30 * HOUR_MS,
    );
    const planted = [oneOf(random, old), oneOf(random, old)].filter((one) => one !== undefined);
    expect(planted).toHaveLength(2);
    for (const { id } of planted) liar.hidden.add(String(id));
    const isKept = async ({ chatTime }: WhatsAppScrmRecord): Promise<boolean> =>
      (await archive.coverage()).some((span) => chatTime >= span.since && chatTime < span.until);
    const goal = { since, dueMs: SETTLE_MS + 2 * HOUR_MS };
    const state = () => readArchiveState([archive], goal, clock);

    const settings = { name: 'whatsapp', since, settleMs: SETTLE_MS, archive };
    const openSync = (): SourceSync =>
      new SourceSync(
        { ...settings, source: openSource(own), background: { keepsFree: 0.3 }, isPushedTo: false },
        clock,
      );
    let sync = openSync();
    const run = async (): Promise<void> => {
      for (let pauseMs = 0; pauseMs === 0;) {
        const done = await sync.run(createLease(), () => new TestBudget(clock.now()));
        expect(done.failure).toBeNull();
        ({ pauseMs } = done);
      }
    };
    await run();
    for (const record of planted) expect(await isKept(record)).toBe(false);
    const { gaps } = await state();
    for (const { chatTime } of planted)
      expect(gaps.filter((gap) => chatTime >= gap.since && chatTime < gap.until)).toHaveLength(1);

    for (let step = 0; step < 60; step++) {
      clock.advance(random.between(5, 90) * MINUTE_MS);
      liar.act(3 * DAY_MS);
      // It dies now and then, and its cache with it.
      if (random.chance(0.1)) sync = openSync();
      await run();
      const lacking = sandbox.records.filter(
        ({ id, chatTime }) =>
          liar.hidden.has(String(id)) && chatTime < clock.now() - SETTLE_MS && chatTime >= since,
      );
      // What is hidden is not complete, unless it was kept before.
      for (const record of lacking) {
        const isThere =
          (await archive.keysIn({ since: record.chatTime, until: record.chatTime + 1 })).size > 0;
        if (!isThere) expect(await isKept(record)).toBe(false);
      }
    }
    liar.hidden.clear();
    // Nothing else happens: gaps close by themselves, within the longest pause.
    for (let hour = 0; hour < 36; hour++) {
      clock.advance(HOUR_MS);
      await run();
    }
    expect((await state()).gaps).toEqual([]);
    for (const record of planted) expect(await isKept(record)).toBe(true);

    // Pages come from the cache, so what changed late may still be unknown: a check reads past it.
    for (let day = 0; day < 32; day++) {
      clock.advance(DAY_MS);
      await run();
    }
    const [edited, dropped] = sandbox.records.filter(({ chatTime }) => chatTime > since + HOUR_MS);
    if (!edited || !dropped) throw new Error('There are too few records');
    Object.assign(edited, textOf('edited after the last pass'));
    sandbox.records.splice(sandbox.records.indexOf(dropped), 1);
    const options: BackfillOptions = {
      ...settings,
      source: openSource(own),
      clock,
      createBudget: () => new TestBudget(clock.now()),
    };
    const span = { since, until: clock.now() - SETTLE_MS };
    const failures = new ArchiveFailures(archive, clock);
    const createRound = (): Round => new Round({ archive, failures, clock, lease: createLease() });
    let repaired = 0;
    for await (const checked of repair(span, options, createRound())) if (!isSound(checked)) repaired++;
    expect(repaired).toBeGreaterThan(0);
    await refill(span, options, createRound);
    for await (const checked of check(span, options)) expect(isSound(checked)).toBe(true);

    const bounds = { oldest: since };
    const { messages } = await walkAll(openSource(own), createWalk('ASC', clock.now(), bounds));
    const truth = messages.filter(({ sentAt }) => sentAt >= since);
    const records = await shownIn(archive);
    const keyOf = (record: string): string => (JSON.parse(record) as MessageRecord).key;
    expect(records.map(keyOf)).toEqual(truth.map(({ key }) => key));
    const other = truth.filter(
      (message, index) => !isSameRecord(records[index] ?? '', JSON.stringify(message)),
    );
    expect(other).toEqual([]);
    expect(truth.length).toBeGreaterThan(60);
    expect(sandbox.server.violations).toEqual([]);
    expect(liar.lies).toBeGreaterThan(10);
    console.info(`seed ${seed}: ${truth.length} messages, ${liar.lies} lies, ${repaired} pages repaired`);
  },
);
