import { describe, expect, test } from 'vitest';
import { parseMessageKey, parsePage, parseReply } from '../../../src/datasources/tencent-chat/wire.ts';
import { SAMPLE_PAGE } from './sample-page.ts';

function parseOne(entry: unknown): unknown {
  return parsePage({ RspMsgList: [entry] }).messages[0];
}

describe('a page of history', () => {
  test('is read as in the sample', () => {
    expect(parseReply(SAMPLE_PAGE)).toEqual({ errorCode: 0, isOk: true });
    expect(parsePage(SAMPLE_PAGE)).toEqual({
      isFinished: 1,
      lastMessageKey: '71_1_1698741698',
      unplacedCount: 0,
      messages: [
        {
          messageSequence: 71,
          messageKey: '71_1_1698741698',
          sentAt: 1_698_741_698_000,
          fromAccount: '144115197276518801',
          placeholder: 0,
          elements: SAMPLE_PAGE.RspMsgList[0]?.MsgBody,
        },
        {
          messageSequence: 72,
          messageKey: '72_1_1698741700',
          sentAt: 1_698_741_700_000,
          fromAccount: '144115198339527735',
          placeholder: 0,
          elements: SAMPLE_PAGE.RspMsgList[1]?.MsgBody,
        },
      ],
    });
  });

  test('may be without a list, a key or an end mark', () => {
    const empty = { messages: [], unplacedCount: 0, isFinished: null, lastMessageKey: null };
    expect(parsePage({})).toEqual(empty);
    expect(parsePage({ RspMsgList: null, LastMsgKey: '', IsFinished: null })).toEqual(empty);
  });

  test.each([
    { RspMsgList: { first: 1 } },
    { RspMsgList: [], LastMsgKey: 7 },
    { IsFinished: 'perhaps', RspMsgList: [] },
    'text',
  ])('is refused when the envelope is wrong: %j', (payload) => {
    expect(() => parsePage(payload)).toThrow();
  });

  test('takes a hole where its key says it was', () => {
    const hole = {
      messageSequence: 9,
      messageKey: '9_1_1698741600',
      sentAt: 1_698_741_600_000,
      fromAccount: null,
      placeholder: 1,
      elements: [],
    };
    for (const MsgBody of [undefined, null, {}, [], '']) {
      expect(parseOne({ MsgKey: '9_1_1698741600', IsPlaceMsg: 1, MsgTimeStamp: 0, MsgBody })).toEqual(hole);
      expect(parseOne({ MsgSeq: 9, MsgTimeStamp: 1_698_741_600, IsPlaceMsg: 1, MsgBody })).toEqual(hole);
    }
    expect(parseOne({ MsgKey: '9_1_1698741600', IsPlaceMsg: 1 })).toEqual(hole);
  });

  test('keeps a hole that has lost its time and its key', () => {
    expect(parseOne({ MsgSeq: 9, MsgTimeStamp: 0, IsPlaceMsg: 1 })).toEqual({
      messageSequence: 9,
      messageKey: null,
      sentAt: null,
      fromAccount: null,
      placeholder: 1,
      elements: [],
    });
  });

  test('keeps a message whose other fields are nonsense', () => {
    const entry = {
      MsgSeq: '4294967295',
      MsgTimeStamp: '1698741600',
      MsgKey: {},
      From_Account: [],
      IsPlaceMsg: 'x',
    };
    expect(parseOne({ ...entry, MsgBody: { MsgType: 'TIMTextElem' } })).toEqual({
      messageSequence: 4_294_967_295,
      messageKey: '4294967295_1_1698741600',
      sentAt: 1_698_741_600_000,
      fromAccount: null,
      placeholder: 0,
      elements: [{ MsgType: 'TIMTextElem' }],
    });
  });

  test('counts what has no place', () => {
    const { messages, unplacedCount } = parsePage({
      RspMsgList: [null, 'x', {}, { MsgTimeStamp: 5 }, { MsgSeq: -1, MsgTimeStamp: 5 }],
    });
    expect({ messages, unplacedCount }).toEqual({ messages: [], unplacedCount: 5 });
  });
});

test('a key tells its sequence and its second, or nothing', () => {
  expect(parseMessageKey('71_1_1698741698')).toEqual({ messageSequence: 71, sentAt: 1_698_741_698_000 });
  for (const key of ['', '71', '71_1', 'a_1_2', '71_1_1698741698_9', '4294967296_1_1698741698']) {
    expect(parseMessageKey(key)).toBeNull();
  }
});
