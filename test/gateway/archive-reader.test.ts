import { expect, test } from 'vitest';
import { archiveAccountOf, archiveNameOf } from '../../src/archive/archive-names.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { viewFor } from '../../src/gateway/caller-view.ts';
import type { ArchiveReader, Move } from '../../src/gateway/archive-reader.ts';
import { KeptChannels } from '../../src/archive/kept-channels.ts';
import { KeptIndex } from '../../src/archive/kept-index.ts';
import type { ArchiveState, ChatChannel } from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { createPage } from '../support/archive-page.ts';
import { variedHistory } from '../support/archived-history.ts';
import { NOW, openViewWorld, type ViewWorld } from '../support/view-world.ts';

const HOUR_MS = 3_600_000;
const EVER = { since: 0, until: NOW };
const STATE: ArchiveState = {
  since: 0,
  coverage: [],
  gaps: [],
  expired: [],
  isSearchable: true,
  retentionDays: null,
  messages: 1,
  caughtUpAt: NOW,
  lagSeconds: 0,
  verifiedUntil: null,
  failure: null,
};

const ALL = ['shop', 'corp'];
const NEWEST = { by: 'LAST_MESSAGE_AT', order: 'DESC', after: null, limit: 10 } as const;
const running = { msLeft: 10_000, caller: 'bi' };

interface Seen extends Pick<ViewWorld, 'recorded'> {
  archives: ArchiveReader;
  /** Of both channels, in the order of `ALL`. */
  sources: string[];
  /** What is kept of the channels with these names. */
  ask: <T>(names: string[], ask: (kept: KeptChannels) => Promise<T>) => Promise<T>;
}

/** In which customers have another name each time. */
function historyOf(channel: string): MessageRecord[] {
  return variedHistory(channel, 1, 40, NOW - HOUR_MS).map((message, index) => {
    const { sender } = message;
    if (sender.role !== 'CUSTOMER') return message;
    return { ...message, sender: { ...sender, displayName: `${sender.nativeId} ${index}` } };
  });
}

/**
 * What a caller sees of what is kept of two channels.
 *
 * @param readState in place of the archives' own
 * @param openIndex in place of the store's
 */
async function open(
  visible: string[],
  readState: ChatChannel['archiveState'] = () => Promise.resolve({ ...STATE, coverage: [EVER] }),
  openIndex?: () => never,
): Promise<Seen> {
  const world = await openViewWorld();
  const store = toStore(openDatabase(':memory:', 'NORMAL'));
  const sources: string[] = [];
  for (const channel of world.channels) {
    const source = archiveNameOf(channel, channel.name);
    sources.push(source);
    Object.assign(channel, { archiveNames: [source], archiveState: readState });
    const entries = historyOf(channel.name).map(toEntry);
    const page = createPage({ entries, readAt: NOW });
    await store.messageArchive(source, archiveAccountOf(channel)).keep(page);
  }
  const index = new KeptIndex(openIndex ?? (() => store.archiveIndex()));
  const { options } = world;
  const gateway = { ...options.gateway, archives: index };
  const { archives } = viewFor(await world.admit(['messages:read'], visible), { ...options, gateway });
  const ask: Seen['ask'] = (channels, asked) =>
    archives.read({ field: 'Query.messages', channels }, asked, () => 1);
  return { archives, sources, ask, recorded: world.recorded };
}

test('a count is null after a second when figures of others have all the room', async () => {
  const world = await openViewWorld();
  const index = new KeptIndex(() => toStore(openDatabase(':memory:', 'NORMAL')).archiveIndex());
  const over = Promise.withResolvers<undefined>();
  const figures = ['a', 'b', 'c'].map((caller) => index.figures(caller, () => over.promise));
  const channels = world.channels.map((channel) => Object.assign(channel, { archiveNames: [channel.name] }));
  expect(await new KeptChannels(index, channels).figures.count(EVER, EVERYTHING, running)).toBeNull();
  over.resolve(undefined);
  await Promise.all(figures);
});

