import { expect, test } from 'vitest';
import { archiveAccountOf, archiveNameOf } from '../../src/archive/archive-names.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { viewFor } from '../../src/gateway/caller-view.ts';
import type { ArchiveReader } from '../../src/gateway/archive-reader.ts';
import type { ArchiveState, ChatChannel } from '../../src/datasources/message-source.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { toStore } from '../../src/store/open-store.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { variedHistory } from '../support/archived-history.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

const HOUR_MS = 3_600_000;
const EVER = { since: 0, until: NOW };
const STATE: ArchiveState = {
  since: 0,
  coverage: [],
  gaps: [],
  isSearchable: true,
  retentionDays: null,
  messages: 1,
  caughtUpAt: NOW,
  lagSeconds: 0,
  verifiedUntil: null,
  failure: null,
};

/** What a caller sees of what is kept of two channels. @param readState in place of the archives' own */
async function open(
  visible: string[],
  readState: ChatChannel['archiveState'] = () => Promise.resolve({ ...STATE, coverage: [EVER] }),
): Promise<ArchiveReader & { sources: string[] }> {
  const world = await openViewWorld();
  const store = toStore(openDatabase(':memory:', 'NORMAL'));
  const sources: string[] = [];
  for (const channel of world.channels) {
    const source = archiveNameOf(channel, channel.name);
    sources.push(source);
    Object.assign(channel, { archiveNames: [source], archiveState: readState });
    const entries = variedHistory(channel.name, 1, 40, NOW - HOUR_MS).map(toEntry);
    const page = { entries, delisted: [], readAt: NOW, covers: null, progress: null };
    await store.messageArchive(source, archiveAccountOf(channel)).keep(page);
  }
  const options = { ...world.options, openIndex: () => store.archiveIndex() };
  const { archives } = viewFor(await world.admit(['messages:read'], visible), options);
  return { ...archives, sources };
}

test('a caller has what is kept of its channels, and nothing of others', async () => {
  const one = await open(['shop']);
  const both = await open(['shop', 'corp']);
  const names = ['shop', 'corp'];
  const countOf = async (archives: ArchiveReader, some: string[]): Promise<number> => {
    const found = await archives.stats(some, EVER, { by: 'DIRECTION' });
    return found.reduce((sum, { messages }) => sum + messages, 0);
  };
  expect([await countOf(both, names), await countOf(one, names), await countOf(one, ['corp'])]).toEqual([
    80, 40, 0,
  ]);
  const moves = await both.moves(names, EVER, null, 100);
  expect(moves).toHaveLength(80);
  expect(await one.moves(names, EVER, null, 100)).toEqual(
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
  expect(await both.nearestMoves(nearest)).toHaveLength(6);
  expect((await one.nearestMoves(nearest)).map(({ conversation }) => conversation.source)).toEqual(
    Array(3).fill(one.sources[0]),
  );
  const changed = await one.changedSince(names, 0, 100);
  expect(changed.map(({ message }) => message.channel)).toEqual(Array(40).fill('shop'));
  expect((await both.changedSince(names, 0, 100)).length).toBe(80);
  expect(() => one.channelOf(one.sources[1] ?? '')).toThrow('that no channel has');
  expect(both.sources.map((source) => both.channelOf(source))).toEqual(names);
});

test('participants are named by the newest message that they sent or received', async () => {
  const archives = await open(['shop']);
  const lin = { role: 'AGENT', nativeId: 'lin' } as const;
  expect(
    await archives.namesOf([
      { channel: 'shop', ...lin },
      { channel: 'corp', ...lin },
      { channel: 'shop', role: 'CUSTOMER', nativeId: 'nobody' },
    ]),
  ).toEqual([null, null, null]);
});

test('an archive that does not answer has not all of anything; other mistakes are told', async () => {
  const failing = (error: Error): Promise<ArchiveReader> => open(['shop'], () => Promise.reject(error));
  expect(await (await open(['shop'])).hasAll(['shop'], EVER)).toBe(true);
  expect(await (await open(['shop'])).hasAll(['shop', 'corp'], EVER)).toBe(false);
  expect(await (await failing(new UnreachableStoreError('down'))).hasAll(['shop'], EVER)).toBe(false);
  await expect((await failing(new Error('wrong'))).hasAll(['shop'], EVER)).rejects.toThrow('wrong');
});

test('the first channel that lacks a part is told', async () => {
  const gap = { since: 0, until: NOW };
  const lacking = await open(['shop', 'corp'], () => Promise.resolve({ ...STATE, gaps: [gap] }));
  expect(await lacking.findLack(['corp', 'shop'], EVER)).toEqual({ channel: 'corp', complete: null });
  expect(await (await open(['shop'])).findLack(['shop'], EVER)).toBeNull();
  expect(await (await open(['shop'])).findLack(['corp'], EVER)).toEqual({ channel: 'corp', complete: null });
});
