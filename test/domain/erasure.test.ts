import { expect, test } from 'vitest';
import {
  isOfErasedMessage,
  withoutErased,
  withoutHolds,
  type ErasedPeople,
} from '../../src/domain/erasure.ts';
import type {
  ContactCardPart,
  JsonValue,
  MessageRecord,
  ParticipantRecord,
  QuotePart,
} from '../../src/domain/records.ts';
import { variedHistory } from '../support/archived-history.ts';

const NOW = Date.UTC(2026, 2, 20);
const UNTIL = NOW - 1_000;
const [SAMPLE] = variedHistory('shop', 1, 1, NOW);

const person = (nativeId: string, role: ParticipantRecord['role'] = 'CUSTOMER'): ParticipantRecord => ({
  channel: 'shop',
  role,
  nativeId,
  displayName: `The ${nativeId}`,
});
const [ANNA, BEN, LIN] = [person('anna'), person('ben'), person('lin', 'AGENT')];
const ERASED: ErasedPeople = {
  has: ({ role, nativeId }, sentAt) => role === 'CUSTOMER' && nativeId === 'anna' && sentAt <= UNTIL,
  hasMessage: (key, sentAt) => key === 'hers' && sentAt <= UNTIL,
  isHeld: () => false,
};

function message(changes: Partial<MessageRecord>, kind: 'DIRECT' | 'GROUP' = 'DIRECT'): MessageRecord {
  if (!SAMPLE) throw new Error('There is no message');
  const conversation = { ...SAMPLE.conversation, kind, participants: null };
  return { ...SAMPLE, sentAt: UNTIL, conversation, sender: LIN, recipients: null, parts: null, ...changes };
}

const quote = (author: string | null): QuotePart => ({
  type: 'QUOTE',
  nativeId: 'q1',
  author,
  kind: 'TEXT',
  text: 'What she wrote',
  media: null,
});

test('of a direct conversation nothing is left, whichever side sent the message', () => {
  const listed = message({});
  listed.conversation = { ...listed.conversation, participants: [LIN, ANNA] };
  expect(
    [message({ sender: ANNA, recipients: [LIN] }), message({ recipients: [ANNA] }), listed].map((each) =>
      withoutErased(each, ERASED),
    ),
  ).toEqual([null, null, null]);
  const other = message({ sender: BEN, recipients: [LIN] });
  expect(withoutErased(other, ERASED)).toBe(other);
});

test('of a group what the person sent goes, also where only its key tells so', () => {
  expect(withoutErased(message({ sender: ANNA }, 'GROUP'), ERASED)).toBeNull();
  expect(withoutErased(message({ key: 'hers' }, 'GROUP'), ERASED)).toBeNull();
});

test('messages of others in a group lose the name and the quote, and nothing else', () => {
  const named = message(
    { sender: BEN, recipients: [LIN, ANNA], parts: [quote('+anna@c.us'), quote('ben')] },
    'GROUP',
  );
  named.conversation = { ...named.conversation, participants: [ANNA, BEN] };
  expect(withoutErased(named, ERASED)).toEqual({
    ...named,
    recipients: [LIN],
    conversation: { ...named.conversation, participants: [BEN] },
    parts: [{ ...quote(null), nativeId: null, text: null }, quote('ben')],
  });
  const other = message({ sender: BEN, recipients: [LIN], parts: [quote(null)] }, 'GROUP');
  expect(withoutErased(other, ERASED)).toBe(other);
});

test('what is quoted of the person later is not back, of an agent either', () => {
  for (const kind of ['GROUP', 'DIRECT'] as const) {
    const later = message({ sender: BEN, sentAt: UNTIL + 1, parts: [quote('anna'), quote('lin')] }, kind);
    const ofLin: ErasedPeople = {
      ...ERASED,
      has: ({ role, nativeId }, sentAt) => role === 'AGENT' && nativeId === 'lin' && sentAt <= UNTIL,
    };
    const empty = { ...quote(null), nativeId: null, text: null };
    expect([withoutErased(later, ERASED)?.parts, withoutErased(later, ofLin)?.parts]).toEqual([
      [empty, quote('lin')],
      [quote('anna'), empty],
    ]);
  }
});