test('a caller has what is kept of its channels, and nothing of others', async () => {
  const one = await open(['shop']);
  const both = await open(ALL);
  const countOf = (seen: Seen, names: string[]): Promise<number> =>
    seen.ask(names, async (kept) => {
      const found = await kept.figures.stats(EVER, { by: 'DIRECTION' }, running);
      return found.reduce((sum, { messages }) => sum + messages, 0);
    });
  expect([await countOf(both, ALL), await countOf(one, ALL), await countOf(one, ['corp'])]).toEqual([
    80, 40, 0,
  ]);
  const movesOf = (seen: Seen): Promise<Move[]> => seen.ask(ALL, (kept) => kept.moves(EVER, null, 100));
  const moves = await movesOf(both);
  expect(moves).toHaveLength(80);
  expect(await movesOf(one)).toEqual(
    moves.filter(({ conversation }) => conversation.source === one.sources[0]),
  );
  const conversations = [
    ...new Map(moves.map((move) => [JSON.stringify(move.conversation), move])).values(),
  ].map(({ conversation }) => conversation);
  const nearest = {
    conversations,
    side: 'BEFORE',
    moment: NOW,
    directions: ['INBOUND', 'OUTBOUND'],
  } as const;
  expect(await both.ask(ALL, (kept) => kept.nearestMoves(nearest))).toHaveLength(6);
  const own = await one.ask(ALL, (kept) => kept.nearestMoves(nearest));
  expect(own.map(({ conversation }) => conversation.source)).toEqual(Array(3).fill(one.sources[0]));
  const changed = await one.ask(ALL, (kept) => kept.changedSince(0, 100));
  expect(changed.map(({ message }) => message.channel)).toEqual(Array(40).fill('shop'));
  expect(await both.ask(ALL, (kept) => kept.changedSince(0, 100))).toHaveLength(80);
  const shown = await one.ask(ALL, (kept) => kept.conversations(NEWEST));
  expect(shown.map(({ conversation }) => conversation.channel)).toEqual(['shop', 'shop', 'shop']);
  const people = await one.ask(ALL, (kept) => kept.participants({ after: null, limit: 100 }));
  expect(new Set(people.map(({ participant }) => participant.channel))).toEqual(new Set(['shop']));
  for (const [index, name] of ALL.entries()) {
    const source = both.sources[index] ?? '';
    expect(await both.ask(ALL, (kept) => Promise.resolve(kept.channelOf(source)))).toBe(name);
  }
  await expect(one.ask(ALL, (kept) => Promise.resolve(kept.channelOf(one.sources[1] ?? '')))).rejects.toThrow(
    'that no channel has',
  );
});

test('what is kept of one of several channels is asked for by its name', async () => {
  const both = await open(ALL);
  const changed = await both.ask(ALL, (kept) => kept.only('corp').changedSince(0, 100));
  expect(changed.map(({ message }) => message.channel)).toEqual(Array(40).fill('corp'));
  const one = await open(['shop']);
  expect(await one.ask(ALL, (kept) => kept.only('corp').changedSince(0, 100))).toEqual([]);
});

test('participants of one conversation are those of its channel', async () => {
  const { ask } = await open(['corp']);
  const query = { after: null, limit: 10, conversationKey: 'anna', roles: ['CUSTOMER'] as const };
  const found = await ask(['corp'], (kept) => kept.participants(query));
  expect(found.map(({ participant }) => [participant.channel, participant.role])).toEqual(
    found.map(() => ['corp', 'CUSTOMER']),
  );
  expect(found.length).toBeGreaterThan(0);
  expect(await ask(['shop'], (kept) => kept.participants(query))).toEqual([]);
});

test('participants are named by the newest message that they sent or received', async () => {
  const { ask } = await open(['shop']);
  const [anna, ...nobody] = await ask(ALL, (kept) =>
    kept.namesOf([
      { channel: 'shop', role: 'CUSTOMER', nativeId: 'anna' },
      { channel: 'corp', role: 'CUSTOMER', nativeId: 'anna' },
      { channel: 'shop', role: 'CUSTOMER', nativeId: 'nobody' },
    ]),
  );
  const newest = historyOf('shop').findLast(({ sender, recipients }) =>
    [sender, ...(recipients ?? [])].some(({ nativeId }) => nativeId === 'anna'),
  );
  const people = [newest?.sender, ...(newest?.recipients ?? [])];
  expect(anna).toBe(people.find((person) => person?.nativeId === 'anna')?.displayName);
  expect(nobody).toEqual([null, null]);
});

test('what is read is recorded, with the channels that the caller sees, before it is returned', async () => {
  const { archives, recorded } = await open(['corp']);
  const of = { field: 'Query.conversations', channels: ALL, conversationId: 'sealed' };
  const found = await archives.read(
    { ...of, sentAtGte: 1, sentAtLt: 2 },
    (kept) => kept.conversations(NEWEST),
    ({ length }) => length,
  );
  await archives.read(
    of,
    async (kept) => (await kept.conversations(NEWEST)).slice(1),
    ({ length }) => length,
  );
  expect(found.map(({ conversation }) => conversation.channel)).toEqual(['corp', 'corp', 'corp']);
  const entry = { field: 'Query.conversations', channels: ['corp'], conversationId: 'sealed' };
  expect(await recorded()).toMatchObject([
    { ...entry, sentAtGte: 1, sentAtLt: 2, count: 3, outcome: 'OK' },
    { ...entry, sentAtGte: null, sentAtLt: null, count: 2, outcome: 'OK' },
  ]);
});

