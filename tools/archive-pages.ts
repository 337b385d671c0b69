import { tokensOf } from '../src/domain/search-tokens.ts';
import type { ArchiveEntry, ArchivePage } from '../src/store/store.ts';

const CHARACTERS =
  '退款订单发货物流客服您好请问什么时候可以收到商品质量问题换货优惠券活动价格支付成功失败联系电话地址修改谢稍等帮查询';
const FIRST = Date.UTC(2026, 0, 1);
const EVERY_MS = 20_000;
const RECORD_BYTES = 500;

/** A page of made-up messages, always the same ones under the same numbers. */
export function toPage(first: number, count: number): ArchivePage {
  const entries = Array.from({ length: count }, (_, index) => toEntry(first + index));
  return { entries, delisted: [], readAt: FIRST, covers: null, progress: null };
}

/** With a record of about 500 bytes, and 15 to 45 terms: pairs of characters, people, a conversation, a kind. */
function toEntry(number: number): ArchiveEntry {
  const random = createRandom(number);
  const length = 10 + random(30);
  const text = Array.from({ length }, () => CHARACTERS[random(CHARACTERS.length)] ?? '').join('');
  const sentAt = FIRST + number * EVERY_MS;
  const key = `${sentAt / 1_000}.abcdefghijklmnopqrstuv.0`;
  const customer = Math.floor((random(20_000) * random(1_000)) / 1_000);
  const terms = [
    ...(tokensOf(text) ?? []).map((token) => `w${token}`),
    `c:conversation-${customer}`,
    `p:customer-${customer}`,
    `p:agent-${agentOf(customer)}`,
    'k:TEXT',
  ];
  const told = { key, text, customer };
  const padding = 'x'.repeat(Math.max(0, RECORD_BYTES - Buffer.byteLength(JSON.stringify(told))));
  const person = { role: 'CUSTOMER', nativeId: `customer-${customer}` } as const;
  const agent = { role: 'AGENT', nativeId: `agent-${agentOf(customer)}` } as const;
  return {
    key,
    sequence: `${sentAt}.0000000000`,
    sentAt,
    terms,
    conversation: { key: `conversation-${customer}`, kind: 'DIRECT' },
    participants: [person, agent],
    direction: number % 2 === 0 ? 'INBOUND' : 'OUTBOUND',
    kind: 'TEXT',
    customer: person,
    agent,
    record: JSON.stringify({ ...told, padding }),
  };
}

/** Each customer has one of fifty. */
function agentOf(customer: number): number {
  return customer % 50;
}

/** Numbers below a limit, the same ones for the same seed. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed + 0x9e37;
  return (limit) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x6d2b_79f5;
    return ((state ^ (state >>> 12)) >>> 0) % limit;
  };
}
