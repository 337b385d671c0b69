import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readElement } from '../../../src/datasources/tencent-chat/elements.ts';
import { toOrdered } from '../../../src/datasources/tencent-chat/paging.ts';
import { toMessage } from '../../../src/datasources/tencent-chat/to-message.ts';
import { parsePage } from '../../../src/datasources/tencent-chat/wire.ts';
import { SAMPLE_PAGE } from './sample-page.ts';

const LISTING = { channel: 'broadcast', officialAccount: '@TOA#_15ERQPAER' };
const ACCOUNT = {
  channel: 'broadcast',
  role: 'OFFICIAL_ACCOUNT',
  nativeId: '@TOA#_15ERQPAER',
  displayName: null,
} as const;
const NO_MEDIA = {
  type: 'MEDIA',
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
};

function samples(changes: Record<string, unknown> = {}): ReturnType<typeof toMessage>[] {
  const RspMsgList = SAMPLE_PAGE.RspMsgList.map((entry) => ({ ...entry, ...changes }));
  return toOrdered(parsePage({ ...SAMPLE_PAGE, RspMsgList }), null).map((message) =>
    toMessage(message, LISTING),
  );
}

describe('a message', () => {
  test('is made of its elements, in their order', () => {
    const [first, second] = samples();
    expect(first).toEqual({
      provider: 'TENCENT_CHAT',
      channel: 'broadcast',
      key: '["@TOA#_15ERQPAER",71,"71_1_1698741698"]',
      sequence: '@TOA#_15ERQPAER/001698741698/0000000071',
      sentAt: 1_698_741_698_000,
      direction: 'OUTBOUND',
      kind: 'MIXED',
      availability: 'AVAILABLE',
      nativeId: '71_1_1698741698',
      conversation: {
        channel: 'broadcast',
        kind: 'BROADCAST',
        key: '@TOA#_15ERQPAER',
        nativeId: '@TOA#_15ERQPAER',
        title: null,
        participants: [ACCOUNT],
      },
      sender: { channel: 'broadcast', role: 'AGENT', nativeId: '144115197276518801', displayName: null },
      recipients: null,
      text: 'MIF',
      parts: [
        {
          type: 'CUSTOM',
          data: "\b\u0001\u0010\u0006\u001a\u0006Cat's Eye",
          description: 'MIF',
          extension: '',
        },
        { type: 'CUSTOM', data: '', description: 'face 15', extension: null, faceIndex: 15 },
      ],
      messageKey: '71_1_1698741698',
      messageSequence: '71',
      officialAccount: '@TOA#_15ERQPAER',
      fromAccount: '144115197276518801',
    });
    expect(second?.text).toBe('MIF\nReport');
  });

  test('shows nothing of what it said once it is recalled or gone, and keeps its place and kind', () => {
    const [shown] = samples();
    const hidden = { ...shown, text: null, parts: null };
    expect(samples({ IsPlaceMsg: 2 })[0]).toEqual({ ...hidden, availability: 'RECALLED' });
    expect(samples({ IsPlaceMsg: 1 })[0]).toEqual({ ...hidden, availability: 'UNAVAILABLE' });
    expect(samples({ IsPlaceMsg: 1, MsgBody: {} })[0]).toEqual({
      ...hidden,
      availability: 'UNAVAILABLE',
      kind: 'UNSUPPORTED',
    });
    expect(samples({ IsPlaceMsg: 9 })[0]).toEqual(shown);
  });

  test('is sent by the account where no other sender is named', () => {
    expect(samples({ From_Account: undefined })[0]).toMatchObject({ sender: ACCOUNT, fromAccount: null });
    expect(samples({ From_Account: ACCOUNT.nativeId })[0]).toMatchObject({ sender: ACCOUNT });
  });

  test('without a key or a time is known by its sequence alone', () => {
    const [first] = SAMPLE_PAGE.RspMsgList;
    const keysWith = (MsgTimeStamp: number): unknown[] => {
      const hole = { MsgSeq: 73, IsPlaceMsg: 1 };
      const page = parsePage({
        RspMsgList: [{ ...first, MsgKey: `71_1_${MsgTimeStamp}`, MsgTimeStamp }, hole],
      });
      const [, message] = toOrdered(page, null).map((listed) => toMessage(listed, LISTING));
      expect(message).toMatchObject({
        sentAt: MsgTimeStamp * 1000,
        availability: 'UNAVAILABLE',
        nativeId: null,
        messageKey: '73',
      });
      return [message?.key];
    };
    expect(keysWith(1_698_741_698)).toEqual(keysWith(1_698_741_699));
    expect(keysWith(1_698_741_698)).toEqual(['["@TOA#_15ERQPAER",73,"73"]']);
  });

  test('has the kind of its elements when they are all of one', () => {
    const text = { MsgType: 'TIMTextElem', MsgContent: { Text: 'x' } };
    expect(samples({ MsgBody: [text, text] })[0]).toMatchObject({ kind: 'TEXT', text: 'x\nx' });
    expect(samples({ MsgBody: text })[0]).toMatchObject({ kind: 'TEXT', text: 'x' });
    expect(samples({ MsgBody: [] })[0]).toMatchObject({ kind: 'UNSUPPORTED', text: null, parts: [] });
  });
});

