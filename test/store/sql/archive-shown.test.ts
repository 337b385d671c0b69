import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toEntry } from '../../../src/archive/to-entry.ts';
import { toShown } from '../../../src/store/sql/archive/shown.ts';
import type { MessageRecord, ParticipantRecord } from '../../../src/domain/records.ts';
import { keptPageText, toKeptPage } from '../../support/kept-messages.ts';
import { MemoryChannel } from '../../support/memory-channel.ts';
import { runs } from '../../support/runs.ts';

const shownOf = (record: string): unknown => JSON.parse(toShown(record));

function messageWith(fields: Partial<MessageRecord>): MessageRecord {
  const channel = new MemoryChannel('shop');
  channel.add(1_000);
  const [message] = channel.messages;
  if (!message) throw new Error('There is no message');
  return { ...message, ...fields };
}

test('of a text it tells what views show, and nothing else', async () => {
  const { entries } = await toKeptPage('whatsapp', keptPageText(0, 1, 100_000));
  expect(entries.map(({ record }) => shownOf(record))).toEqual([
    {
      t: '的我 以发 单物 服谢',
      n: '1',
      a: 'AVAILABLE',
      g: 'agent-19',
      p: ['agent-19', 'Customer 1419'],
      c: ['Customer 1419', '573500001419'],
    },
  ]);
});

test('law: names stand in the order of the participants of the entry', () => {
  const person = fc.record({
    channel: fc.constant('shop'),
    role: fc.constantFrom('CUSTOMER', 'AGENT', 'BOT'),
    nativeId: fc.constantFrom('a', 'b', 'c d', ''),
    displayName: fc.constantFrom(null, 'Ann', 'Ben'),
  }) satisfies fc.Arbitrary<ParticipantRecord>;
  fc.assert(
    fc.property(person, fc.option(fc.array(person)), (sender, recipients) => {
      const message = messageWith({ sender, recipients });
      const { participants, record } = toEntry(message);
      const names = participants.map(
        ({ role, nativeId }) =>
          [sender, ...(recipients ?? [])].find((one) => one.role === role && one.nativeId === nativeId)
            ?.displayName ?? null,
      );
      expect(shownOf(record)).toMatchObject(names.some((name) => name !== null) ? { p: names } : {});
    }),
    { numRuns: runs(300) },
  );
});

test('what PostgreSQL takes for an error is U+FFFD, and a backslash stays one', () => {
  const text = 'a\0b\uD800c\\u0000';
  expect(shownOf(JSON.stringify({ text }))).toEqual({ t: 'a\uFFFDb\uFFFDc\\u0000' });
  expect(toShown(JSON.stringify({ text }))).not.toMatch(/(?<!\\)\\u/);
});

test('of the first attachment it tells what is known, and of what is no message nothing', () => {
  const media = { type: 'MEDIA', kind: 'IMAGE', url: null, mimeType: 'image/png', thumbnailUrl: 'x' };
  const parts = [{ type: 'TEXT', text: 'x' }, media, { ...media, kind: 'FILE' }];
  expect(shownOf(JSON.stringify({ parts }))).toEqual({ m: { kind: 'IMAGE', mimeType: 'image/png' } });
  for (const record of ['null', '"text"', '[]', '{"text":1,"parts":{},"recipients":"x"}'])
    expect(shownOf(record)).toEqual({});
});
