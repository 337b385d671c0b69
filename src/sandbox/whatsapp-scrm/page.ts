import { createHash } from 'node:crypto';
import { SIGNATURE } from './contents.ts';
import type { WhatsAppScrmRecord } from './history.ts';
import type { WhatsAppKnobs } from './knobs.ts';
import type { PageCall } from './rules.ts';

const URL_LIFE_SECONDS = 3 * 86_400;

export function findRecords(
  { info }: PageCall,
  records: readonly WhatsAppScrmRecord[],
  knobs: WhatsAppKnobs,
  now: number,
): WhatsAppScrmRecord[] {
  return records.filter(
    (record) => record.createTime <= now && isIn(record, info, knobs) && fits(record, info),
  );
}

/** @param at numbers of the page and of the call that it is for */
export function sortRecords(
  records: WhatsAppScrmRecord[],
  { pageOrder, ties }: WhatsAppKnobs,
  at: { page: number; call: number },
): void {
  const isByTime = pageOrder === 'time-asc' || pageOrder === 'time-desc';
  if (ties === 'by id' || !isByTime) {
    records.sort(comparers[pageOrder]);
    return;
  }
  const turn = (ties === 'turned every other page' ? at.page : at.call) % 2 === 0 ? -1 : 1;
  const rank = (record: WhatsAppScrmRecord): string => shuffleKey({ id: record.id * 1_000_003 + at.call });
  const byTie = (a: WhatsAppScrmRecord, b: WhatsAppScrmRecord): number =>
    ties === 'at random' ? (rank(a) < rank(b) ? -1 : 1) : turn * (a.id - b.id);
  const sign = pageOrder === 'time-asc' ? 1 : -1;
  records.sort((a, b) => sign * (a.chatTime - b.chatTime) || byTie(a, b));
}

export function toPage(
  call: PageCall,
  found: WhatsAppScrmRecord[],
  knobs: WhatsAppKnobs,
  now: number,
): unknown {
  const size = Math.min(call.pageSize, knobs.maxPageSize);
  const pages = Math.ceil(found.length / size);
  const lastShown = { nothing: Infinity, 'last page': Math.max(1, pages), 'first page always': 1 }[
    knobs.beyondLast
  ];
  const current = Math.min(call.current, lastShown);
  const page = found.slice((current - 1) * size, current * size);
  const shown = page.map((record) => toShown(record, knobs, now));
  return {
    records: knobs.rewriteRecords ? knobs.rewriteRecords(shown) : shown,
    total: toTotal(knobs.totals, found.length, page.length),
    size: knobs.isSizeEchoed ? call.pageSize : size,
    current,
    pages,
  };
}

const comparers: Record<
  WhatsAppKnobs['pageOrder'],
  (a: WhatsAppScrmRecord, b: WhatsAppScrmRecord) => number
> = {
  'id-asc': (a, b) => a.id - b.id,
  'id-desc': (a, b) => b.id - a.id,
  'time-asc': (a, b) => a.chatTime - b.chatTime || a.id - b.id,
  'time-desc': (a, b) => b.chatTime - a.chatTime || b.id - a.id,
  shuffled: (a, b) => (shuffleKey(a) < shuffleKey(b) ? -1 : 1),
};

function toTotal(totals: WhatsAppKnobs['totals'], found: number, listed: number): number {
  if (typeof totals === 'function') return totals(found);
  return { right: found, page: listed, one: 1, huge: 1_000_000_000 }[totals];
}

function shuffleKey({ id }: { id: number }): string {
  return createHash('md5').update(String(id)).digest('hex');
}

function isIn({ chatTime }: WhatsAppScrmRecord, info: PageCall['info'], { edges }: WhatsAppKnobs): boolean {
  const { startChatTime: start, endChatTime: end } = info;
  if (typeof start !== 'number' || typeof end !== 'number') return true;
  if (chatTime === start) return edges === 'both' || edges === 'start';
  if (chatTime === end) return edges === 'both' || edges === 'end';
  return chatTime > start && chatTime < end;
}

/** An empty string stands for any value, as in the provider's sample. */
function fits(record: WhatsAppScrmRecord, info: PageCall['info']): boolean {
  const values: Record<string, unknown> = {
    ...record,
    contentType: String(record.contentType),
    agentAccount: record.username,
  };
  const names = ['whatsId', 'friendWhatsId', 'chatType', 'actionType', 'contentType', 'agentAccount'];
  return names.every((name) => [undefined, '', values[name]].includes(info[name] as string | undefined));
}

function toShown(record: WhatsAppScrmRecord, knobs: WhatsAppKnobs, now: number): Record<string, unknown> {
  const expires = Math.floor(now / 1000) + URL_LIFE_SECONDS;
  const signature = createHash('md5').update(`${record.id} ${expires}`).digest('hex');
  const json = JSON.stringify(record.content).replaceAll(
    SIGNATURE,
    `Expires=${expires}&OSSAccessKeyId=STS.sandbox&Signature=${signature}`,
  );
  const content = JSON.parse(json) as unknown;
  const { id, ...fields } = record;
  const shown: Record<string, unknown> = {
    ...(knobs.hasIds ? { id: String(id) } : {}),
    ...fields,
    content: typeof content === 'string' || knobs.contentsAs === 'objects' ? content : json,
  };
  if (knobs.numbersAs === 'numbers') return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}