describe('an element', () => {
  test.each([
    ['TIMTextElem', { Text: '你好\n' }, 'TEXT', [{ type: 'TEXT', text: '你好\n' }], '你好\n'],
    [
      'TIMLocationElem',
      { Desc: 'someinfo', Latitude: 29.34, Longitude: '-116.75' },
      'LOCATION',
      [{ type: 'LOCATION', latitude: 29.34, longitude: -116.75, description: 'someinfo' }],
      'someinfo',
    ],
    [
      'TIMCustomElem',
      { Data: 'message' },
      'CUSTOM',
      [{ type: 'CUSTOM', data: 'message', description: null, extension: null }],
      null,
    ],
    [
      'TIMSoundElem',
      { Url: 'https://media.example/a', UUID: 'u', Size: 62351, Second: 1, Download_Flag: 2 },
      'AUDIO',
      [{ ...NO_MEDIA, kind: 'AUDIO', url: 'https://media.example/a', byteSize: 62351, durationSeconds: 1 }],
      null,
    ],
    [
      'TIMImageElem',
      {
        UUID: 'u',
        ImageFormat: 3,
        ImageInfoArray: [
          { Type: 3, Size: 10, Width: 1, Height: 1, URL: 'https://media.example/3' },
          { Type: 1, Size: 1853095, Width: 2448, Height: 0, URL: 'https://media.example/1' },
        ],
      },
      'IMAGE',
      [
        {
          ...NO_MEDIA,
          kind: 'IMAGE',
          url: 'https://media.example/1',
          mimeType: 'image/png',
          byteSize: 1853095,
          width: 2448,
          thumbnailUrl: 'https://media.example/3',
        },
      ],
      null,
    ],
    [
      'TIMFileElem',
      { Url: 'https://media.example/f', FileSize: 1773552, fileName: 'file:///private/var/a%20b.pdf' },
      'FILE',
      [{ ...NO_MEDIA, kind: 'FILE', url: 'https://media.example/f', byteSize: 1773552, fileName: 'a b.pdf' }],
      null,
    ],
    [
      'TIMVideoFileElem',
      {
        VideoUrl: 'https://media.example/v',
        VideoSize: 5,
        VideoSecond: 0,
        VideoFormat: 'mp4',
        ThumbUrl: 'javascript:1',
      },
      'VIDEO',
      [{ ...NO_MEDIA, kind: 'VIDEO', url: 'https://media.example/v', mimeType: 'video/mp4', byteSize: 5 }],
      null,
    ],
    [
      'TIMRelayElem',
      {
        Title: 'Chat history',
        MsgNum: 2,
        AbstractList: ['Alice: hi', 'Bob: ho'],
        MsgList: [
          { From_Account: 'alice', MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'hi' } }] },
          { From_Account: 'bob', MsgBody: { MsgType: 'TIMTextElem', MsgContent: { Text: 'ho' } } },
        ],
      },
      'FORWARD',
      [
        { type: 'TEXT', text: 'Chat history\nAlice: hi\nBob: ho' },
        { type: 'TEXT', text: 'hi' },
        { type: 'TEXT', text: 'ho' },
      ],
      'Chat history\nAlice: hi\nBob: ho',
    ],
    [
      'TIMHologramElem',
      { Beam: 'blue' },
      'UNSUPPORTED',
      [{ type: 'UNSUPPORTED', nativeType: 'TIMHologramElem', raw: { Beam: 'blue' } }],
      null,
    ],
    [
      'TIMTextElem',
      { Text: 7 },
      'UNSUPPORTED',
      [{ type: 'UNSUPPORTED', nativeType: 'TIMTextElem', raw: { Text: 7 } }],
      null,
    ],
  ])('%s is read whole', (MsgType, MsgContent, kind, parts, text) => {
    expect(readElement({ MsgType, MsgContent })).toEqual({ kind, parts, text });
  });

  test.each([
    [[3, 2, 1], 1],
    [[3, 2], 2],
    [[7, 3], 3],
  ])('shows the best of the images %j', (types, best) => {
    const ImageInfoArray = types.map((Type) => ({ Type, URL: `https://media.example/${Type}` }));
    const MsgContent = { ImageFormat: 1, ImageInfoArray };
    expect(readElement({ MsgType: 'TIMImageElem', MsgContent }).parts).toMatchObject([
      { url: `https://media.example/${best}`, thumbnailUrl: 'https://media.example/3' },
    ]);
  });

  test('is kept raw when it is forwarded too deeply', () => {
    let nested: unknown = { MsgType: 'TIMTextElem', MsgContent: { Text: 'core' } };
    for (let depth = 0; depth < 50; depth++) {
      nested = {
        MsgType: 'TIMRelayElem',
        MsgContent: { Title: `level ${depth}`, MsgList: [{ MsgBody: [nested] }] },
      };
    }
    const { parts } = readElement(nested);
    expect(parts.map((part) => part.type)).toEqual(['TEXT', 'TEXT', 'TEXT', 'TEXT', 'UNSUPPORTED']);
  });

  test('never throws, whatever it is', () => {
    const types = ['TIMTextElem', 'TIMImageElem', 'TIMRelayElem', 'TIMFileElem', 'constructor'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.jsonValue(), fc.jsonValue(), (MsgType, MsgContent, other) => {
        expect(readElement({ MsgType, MsgContent }).parts).toBeDefined();
        expect(readElement(other).parts).toBeDefined();
      }),
    );
  });
});
