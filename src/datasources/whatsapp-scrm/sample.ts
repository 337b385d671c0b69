import { z } from 'zod';
import type { Sample } from '../provider.ts';

const HOUR_MS = 3_600_000;
const RECORDS = 90;
const FILE = { filename: 'a.bin', url: 'https://sample.example/a.bin', mimeType: 'image/jpeg', caption: 'a' };
const QUOTED = { ...FILE, type: 1, whatsId: '8613100000001@c.us', msgId: '3EB0' };
const CARD = ['BEGIN:VCARD', 'VERSION:3.0', 'FN:Jack', 'TEL;waid=8613100000001:+8613100000001', 'END:VCARD'];
/** By `contentType`. */
const CONTENTS: [contentType: number, content: unknown][] = [
  [0, 'Is it in stock?'],
  [1, FILE],
  [2, { ...FILE, mimeType: 'video/mp4' }],
  [3, { ...FILE, mimeType: 'audio/ogg' }],
  [4, { ...FILE, mimeType: 'document' }],
  [6, CARD.join('\n')],
  [7, { ...FILE, mimeType: 'image/webp' }],
  [9, { caption: 'Yes', type: 0, referContent: QUOTED }],
  [13, { latitude: 1.5, longitude: 2.5, description: 'Shop' }],
];

const query = z.object({
  info: z.object({ startChatTime: z.number(), endChatTime: z.number() }),
  current: z.number(),
  pageSize: z.number(),
});

export function toSample(now: number): Sample {
  const from = Math.floor(now / 1000) * 1000 - 1000 * (RECORDS + 1);
  const records = Array.from({ length: RECORDS }, (_, index) => {
    const [contentType, content] = CONTENTS[index % CONTENTS.length] ?? [];
    return {
      id: index + 1,
      userId: 1,
      username: 'agent',
      whatsId: '8613100000001',
      friendWhatsId: '573500000002',
      friendName: 'Customer',
      actionType: (index % 2) + 1,
      chatType: (index % 3 === 0 ? 1 : 0) + 1,
      contentType,
      content: typeof content === 'string' ? content : JSON.stringify(content),
      chatTime: from + 1000 * index,
      createTime: from + 1000 * index,
    };
  });
  return {
    config: {
      provider: 'WHATSAPP_SCRM',
      tenantId: 1,
      apiKey: 'sample',
      historyStart: new Date(now - HOUR_MS).toISOString(),
    },
    answers: {
      '/wscrm-bus-api/open/message/msgPage': (body) => {
        const { info, current, pageSize } = query.parse(body);
        const found = records.filter(
          ({ chatTime }) => chatTime >= info.startChatTime && chatTime <= info.endChatTime,
        );
        const page = found.slice((current - 1) * pageSize, current * pageSize);
        const pages = Math.ceil(found.length / pageSize);
        return { code: '200', data: { records: page, total: found.length, pages, size: pageSize, current } };
      },
    },
  };
}
