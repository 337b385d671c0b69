import { describe, expect, test } from 'vitest';
import { parseConversationKey } from '../../../src/datasources/wecom/conversation.ts';
import { toMessage } from '../../../src/datasources/wecom/to-message.ts';

const AGENT = { type: 1, id: 'woxxxxxmmgjiegjie' };
const COLLEAGUE = { type: 1, id: 'woAAAAAAAAAAA' };
const CUSTOMER = { type: 2, id: 'wmXXXXXXXXXXXXX' };
const ROBOT = { type: 3, id: 'wbBBBBBBBBBBBBB' };

/** After the sample answer of https://developer.work.weixin.qq.com/document/path/99670, as of 2024-07-16. */
const sample = {
  msgid: 'xxxmsgid',
  sender: AGENT,
  receiver_list: [COLLEAGUE, CUSTOMER],
  chatid: 'wrXXXXXXXXXX',
  send_time: 166666666,
  msgtype: 2,
  service_encrypt_info: { encrypted_secret_key: 'KEYAAAAAAABBBBBB', public_key_ver: 1 },
};

function map(changes: Record<string, unknown> = {}) {
  return toMessage('corp', {
    sendTime: 166666666,
    rank: 3,
    record: { ...sample, ...changes },
  });
}

describe('toMessage', () => {
  test("maps the documentation's sample", () => {
    const agent = { channel: 'corp', role: 'AGENT', nativeId: 'woxxxxxmmgjiegjie', displayName: null };
    const colleague = { channel: 'corp', role: 'AGENT', nativeId: 'woAAAAAAAAAAA', displayName: null };
    const customer = { channel: 'corp', role: 'CUSTOMER', nativeId: 'wmXXXXXXXXXXXXX', displayName: null };
    expect(map()).toEqual({
      provider: 'WECOM',
      channel: 'corp',
      key: 'xxxmsgid',
      sequence: '0166666666.00000003',
      sentAt: 166666666000,
      direction: 'OUTBOUND',
      kind: 'IMAGE',
      availability: 'AVAILABLE',
      nativeId: 'xxxmsgid',
      conversation: {
        channel: 'corp',
        kind: 'GROUP',
        key: 'group:wrXXXXXXXXXX',
        nativeId: 'wrXXXXXXXXXX',
        title: null,
        participants: null,
      },
      sender: agent,
      recipients: [colleague, customer],
      text: null,
      parts: [
        {
          type: 'ENCRYPTED',
          channel: 'corp',
          encryptedSecretKey: 'KEYAAAAAAABBBBBB',
          publicKeyVersion: 1,
        },
      ],
      messageType: 2,
      chatId: 'wrXXXXXXXXXX',
      encryptedSecretKey: 'KEYAAAAAAABBBBBB',
      publicKeyVersion: 1,
    });
  });

  test('knows every documented type, the note, and no other', () => {
    const kinds = Array.from({ length: 30 }, (_, msgtype) => map({ msgtype }).kind);
    expect(kinds.join(' ')).toBe(
      'UNSUPPORTED TEXT IMAGE STICKER LINK MINI_PROGRAM AUDIO VIDEO FILE CONTACT_CARD FORWARD CHANNELS_POST ' +
        'CALENDAR_EVENT RED_PACKET LOCATION MEETING TODO POLL DOCUMENT ARTICLE MIXED CALL_RECORDING CALL DRIVE_FILE ' +
        'ARCHIVE_CONSENT ARCHIVE_REFUSAL GROUP_SIGNUP MARKDOWN DOCUMENT UNSUPPORTED',
    );
  });

  test.each([
    ['INBOUND', CUSTOMER, [AGENT]],
    ['INBOUND', CUSTOMER, [ROBOT]],
    ['INBOUND', CUSTOMER, [{ type: 2, id: 'wmOther' }]],
    ['OUTBOUND', AGENT, [COLLEAGUE, CUSTOMER]],
    ['OUTBOUND', ROBOT, [CUSTOMER]],
    ['INTERNAL', AGENT, [COLLEAGUE]],
    ['INTERNAL', ROBOT, [AGENT]],
    ['INTERNAL', AGENT, []],
  ])('is %s from %j to %j', (direction, sender, receivers) => {
    expect(map({ sender, receiver_list: receivers }).direction).toBe(direction);
  });

  test('goes by the type of a person, not by the prefix of the id', () => {
    const { sender, direction } = map({ sender: { type: 2, id: 'woLooksLikeAnEmployee' } });
    expect(sender.role).toBe('CUSTOMER');
    expect(direction).toBe('INBOUND');
    expect(map({ sender: { type: 9, id: 'x' } }).sender.role).toBe('UNKNOWN');
  });

  test('shows an unknown type as it came', () => {
    const record = { ...sample, msgtype: 99, service_encrypt_info: null };
    expect(map(record)).toMatchObject({
      kind: 'UNSUPPORTED',
      messageType: 99,
      parts: [{ type: 'UNSUPPORTED', nativeType: '99', raw: record }],
      encryptedSecretKey: null,
      publicKeyVersion: null,
    });
  });

  test('shows a record that cannot be read in its place', () => {
    const record = { msgid: 'xxxmsgid', sender: 'somebody' };
    const message = toMessage('corp', { sendTime: 166666666, rank: 0, record });
    expect(message).toMatchObject({
      key: 'xxxmsgid',
      nativeId: 'xxxmsgid',
      sentAt: 166666666000,
      kind: 'UNSUPPORTED',
      sender: { role: 'UNKNOWN' },
      parts: [{ type: 'UNSUPPORTED', nativeType: 'malformed', raw: record }],
    });
    expect(parseConversationKey('corp', message.conversation.key)).toEqual(message.conversation);
  });
});

describe('a conversation', () => {
  test('of two has the same key whichever of them writes', () => {
    const there = map({ chatid: null, sender: AGENT, receiver_list: [CUSTOMER] }).conversation;
    const back = map({ chatid: null, sender: CUSTOMER, receiver_list: [AGENT, AGENT] }).conversation;
    expect(there).toEqual(back);
    expect(there).toMatchObject({ kind: 'DIRECT', nativeId: null });
    expect(there.participants?.map(({ role }) => role)).toEqual(['AGENT', 'CUSTOMER']);
  });

  test.each([
    [map().conversation],
    [map({ chatid: null, receiver_list: [CUSTOMER] }).conversation],
    [map({ chatid: null, receiver_list: [CUSTOMER, COLLEAGUE, ROBOT] }).conversation],
    [map({ chatid: null, receiver_list: [{ type: 2, id: 'odd","] \ud800:' }] }).conversation],
  ])('is known again by its key alone: $key', (conversation) => {
    expect(parseConversationKey('corp', conversation.key)).toEqual(conversation);
  });

  test.each([
    '',
    'group:',
    'direct:',
    'direct:{}',
    'direct:[[2,"b"],[1,"a"]]',
    'direct:[[1, "a"]]',
    'wmXXXX',
  ])('has no key like "%s"', (key) => {
    expect(parseConversationKey('corp', key)).toBeNull();
  });
});
