import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import type {
  ArchiveEntry,
  ArchiveIndex,
  ArchivePage,
  ConversationQuery,
  IndexPosition,
  MovePosition,
  NearestQuery,
  ParticipantKey,
  ParticipantQuery,
  StatsGrouping,
  Store,
  TimeSpan,
} from '../../src/store/store.ts';
import { Random } from '../../src/sandbox/random.ts';
import { SOME_FACTS } from '../support/archive-entry.ts';
import { createPage } from '../support/archive-page.ts';
import { runs } from '../support/runs.ts';
import {
  findNearest,
  foldConversations,
  foldParticipants,
  foldStats,
  inOrder,
  isIn,
  readPages,
  toArchived,
  toMove,
  type ModelMessage,
} from './archive-model.ts';
import { Model } from './kept-model.ts';

/** The laws of what is found in all archives together, whatever engine it is in. @param open two views of one store */
export function describeArchiveIndex(open: () => Promise<readonly [Store, Store]>): void {
  let runsSoFar = 0;

  test('whatever was kept, changed and removed, it finds what the kept messages say', async () => {
    const stores = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(someStep(), { minLength: 2, maxLength: 9, size: 'max' }),
        someQuestions(),
        async (steps, questions) => {
          const world = new World(stores, ++runsSoFar);
          const index = stores[1].archiveIndex();
          for (const step of steps) {
            await world.take(step);
            await world.askForChanges(index);
          }
          for (const question of [...questions, ...EVERYTHING]) await world.ask(index, question);
        },
      ),
      { numRuns: runs(60) },
    );
  });

  test('what is derived from many messages follows their changes', async () => {
    const stores = await open();
    await fc.assert(
      fc.asyncProperty(
        someHistory(),
        fc.array(someChange(), { minLength: 1, maxLength: 4 }),
        async (all, changes) => {
          const world = new World(stores, ++runsSoFar);
          const index = stores[1].archiveIndex();
          await world.take({ source: 0, page: toPage(all) });
          for (const change of changes) await world.take({ source: 0, ...change(all) });
          for (const question of EVERYTHING) await world.ask(index, { ...question, limit: 200 });
        },
      ),
      { numRuns: runs(25) },
    );
  });

  test('awaited replies are counted up to 100', async () => {
    const [store] = await open();
    const name = `many ${++runsSoFar}`;
    const archive = store.messageArchive(name, name);
    const index = store.archiveIndex();
    const readAwaiting = async (): Promise<unknown> => {
      const query = { by: 'MESSAGES', order: 'ASC', after: null, limit: 2 } as const;
      return (await index.conversations([name], query)).map(({ awaiting }) => awaiting);
    };
    await archive.keep(toPage(Array.from({ length: 100 }, (_, minute) => toEntry(minute))));
    expect(await readAwaiting()).toEqual([{ since: NOW, messages: 100, isAtLeast: false }]);
    await archive.keep(toPage([toEntry(100), { ...toEntry(101), direction: 'INTERNAL' }]));
    expect(await readAwaiting()).toEqual([{ since: NOW, messages: 100, isAtLeast: true }]);
    await archive.keep(toPage([{ ...toEntry(98), direction: 'OUTBOUND', record: '"answered"' }]));
    expect(await readAwaiting()).toEqual([{ since: NOW + 99 * MINUTE, messages: 2, isAtLeast: false }]);
    await archive.remove(['k99', 'k100', 'k101']);
    expect(await readAwaiting()).toEqual([null]);
  });

  test('counting stops at its limits', async () => {
    const [store] = await open();
    const name = `counted ${++runsSoFar}`;
    await store.messageArchive(name, name).keep(toPage([0, 1, 2].map(toEntry)));
    const index = store.archiveIndex();
    for (const terms of [[], [['t']]]) {
      const count = (messages: number, deadline = Infinity): Promise<number | null> =>
        index.count([name], ALWAYS, terms, { messages, deadline });
      expect(await count(3)).toBe(3);
      expect(await count(2)).toBeNull();
      expect(await count(3, 0)).toBeNull();
    }
  });

  test('within the limit of a request it finds the same, and beyond it nothing is begun', async () => {
    const [store] = await open();
    const name = `limited ${++runsSoFar}`;
    await store.messageArchive(name, name).keep(toPage([0, 1, 2].map(toEntry)));
    const whole = store.archiveIndex();
    const by = { by: 'MESSAGES', order: 'ASC', after: null, limit: 2 } as const;
    const edges = [NOW, NOW + 15 * MINUTE];
    const ask = (index: ArchiveIndex): Promise<unknown>[] => [
      ...(['DIRECTION', 'KIND', 'AGENT', 'SOURCE'] as const).map((group) =>
        index.stats([name], ALWAYS, { by: group }),
      ),
      index.stats([name], ALWAYS, { by: 'TIME', edges }),
      index.conversations([name], by),
      index.moves([name], ALWAYS, null, 9),
      index.count([name], ALWAYS, [['t']], { messages: 9, deadline: Infinity }),
      index.count([name], ALWAYS, [], { messages: 9, deadline: Infinity }),
    ];
    const { signal } = new AbortController();
    expect(await Promise.all(ask(whole.within({ msLeft: 60_000, signal })))).toEqual(
      await Promise.all(ask(whole)),
    );
    const refused = { status: 'rejected', reason: expect.any(BudgetSpentError) as unknown };
    for (const limit of [{ msLeft: 0 }, { msLeft: 60_000, signal: AbortSignal.abort() }]) {
      const outcomes = await Promise.allSettled(ask(whole.within(limit)));
      expect(outcomes).toEqual(outcomes.map(() => refused));
    }
  });

  test('units of several sources at the same moment count all, and number changes apart, by the clock', async () => {
    const stores = await open();
    const name = `both ${++runsSoFar}`;
    const sources = Array.from({ length: 4 }, (_, index) => `${name} ${index}`);
    const index = stores[0].archiveIndex();
    await Promise.all(
      Array.from({ length: 24 }, (_, minute) => {
        const source = sources[minute % 4] ?? '';
        const store = stores[minute % 2] ?? stores[0];
        return store.messageArchive(source, name).keep(toPage([toEntry(minute), toEntry(minute + 24)]));
      }),
    );
    const participants = await index.participants(sources, { after: null, limit: 10 });
    expect(participants).toMatchObject([{ nativeId: 'anna', messages: 48, firstAt: NOW }]);
    const changes = await index.changedSince(sources, 0, 100);
    const numbers = changes.map(({ archivedSeq }) => archivedSeq);
    expect(new Set(numbers).size).toBe(48);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    // Those of the pages before do not tell how many they were.
    const archive = stores[0].messageArchive(`${name} later`, name);
    const later = { ...toPage([toEntry(0)]), readAt: Date.UTC(2100, 0, runsSoFar) };
    await archive.keep(later);
    const [change] = await index.changedSince([`${name} later`], 0, 1);
    expect(change?.archivedSeq).toBe(later.readAt * 1_000 + 1);
    // Nor do they when a page was read before the one that was kept last, which had so many.
    const other = stores[0].messageArchive(`${name} other`, name);
    await other.keep({
      ...toPage(Array.from({ length: 37 }, (_, minute) => toEntry(minute))),
      readAt: later.readAt,
    });
    await archive.keep({ ...toPage([toEntry(1)]), readAt: later.readAt - 40 });
    const [, next] = await index.changedSince([`${name} later`], 0, 2);
    expect((next?.archivedSeq ?? NaN) % 1_000).toBe(1);
  });
}

