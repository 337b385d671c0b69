import fc from 'fast-check';
import type { WhatsAppMessageRecord } from '../../src/datasources/whatsapp-scrm/index.ts';
import type { MessageRecord } from '../../src/domain/records.ts';

const participant = (role: 'CUSTOMER' | 'AGENT' | 'BOT', name: string | null): MessageRecord['sender'] => ({
  channel: 'whatsapp',
  role,
  nativeId: `native ${role}`,
  displayName: name,
});

/** A message with a given text wherever a customer may have written one. */
export function withTexts(text: string): WhatsAppMessageRecord {
  return {
    provider: 'WHATSAPP_SCRM',
    channel: 'whatsapp',
    key: 'k',
    sequence: 's',
    sentAt: Date.parse('2026-03-01T08:00:00.123Z'),
    direction: 'INBOUND',
    kind: 'IMAGE',
    availability: 'AVAILABLE',
    nativeId: text,
    conversation: {
      channel: 'whatsapp',
      kind: 'DIRECT',
      key: 'c',
      nativeId: 'n',
      title: text,
      participants: null,
    },
    sender: participant('CUSTOMER', text),
    recipients: [participant('AGENT', text), participant('BOT', 'second')],
    text,
    parts: [
      { type: 'TEXT', text },
      {
        type: 'MEDIA',
        kind: 'IMAGE',
        url: 'https://media.example/1.jpg?a=1,2',
        urlExpiresAt: Date.parse('2026-03-02T08:00:00Z'),
        mimeType: text,
        fileName: text,
        caption: null,
        byteSize: 12,
        width: null,
        height: null,
        durationSeconds: null,
        thumbnailUrl: 'not a url',
      },
    ],
    whatsAppMessageId: null,
    agentAccount: null,
    agentUserId: null,
    serviceAccount: '8613800000000',
    counterpart: text,
    counterpartName: text,
    recordedAt: null,
    deliveryStatus: 'READ',
    nativeContentType: 2,
    unnamedKey: null,
  };
}

/** Texts of any code units, with many of those that mean something to a reader of CSV. */
export const horribleText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...Array.from('=+-@＝＋－＠\t\r\n\0 \u00A0\uFEFF\u200B\u2028,;"\'|\\'),
        '\r\n',
        '""',
        '🍵',
        '茶',
      ),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom('\uD83D', '\uDF75', "=cmd|' /C calc'!A0", '-1+1', '@SUM(A1)', '\\ud83d'),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
