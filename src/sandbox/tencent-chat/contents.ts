import type { Random } from '../random.ts';

export interface TencentChatElement {
  MsgType: string;
  MsgContent: Record<string, unknown>;
}

const SENTENCES = [
  'Our spring collection arrives on Friday at ten.',
  '春季新品周五上午十点上架,会员提前一小时选购。',
  'Free shipping on every order this weekend 🎉',
  '系统将于今晚 23:00 至次日 1:00 升级,期间暂停下单。',
  'Reminder: the live show starts in fifteen minutes.',
  '感谢您的关注,回复“1”领取优惠券。',
  'The store at Nanjing Road is closed for two days.',
  '本周五直播间抽奖,不见不散!',
  'New opening hours: Monday to Saturday, 9:00–21:00.',
  'Winners of the photo contest are on our page.\nThank you all for taking part!',
  '退货地址已更新,请以订单页面为准。',
  'Report',
] as const;

const PLACES: readonly [Record<string, unknown>, ...Record<string, unknown>[]] = [
  { Desc: '上海市黄浦区南京东路 100 号', Latitude: 31.2363, Longitude: 121.4797 },
  { Desc: 'Gardens by the Bay, Singapore', Latitude: 1.2816, Longitude: 103.8636 },
];

const MEDIA_HOST = 'https://media.example.com';

type Writer = (random: Random) => TencentChatElement[];

function text(random: Random): TencentChatElement {
  return { MsgType: 'TIMTextElem', MsgContent: { Text: random.pick(SENTENCES) } };
}

function custom(random: Random): TencentChatElement {
  // Apps put their own encodings here, control characters included.
  const Data = `\b\u0001\u0010\u0006\u001a\u0006${random.pick(["Cat's Eye", '优惠券', 'Watermelon'])}`;
  return {
    MsgType: 'TIMCustomElem',
    MsgContent: { Data, Desc: random.pick(['MIF', 'Coupon', '活动']), Ext: '' },
  };
}

function face(random: Random): TencentChatElement {
  return { MsgType: 'TIMFaceElem', MsgContent: { Index: random.between(0, 60), Data: '' } };
}

function image(random: Random): TencentChatElement {
  const UUID = random.text(32);
  const size = random.between(20_000, 900_000);
  const file = (Type: number, share: number, Width: number, Height: number): Record<string, unknown> => ({
    Type,
    Size: Math.floor(size * share),
    Width,
    Height,
    URL: `${MEDIA_HOST}/${UUID}/${Type}`,
  });
  // Not in the order of their types.
  const ImageInfoArray = [file(3, 0.05, 198, 132), file(1, 1, 1440, 960), file(2, 0.4, 0, 0)];
  return {
    MsgType: 'TIMImageElem',
    MsgContent: { UUID, ImageFormat: random.pick([1, 2, 3, 255]), ImageInfoArray },
  };
}

function sound(random: Random): TencentChatElement {
  const UUID = random.text(32);
  return {
    MsgType: 'TIMSoundElem',
    MsgContent: {
      Url: `${MEDIA_HOST}/${UUID}`,
      UUID,
      Size: 62_351,
      Second: random.between(1, 60),
      Download_Flag: 2,
    },
  };
}

function file(random: Random): TencentChatElement {
  const UUID = random.text(32);
  const FileName = random.pick([
    'price-list.pdf',
    'file:///private/var/mobile/catalogue.pdf',
    '活动细则.docx',
  ]);
  return {
    MsgType: 'TIMFileElem',
    MsgContent: { Url: `${MEDIA_HOST}/${UUID}`, UUID, FileSize: 1_773_552, FileName, Download_Flag: 2 },
  };
}

function video(random: Random): TencentChatElement {
  const VideoUUID = random.text(32);
  return {
    MsgType: 'TIMVideoFileElem',
    MsgContent: {
      VideoUrl: `${MEDIA_HOST}/${VideoUUID}`,
      VideoUUID,
      VideoSize: 1_194_603,
      VideoSecond: random.between(0, 90),
      VideoFormat: 'mp4',
      VideoDownloadFlag: 2,
      ThumbUrl: `${MEDIA_HOST}/${VideoUUID}/cover`,
      ThumbUUID: random.text(32),
      ThumbSize: 13_907,
      ThumbWidth: 720,
      ThumbHeight: 1280,
      ThumbFormat: 'JPG',
      ThumbDownloadFlag: 2,
    },
  };
}

function place(random: Random): TencentChatElement {
  return { MsgType: 'TIMLocationElem', MsgContent: { ...random.pick(PLACES) } };
}

function forward(random: Random): TencentChatElement {
  const bodies = [[text(random)], [image(random)]];
  return {
    MsgType: 'TIMRelayElem',
    MsgContent: {
      Title: '活动群的聊天记录',
      MsgNum: bodies.length,
      CompatibleText: 'Please update the app to see this message.',
      AbstractList: ['Alice: see you there', 'Bob: [image]'],
      MsgList: bodies.map((MsgBody, index) => ({
        From_Account: `user${index}`,
        GroupId: '@TGS#2J4SZEAEL',
        MsgSeq: 10 + index,
        MsgRandom: random.between(0, 0xff_ff_ff),
        MsgTimeStamp: 1_698_700_000 + index,
        MsgBody,
      })),
    },
  };
}

function unheardOf(): TencentChatElement {
  return { MsgType: 'TIMHologramElem', MsgContent: { Beam: 'blue' } };
}

/** One of each first, so that even a short history shows every type. */
const SHOWCASE: readonly Writer[] = [
  (random) => [custom(random), face(random)],
  (random) => [custom(random), text(random)],
  (random) => [text(random)],
  (random) => [image(random)],
  (random) => [sound(random)],
  (random) => [file(random)],
  (random) => [video(random)],
  (random) => [place(random)],
  (random) => [forward(random)],
  () => [unheardOf()],
  (random) => [text(random), text(random)],
];

const USUAL: readonly [Writer, ...Writer[]] = [
  (random) => [text(random)],
  (random) => [text(random)],
  (random) => [text(random)],
  (random) => [text(random)],
  (random) => [text(random), image(random)],
  (random) => [image(random)],
  (random) => [video(random)],
  (random) => [custom(random)],
];

/** What an official account posts. @param index how many posts came before */
export function writePost(random: Random, index: number): TencentChatElement[] {
  const write = SHOWCASE[index] ?? random.pick(USUAL);
  return write(random);
}
