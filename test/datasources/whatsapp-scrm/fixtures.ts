/**
 * The sample records of the provider's page on chat records, retyped; the signatures of its URLs are shortened.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html
 */

const oss = 'http://wascrm008.oss-ap-southeast-1.aliyuncs.com/8435252A37C416whatsapp2CB4454C3EB0';
const signed =
  '?Expires=1742354786&OSSAccessKeyId=STS.NWfTNWrMnN8g2VRK32yjgVsiK&Signature=ior0i3YcXR8nQSY27Wdmy2z9mec%3D';
const uploads = 'https://whatsappscrm.oss-ap-southeast-1.aliyuncs.com/542192/soundRecordUploadFile';

export const urls = {
  reply: `${oss}CC2D32D87993DACE07${signed}`,
  quoted: `${oss}84F0BFB4F7694B9684${signed}`,
  image: `${uploads}/20241024/IMG-20241024-WA0008.jpg`,
  video: `${uploads}/20241023/VID-20241023-WA0011.mp4`,
  audio: `${uploads}/20250314/PTT-20250314-WA0001.opus`,
  file: `${uploads}/20241024/2dc7dc135da9abad576ce2049a4f4b44.jpeg`,
};

export const vcard =
  'BEGIN:VCARD\nVERSION:3.0\nN:;Jack 001;;;\nFN:Jack 001\nX-WA-BIZ-NAME:ChiuChiu Furniture\n' +
  'TEL;type=CELL;type=VOICE;waid=447759012345:+44 7759 012345\nEND:VCARD';

function record(
  id: string,
  contentType: number,
  content: unknown,
  changes: object = {},
): Record<string, unknown> {
  return {
    id,
    userId: 846302,
    username: 'kubrick108',
    whatsId: '573500000001',
    actionType: 2,
    chatType: 1,
    content: typeof content === 'string' ? content : JSON.stringify(content),
    contentType,
    friendWhatsId: '905343694925',
    friendName: '',
    chatTime: 1741962820000,
    createTime: 1741962822000,
    ...changes,
  };
}

export const samples = {
  quote: record(
    '2082',
    9,
    {
      caption: 'hasaki',
      filename: 'wallpaper.png',
      mimeType: 'image/png',
      type: 4,
      url: urls.reply,
      referContent: {
        caption: '',
        filename: '8435252A37C416whatsapp2CB4454C3EB084F0BFB4F7694B9684',
        mimeType: 'image/jpeg',
        type: 1,
        url: urls.quoted,
        whatsId: '918448631208@c.us',
        msgId: '3EB084F0BFB4F7694B9684',
      },
    },
    { userId: 1255, actionType: 1, chatTime: 1733225447000, createTime: 1733230230000 },
  ),
  text: record('23383535', 0, 'This is China', { userId: 846164 }),
  groupImage: record(
    '40830094',
    1,
    { filename: 'null', url: urls.image, mimeType: 'image/jpeg', caption: '' },
    { chatType: 2, friendWhatsId: '120363295594719602', chatTime: 1729753057000, createTime: 1729753081000 },
  ),
  video: record(
    '39604704',
    2,
    {
      filename: 'd36a02a3-2566-453a-8a71-bf577dc64beb.mp4',
      url: urls.video,
      mimeType: 'video/mp4',
      caption: '',
    },
    { actionType: 1, chatTime: 1729686522154, createTime: 1729686537000 },
  ),
  audio: record('23383328', 3, { filename: 'null', url: urls.audio, mimeType: 'audio', caption: '' }),
  groupFile: record(
    '40791329',
    4,
    {
      filename: '2dc7dc135da9abad576ce2049a4f4b44.jpeg',
      url: urls.file,
      mimeType: 'document',
      caption: '2dc7dc135da9abad576ce2049a4f4b44.jpeg',
    },
    { chatType: 2, friendWhatsId: '120363295594719602' },
  ),
  contactCard: record('38390136', 6, vcard, { actionType: 1 }),
  sticker: record(
    '38411417',
    7,
    {
      filename: '8672762A37C416whatsapp2CB4454C3A422ABC9FE76503910D',
      url: 'https://oss/1.png',
      mimeType: 'image/webp',
      caption: '',
    },
    { friendName: 'Evbuomwan Lawrence' },
  ),
};
