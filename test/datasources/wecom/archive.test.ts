import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toStreamOrder, toStreamPage } from '../../../src/datasources/wecom/archive.ts';
import type { Order } from '../../../src/datasources/message-source.ts';
import type { Place } from '../../../src/datasources/wecom/paging.ts';
import { toMsgId, type WireEntry } from '../../../src/datasources/wecom/wire.ts';
import type { MessageStream, Store } from '../../../src/store/store.ts';
import { openTestStore } from '../../support/test-store.ts';

const FIRST = { sendTime: 0, rank: -1 };
const LAST = { sendTime: 9_999_999_999, rank: 0 };

function entry(msgId: string, sendTime: number): WireEntry {
  return { msgId, sendTime, record: { msgid: msgId, note: '你好' } };
}

interface Archived extends Place {
  msgId: string;
  record: unknown;
}

function openArchive(store: Store, corpId = 'ww1', channel = 'corp'): MessageStream {
  return store.messageStream(corpId, channel);
}

/** As a page that was read from where the archive stands. */
async function keep(
  archive: MessageStream,
  entries: readonly WireEntry[],
  nextCursor: string | null,
  caughtUpAt: number | null,
): Promise<boolean> {
  const { cursor } = await archive.progress();
  return archive.keep(toStreamPage('corp', { entries, cursor, nextCursor, caughtUpAt }));
}

async function read(
  archive: MessageStream,
  order: Order,
  bound: Place,
  limit: number,
  conversation: string | null = null,
): Promise<Archived[]> {
  const places = await archive.places(order, bound, limit, conversation);
  return Promise.all(places.map((place) => open(archive, place)));
}

async function find(archive: MessageStream, msgId: string): Promise<Archived | null> {
  const place = await archive.placeOf(msgId);
  return place && open(archive, place);
}

async function open(archive: MessageStream, place: Place): Promise<Archived> {
  const [text = ''] = await archive.records([place]);
  const record: unknown = JSON.parse(text);
  return { ...place, msgId: toMsgId(record), record };
}