test('a store that does not answer is told as what may pass, and recorded; nothing is asked of it for no archive', async () => {
  const seen = await open(['shop'], undefined, () => {
    throw new UnreachableStoreError('It is away, and its name is nothing for callers');
  });
  const told = {
    name: 'StoreUnavailableError',
    code: 'STORE_UNAVAILABLE',
    message: "The gateway's own store does not answer; retry in a moment",
  };
  const asked: ((kept: KeptChannels) => Promise<unknown>)[] = [
    (kept) => kept.conversations(NEWEST),
    (kept) => kept.participants({ after: null, limit: 1 }),
    (kept) => kept.figures.stats(EVER, { by: 'KIND' }, running),
    (kept) => kept.moves(EVER, null, 1),
    (kept) => kept.changedSince(0, 1),
    (kept) => kept.namesOf([{ channel: 'shop', role: 'CUSTOMER', nativeId: 'anna' }]),
  ];
  for (const ask of asked) await expect(seen.ask(ALL, ask)).rejects.toMatchObject(told);
  for (const ask of asked) await seen.ask(['corp'], ask);
  expect((await seen.recorded()).map(({ outcome }) => outcome)).toEqual([
    ...asked.map(() => 'STORE_UNAVAILABLE'),
    ...asked.map(() => 'OK'),
  ]);
});

test('an archive that does not answer has not all of anything; other mistakes are told', async () => {
  const hasAll = async (names: string[], failure?: Error): Promise<boolean> => {
    const readState = failure && ((): Promise<never> => Promise.reject(failure));
    return (await open(['shop'], readState)).archives.hasAll(names, EVER);
  };
  expect(await hasAll(['shop'])).toBe(true);
  expect(await hasAll(ALL)).toBe(false);
  expect(await hasAll(['shop'], new UnreachableStoreError('down'))).toBe(false);
  await expect(hasAll(['shop'], new Error('wrong'))).rejects.toThrow('wrong');
});

test('the first channel that lacks a part is told', async () => {
  const gap = { since: 0, until: NOW };
  const lacking = await open(ALL, () => Promise.resolve({ ...STATE, gaps: [gap] }));
  expect(await lacking.ask(['corp', 'shop'], (kept) => kept.completeness.findLack(EVER))).toEqual({
    channel: 'corp',
    complete: null,
    hasExpired: false,
  });
  const whole = await open(['shop']);
  expect(await whole.ask(['shop'], (kept) => kept.completeness.findLack(EVER))).toBeNull();
});

test('figures are counted two at a time, in their order, and not for a request that is over by then', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const begun: number[] = [];
  let over = false;
  const world = await openViewWorld();
  const [shop] = world.channels;
  shop.archiveNames = ['archive of shop'];
  const store = toStore(openDatabase(':memory:', 'NORMAL'));
  const index = store.archiveIndex();
  index.within = () => index;
  index.stats = async (_, span) => {
    begun.push(span.since);
    await promise;
    return [];
  };
  const kept = new KeptChannels(new KeptIndex(() => index), [shop]);
  const request = {
    caller: 'bi',
    get msLeft(): number {
      return over ? 0 : 10_000;
    },
  };
  const asked = [1, 2, 3, 4].map((since) =>
    kept.figures.stats({ since, until: NOW }, { by: 'KIND' }, since === 4 ? request : running),
  );
  await new Promise((next) => setImmediate(next));
  expect(begun).toEqual([1, 2]);
  over = true;
  resolve(undefined);
  const settled = await Promise.allSettled(asked);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  expect(settled[3]).toMatchObject({ reason: { name: 'BudgetSpentError' } });
  expect(begun).toEqual([1, 2, 3]);
});

test('what takes much memory is read two at a time, and not for a request that is over by then', async () => {
  const { archives } = await open(['shop']);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const begun: number[] = [];
  const request = { msLeft: 10_000, caller: 'bi' };
  const asked = [1, 2, 3].map((number) =>
    archives.read(
      { field: 'Query.responseStats', channels: ALL },
      (kept) =>
        kept.figures.readLarge(request, async () => {
          begun.push(number);
          await promise;
          return number;
        }),
      () => 1,
    ),
  );
  const settled = Promise.allSettled(asked);
  while (begun.length < 2) await new Promise((next) => setImmediate(next));
  request.msLeft = 0;
  resolve(undefined);
  expect(await settled).toMatchObject([
    { status: 'fulfilled', value: 1 },
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: { name: 'BudgetSpentError' } },
  ]);
  expect(begun).toEqual([1, 2]);
});
