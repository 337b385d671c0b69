import { describe, expect, test } from 'vitest';
import { toUrlExpiry } from '../../../src/datasources/whatsapp-scrm/media-url.ts';
import {
  historyKinds,
  toHistoryType,
  webhookKinds,
} from '../../../src/datasources/whatsapp-scrm/native-types.ts';
import { toContactCards } from '../../../src/datasources/whatsapp-scrm/vcard.ts';
import { toWhatsAppId } from '../../../src/datasources/whatsapp-scrm/whatsapp-id.ts';

describe('WhatsApp addresses', () => {
  test.each([
    ['8617633819542@c.us', false, 'USER', '8617633819542'],
    ['8617633819542@S.WhatsApp.net', false, 'USER', '8617633819542'],
    ['8617633819542_1:12@s.whatsapp.net', false, 'USER', '8617633819542'],
    ['8617633819542', false, 'USER', '8617633819542'],
    ['+86 176-3381 9542', false, 'USER', '8617633819542'],
    ['008617633819542', false, 'USER', '8617633819542'],
    ['5511987654321', false, 'USER', '5511987654321'],
    ['120363295594719602', false, 'GROUP', '120363295594719602'],
    ['120363295594719602@g.us', false, 'GROUP', '120363295594719602'],
    ['8617633819542-1610000000', false, 'GROUP', '8617633819542-1610000000'],
    ['12345', true, 'GROUP', '12345'],
    ['98765432101234@lid', false, 'LID', '98765432101234@lid'],
    ['98765432101234:7@hosted.lid', false, 'LID', '98765432101234@lid'],
    ['91844xxxxxx', false, 'OPAQUE', '91844xxxxxx'],
    ['status@broadcast', false, 'OPAQUE', 'status@broadcast'],
    ['0@c.us', false, 'OPAQUE', '0@c.us'],
    ['', false, 'OPAQUE', ''],
  ])('%s (in a group: %s) is the %s %s', (raw, isGroup, kind, value) => {
    expect(toWhatsAppId(raw, isGroup)).toEqual({ kind, value });
  });
});

describe('vCards', () => {
  test.each([
    ['waid=447759012345', ['447759012345']],
    ['waid=+447759012345', ['447759012345']],
    ['waid="447759012345"', ['447759012345']],
    ['WAID=447759012345', ['447759012345']],
    ['waid=4477590xxxxx', null],
    ['waid=44 7759 012345', null],
    ['waid=447759012345@c.us', null],
    ['waid=+', null],
    ['waid=', null],
  ])('%s gives the ids %j', (parameter, whatsAppIds) => {
    const [card] = toContactCards(`BEGIN:VCARD\nTEL;type=CELL;${parameter}:+44 7759 012345\nEND:VCARD`);
    expect(card).toMatchObject({ whatsAppIds, phones: ['+44 7759 012345'] });
  });

  test('groups, folded lines, escapes, quoted parameters, several cards and contacts off WhatsApp', () => {
    const text = [
      'BEGIN:VCARD\r\nVERSION:3.0\r\nn:Lin;Mei;;Dr.;\r\nORG:Salt\\, Pepper;Sales\r\nitem1.TEL;waid=447759012345:+44',
      '  7759 012345\r\nitem1.X-ABLabel:Work\r\nTEL;TYPE="cell:old":+1 555 0100\r\nEND:VCARD\r\n',
      'begin:vcard\nFN:\\;Jo\\nB\nend:vcard',
    ].join('\r\n');
    expect(toContactCards(text)).toEqual([
      {
        type: 'CONTACT_CARD',
        displayName: 'Dr. Mei Lin',
        phones: ['+44 7759 012345', '+1 555 0100'],
        whatsAppIds: ['447759012345'],
        organization: 'Salt, Pepper, Sales',
        vcard: expect.stringMatching(/^BEGIN:VCARD[^]*END:VCARD$/) as string,
      },
      {
        type: 'CONTACT_CARD',
        displayName: ';Jo\nB',
        phones: null,
        whatsAppIds: null,
        organization: null,
        vcard: 'begin:vcard\nFN:\\;Jo\\nB\nend:vcard',
      },
    ]);
    expect(toContactCards('FN:Nobody')).toEqual([]);
  });
});

describe('the end of a pre-signed URL', () => {
  test.each([
    ['https://a.example/x.jpg?Expires=1742354786&Signature=y', 1742354786000],
    ['https://a.example/x?X-Amz-Date=20260320T100000Z&X-Amz-Expires=60', Date.parse('2026-03-20T10:01:00Z')],
    [
      'https://a.example/x?x-oss-date=20260320T100000Z&x-oss-expires=3600',
      Date.parse('2026-03-20T11:00:00Z'),
    ],
    ['https://a.example/x?Expires=tomorrow', null],
    ['https://a.example/x.jpg', null],
    ['no URL', null],
  ])('%s', (url, expected) => {
    expect(toUrlExpiry(url)).toBe(expected);
  });
});

describe('the two numberings of types', () => {
  test('give the same numbers other meanings, and every kind of the history a type', () => {
    expect([historyKinds.get(1), webhookKinds.get(1)]).toEqual(['IMAGE', 'TEXT']);
    expect([historyKinds.get(2), webhookKinds.get(5)]).toEqual(['VIDEO', 'VIDEO']);
    for (const [type, kind] of historyKinds) expect(toHistoryType(kind)).toBe(type);
    expect(toHistoryType('CALL')).toBeNull();
  });
});
