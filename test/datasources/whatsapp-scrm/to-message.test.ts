import { describe, expect, test } from 'vitest';
import type { MediaPart } from '../../../src/domain/records.ts';
import {
  toMessages,
  toPlacedRecords,
  type WhatsAppMessageRecord,
} from '../../../src/datasources/whatsapp-scrm/to-message.ts';
import { parseMessagePage } from '../../../src/datasources/whatsapp-scrm/wire.ts';
import { samples, urls, vcard } from './fixtures.ts';

function toAll(records: unknown[]): WhatsAppMessageRecord[] {
  return toMessages('whatsapp', toPlacedRecords(parseMessagePage({ records, total: 1 }).records));
}

function toOne(record: Record<string, unknown>): WhatsAppMessageRecord {
  const [message] = toAll([record]);
  if (!message) throw new Error('No message was made');
  return message;
}

function media(fields: Partial<MediaPart>): MediaPart {
  return {
    type: 'MEDIA',
    kind: 'IMAGE',
    url: null,
    urlExpiresAt: null,
    mimeType: null,
    fileName: null,
    caption: null,
    byteSize: null,
    width: null,
    height: null,
    durationSeconds: null,
    thumbnailUrl: null,
    ...fields,
  };
}

const account = { channel: 'whatsapp', role: 'AGENT', nativeId: '573500000001', displayName: 'kubrick108' };
const customer = { channel: 'whatsapp', role: 'CUSTOMER', nativeId: '905343694925', displayName: null };

describe('the samples of the provider become messages', () => {
  test('a text that came in', () => {
    expect(toOne(samples.text)).toEqual({
      provider: 'WHATSAPP_SCRM',
      channel: 'whatsapp',
      key: expect.stringMatching(/^1741962820\.[\w-]{22}\.0$/) as string,
      sequence: '174196282000000000000000023383535',
      sentAt: 1741962820000,
      direction: 'INBOUND',
      kind: 'TEXT',
      availability: 'AVAILABLE',
      nativeId: '23383535',
      conversation: {
        channel: 'whatsapp',
        kind: 'DIRECT',
        key: 'direct:573500000001:905343694925',
        nativeId: '905343694925',
        title: null,
        participants: [account, customer],
      },
      sender: customer,
      recipients: [account],
      text: 'This is China',
      parts: [{ type: 'TEXT', text: 'This is China' }],
      whatsAppMessageId: null,
      agentAccount: 'kubrick108',
      agentUserId: '846164',
      serviceAccount: '573500000001',
      counterpart: '905343694925',
      counterpartName: null,
      recordedAt: 1741962822000,
      deliveryStatus: null,
      nativeContentType: 1,
      unnamedKey: null,
    });
  });

  test('a file that answers to an image', () => {
    expect(toOne(samples.quote)).toMatchObject({
      kind: 'QUOTE',
      direction: 'OUTBOUND',
      sender: account,
      recipients: [customer],
      text: 'hasaki',
      parts: [
        {
          type: 'QUOTE',
          nativeId: '3EB084F0BFB4F7694B9684',
          author: '918448631208',
          kind: 'IMAGE',
          text: null,
          media: media({ url: urls.quoted, urlExpiresAt: 1742354786000, mimeType: 'image/jpeg' }),
        },
        media({
          kind: 'FILE',
          url: urls.reply,
          urlExpiresAt: 1742354786000,
          mimeType: 'image/png',
          fileName: 'wallpaper.png',
          caption: 'hasaki',
        }),
      ],
    });
  });

  test('an image in a group, without its speaker', () => {
    const message = toOne(samples.groupImage);
    expect(message).toMatchObject({
      direction: 'INBOUND',
      kind: 'IMAGE',
      text: null,
      conversation: {
        kind: 'GROUP',
        key: 'group:573500000001:120363295594719602',
        nativeId: '120363295594719602',
        participants: null,
      },
      sender: { role: 'UNKNOWN', nativeId: '120363295594719602', displayName: null },
      recipients: null,
    });
    expect(message.parts).toEqual([
      media({ url: urls.image, mimeType: 'image/jpeg', fileName: 'IMG-20241024-WA0008.jpg' }),
    ]);
  });

  test('a video, a voice, a document, a sticker: name and type as far as they can be known', () => {
    const parts = [samples.video, samples.audio, samples.groupFile, samples.sticker].map(
      (sample) => toOne(sample).parts?.[0],
    );
    expect(parts).toEqual([
      media({
        kind: 'VIDEO',
        url: urls.video,
        mimeType: 'video/mp4',
        fileName: 'd36a02a3-2566-453a-8a71-bf577dc64beb.mp4',
      }),
      media({
        kind: 'AUDIO',
        url: urls.audio,
        mimeType: 'audio/ogg; codecs=opus',
        fileName: 'PTT-20250314-WA0001.opus',
      }),
      media({
        kind: 'FILE',
        url: urls.file,
        mimeType: 'image/jpeg',
        fileName: '2dc7dc135da9abad576ce2049a4f4b44.jpeg',
      }),
      media({ kind: 'STICKER', url: 'https://oss/1.png', mimeType: 'image/webp', fileName: '1.png' }),
    ]);
  });

  test('a contact card', () => {
    expect(toOne(samples.contactCard)).toMatchObject({
      kind: 'CONTACT_CARD',
      text: 'Jack 001',
      parts: [
        {
          type: 'CONTACT_CARD',
          displayName: 'Jack 001',
          phones: ['+44 7759 012345'],
          whatsAppIds: ['447759012345'],
          organization: 'ChiuChiu Furniture',
          vcard,
        },
      ],
    });
  });
});

