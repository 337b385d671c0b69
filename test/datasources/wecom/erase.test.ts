import { expect, test } from 'vitest';
import { toStreamPage } from '../../../src/datasources/wecom/archive.ts';
import { findErased, withoutErasedIn } from '../../../src/datasources/wecom/erase.ts';
import { toMessage } from '../../../src/datasources/wecom/to-message.ts';
import { toMsgId, type WireEntry } from '../../../src/datasources/wecom/wire.ts';
import { withoutErased, type ErasedPeople } from '../../../src/domain/erasure.ts';
import { openTestStore } from '../../support/test-store.ts';

const ANNA = { type: 2, id: 'wmANNA' };
const BEN = { type: 2, id: 'wmBEN' };
const LIN = { type: 1, id: 'woLIN' };
const ERASED: ErasedPeople = {
  has: ({ role, nativeId }) => role === 'CUSTOMER' && nativeId === 'wmANNA',
  hasMessage: () => false,
  isHeld: () => false,
};

const record = (msgid: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  msgid,
  sender: LIN,
  receiver_list: [ANNA, BEN],
  chatid: 'wrGROUP',
  send_time: 166666666,
  msgtype: 1,
  ...changes,
});
const toEntry = (entry: unknown): WireEntry => ({
  msgId: toMsgId(entry),
  sendTime: 166666666,
  record: entry,
});
/** Of a kind that is not known, with a field that is not. */
const UNKNOWN = record('unknown', { msgtype: 99, mentioned: ['wmANNA', 'wmBEN'] });
/** It has no sender. */
const MALFORMED = { msgid: 'malformed', from: 'wmANNA', send_time: 166666666 };
const OTHER = { msgid: 'other', from: 'wmBEN', send_time: 166666666 };

test('an entry of a kind that is not known loses the ids in all of its fields', () => {
  const rest = withoutErasedIn('corp', toEntry(UNKNOWN), ERASED);
  expect(rest?.record).toEqual({ ...UNKNOWN, receiver_list: [BEN], mentioned: ['wmBEN'] });
  const before = toMessage('corp', { sendTime: 166666666, rank: 0, record: UNKNOWN });
  // What is kept of it elsewhere becomes the same.
  expect(withoutErased(before, ERASED)).toEqual(
    toMessage('corp', { sendTime: 166666666, rank: 0, record: rest?.record }),
  );
});

test('one that cannot be read and has the id goes, is found, and is hidden by its key', async () => {
  expect(withoutErasedIn('corp', toEntry(MALFORMED), ERASED)).toBeNull();
  const other = toEntry(OTHER);
  expect(withoutErasedIn('corp', other, ERASED)).toBe(other);

  const { store } = openTestStore();
  const stream = store.messageStream('account', 'corp');
  const entries = [UNKNOWN, MALFORMED, OTHER, record('hers', { sender: ANNA, receiver_list: [LIN] })];
  await stream.keep(
    toStreamPage('corp', { entries: entries.map(toEntry), cursor: null, nextCursor: 'c', caughtUpAt: null }),
  );
  const found = await findErased('corp', stream, ERASED);
  expect({ ...found, erase: null }).toEqual({
    counts: { wecom_message: 3 },
    held: 0,
    keys: ['malformed', 'hers'],
    unnamedKeys: ['malformed'],
    ids: [],
    erase: null,
  });
  await found.erase();
  const left: unknown[] = [];
  await stream.rewrite((text) => {
    left.push(JSON.parse(text));
    return text;
  });
  expect(left).toEqual([{ ...UNKNOWN, receiver_list: [BEN], mentioned: ['wmBEN'] }, OTHER]);
  expect((await findErased('corp', stream, ERASED)).unnamedKeys).toBeNull();
  await store.close();
});
