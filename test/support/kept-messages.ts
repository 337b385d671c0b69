import { setImmediate } from 'node:timers/promises';
import { toEntry } from '../../src/archive/to-entry.ts';
import { toMessages, toPlacedRecords } from '../../src/datasources/whatsapp-scrm/to-message.ts';
import { parseMessagePage } from '../../src/datasources/whatsapp-scrm/wire.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { ArchiveEntry, ArchivePage, TimeSpan } from '../../src/store/store.ts';
import { createPage } from './archive-page.ts';

const DAY_MS = 86_400_000;
export const KEPT_SINCE = Date.UTC(2025, 6, 1);
export const KEPT_UNTIL = KEPT_SINCE + 365 * DAY_MS;
const CUSTOMERS = 20_000;
const AGENTS = 40;
/** From the most frequent to the rarest. */
export const WORDS: readonly [string, ...string[]] = [
  '的我',
  ...('是你好了请问有什么时候可以发货退款订单物流客服谢谢价格优惠换货地址支付失败成功尺寸颜色'.match(
    /../gu,
  ) ?? []),
  ...[
    'refund',
    'invoice',
    'gracias',
    'envío',
    'tracking',
    'merci',
    '返品',
    'ありがとう',
    '환불',
    'مرحبا',
    '👍',
    'SKU-4711',
  ],
];

/** Which of a range's numbers it is, low ones more often: the fewest write the most, as in a real shop. */
function skewed(random: Random, count: number): number {
  return Math.floor(count * (random.between(0, 999_999) / 1_000_000) ** 2);
}

export function textOf(random: Random): string {
  return Array.from({ length: random.between(2, 12) }, () => WORDS[skewed(random, WORDS.length)]).join(
    random.chance(0.5) ? '' : ' ',
  );
}

/** As many as a provider lists at once. */
const RECORDS_AT_A_TIME = 100;

/** A page of a year's messages of one tenant, as its archive gets them: always the same ones under the same numbers. */
export interface KeptPageText {
  /** What the provider answers, page by page, as JSON. */
  answers: readonly string[];
  covers: TimeSpan;
}

/**
 * @param first number of its oldest message, from 0
 * @param all how many the year has
 */
export function keptPageText(first: number, count: number, all: number): KeptPageText {
  const every = (KEPT_UNTIL - KEPT_SINCE) / all;
  const answers: string[] = [];
  for (let begin = first; begin < first + count; begin += RECORDS_AT_A_TIME) {
    const length = Math.min(RECORDS_AT_A_TIME, first + count - begin);
    answers.push(
      JSON.stringify({ records: Array.from({ length }, (_, index) => toRecord(begin + index, every)) }),
    );
  }
  return { answers, covers: { since: momentOf(first, every), until: momentOf(first + count, every) } };
}

/** Checks and maps what the provider answered, an answer at a time, as where they come over the network. */
export async function toKeptPage(channel: string, { answers, covers }: KeptPageText): Promise<ArchivePage> {
  const entries: ArchiveEntry[] = [];
  for (const answer of answers) {
    const { records } = parseMessagePage(JSON.parse(answer));
    entries.push(...toMessages(channel, toPlacedRecords(records)).map(toEntry));
    await setImmediate();
  }
  return createPage({ entries, readAt: KEPT_UNTIL, covers });
}

function momentOf(number: number, every: number): number {
  return KEPT_SINCE + Math.floor(number * every);
}

function toRecord(number: number, every: number): Record<string, unknown> {
  const random = new Random(number);
  const customer = skewed(random, CUSTOMERS);
  const agent = customer % AGENTS;
  const sentAt = momentOf(number, every);
  return {
    id: String(number + 1),
    userId: 846_000 + agent,
    username: `agent-${agent}`,
    whatsId: `86131000000${String(agent % 5).padStart(2, '0')}`,
    friendWhatsId: String(573_500_000_000 + customer),
    friendName: `Customer ${customer}`,
    actionType: random.chance(0.5) ? 1 : 2,
    chatType: 1,
    contentType: 0,
    content: textOf(random),
    chatTime: sentAt,
    createTime: sentAt,
  };
}
