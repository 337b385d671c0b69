import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Archive, toStreamOrder } from '../../../src/datasources/wecom/archive.ts';
import type { Place } from '../../../src/datasources/wecom/paging.ts';
import { toMsgId, type WireEntry } from '../../../src/datasources/wecom/wire.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';

const FIRST = { sendTime: 0, rank: -1 };
const LAST = { sendTime: 9_999_999_999, rank: 0 };

function entry(msgId: string, sendTime: number): WireEntry {
  return { msgId, sendTime, record: { msgid: msgId, note: '你好' } };
}

interface Archived extends Place {
  msgId: string;
  record: unknown;
}

function read(archive: Archive, ...range: Parameters<Archive['places']>): Archived[] {
  return archive.places(...range).map((place) => open(archive, place));
}

function find(archive: Archive, msgId: string): Archived | null {
  const place = archive.placeOf(msgId);
  return place && open(archive, place);
}

function open(archive: Archive, place: Place): Archived {
  const record: unknown = JSON.parse(archive.recordAt(place));
  return { ...place, msgId: toMsgId(record), record };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the archive', () => {
  test('keeps each message once and in the order of time, then of its page and of the stream, however pages repeat', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 6 })), { maxLength: 12 }), {
          maxLength: 8,
        }),
        (pages) => {
          using database = openDatabase(':memory:', 'NORMAL');
          const archive = new Archive(database, 'ww1', 'corp');
          const expected: { msgId: string; sendTime: number }[] = [];
          for (const page of pages) {
            const entries = page.map(([id, second]) => entry(`m${id}`, second));
            archive.keep(entries, 'C', null);
            archive.keep(entries, 'C', null);
            for (const { msgId, sendTime } of toStreamOrder(entries)) {
              if (!expected.some((known) => known.msgId === msgId)) expected.push({ msgId, sendTime });
            }
          }
          expected.sort((a, b) => a.sendTime - b.sendTime);
          const ascending = read(archive, 'ASC', FIRST, 1_000);
          expect(ascending.map(({ msgId }) => msgId)).toEqual(expected.map(({ msgId }) => msgId));
          expect(read(archive, 'DESC', LAST, 1_000)).toEqual([...ascending].reverse());
          for (const message of ascending) expect(find(archive, message.msgId)).toEqual(message);
          expect(archive.oldestSendTime()).toBe(expected[0]?.sendTime ?? null);
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

  test('reads one conversation as if there were no other', () => {
    using database = openDatabase(':memory:', 'NORMAL');
    const archive = new Archive(database, 'ww1', 'corp');
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
    archive.keep(entries, 'C1', 100);
    const wanted = entries.filter((_, index) => index % 3 === 1).map(({ msgId }) => msgId);
    const ids = (messages: { msgId: string }[]) => messages.map(({ msgId }) => msgId);
    expect(ids(read(archive, 'ASC', FIRST, 100, 'group:wrB'))).toEqual(wanted);
    const [, , third] = read(archive, 'ASC', FIRST, 3, 'group:wrB');
    expect(ids(read(archive, 'ASC', third ?? FIRST, 100, 'group:wrB'))).toEqual(wanted.slice(3));
    expect(ids(read(archive, 'DESC', third ?? FIRST, 100, 'group:wrB'))).toEqual(
      wanted.slice(0, 2).reverse(),
    );
    expect(read(archive, 'ASC', FIRST, 100, 'group:wrD')).toEqual([]);
  });

  test('writes a page and its cursor both or neither', () => {
    using database = openDatabase(':memory:', 'NORMAL');
    const archive = new Archive(database, 'ww1', 'corp');
    archive.keep([entry('a', 1)], 'C1', 100);
    const unwritable = { msgId: 'c', sendTime: 3, record: { size: 1n } };
    expect(() => {
      archive.keep([entry('b', 2), unwritable], 'C2', 200);
    }).toThrow('BigInt');
    expect(archive.progress()).toEqual({ cursor: 'C1', caughtUpAt: 100, isBehind: false });
    expect(find(archive, 'b')).toBeNull();
    archive.keep([entry('b', 2)], 'C2', null);
    expect(archive.progress()).toEqual({ cursor: 'C2', caughtUpAt: 100, isBehind: true });
  });

  test('stays at its cursor when the provider gives none', () => {
    using database = openDatabase(':memory:', 'NORMAL');
    const archive = new Archive(database, 'ww1', 'corp');
    expect(archive.progress()).toEqual({ cursor: null, caughtUpAt: 0, isBehind: false });
    archive.keep([], 'C1', null);
    archive.keep([], null, 300);
    expect(archive.progress()).toEqual({ cursor: 'C1', caughtUpAt: 300, isBehind: false });
  });

  test('keeps corporations and channels apart', () => {
    using database = openDatabase(':memory:', 'NORMAL');
    new Archive(database, 'ww1', 'corp').keep([entry('a', 1)], 'C1', 100);
    for (const other of [new Archive(database, 'ww2', 'corp'), new Archive(database, 'ww1', 'other')]) {
      expect(other.progress().cursor).toBeNull();
      expect(find(other, 'a')).toBeNull();
      expect(other.places('ASC', FIRST, 10)).toEqual([]);
    }
    expect(find(new Archive(database, 'ww1', 'corp'), 'a')).toEqual({ ...entry('a', 1), rank: 0 });
  });

  test('finds every page by its index: none is sorted, and none is scanned for', () => {
    using database = openDatabase(':memory:', 'NORMAL');
    const prepare = vi.spyOn(database, 'prepare');
    new Archive(database, 'ww1', 'corp').keep([entry('a', 1)], 'C1', 100);
    const reads = prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('FROM wecom_message'));
    expect(reads).toHaveLength(8);
    for (const sql of reads) {
      const steps = database
        .prepare(`EXPLAIN QUERY PLAN ${sql.replace(/[:?]\w*/g, '1')}`)
        .all()
        .map((step) => String(step['detail']));
      expect(steps.join('\n')).toMatch(/^SEARCH wecom_message USING/);
      expect(steps.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/);
      if (sql.includes('LIMIT')) expect(steps.join('\n')).toContain('(send_time,rank)');
      if (sql.includes('conversation = ')) expect(steps.join('\n')).toContain('conversation=?');
    }
  });
});
