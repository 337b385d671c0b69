import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AGAIN, TAIL, VERIFIED } from '../../src/archive/ages.ts';
import { SourceSync } from '../../src/archive/source-sync.ts';
import type { KeptSource } from '../../src/archive/kept-source.ts';
import { Pass } from '../../src/archive/pass.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { ArchivePage } from '../../src/store/store.ts';
import { createPage } from '../support/archive-page.ts';
import { TestBudget } from '../support/dependencies.ts';
import { createLease, createRound } from '../support/fill-archive.ts';
import { createKeptSource } from '../support/kept-source.ts';
import { LivingHistory } from '../support/living-history.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { MemorySource } from '../support/memory-source.ts';
import { runs } from '../support/runs.ts';
import { TestClock } from '../support/test-clock.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SETTLE_MS = 26 * HOUR_MS;
const ALWAYS = { since: 0, until: Infinity };

interface World {
  clock: TestClock;
  archive: MemoryArchive;
  history: LivingHistory;
  source: MemorySource;
  kept: KeptSource;
}

function setUp(seed = 1, pageSize = 5): World {
  const clock = new TestClock(NOW);
  const history = new LivingHistory(new Random(seed), NOW - 3 * DAY_MS);
  const source = new MemorySource({ channel: 'shop', messages: history.listed, pageSize });
  const archive = new MemoryArchive();
  return {
    clock,
    archive,
    history,
    source,
    kept: createKeptSource({ since: NOW - 10 * DAY_MS, settleMs: SETTLE_MS, source, archive }),
  };
}

/** What is kept and listed, and what is kept as delisted. */
async function shown(archive: MemoryArchive): Promise<{ records: MessageRecord[]; delisted: string[] }> {
  const query = { order: 'ASC', span: ALWAYS, after: null, terms: [], limit: 10_000 } as const;
  const entries = await archive.read(query);
  const toRecord = ({ record }: { record: string }): MessageRecord => JSON.parse(record) as MessageRecord;
  return {
    records: entries.filter(({ delistedAt }) => delistedAt === null).map(toRecord),
    delisted: entries.filter(({ delistedAt }) => delistedAt !== null).map((entry) => toRecord(entry).key),
  };
}

/** A process dies there. */
class Killed extends Error {}

test('whenever messages come, change, vanish and come back, and however often it is killed, an archive has in the end what the provider lists', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 1, max: 100_000 }),
        pageSize: fc.integer({ min: 1, max: 12 }),
        hours: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
        // For each page: whether the process dies before or after it is kept.
        deaths: fc.array(fc.constantFrom('none', 'none', 'none', 'before', 'after'), { maxLength: 60 }),
      }),
      async ({ seed, pageSize, hours, deaths }) => {
        const { clock, archive, history, kept } = setUp(seed, pageSize);
        let page = 0;
        let dying = new AbortController();
        const keep = archive.keep.bind(archive);
        archive.keep = async (kept_: ArchivePage) => {
          const death = deaths[page++] ?? 'none';
          const die = (): never => {
            dying.abort();
            throw new Killed();
          };
          if (death === 'before') die();
          const result = await keep(kept_);
          if (death === 'after') die();
          return result;
        };
        let sync = new SourceSync(kept, clock);
        const run = async (): Promise<void> => {
          for (;;) {
            dying = new AbortController();
            try {
              const { pauseMs, failure } = await sync.run(
                createLease(dying.signal),
                () => new TestBudget(clock.now()),
              );
              expect(failure).toBeNull();
              if (pauseMs > 0) return;
            } catch (error) {
              if (!(error instanceof Killed)) throw error;
              sync = new SourceSync(kept, clock);
            }
          }
        };
        const pass = async (ms: number): Promise<void> => {
          clock.advance(ms);
          history.advance(clock.now());
          await run();
        };
        for (const count of hours) {
          for (let step = 0; step < 3; step++) await pass(15 * MINUTE_MS);
          await pass(count * HOUR_MS);
        }
        history.isOver = true;
        // Each age has its turn, with nothing new.
        for (let day = 0; day < 40; day++) await pass(DAY_MS);
        const { records, delisted } = await shown(archive);
        expect(records).toEqual(history.listed);
        expect(delisted.filter((key) => !history.vanished.has(key))).toEqual([]);
        const [covered] = await archive.coverage();
        expect(covered?.until).toBe(clock.now() - SETTLE_MS);
      },
    ),
    { numRuns: runs(60) },
  );
});