describe('what the provider spells in several ways means the same', () => {
  test('contents and quotes as text or as objects', () => {
    const inner = JSON.parse(samples.quote['content'] as string) as Record<string, unknown>;
    const asText = { ...inner, referContent: JSON.stringify(inner['referContent']) };
    const expected = toOne(samples.quote);
    expect(toOne({ ...samples.quote, content: inner })).toEqual(expected);
    expect(toOne({ ...samples.quote, content: JSON.stringify(asText) })).toEqual(expected);
  });

  test('numbers as numbers or digits, ids of nineteen digits, addresses with and without a domain', () => {
    const spelt = {
      ...samples.text,
      id: 23383535,
      chatTime: '1741962820000',
      createTime: '1741962822000',
      contentType: '0',
      actionType: '2',
      chatType: '1',
      userId: '846164',
    };
    expect(toOne(spelt)).toEqual(toOne(samples.text));
    const addressed = toOne({
      ...samples.text,
      friendWhatsId: '905343694925@c.us',
      whatsId: '573500000001:3@s.whatsapp.net',
    });
    expect(addressed.key).toBe(toOne(samples.text).key);
    expect(addressed.conversation).toEqual(toOne(samples.text).conversation);
    expect(addressed.counterpart).toBe('905343694925@c.us');
    expect(toOne({ ...samples.text, id: '8423922419416375296' }).sequence).toBe(
      '174196282000008423922419416375296',
    );
  });

  test('the key leaves out ids, URLs and milliseconds, and counts what is alike in a second', () => {
    const image = samples.groupImage;
    const content = (image['content'] as string).replace('.jpg', '.jpg?Expires=1999999999&Signature=x');
    expect(toOne({ ...image, content, id: '7', chatTime: 1729753057999 }).key).toBe(toOne(image).key);
    const twice = toAll([
      { ...samples.text, id: '10' },
      { ...samples.text, id: '9' },
      { ...samples.text, id: '11', content: 'This is Peru' },
    ]);
    expect(twice.map(({ nativeId, key }) => [nativeId, key.split('.')[2]])).toEqual([
      ['9', '0'],
      ['10', '1'],
      ['11', '0'],
    ]);
    expect(new Set(twice.map(({ key }) => key)).size).toBe(3);
  });
});

describe('a record that is odd', () => {
  test.each([
    ['has a type that nobody has published', { contentType: 13, content: '{"a":1}' }, '13'],
    ['has no type', { contentType: null, content: 'x' }, 'unknown'],
    ['is an image whose content is not JSON', { contentType: 1, content: 'not JSON' }, '1'],
    ['is a card without a card in it', { contentType: 6, content: 'none' }, '6'],
    ['is a text that is a number', { contentType: 0, content: 7 }, '0'],
    ['has no content', { contentType: 0, content: null }, '0'],
  ])('%s: it is shown as it came', (_, changes, nativeType) => {
    const message = toOne({ ...samples.text, ...changes });
    expect(message).toMatchObject({
      kind: 'UNSUPPORTED',
      text: null,
      parts: [{ type: 'UNSUPPORTED', nativeType, raw: changes.content }],
    });
  });

  test('names and numbers that are neither are left out, and the rest is shown', () => {
    const message = toOne({
      chatTime: 1741962820000,
      content: 'hi',
      contentType: 0,
      id: {},
      createTime: 'soon',
    });
    expect(message).toMatchObject({
      kind: 'TEXT',
      direction: 'SYSTEM',
      nativeId: null,
      recordedAt: null,
      serviceAccount: '',
      agentUserId: null,
    });
    expect(message.sequence).toMatch(/^1741962820000h[0-9a-f]{19}-0$/);
  });

  test('text that looks like JSON stays text', () => {
    expect(toOne({ ...samples.text, content: '{"url":"x"}' })).toMatchObject({
      kind: 'TEXT',
      text: '{"url":"x"}',
    });
  });

  test('records are placed one by one, by when they were recorded if it is unknown when they were sent', () => {
    const times = [null, undefined, 0, '', 'yesterday', 1e13, -1, {}];
    const records = times.map((chatTime) => ({ ...samples.text, chatTime }));
    const placed = parseMessagePage({ records: [...records, { ...samples.text }], total: 1 });
    expect(placed.records.map(({ chatTime }) => chatTime)).toEqual([
      ...times.map(() => 1741962822000),
      1741962820000,
    ]);
    const timeless = { ...samples.text, chatTime: null, createTime: 0 };
    expect(parseMessagePage({ records: [timeless, 7, samples.text, null], total: 4 })).toMatchObject({
      records: [{ chatTime: 1741962820000 }],
      unplacedCount: 3,
      total: 4,
    });
    expect(parseMessagePage({ records: [], total: 0 })).toEqual({
      current: null,
      pages: null,
      size: null,
      records: [],
      unplacedCount: 0,
      total: 0,
    });
  });

  test.each([
    ['a page without records', { total: 0 }],
    ['records that are no list', { records: {}, total: 1 }],
    [
      'a record without any time',
      { records: [{ ...samples.text, chatTime: null, createTime: null }], total: 1 },
    ],
    ['a record that is no object', { records: ['x'], total: 1 }],
  ])('%s is refused as a whole', (_, page) => {
    expect(() => parseMessagePage(page)).toThrow();
  });
});
