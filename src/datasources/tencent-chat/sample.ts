import type { Sample } from '../provider.ts';

const OFFICIAL_ACCOUNT = '@TOA#_SAMPLE';
const MESSAGES = 18;
const URL_OF_FILE = 'https://sample.example/file';
const TEXT = { MsgType: 'TIMTextElem', MsgContent: { Text: 'On sale from today' } };
/** An element of every type. */
const ELEMENTS = [
  TEXT,
  { MsgType: 'TIMFaceElem', MsgContent: { Index: 1, Data: '' } },
  { MsgType: 'TIMLocationElem', MsgContent: { Desc: 'Shop', Latitude: 1.5, Longitude: 2.5 } },
  { MsgType: 'TIMCustomElem', MsgContent: { Data: '{}', Desc: 'card', Ext: '' } },
  { MsgType: 'TIMSoundElem', MsgContent: { Url: URL_OF_FILE, Size: 10, Second: 2 } },
  {
    MsgType: 'TIMImageElem',
    MsgContent: {
      ImageFormat: 1,
      ImageInfoArray: [{ Type: 1, Size: 10, Width: 2, Height: 3, URL: URL_OF_FILE }],
    },
  },
  { MsgType: 'TIMFileElem', MsgContent: { Url: URL_OF_FILE, FileSize: 10, FileName: 'prices.pdf' } },
  {
    MsgType: 'TIMVideoFileElem',
    MsgContent: { VideoUrl: URL_OF_FILE, VideoSize: 10, VideoSecond: 2, VideoFormat: 'mp4' },
  },
  {
    MsgType: 'TIMRelayElem',
    MsgContent: { Title: 'Chat', AbstractList: ['On sale'], MsgList: [{ MsgBody: [TEXT] }] },
  },
];

export function toSample(now: number): Sample {
  const from = Math.floor(now / 1000) - MESSAGES - 1;
  const messages = Array.from({ length: MESSAGES }, (_, index) => {
    const [sequence, time] = [index + 1, from + index];
    return {
      From_Account: OFFICIAL_ACCOUNT,
      IsPlaceMsg: 0,
      MsgBody: [ELEMENTS[index % ELEMENTS.length]],
      MsgSeq: sequence,
      MsgKey: `${sequence}_1_${time}`,
      MsgTimeStamp: time,
    };
  });
  const LastMsgKey = messages[0]?.MsgKey;
  return {
    config: {
      provider: 'TENCENT_CHAT',
      sdkAppId: 1,
      adminUserId: 'sample',
      secretKey: 'sample',
      officialAccounts: [OFFICIAL_ACCOUNT],
    },
    answers: {
      '/v4/official_account_open_http_svc/official_account_msg_get_simple': () => ({
        ActionStatus: 'OK',
        ErrorInfo: '',
        ErrorCode: 0,
        Official_Account: OFFICIAL_ACCOUNT,
        IsFinished: 1,
        LastMsgKey,
        RspMsgList: messages,
      }),
    },
  };
}
