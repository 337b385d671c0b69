import { expect, test } from 'vitest';
import { parseRecord } from '../../src/archive/parse-record.ts';
import type { MessagePart, MessageRecord } from '../../src/domain/records.ts';
import { variedHistory } from '../support/archived-history.ts';

const [plain] = variedHistory('shop', 1, 1, Date.parse('2026-03-20T10:00:00Z'));
if (!plain) throw new Error('There is no message');

const media = {
  type: 'MEDIA',
  kind: 'IMAGE',
  url: 'https://cdn.example/a',
  urlExpiresAt: 1,
  mimeType: null,
  fileName: null,
  caption: null,
  byteSize: 3,
  width: null,
  height: null,
  durationSeconds: null,
  thumbnailUrl: null,
} as const;
const parts: MessagePart[] = [
  { type: 'TEXT', text: 'hello' },
  media,
  { type: 'LOCATION', latitude: 1.5, longitude: 2, description: null },
  {
    type: 'CONTACT_CARD',
    displayName: 'Anna',
    phones: ['1'],
    whatsAppIds: null,
    organization: null,
    vcard: 'v',
  },
  { type: 'LINK', url: 'https://a.example', title: null, description: 'd' },
  { type: 'QUOTE', nativeId: null, author: 'Ben', kind: 'IMAGE', text: null, media },
  { type: 'CUSTOM', data: null, description: null, extension: null, faceIndex: 3 },
  { type: 'CUSTOM', data: 'x', description: null, extension: null },
  { type: 'ENCRYPTED', channel: 'shop', encryptedSecretKey: 'k', publicKeyVersion: 1 },
  { type: 'UNSUPPORTED', nativeType: '99', raw: { a: [1, null] } },
];
const message: MessageRecord = {
  ...plain,
  agentAccount: 'lin',
  recipients: [plain.sender],
  conversation: { ...plain.conversation, participants: [plain.sender] },
  parts,
};

/** The same value with one field taken out, or of another type, at every place. */
function* spoiled(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of spoiled(item)) yield value.with(index, other);
    }
    return;
  }
  for (const [name, item] of Object.entries(value)) {
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    if (!['agentAccount', 'faceIndex', 'raw'].includes(name)) yield rest;
    if (name === 'raw') continue;
    yield { ...rest, [name]: true };
    for (const other of spoiled(item)) yield { ...rest, [name]: other };
  }
}

test('every part of a message is read as it was kept', () => {
  expect(parseRecord(JSON.stringify(message))).toEqual(message);
});

test('a record that lacks a field, or has another type in it, is refused wherever that is', () => {
  const all = [...spoiled(message)];
  expect(all.length).toBeGreaterThan(150);
  const accepted = all.filter((value) => {
    try {
      parseRecord(JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  });
  expect(accepted).toEqual([]);
});

test.each(['null', '[]', '"text"', '{}', '1'])('%s is refused', (text) => {
  expect(() => parseRecord(text)).toThrow('not a message');
});