test('who writes again is a new customer, and another role is another person', () => {
  for (const each of [
    message({ sender: ANNA, sentAt: UNTIL + 1 }),
    message({ key: 'hers', sentAt: UNTIL + 1 }, 'GROUP'),
    message({ sender: person('anna', 'AGENT') }),
  ])
    expect(withoutErased(each, ERASED)).toBe(each);
});

test('what is held stays as it is', () => {
  const held = { ...ERASED, isHeld: () => true };
  const hers = message({ sender: ANNA });
  expect([withoutErased(hers, held), withoutErased(hers, withoutHolds(held))]).toEqual([hers, null]);
});

const card = (phones: string[], whatsAppIds: string[] | null = null): ContactCardPart => ({
  type: 'CONTACT_CARD',
  displayName: 'Anna',
  phones,
  whatsAppIds,
  organization: 'Tea',
  vcard: 'BEGIN:VCARD',
});
/** By her number. */
const BY_PHONE: ErasedPeople = {
  ...ERASED,
  has: ({ role, nativeId }, sentAt) => role === 'CUSTOMER' && nativeId === '4915112345678' && sentAt <= UNTIL,
};

test('her contact card loses what it tells of her in messages of others, too, and cards of others do not', () => {
  const empty = { ...card([]), displayName: null, phones: null, organization: null, vcard: '' };
  for (const hers of [card(['+49 151 12345678']), card(['1'], ['4915112345678@c.us'])]) {
    const sent = message({ sender: BEN, kind: 'CONTACT_CARD', text: 'Anna', parts: [hers, card(['2'])] });
    expect(withoutErased(sent, BY_PHONE)).toEqual({ ...sent, text: null, parts: [empty, card(['2'])] });
    const later = { ...sent, sentAt: UNTIL + 1 };
    expect(withoutErased(later, BY_PHONE)).toBe(later);
  }
});

test('what is kept as it was received loses her ids, wherever they stand in it', () => {
  const toMessage = (raw: JsonValue): MessageRecord =>
    message({ sender: BEN, parts: [{ type: 'UNSUPPORTED', nativeType: '99', raw }] }, 'GROUP');
  const rawOf = (raw: JsonValue): unknown => withoutErased(toMessage(raw), ERASED)?.parts;
  const raw = {
    from: 'ben',
    seen: { by: 'anna', at: 7 },
    anna: 1,
    receivers: [{ type: 2, id: 'anna' }, { type: 2, id: 'cleo' }, 'anna', 'ben', [['anna']]],
  };
  const left = { from: 'ben', seen: { by: null, at: 7 }, receivers: [{ type: 2, id: 'cleo' }, 'ben', [[]]] };
  expect(rawOf(raw)).toEqual([{ type: 'UNSUPPORTED', nativeType: '99', raw: left }]);
  const other = toMessage({ from: 'ben', text: 'I met anna', n: [1, null, true] });
  expect(withoutErased(other, ERASED)).toBe(other);
});

test('a group that is named by her id loses its title', () => {
  const titled = message({ sender: BEN }, 'GROUP');
  titled.conversation = { ...titled.conversation, title: 'anna' };
  expect(withoutErased(titled, ERASED)?.conversation).toEqual({ ...titled.conversation, title: null });
});

test('a status is of an erased message by either of its names, whenever it comes', () => {
  const isErased = (messageKey: string | null, messageId: string): boolean =>
    isOfErasedMessage({ messageKey, messageId }, ERASED);
  expect([isErased('hers', 'x'), isErased(null, 'hers'), isErased(null, 'x'), isErased('y', 'x')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
