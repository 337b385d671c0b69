import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  ArchiveEntry,
  ArchivedEntry,
  ArchivePage,
  MessageArchive,
  TimeSpan,
} from '../../src/store/store.ts';
import { SOME_FACTS } from '../support/archive-entry.ts';
import { createPage } from '../support/archive-page.ts';
import { runs } from '../support/runs.ts';
import { Model } from './kept-model.ts';

const NOW = Date.UTC(2026, 2, 20);
const DAY = 86_400_000;
const ALWAYS: TimeSpan = { since: 0, until: Number.MAX_SAFE_INTEGER };
/** With what engines take otherwise: the end of a C string, escapes, capital letters, quotes, characters of four bytes. */
const AWKWARD = [
  '\0',
  'a\0b',
  'A',
  'a',
  'z',
  'z41',
  '\\',
  '\\0',
  "it's",
  '"',
  '退款',
  '退',
  '😀',
  '\uFEFFx',
  ' ',
  '',
  'é',
  'é ',
  '\u0001',
];

/** Longer than an index takes. */
const LONG = ['x'.repeat(3_000), `${'x'.repeat(3_000)}y`];

/** Views of one archive, each of another process where that can be; the first writes too. */
type Views = readonly [MessageArchive, MessageArchive];

export type OpenArchives = (source: string) => Promise<Views>;