const MINUTE = 60_000;
const QUARTER = 900_000;
const NOW = Date.UTC(2026, 2, 20);
const ALWAYS: TimeSpan = { since: 0, until: Number.MAX_SAFE_INTEGER };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Some in one millisecond, in one quarter of an hour, in other ones, in other months. */
const MOMENTS = [NOW, NOW + 1, NOW + QUARTER - 1, NOW + QUARTER, NOW + 3 * QUARTER, NOW + 40 * 96 * QUARTER];
const SOURCES = [0, 1, 2];
const CONVERSATIONS = ['c1', 'c2 \0 退款'] as const;
const PEOPLE: ParticipantKey[] = [
  { role: 'CUSTOMER', nativeId: 'anna' },
  { role: 'CUSTOMER', nativeId: '退款 \0' },
  { role: 'AGENT', nativeId: 'anna' },
  { role: 'BOT', nativeId: 'bot' },
];
const DIRECTIONS = ['INBOUND', 'OUTBOUND', 'INTERNAL', 'SYSTEM'] as const;
const TERMS = ['t', 'u'];

type Step = { source: number } & ({ page: ArchivePage } | { remove: string[] });

/** Several archives, and what they do on lists. The first two are of one account. */
class World {
  readonly #stores: readonly [Store, Store];
  readonly #name: string;
  readonly #models = SOURCES.map(() => new Model());
  /** The number of the newest change of each message, by source and key, and what the message was then. */
  #numbers: ReadonlyMap<string, { archivedSeq: number; text: string }> = new Map();

