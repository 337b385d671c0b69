import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/domain/events.ts';
import type { MessageRecord } from '../../src/domain/records.ts';
import type { ArchiveEntry, LiveStore } from '../../src/store/store.ts';
import { SOME_FACTS } from '../support/archive-entry.ts';
import { variedHistory } from '../support/archived-history.ts';
import { openTestStore } from '../support/test-store.ts';

const NOW = Date.UTC(2026, 2, 20);
const LIMITS = { maxInboxItems: 100, maxChannelInboxItems: 100 };
const MESSAGES = variedHistory('shop', 1, 3, NOW);

async function publish({ tails }: LiveStore, messages: readonly MessageRecord[]): Promise<void> {
  await tails.begin('shop', NOW);
  const events = messages.map((message) => ({ type: 'message', channel: 'shop', message }) as const);
  await tails.end('shop', events, NOW, (noted) => noted);
}

test('an event that goes leaves its id, and one that changes stays in its place', async () => {
  const { store } = openTestStore();
  const live = await store.openLive(LIMITS);
  await publish(live, MESSAGES);
  const before = await live.events.read(0, 10);
  const [first, second, third] = before;
  const change = (event: LiveEvent): LiveEvent | null =>
    event.id === third?.id
      ? null
      : event.id === first?.id && event.type === 'message'
        ? { ...event, message: { ...event.message, text: 'changed' } }
        : event;
  expect(await live.events.rewrite('other', change)).toBe(0);
  expect(await live.events.rewrite('shop', change)).toBe(2);
  expect(await live.events.read(0, 10)).toMatchObject([
    { id: first?.id, message: { text: 'changed' } },
    { id: second?.id, message: { key: MESSAGES[1]?.key } },
  ]);
  // A subscriber that has seen it resumes after it.
  expect((await live.events.bounds()).lastId).toBe(third?.id);
  expect([
    await live.events.findMessage('shop', MESSAGES[2]?.key ?? ''),
    (await live.events.findMessage('shop', MESSAGES[0]?.key ?? ''))?.text,
    await live.events.rewrite('shop', (event) => event),
  ]).toEqual([null, 'changed', 0]);
  await store.close();
});

test('items of the inbox go whether they wait or not', async () => {
  const { store } = openTestStore();
  const { inbox } = await store.openLive(LIMITS);
  const items = ['a', 'b', 'c'].map((key) => ({ key, payload: { of: key } }));
  await inbox.accept('shop', items, NOW);
  const [first] = await inbox.waiting('shop', 1);
  await inbox.finish([first?.id ?? 0], [], NOW);
  const asked: unknown[] = [];
  const erased = await inbox.erase('shop', (key, payload) => {
    asked.push([key, payload]);
    return key !== 'b';
  });
  expect([erased, asked, (await inbox.waiting('shop', 9)).map(({ payload }) => payload)]).toEqual([
    2,
    [
      ['a', null],
      ['b', { of: 'b' }],
      ['c', { of: 'c' }],
    ],
    [{ of: 'b' }],
  ]);
  await store.close();
});

test('a place in a stream is not given again, and what changes stays in its place', async () => {
  const { store, another } = openTestStore();
  const stream = store.messageStream('corp', 'shop');
  const toEntry = (msgId: string) => ({
    msgId,
    sendTime: 5,
    conversation: 'c',
    record: JSON.stringify(msgId),
  });
  const keep = (ids: string[], cursor: string | null, nextCursor: string): Promise<boolean> =>
    stream.keep({ entries: ids.map(toEntry), cursor, nextCursor, caughtUpAt: NOW });
  await keep(['a', 'b', 'c'], null, '1');
  const version = await another().messageStream('corp', 'shop').version();
  const changed = await stream.rewrite((record) =>
    record === '"c"' ? null : record === '"a"' ? '"A"' : record,
  );
  await keep(['d'], '1', '2');
  const places = await stream.places('ASC', { sendTime: 0, rank: 0 }, 9, null);
  expect([changed, places, await stream.records(places), await stream.placeOf('c')]).toEqual([
    2,
    [0, 1, 3].map((rank) => ({ sendTime: 5, rank })),
    ['"A"', '"b"', '"d"'],
    null,
  ]);
  expect(await stream.version()).not.toBe(version);
  await store.close();
});