describe('the archive', () => {
  test('keeps each message once and in the order of time, then of its page and of the stream, however pages repeat', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 6 })), { maxLength: 12 }), {
          maxLength: 8,
        }),
        async (pages) => {
          const archive = openArchive(openTestStore().store);
          const expected: { msgId: string; sendTime: number }[] = [];
          for (const page of pages) {
            const entries = page.map(([id, second]) => entry(`m${id}`, second));
            await keep(archive, entries, 'C', null);
            await keep(archive, entries, 'C', null);
            for (const { msgId, sendTime } of toStreamOrder(entries)) {
              if (!expected.some((known) => known.msgId === msgId)) expected.push({ msgId, sendTime });
            }
          }
          expected.sort((a, b) => a.sendTime - b.sendTime);
          const ascending = await read(archive, 'ASC', FIRST, 1_000);
          expect(ascending.map(({ msgId }) => msgId)).toEqual(expected.map(({ msgId }) => msgId));
          expect(await read(archive, 'DESC', LAST, 1_000)).toEqual([...ascending].reverse());
          for (const message of ascending) expect(await find(archive, message.msgId)).toEqual(message);
          expect(await archive.oldest()).toBe(expected[0]?.sendTime ?? null);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('orders the messages of a second as the stream does, but by id where the page does not ascend', () => {
    const order = (page: [string, number][]): string[] =>
      toStreamOrder(page.map(([msgId, sendTime]) => entry(msgId, sendTime))).map(({ msgId }) => msgId);
    expect(
      order([
        ['c', 1],
        ['b', 2],
        ['a', 2],
        ['d', 3],
      ]),
    ).toEqual(['c', 'b', 'a', 'd']);
    expect(
      order([
        ['d', 3],
        ['b', 2],
        ['a', 2],
        ['c', 1],
      ]),
    ).toEqual(['c', 'a', 'b', 'd']);
    expect(order([])).toEqual([]);
  });

  test('reads one conversation as if there were no other', async () => {
    const archive = openArchive(openTestStore().store);
    const chats = ['wrA', 'wrB', 'wrC'];
    const entries = Array.from({ length: 60 }, (_, index): WireEntry => {
      const sendTime = 1 + Math.floor(index / 4);
      const sender = { type: 2, id: 'wm1' };
      const record = {
        msgid: `m${index}`,
        sender,
        chatid: chats[index % 3],
        send_time: sendTime,
        msgtype: 1,
      };
      return { msgId: record.msgid, sendTime, record };
    });
    await keep(archive, entries, 'C1', 100);
    const wanted = entries.filter((_, index) => index % 3 === 1).map(({ msgId }) => msgId);
    const ids = (messages: { msgId: string }[]) => messages.map(({ msgId }) => msgId);
    expect(ids(await read(archive, 'ASC', FIRST, 100, 'group:wrB'))).toEqual(wanted);
    const [, , third] = await read(archive, 'ASC', FIRST, 3, 'group:wrB');
    expect(ids(await read(archive, 'ASC', third ?? FIRST, 100, 'group:wrB'))).toEqual(wanted.slice(3));
    expect(ids(await read(archive, 'DESC', third ?? FIRST, 100, 'group:wrB'))).toEqual(
      wanted.slice(0, 2).reverse(),
    );
    expect(await read(archive, 'ASC', FIRST, 100, 'group:wrD')).toEqual([]);
  });

  test('writes a page and its cursor both or neither', async () => {
    const archive = openArchive(openTestStore().store);
    await keep(archive, [entry('a', 1)], 'C1', 100);
    const unwritable = { msgId: 'c', sendTime: 3, record: { size: 1n } };
    await expect(keep(archive, [entry('b', 2), unwritable], 'C2', 200)).rejects.toThrow('BigInt');
    expect(await archive.progress()).toEqual({ cursor: 'C1', caughtUpAt: 100, isBehind: false });
    expect(await find(archive, 'b')).toBeNull();
    await keep(archive, [entry('b', 2)], 'C2', null);
    expect(await archive.progress()).toEqual({ cursor: 'C2', caughtUpAt: 100, isBehind: true });
  });

  test('a page that was read from where the stream stood before is not kept', async () => {
    const { store, another } = openTestStore();
    const [archive, other] = [openArchive(store), openArchive(another())];
    await keep(archive, [entry('a', 1)], 'C1', 100);
    const page = { entries: [entry('b', 2)], cursor: null, nextCursor: 'C9', caughtUpAt: 200 };
    const late = toStreamPage('corp', page);
    expect(await other.keep(late)).toBe(false);
    expect(await find(archive, 'b')).toBeNull();
    expect(await archive.progress()).toEqual({ cursor: 'C1', caughtUpAt: 100, isBehind: false });
    expect(await other.keep({ ...late, cursor: 'C1' })).toBe(true);
    expect((await archive.progress()).cursor).toBe('C9');
  });

  test('stays at its cursor when the provider gives none', async () => {
    const archive = openArchive(openTestStore().store);
    expect(await archive.progress()).toEqual({ cursor: null, caughtUpAt: 0, isBehind: false });
    await keep(archive, [], 'C1', null);
    await keep(archive, [], null, 300);
    expect(await archive.progress()).toEqual({ cursor: 'C1', caughtUpAt: 300, isBehind: false });
  });

  test('keeps corporations and channels apart', async () => {
    const { store } = openTestStore();
    await keep(openArchive(store), [entry('a', 1)], 'C1', 100);
    for (const other of [openArchive(store, 'ww2'), openArchive(store, 'ww1', 'other')]) {
      expect((await other.progress()).cursor).toBeNull();
      expect(await find(other, 'a')).toBeNull();
      expect(await other.places('ASC', FIRST, 10, null)).toEqual([]);
    }
    expect(await find(openArchive(store), 'a')).toEqual({ ...entry('a', 1), rank: 0 });
  });
});