  constructor(stores: readonly [Store, Store], number: number) {
    this.#stores = stores;
    this.#name = `index ${number}`;
  }

  async take(step: Step): Promise<void> {
    const model = this.#models[step.source];
    const archive = this.#stores[0].messageArchive(...this.#archive(step.source));
    if (!model) return;
    if ('remove' in step) {
      expect(await archive.remove(step.remove)).toBe(model.remove(step.remove));
      for (const key of step.remove) expect(await archive.revisions(key)).toEqual([]);
    } else {
      expect(await archive.keep(step.page)).toEqual(model.keep(step.page));
      for (const [key] of model.takeDisplaced())
        model.displace(key, (await archive.find(key))?.sequence ?? '');
    }
    expect(await archive.count()).toBe(model.all().length);
  }

  async ask(index: ArchiveIndex, question: Question): Promise<void> {
    const names = question.sources.map((source) => this.#archive(source)[0]);
    const messages = this.#messages().filter(({ source }) => names.includes(source));
    const { limit, span } = question;

    const conversations = await readPages(
      (after: IndexPosition | null) =>
        index.conversations(names, { ...question.conversations, after, limit }),
      limit,
    );
    expectInOrder(
      conversations.map(({ position }) => position.value),
      question.conversations.order,
    );
    expect(toSet(conversations.map(({ position: _, ...rest }) => rest))).toEqual(
      toSet(foldConversations(messages, question.conversations)),
    );

    const { conversation, ...rest } = question.participants;
    const within = conversation === undefined ? {} : { conversation: this.#conversation(conversation) };
    const participants = await readPages(
      (after: IndexPosition | null) => index.participants(names, { ...rest, ...within, after, limit }),
      limit,
    );
    expectInOrder(
      participants.map(({ lastAt }) => lastAt),
      'DESC',
    );
    const expected = foldParticipants(messages, { ...rest, ...within });
    expect(toSet(participants.map(({ position: _, lastMessage: __, ...own }) => own))).toEqual(
      toSet(expected.map(({ newest: _, ...own }) => own)),
    );
    for (const { lastMessage, ...own } of participants) {
      const same = expected.find(
        ({ account, role, nativeId }) =>
          account === own.account && role === own.role && nativeId === own.nativeId,
      );
      expect(same?.newest).toContainEqual(lastMessage);
    }

    const stats = await index.stats(names, span, question.grouping);
    expect(toSet(stats)).toEqual(toSet(foldStats(messages, span, question.grouping)));

    const moves = await readPages(
      (after: MovePosition | null) => index.moves(names, span, after, limit),
      limit,
    );
    const inSpan = inOrder(messages).filter(({ sentAt }) => isIn(sentAt, span));
    expect(moves.map(({ position: _, ...move }) => move)).toEqual(inSpan.map(toMove));

    const nearest: NearestQuery = {
      ...question.nearest,
      conversations: question.sources.flatMap((source) =>
        CONVERSATIONS.map((key) => ({ source: this.#archive(source)[0], key })),
      ),
    };
    expect(toSet(await index.nearestMoves(nearest))).toEqual(toSet(findNearest(messages, nearest)));

    const limits = { messages: 1_000, deadline: Infinity };
    expect(await index.count(names, span, question.terms, limits)).toBe(
      inSpan.filter((message) =>
        question.terms.every((list) => list.some((term) => message.terms.includes(term))),
      ).length,
    );
  }

  /** Since it was asked last, each message that has changed has got a number beyond all others, and no other message has. */
  async askForChanges(index: ArchiveIndex): Promise<void> {
    const names = SOURCES.map((source) => this.#archive(source)[0]);
    const changes = [];
    for (let after = 0; ;) {
      const some = await index.changedSince(names, after, 3);
      changes.push(...some);
      after = some.at(-1)?.archivedSeq ?? after;
      if (some.length < 3) break;
    }
    const numbers = changes.map(({ archivedSeq }) => archivedSeq);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(toSet(changes.map(({ archivedSeq: _, ...rest }) => rest))).toEqual(
      toSet(
        this.#messages().map((message) => ({
          ...toArchived(message),
          source: message.source,
          key: message.key,
        })),
      ),
    );
    const before = this.#numbers;
    const last = Math.max(0, ...[...before.values()].map(({ archivedSeq }) => archivedSeq));
    this.#numbers = new Map(
      changes.map(({ archivedSeq, ...rest }) => [
        `${rest.source} ${rest.key}`,
        { archivedSeq, text: toText(rest) },
      ]),
    );
    for (const [name, { archivedSeq, text }] of this.#numbers) {
      const known = before.get(name);
      if (known?.text === text) expect(archivedSeq).toBe(known.archivedSeq);
      else expect(archivedSeq).toBeGreaterThan(last);
    }
  }

  #archive(source: number): [source: string, account: string] {
    return [`${this.#name} ${source}`, `${this.#name} account ${source === 2 ? 2 : 1}`];
  }

  #conversation(index: number): { source: string; key: string } {
    return { source: this.#archive(index % 3)[0], key: CONVERSATIONS[index % 2] ?? '' };
  }

  #messages(): ModelMessage[] {
    return this.#models.flatMap((model, number) => {
      const [source, account] = this.#archive(number);
      return model.all().map((message) => ({ ...message, source, account }));
    });
  }
}