/** The laws of an archive, whatever engine it is in. */
export function describeArchive(open: OpenArchives): void {
  let sources = 0;
  /** In which nothing has happened yet. */
  const openNew = (): Promise<Views> => open(`source ${++sources}`);

  test('a page is kept once, and given back in order as it was', async () => {
    const [archive, other] = await openNew();
    const entries = AWKWARD.map((key, index) => toEntry(index, { key, record: JSON.stringify({ key }) }));
    const page = toPage(entries.toReversed());
    expect(await archive.keep(page)).toEqual({ added: entries.length, revised: 0 });
    expect(await archive.keep(page)).toEqual({ added: 0, revised: 0 });
    for (const view of [archive, other]) {
      expect(await readAll(view)).toEqual(entries.map(toArchived));
      for (const entry of entries) {
        expect(await view.find(entry.key)).toEqual(toArchived(entry));
        expect(await view.momentOf(entry.sequence)).toBe(entry.sentAt);
      }
      expect(await view.momentOf(`${NOW}`)).toBeNull();
      expect(await view.find('none')).toBeNull();
      expect(await view.count()).toBe(entries.length);
    }
  });

  test('a page that replaces records keeps what is kept as they are, and nothing else', async () => {
    const [archive, other] = await openNew();
    const [kept, changed, gone, never] = [1, 2, 3, 4].map((index) => toEntry(index));
    if (!kept || !changed || !gone || !never) throw new Error('There are too few messages');
    await archive.keep(toPage([kept, changed, gone]));
    const replaces = new Map([kept, changed, gone].map(({ key, record }) => [key, record]));
    const meanwhile = { ...changed, record: JSON.stringify({ text: 'meanwhile' }) };
    await archive.replace([meanwhile], NOW);
    await archive.remove([gone.key]);
    const entries = [kept, changed, gone, never].map((entry) => ({ ...entry, record: '{"text":"new"}' }));
    expect(await archive.keep({ ...toPage(entries), replaces })).toEqual({ added: 0, revised: 1 });
    const left = [{ ...kept, record: '{"text":"new"}' }, meanwhile];
    for (const view of [archive, other]) {
      expect(await readAll(view)).toEqual(left.map(toArchived));
      expect((await view.revisions(kept.key)).map(({ record }) => record)).toEqual([kept.record]);
    }
  });

  test('media whose URLs are signed anew are the same message', async () => {
    const [archive, other] = await openNew();
    const toRecord = (signature: string, path = 'file', urlExpiresAt: number | null = 5): string =>
      JSON.stringify({
        parts: [{ url: `https://x/${path}?${signature}`, urlExpiresAt, thumbnailUrl: null }],
      });
    const first = toEntry(1, { record: toRecord('1') });
    await archive.keep(toPage([first]));
    const again = toPage([{ ...first, record: toRecord('2', 'file', 9) }]);
    expect(await archive.keep(again)).toEqual({ added: 0, revised: 0 });
    expect(await other.find(first.key)).toEqual(toArchived(first));
    expect(await other.revisions(first.key)).toEqual([]);
    const changed = { ...first, record: toRecord('2', 'another', 9) };
    expect(await archive.keep(toPage([changed]))).toEqual({ added: 0, revised: 1 });
    expect(await other.revisions(first.key)).toEqual([{ record: first.record, replacedAt: NOW }]);
    // A URL that does not expire is not signed.
    const lasting = { ...first, record: toRecord('2', 'another', null) };
    expect(await archive.keep(toPage([lasting]))).toEqual({ added: 0, revised: 1 });
    const query = { ...first, record: toRecord('3', 'another', null) };
    expect(await archive.keep(toPage([query]))).toEqual({ added: 0, revised: 1 });
  });

  test('texts with half a character are kept once, with U+FFFD in its place', async () => {
    const [archive] = await openNew();
    const half = { key: 'a\uD800', record: '"b\uDC00"', terms: ['c\uD800'] };
    const page = toPage([toEntry(1, half), toEntry(2)]);
    expect(await archive.keep(page)).toEqual({ added: 2, revised: 0 });
    expect(await archive.keep({ ...page, delisted: ['a\uD800'] })).toEqual({ added: 0, revised: 0 });
    expect(await archive.find('a\uD800')).toEqual(toArchived(toEntry(1, { record: '"b\uFFFD"' })));
    expect(await readAll(archive, { terms: [['c\uD800']] })).toHaveLength(1);
  });

  test('sources know nothing of each other', async () => {
    const [[one], [two]] = [await openNew(), await openNew()];
    await one.keep(toPage([toEntry(1, { terms: ['word'] })], { covers: { since: 1, until: 2 } }));
    await two.keep(toPage([toEntry(1, { record: '"other"', terms: ['word'] })]));
    expect((await readAll(one, { terms: [['word']] })).map(({ record }) => record)).toEqual([
      toEntry(1).record,
    ]);
    expect((await readAll(two, { terms: [['word']] })).map(({ record }) => record)).toEqual(['"other"']);
    expect(await two.coverage()).toEqual([]);
    await one.keep(toPage([toEntry(2)]));
    const { sentAt, sequence } = toEntry(2);
    expect([await one.momentOf(sequence), await two.momentOf(sequence)]).toEqual([sentAt, null]);
  });

  test('any pages leave what they would leave in a list, however it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(somePage(), { maxLength: 6 }),
        fc.array(someQuery(), { minLength: 4, maxLength: 8 }),
        async (pages, queries) => {
          const [archive, other] = await openNew();
          const model = new Model();
          for (const page of pages) {
            expect(await archive.keep(page)).toEqual(model.keep(page));
            expect(await archive.keep(page)).toEqual({ added: 0, revised: 0 });
            for (const [key, place] of model.takeDisplaced()) {
              const sequence = (await other.find(key))?.sequence ?? '';
              expect(sequence.startsWith(`${place} `)).toBe(true);
              model.displace(key, sequence);
            }
          }
          for (const query of queries) {
            expect(await other.read(query)).toEqual(model.read(query));
            expect(await other.momentOf(query.after ?? '')).toBe(model.momentOf(query.after));
          }
          for (const [key, versions] of model.revisions) expect(await other.revisions(key)).toEqual(versions);
          const everything = { order: 'ASC', span: ALWAYS, after: null, terms: [], limit: 100 } as const;
          expect(await other.read(everything)).toEqual(model.read(everything));
          expect(await other.count()).toBe(model.all().length);
        },
      ),
      { numRuns: runs(45) },
    );
  });

  test('sequences are in the order of their code units', async () => {
    const [archive] = await openNew();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.string({
            unit: fc.constantFrom(
              '\0',
              '\u0001',
              '\u0002',
              '0',
              'a',
              'é',
              '\uD7FF',
              '\uD800',
              '\uDC00',
              '\uE000',
              '\uFFFF',
              '😀',
            ),
            minLength: 1,
            maxLength: 5,
          }),
          { minLength: 1, maxLength: 8 },
        ),
        fc.integer({ min: 0, max: 1_000_000 }),
        async (sequences, day) => {
          const at = { since: day * DAY, until: (day + 1) * DAY };
          const [fresh] = await openNew();
          await fresh.keep(
            toPage(
              sequences.map((sequence, index) => ({
                ...toEntry(index),
                sequence,
                sentAt: at.since,
                terms: ['t'],
              })),
            ),
          );
          const sorted = sequences.toSorted((a, b) => (a < b ? -1 : 1));
          for (const terms of [[], [['t']]]) {
            const found = await fresh.read({ order: 'ASC', span: at, after: null, terms, limit: 10 });
            expect(found.map(({ sequence }) => sequence)).toEqual(sorted);
          }
          const [first = ''] = sorted;
          expect(await fresh.momentOf(first)).toBe(at.since);
          const rest = await fresh.read({ order: 'ASC', span: at, after: first, terms: [], limit: 10 });
          expect(rest.map(({ sequence }) => sequence)).toEqual(sorted.slice(1));
        },
      ),
      { numRuns: runs(30) },
    );
    expect(await archive.coverage()).toEqual([]);
  });

  test('a term is found as it is, and by no other one', async () => {
    const [archive] = await openNew();
    const words = [...AWKWARD, ...LONG];
    await archive.keep(toPage(words.map((term, index) => toEntry(index, { terms: [term, 'common'] }))));
    for (const [index, term] of words.entries()) {
      const found = await readAll(archive, { terms: [[term], ['common', 'none']] });
      expect(found.map(({ sequence }) => sequence)).toEqual([toEntry(index).sequence]);
    }
    expect(await readAll(archive, { terms: [['none']] })).toEqual([]);
    expect(await readAll(archive, { terms: [['common'], []] })).toEqual([]);
  });

  test('what was written after a version was asked for gives another one', async () => {
    const [own, other] = await openNew();
    let before = await other.version();
    for (let round = 0; round < 3; round++) {
      await own.keep(toPage([toEntry(round)]));
      const after = await other.version();
      expect(after).not.toBe(before);
      before = after;
    }
  });

  test('a job stands where it was stored last, until it is done', async () => {
    const [archive, other] = await openNew();
    expect(await other.progress('backfill')).toBeNull();
    await archive.keep(toPage([], { progress: { job: 'backfill', position: '{"a":"\\u0000"}' } }));
    await archive.keep(toPage([], { progress: { job: 'verify', position: '2' } }));
    expect([await other.progress('backfill'), await other.progress('verify')]).toEqual([
      '{"a":"\\u0000"}',
      '2',
    ]);
    await archive.keep(toPage([], { progress: { job: 'backfill', position: null } }));
    expect([await other.progress('backfill'), await other.progress('verify')]).toEqual([null, '2']);
  });

  test('what is not complete any more is taken out of what is covered, before the page itself counts', async () => {
    const [archive, other] = await openNew();
    await archive.keep(toPage([], { covers: { since: 10, until: 100 } }));
    await archive.keep(toPage([], { covers: { since: 200, until: 300 } }));
    for (const uncovers of [
      { since: 40, until: 50 },
      { since: 100, until: 200 },
      { since: 290, until: 400 },
      { since: 60, until: 60 },
    ])
      await archive.keep(toPage([], { covers: null, uncovers }));
    expect(await other.coverage()).toEqual([
      { since: 10, until: 40 },
      { since: 50, until: 100 },
      { since: 200, until: 290 },
    ]);
    await archive.keep(toPage([], { covers: { since: 70, until: 80 }, uncovers: { since: 60, until: 250 } }));
    expect(await other.coverage()).toEqual([
      { since: 10, until: 40 },
      { since: 50, until: 60 },
      { since: 70, until: 80 },
      { since: 250, until: 290 },
    ]);
  });

  test('a page that cannot be kept leaves nothing', async () => {
    const [archive] = await openNew();
    // Two messages in one place: of those the archive cannot know the order.
    const entries = [toEntry(1), { ...toEntry(1), key: 'another' }];
    const page = toPage(entries, {
      covers: { since: 1, until: 2 },
      progress: { job: 'backfill', position: '1' },
    });
    await expect(archive.keep(page)).rejects.toThrow(/unique/i);
    expect(await readAll(archive)).toEqual([]);
    expect([await archive.coverage(), await archive.progress('backfill')]).toEqual([[], null]);
    expect(await archive.keep(toPage([toEntry(1)]))).toEqual({ added: 1, revised: 0 });
  });

  test('spans that touch become one, also when they are kept at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(30), fc.nat(6)), { minLength: 1, maxLength: 12 }),
        async (given) => {
          const views = await openNew();
          const spans = given.map(([since, length]) => ({ since, until: since + length }));
          await Promise.all(
            spans.map((covers, index) => views[index % 2 === 0 ? 0 : 1].keep(toPage([], { covers }))),
          );
          expect(await views[0].coverage()).toEqual(merge(spans));
        },
      ),
      { numRuns: runs(30) },
    );
  });

  test('two who keep the same messages at the same moment keep them once', async () => {
    const views = await openNew();
    const entries = Array.from({ length: 40 }, (_, index) => toEntry(index * 50, { terms: ['t'] }));
    const kept = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        views[index % 2 === 0 ? 0 : 1].keep(toPage(index % 4 < 2 ? entries : entries.toReversed())),
      ),
    );
    expect(kept.reduce((sum, { added }) => sum + added, 0)).toBe(40);
    expect(await readAll(views[1], { terms: [['t']] })).toEqual(entries.map(toArchived));
  });
}

