import type { Random } from '../random.ts';

/** Stands in stored URLs where each answer puts its own signature. */
export const SIGNATURE = '{{signature}}';

export interface SandboxContent {
  contentType: number;
  /** What the history lists; JSON is an object here and becomes text on the way out. */
  content: string | Record<string, unknown>;
}

const customerTexts = [
  'Hi, is this still available?',
  'How long does shipping to Jakarta take?',
  '你好，请问这款还有货吗？',
  'Could you send me the price list, please?',
  '谢谢，我再考虑一下',
  'ok 👍',
  'The parcel arrived today, everything is fine.',
  '可以开发票吗？',
  '{"note":"people paste JSON too"}',
  'Can I pay by bank transfer?\nOr only by card?',
  'This is China',
] as const;
const agentTexts = [
  'Good morning! How can I help you?',
  '您好，很高兴为您服务',
  'Shipping takes 5 to 7 working days.',
  'We have sent the invoice to your email.',
  '这款目前有现货，今天下单明天发出',
  'Is there anything else I can do for you?',
  'Thank you for your patience, let me check with the warehouse.',
] as const;
const files = ['price list 2026.pdf', '报价单.xlsx', 'contract-draft.docx'] as const;
const names = ['Jack 001', 'Mei Lin', 'Evbuomwan Lawrence', '王小明'] as const;

export function textContent(random: Random, isSent: boolean): SandboxContent {
  return { contentType: 0, content: random.pick(isSent ? agentTexts : customerTexts) };
}

/** One message of any type, in about the mix that a company sees. */
export function anyContent(random: Random, isSent: boolean): SandboxContent {
  const draw = random.next();
  if (draw < 0.7) return textContent(random, isSent);
  if (draw < 0.78) return image(random);
  if (draw < 0.82) return plainMedia(random, 2, 'VID', 'mp4', 'video/mp4');
  if (draw < 0.87)
    return plainMedia(random, 3, 'PTT', 'opus', random.pick(['audio', 'codecs=opus', 'audio/ogg']));
  if (draw < 0.9) return document(random);
  if (draw < 0.92) return { contentType: 6, content: contactCard(random) };
  if (draw < 0.94) return sticker(random);
  if (draw < 0.99) return quote(random, isSent);
  return { contentType: 13, content: { latitude: -6.2, longitude: 106.8, description: 'Jakarta' } };
}

function image(random: Random): SandboxContent {
  const key = storageKey(random);
  const url = `http://sandbox.oss-ap-southeast-1.example/${key}?${SIGNATURE}`;
  const caption = random.chance(0.3) ? random.pick(customerTexts) : '';
  return {
    contentType: 1,
    content: { filename: random.pick([key, 'null', '']), url, mimeType: 'image/jpeg', caption },
  };
}

function plainMedia(
  random: Random,
  contentType: number,
  prefix: string,
  extension: string,
  mimetype: string,
): SandboxContent {
  const file = `${prefix}-20261${random.between(0, 9)}24-WA${random.text(4, '0123456789')}.${extension}`;
  const url = `https://sandbox.oss-ap-southeast-1.example/542192/${file}`;
  return { contentType, content: { filename: 'null', url, mimetype, caption: '' } };
}

function document(random: Random): SandboxContent {
  const filename = random.pick(files);
  const url = `https://sandbox.oss-ap-southeast-1.example/${storageKey(random)}?${SIGNATURE}`;
  return { contentType: 4, content: { filename, url, mimeType: 'document', caption: filename } };
}

function sticker(random: Random): SandboxContent {
  const filename = storageKey(random);
  const url = `https://sandbox.oss-ap-southeast-1.example/${filename}?${SIGNATURE}`;
  return { contentType: 7, content: { filename, url, mimeType: 'image/webp', caption: '' } };
}

function quote(random: Random, isSent: boolean): SandboxContent {
  const msgId = `3EB0${random.text(18, '0123456789ABCDEF')}`;
  const whatsId = '918448631208@c.us';
  const isImage = random.chance(0.4);
  const url = isImage ? `http://sandbox.oss-ap-southeast-1.example/${storageKey(random)}?${SIGNATURE}` : '';
  const quoted = isImage
    ? { caption: '', filename: 'null', mimeType: 'image/jpeg', type: 1, url }
    : { caption: random.pick(customerTexts), filename: '', mimeType: '', type: 0, url };
  const referContent = { ...quoted, whatsId, msgId };
  return {
    contentType: 9,
    content: {
      caption: random.pick(isSent ? agentTexts : customerTexts),
      filename: '',
      mimeType: '',
      type: 0,
      url: '',
      referContent: random.chance(0.5) ? referContent : JSON.stringify(referContent),
    },
  };
}

function contactCard(random: Random): string {
  const name = random.pick(names);
  const digits = `4477590${random.text(5, '0123456789')}`;
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${name};;;`,
    `FN:${name}`,
    'X-WA-BIZ-NAME:ChiuChiu Furniture',
  ];
  return [...lines, `TEL;type=CELL;type=VOICE;waid=${digits}:+${digits}`, 'END:VCARD'].join('\n');
}

function storageKey(random: Random): string {
  return `8435252A37C416whatsapp2CB4454C3EB0${random.text(18, '0123456789ABCDEF')}`;
}