function expectInOrder(values: readonly number[], order: 'ASC' | 'DESC'): void {
  const direction = order === 'ASC' ? 1 : -1;
  expect(values).toEqual(values.toSorted((a, b) => direction * (a - b)));
}

/** In an order that says nothing, repetitions included. */
function toSet(values: readonly unknown[]): string[] {
  return values.map(toText).sort();
}

/** With names in one order. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function toEntry(minute: number): ArchiveEntry {
  const sentAt = NOW + minute * MINUTE;
  return {
    ...SOME_FACTS,
    key: `k${minute}`,
    sequence: `${sentAt}.0`,
    sentAt,
    terms: ['t'],
    record: `"${minute}"`,
  };
}

function toPage(entries: readonly ArchiveEntry[]): ArchivePage {
  return createPage({ entries, readAt: NOW });
}

function someStep(): fc.Arbitrary<Step> {
  const source = fc.constantFrom(...SOURCES);
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ source, page: somePage() }) },
    { weight: 1, arbitrary: fc.record({ source, remove: fc.subarray([...KEYS, 'none']) }) },
  );
}

/** Of a page in which no two have one place. */
function somePage(): fc.Arbitrary<ArchivePage> {
  const entry = fc.record({
    key: fc.constantFrom(...KEYS),
    sentAt: fc.constantFrom(...MOMENTS),
    rank: fc.nat(3),
    record: fc.constantFrom('1', '2', '3'),
    terms: fc.subarray(TERMS),
    conversation: fc.record({
      key: fc.constantFrom(...CONVERSATIONS),
      kind: fc.constantFrom('DIRECT', 'GROUP'),
    }),
    participants: fc.shuffledSubarray(PEOPLE, { minLength: 1 }),
    direction: fc.constantFrom(...DIRECTIONS),
    kind: fc.constantFrom('TEXT', 'IMAGE'),
  });
  const entries = fc.uniqueArray(entry, {
    maxLength: 5,
    size: 'max',
    comparator: (a, b) => a.key === b.key || (a.sentAt === b.sentAt && a.rank === b.rank),
  });
  return fc.record({
    entries: entries.map((list) =>
      list.map(({ rank, ...rest }): ArchiveEntry => ({
        ...rest,
        sequence: `${rest.sentAt}.${rank}`,
        customer: rest.participants.find(({ role }) => role === 'CUSTOMER') ?? null,
        agent: rest.participants.find(({ role }) => role !== 'CUSTOMER') ?? null,
      })),
    ),
    delisted: fc.subarray(KEYS, { maxLength: 3 }),
    readAt: fc.integer({ min: NOW, max: NOW + 10 }),
    covers: fc.constant(null),
    progress: fc.constant(null),
  });
}