/** The message of a minute. */
function toEntry(minute: number, others: Partial<ArchiveEntry> = {}): ArchiveEntry {
  const sentAt = NOW + minute * 60_000;
  return {
    key: `k${minute}`,
    sequence: `${sentAt}.0`,
    sentAt,
    terms: [],
    ...SOME_FACTS,
    record: `{"minute":${minute}}`,
    ...others,
  };
}

function toPage(entries: readonly ArchiveEntry[], others: Partial<ArchivePage> = {}): ArchivePage {
  return createPage({ entries, readAt: NOW, ...others });
}

function toArchived({ sequence, sentAt, record }: ArchiveEntry): ArchivedEntry {
  return { sequence, sentAt, record, delistedAt: null };
}

/** In pages of seven. */
async function readAll(
  archive: MessageArchive,
  { terms = [] }: { terms?: string[][] } = {},
): Promise<ArchivedEntry[]> {
  const all: ArchivedEntry[] = [];
  for (;;) {
    const last = all.at(-1);
    const span = last ? { ...ALWAYS, since: last.sentAt } : ALWAYS;
    const some = await archive.read({ order: 'ASC', span, after: last?.sequence ?? null, terms, limit: 7 });
    all.push(...some);
    if (some.length < 7) return all;
  }
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const TERMS = ['p:1', 'p:2', '退款'];
/** Some in one millisecond, some in one second, some in other months. */
const MOMENTS = [NOW, NOW + 1, NOW + 999, NOW + 1_000, NOW + 20 * DAY, NOW + 70 * DAY];

/** Of a page in which no two have one place. */
function somePage(): fc.Arbitrary<ArchivePage> {
  const entry = fc.record({
    key: fc.constantFrom(...KEYS),
    sentAt: fc.constantFrom(...MOMENTS),
    rank: fc.nat(3),
    record: fc.constantFrom('1', '2', '3'),
    terms: fc.subarray(TERMS),
  });
  const entries = fc.uniqueArray(entry, {
    maxLength: 6,
    comparator: (a, b) => a.key === b.key || (a.sentAt === b.sentAt && a.rank === b.rank),
  });
  return fc.record({
    entries: entries.map((list) =>
      list.map(({ rank, sentAt, ...rest }) => ({
        ...SOME_FACTS,
        ...rest,
        sentAt,
        sequence: `${sentAt}.${rank}`,
      })),
    ),
    delisted: fc.subarray(KEYS, { maxLength: 3 }),
    readAt: fc.integer({ min: NOW, max: NOW + 10 }),
    covers: fc.constant(null),
    progress: fc.constant(null),
  });
}

function someQuery(): fc.Arbitrary<Parameters<MessageArchive['read']>[0]> {
  const bound = fc.constantFrom(...MOMENTS, NOW - 50 * DAY, NOW + 71 * DAY);
  return fc.record({
    order: fc.constantFrom('ASC', 'DESC'),
    span: fc.record({ since: bound, until: fc.oneof(bound, fc.constant(Number.MAX_SAFE_INTEGER)) }),
    after: fc.option(
      fc.tuple(fc.constantFrom(...MOMENTS), fc.nat(3)).map(([sentAt, rank]) => `${sentAt}.${rank}`),
    ),
    terms: fc.array(fc.subarray(TERMS), { maxLength: 2 }),
    limit: fc.integer({ min: 1, max: 8 }),
  });
}

function merge(spans: readonly TimeSpan[]): TimeSpan[] {
  const merged: TimeSpan[] = [];
  for (const span of spans.filter(({ since, until }) => since < until).sort((a, b) => a.since - b.since)) {
    const last = merged.at(-1);
    if (last && span.since <= last.until) last.until = Math.max(last.until, span.until);
    else merged.push({ ...span });
  }
  return merged;
}