test('the ledger finds and erases what it was told of a person and of single messages, but for what is held', async () => {
  const { store } = openTestStore();
  const ledger = store.ledger('shop');
  const told = (messageId: string, prefix: string, speaker: string | null) => ({
    messageId,
    recordedAt: NOW,
    message: { event: 'E', prefix },
    toDetails: () => ({ details: '{}', speaker }),
    rank: 1,
  });
  await ledger.record([
    told('1_anna', 'p1', null),
    told('2', 'p2', 'anna'),
    told('3', 'p3', null),
    told('6_anna', 'p6', 'anna'),
    { ...told('4', 'p4', 'ben'), profile: { customer: 'anna', profile: '{}' } },
    { ...told('5', 'p5', 'ben'), profile: { customer: 'ben', profile: '{}' } },
  ]);
  const [ofTwo, ofSix] = [
    { prefix: 'p2', ordinal: 0 },
    { prefix: 'p6', ordinal: 0 },
  ];
  expect(new Set(await ledger.keysOfSpeaker('anna'))).toEqual(new Set([ofTwo, ofSix]));
  const erasure = {
    customer: 'anna',
    keys: [{ prefix: 'p3', ordinal: 0 }, ofSix],
    held: [ofSix],
    isNamedIn: (id: string) => id.includes('anna'),
  };
  const found = await ledger.findErased(erasure);
  expect([found.ids.toSorted(), found.counts]).toEqual([
    ['1_anna', '2', '3'],
    { whatsapp_message: 3, whatsapp_status: 3, whatsapp_detail: 3, whatsapp_profile: 1 },
  ]);
  await ledger.erase(found.ids, 'anna');
  const left = await ledger.findErased(erasure);
  const keys = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'].map((prefix) => ({ prefix, ordinal: 0 }));
  expect([
    left.ids,
    Object.values(left.counts),
    (await ledger.find(keys)).map((finding) => finding?.messageId ?? null),
    await ledger.profile('anna'),
    (await ledger.profile('ben'))?.profile,
    await ledger.keysOfSpeaker('anna'),
  ]).toEqual([[], [0, 0, 0, 0], [null, null, null, '4', '5', '6_anna'], null, '{}', [ofSix]]);
  await store.close();
});

test('recalls are forgotten by their keys', async () => {
  const { store } = openTestStore();
  const recalls = store.recalls(1, 'account');
  for (const key of ['a', 'b']) await recalls.note(1, key, NOW, 0);
  expect([await recalls.forget(['a', 'c']), await recalls.keys()]).toEqual([1, ['b']]);
  await store.close();
});

test('a message that is replaced has no earlier versions, nor people that it does not name', async () => {
  const { store } = openTestStore();
  const archive = store.messageArchive('source', 'account');
  const toEntry = (text: string, people: string[]): ArchiveEntry => ({
    ...SOME_FACTS,
    key: 'm1',
    sequence: 's1',
    sentAt: NOW,
    terms: people,
    participants: people.map((nativeId) => ({ role: 'CUSTOMER', nativeId })),
    customer: { role: 'CUSTOMER', nativeId: people[0] ?? '' },
    record: JSON.stringify({ text }),
  });
  const page = { delisted: [], readAt: NOW, covers: null, progress: { job: 'j', position: '1' } };
  await archive.keep({ ...page, entries: [toEntry('one', ['anna', 'ben'])] });
  await archive.keep({ ...page, entries: [toEntry('two', ['anna', 'ben'])] });
  expect((await archive.revisions('m1')).length).toBe(1);
  await archive.replace([toEntry('three', ['ben'])], NOW);
  const query = { order: 'ASC', span: { since: 0, until: NOW + 1 }, after: null, limit: 9 } as const;
  const people = await store.archiveIndex().participants(['source'], { after: null, limit: 9 });
  expect([
    await archive.revisions('m1'),
    await archive.count(),
    (await archive.read({ ...query, terms: [['ben']] })).map(({ record }) => record),
    await archive.read({ ...query, terms: [['anna']] }),
    people.map(({ nativeId, messages }) => [nativeId, messages]),
    await archive.positions(),
  ]).toEqual([[], 1, ['{"text":"three"}'], [], [['ben', 1]], new Map([['j', '1']])]);
  await store.close();
});

test('a message that is replaced stays delisted, and one that is listed stays so', async () => {
  const { store } = openTestStore();
  const archive = store.messageArchive('source', 'account');
  const toEntry = (key: string, text: string): ArchiveEntry => ({
    ...SOME_FACTS,
    key,
    sequence: key,
    sentAt: NOW,
    terms: [],
    record: JSON.stringify({ text }),
  });
  const page = { delisted: [], readAt: NOW, covers: null, progress: null };
  await archive.keep({ ...page, entries: ['m1', 'm2', 'm3'].map((key) => toEntry(key, 'one')) });
  await archive.keep({ ...page, entries: [], delisted: ['m1', 'm3'], readAt: NOW + 1 });
  await archive.replace([toEntry('m1', 'two'), toEntry('m2', 'two'), toEntry('m4', 'new')], NOW + 2);
  const span = { since: NOW, until: NOW + 1 };
  const entries = await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 9 });
  expect(entries.map(({ record, delistedAt }) => [record, delistedAt])).toEqual([
    ['{"text":"two"}', NOW + 1],
    ['{"text":"two"}', null],
    ['{"text":"one"}', NOW + 1],
    ['{"text":"new"}', null],
  ]);
  await store.close();
});