/** Who is in nearly all messages, in many, in some, and in few. */
const RARELY = [0.99, 0.7, 0.1, 0.02];

/** More messages of a person than are looked at one by one, in two conversations. */
function someHistory(): fc.Arbitrary<ArchiveEntry[]> {
  const seed = fc.integer({ min: 1, max: 1_000_000 });
  return seed.map((start) => {
    const random = new Random(start);
    return Array.from({ length: 160 }, (_, minute) => toHistoric(minute, random));
  });
}

function toHistoric(minute: number, random: Random): ArchiveEntry {
  const people = PEOPLE.filter((_, rank) => random.chance(RARELY[rank] ?? 0));
  const participants = people.length > 0 ? people : PEOPLE.slice(0, 1);
  return {
    ...toEntry(minute),
    conversation: { key: random.pick(CONVERSATIONS), kind: random.pick(['DIRECT', 'GROUP']) },
    participants,
    direction: random.pick(DIRECTIONS),
    kind: random.pick(['TEXT', 'IMAGE']),
    customer: participants.find(({ role }) => role === 'CUSTOMER') ?? null,
    agent: participants.find(({ role }) => role !== 'CUSTOMER') ?? null,
  };
}

type Change = (all: readonly ArchiveEntry[]) => { page: ArchivePage } | { remove: string[] };

/** Of some messages that are next to each other, often the first or the last ones. */
function someChange(): fc.Arbitrary<Change> {
  const from = fc.oneof(fc.constant(0), fc.nat(159), fc.integer({ min: 150, max: 159 }));
  return fc
    .record({
      from,
      count: fc.integer({ min: 1, max: 40 }),
      every: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(),
    })
    .chain(({ from: first, count, every, seed }) => {
      const isIn = (_: unknown, index: number): boolean =>
        index >= first && index < first + count && (index - first) % every === 0;
      return fc.constantFrom<Change>(
        (all) => ({ remove: all.filter(isIn).map(({ key }) => key) }),
        (all) => ({
          page: toPage(
            all
              .filter(isIn)
              .map((entry) => ({ ...entry, conversation: { ...entry.conversation, key: 'c1' } })),
          ),
        }),
        (all) => {
          const random = new Random(seed + 1);
          return {
            page: toPage(
              all.flatMap((entry, minute) =>
                isIn(entry, minute) ? { ...toHistoric(minute, random), record: `"${seed}"` } : [],
              ),
            ),
          };
        },
      );
    });
}