test('killed anywhere, a pass reads at most one page again each time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.constantFrom('none', 'none', 'before', 'after'), { maxLength: 100 }),
      fc.constantFrom(TAIL, VERIFIED),
      async (seed, pageSize, deaths, age) => {
        const read = async (isMortal: boolean): Promise<{ reads: number; died: number; keys: string[] }> => {
          const { clock, archive, source, history, kept } = setUp(seed, pageSize);
          for (let hour = 0; hour < 24; hour++) history.advance(NOW - (24 - hour) * HOUR_MS);
          const mark = JSON.stringify({ until: NOW - 4 * DAY_MS });
          await archive.keep(createPage({ readAt: NOW, progress: { job: age.job, position: mark } }));
          clock.advance(age.ageMs);
          let [reads, died, page] = [0, 0, 0];
          source.onRead = () => reads++;
          const keep = archive.keep.bind(archive);
          let dying = new AbortController();
          archive.keep = async (kept_) => {
            const death = isMortal ? (deaths[page++] ?? 'none') : 'none';
            const die = (): never => {
              dying.abort();
              throw new Killed();
            };
            if (death === 'before') die();
            const result = await keep(kept_);
            if (death === 'after') die();
            return result;
          };
          for (;;) {
            dying = new AbortController();
            const round = createRound({ archive }, clock, createLease(dying.signal));
            try {
              const settleMs = age.ageMs === 0 ? 30 * DAY_MS : SETTLE_MS;
              const surroundings = { clock, createBudget: () => new TestBudget(clock.now()) };
              await new Pass(age, { ...kept, settleMs }, surroundings).run(round);
              expect(round.failure).toBeNull();
              return { reads, died, keys: [...(await archive.keysIn(ALWAYS)).keys()] };
            } catch (error) {
              if (!(error instanceof Killed)) throw error;
              died++;
            }
          }
        };
        const calm = await read(false);
        const killed = await read(true);
        expect(killed.reads).toBeLessThanOrEqual(calm.reads + killed.died);
        expect(calm.keys.length).toBeGreaterThan(10);
        expect(killed.keys.sort()).toEqual(calm.keys.sort());
      },
    ),
    { numRuns: runs(100) },
  );
});

test('a pass reads a page again of which something was kept meanwhile, and only then tells what is gone', async () => {
  const { clock, archive, source, history, kept } = setUp(3, 50);
  for (let hour = 0; hour < 24; hour++) history.advance(NOW - (24 - hour) * HOUR_MS);
  const listed = history.listed.at(-5);
  if (!listed) throw new Error('There are too few messages');
  const late: MessageRecord = { ...listed, key: 'late', sequence: `${listed.sequence}.1` };
  const mark = JSON.stringify({ until: NOW - 4 * DAY_MS });
  await archive.keep(
    createPage({
      readAt: NOW,
      entries: history.listed.map(toEntry),
      progress: { job: VERIFIED.job, position: mark },
    }),
  );
  clock.advance(VERIFIED.ageMs);
  const reads: number[] = [];
  source.onRead = () => {
    reads.push(0);
    if (reads.length === 1) void archive.keep(createPage({ readAt: NOW, entries: [toEntry(late)] }));
  };
  const run = async (): Promise<{ hasMore: boolean; mark: string | null; delisted: string[] }> => {
    const round = createRound({ archive }, clock);
    await new Pass(VERIFIED, kept, { clock, createBudget: () => new TestBudget(clock.now()) }).run(round);
    expect(round.failure).toBeNull();
    const { delisted } = await shown(archive);
    return { hasMore: round.hasMore, mark: await archive.progress(VERIFIED.job), delisted };
  };
  expect(await run()).toEqual({ hasMore: true, mark, delisted: [] });
  const until = clock.now() - VERIFIED.ageMs;
  expect(await run()).toEqual({ hasMore: false, mark: JSON.stringify({ until }), delisted: ['late'] });
});

test('ages are in order, and the first after the tail is past the longest delay known', () => {
  const ages = AGAIN.map(({ ageMs }) => ageMs);
  expect(ages).toEqual(ages.toSorted((one, other) => one - other));
  expect(ages[0]).toBeGreaterThan(80 * MINUTE_MS);
  expect(new Set([TAIL, ...AGAIN].map(({ job }) => job)).size).toBe(AGAIN.length + 1);
});
