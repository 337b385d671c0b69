import { z } from 'zod';
import type { Sample } from '../provider.ts';
import { toUnixSeconds } from './sequence.ts';

const HOUR_MS = 3_600_000;
const RECORDS = 100;
/** A customer's words and pictures, an agent's, and what became of their session. */
const KINDS = [
  { opercode: 1000, text: '' },
  { opercode: 2003, text: 'Is it in stock?' },
  { opercode: 2003, text: '[image]' },
  { opercode: 2002, text: '[voice]' },
  { opercode: 2002, text: '[video]' },
  { opercode: 2001, text: 'Yes' },
  { opercode: 9999, text: 'what it means is not known' },
];

const query = z.object({ starttime: z.number(), endtime: z.number(), msgid: z.number(), number: z.number() });

export function toSample(now: number): Sample {
  const from = toUnixSeconds(now) - RECORDS - 1;
  // The first page is requested with 1.
  const toId = (time: number): number => time - from + 2;
  const records = Array.from({ length: RECORDS }, (_, index) => ({
    openid: `customer-${index % 5}`,
    ...KINDS[index % KINDS.length],
    time: from + index,
    worker: 'agent@shop',
  }));
  return {
    config: {
      provider: 'WECHAT',
      appId: 'sample',
      appSecret: 'sample',
      historyStart: new Date(now - HOUR_MS).toISOString(),
    },
    answers: {
      '/cgi-bin/stable_token': () => ({ access_token: 'sample', expires_in: 7200 }),
      '/customservice/msgrecord/getmsglist': (body) => {
        const { starttime, endtime, msgid, number } = query.parse(body);
        const recordlist = records
          .filter(({ time }) => time >= starttime && time <= endtime && toId(time) > msgid)
          .slice(0, number);
        const last = recordlist.at(-1);
        return { recordlist, number: recordlist.length, msgid: last ? toId(last.time) : 0 };
      },
    },
  };
}