interface Question {
  sources: number[];
  limit: number;
  span: TimeSpan;
  conversations: Omit<ConversationQuery, 'after' | 'limit'>;
  participants: Omit<ParticipantQuery, 'after' | 'limit' | 'conversation'> & { conversation?: number };
  grouping: StatsGrouping;
  nearest: Omit<NearestQuery, 'conversations'>;
  terms: string[][];
}

/** All that there is, and all that there is in each conversation. */
const EVERYTHING: Question[] = [0, 1, 2, 3, 4, 5].map((conversation) => ({
  sources: SOURCES,
  limit: 3,
  span: { since: NOW + 1, until: ALWAYS.until },
  conversations: { by: 'LAST_MESSAGE_AT', order: 'DESC' },
  participants: conversation === 0 ? {} : { conversation },
  grouping: { by: conversation % 2 === 0 ? 'AGENT' : 'KIND' },
  nearest: { side: 'BEFORE', moment: ALWAYS.until, directions: ['INBOUND', 'OUTBOUND'] },
  terms: [],
}));

function someQuestions(): fc.Arbitrary<Question[]> {
  const bound = fc.oneof(
    fc.constantFrom(...MOMENTS, NOW + 2 * QUARTER, NOW - 50 * 96 * QUARTER, Number.MAX_SAFE_INTEGER, 0),
    fc.integer({ min: NOW - QUARTER, max: NOW + 4 * QUARTER }),
  );
  const span = fc.record({ since: bound, until: bound });
  const person = fc.constantFrom(...PEOPLE, { role: 'BOT', nativeId: 'none' } as const);
  const edge = fc.oneof(
    fc.integer({ min: -2, max: 5 }).map((quarter) => NOW + quarter * QUARTER),
    fc.constantFrom(0, NOW + 50 * 96 * QUARTER),
  );
  const question: fc.Arbitrary<Question> = fc.record({
    sources: fc.shuffledSubarray(SOURCES),
    limit: fc.integer({ min: 1, max: 4 }),
    span,
    conversations: fc.record(
      {
        by: fc.constantFrom('LAST_MESSAGE_AT', 'FIRST_MESSAGE_AT', 'MESSAGES'),
        order: fc.constantFrom('ASC', 'DESC'),
        kinds: fc.subarray(['DIRECT', 'GROUP', 'BROADCAST'] as const),
        isAwaitingReply: fc.boolean(),
        participant: person,
        lastMessageAt: span,
        keys: fc.subarray([...CONVERSATIONS, 'none']),
      },
      { requiredKeys: ['by', 'order'] },
    ),
    participants: fc.record(
      {
        roles: fc.subarray(['CUSTOMER', 'AGENT', 'BOT', 'UNKNOWN'] as const),
        keys: fc.subarray([...PEOPLE, { role: 'BOT', nativeId: 'none' } as const]),
        conversation: fc.nat(5),
      },
      { requiredKeys: [] },
    ),
    grouping: fc.oneof(
      fc
        .uniqueArray(edge, { maxLength: 6 })
        .map((edges): StatsGrouping => ({ by: 'TIME', edges: edges.sort((a, b) => a - b) })),
      fc.constantFrom('DIRECTION', 'KIND', 'AGENT', 'SOURCE').map((by): StatsGrouping => ({ by })),
    ),
    nearest: fc.record({
      side: fc.constantFrom('BEFORE', 'SINCE'),
      moment: fc.oneof(fc.constantFrom(...MOMENTS), fc.constant(NOW + 2)),
      directions: fc.subarray([...DIRECTIONS]),
    }),
    terms: fc.array(fc.subarray(TERMS), { maxLength: 2 }),
  });
  return fc.array(question, { minLength: 2, maxLength: 4, size: 'max' });
}
