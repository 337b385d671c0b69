import { createHash } from 'node:crypto';
import {
  SandboxServer,
  type SandboxAnswer,
  type SandboxKnobs,
  type SandboxRequest,
} from '../sandbox-server.ts';
import { WhatsAppScrmChats, type WhatsAppScrmRecord } from './history.ts';
import { SIGNATURE } from './contents.ts';
import { WhatsAppScrmPushes } from './push.ts';
import { findSignatureFault, parsePageCall, type PageCall } from './rules.ts';

/** What the provider leaves open, and may turn out this way or that. */
export interface WhatsAppKnobs extends SandboxKnobs {
  /** Which ends of the time range belong to it. */
  edges: 'both' | 'start' | 'end' | 'neither';
  pageOrder: 'id-asc' | 'id-desc' | 'time-asc' | 'time-desc' | 'shuffled';
  /** What comes first of records with one `chatTime`: always the same one, or now this and now that. */
  ties: 'by id' | 'turned every other page' | 'turned every other call' | 'at random';
  /** What `total` says: the truth, the records on the page, always 1, far too many, or what is made of the truth. */
  totals: 'right' | 'page' | 'one' | 'huge' | ((found: number) => number);
  /** Pages are no longer than this, whatever is asked for. */
  maxPageSize: number;
  /** A page longer than that is refused instead. */
  isOversizeRefused: boolean;
  /** `size` is what was asked for rather than what was given. */
  isSizeEchoed: boolean;
  /** What stands on a page after the last: nothing, the last one again, or any page's number gives the first. */
  beyondLast: 'nothing' | 'last page' | 'first page always';
  numbersAs: 'numbers' | 'strings';
  /** JSON contents as text, as published, or as the objects that they are. */
  contentsAs: 'text' | 'objects';
  /** The table of fields has no `id`. */
  hasIds: boolean;
  callsPerSecond: number;
  /** How far the time of a call may be off. */
  maxSkewMs: number;
  /** What every call is answered with while set. */
  code: number | null;
  /** Runs before each page is put together; for messages that arrive between two pages. */
  beforePage: ((call: PageCall) => void) | null;
  /** Sees the records of each page before they are sent, and may send something else. */
  rewriteRecords: ((records: Record<string, unknown>[]) => unknown) | null;
}

export interface WhatsAppSandboxOptions {
  seed: number;
  /** Unix ms. */
  now: () => number;
  /** Size of the history at the start; 400 when left out. */
  messages?: number;
  /** Unix ms, inclusive: of the history; 30 days before `until` when left out. */
  from?: number;
  /** Unix ms, exclusive: of the history; now when left out. */
  until?: number;
}

export interface WhatsAppSandbox {
  server: SandboxServer<WhatsAppKnobs>;
  /** Every record, in the order of their ids. */
  records: WhatsAppScrmRecord[];
  /** A message arrives: now, unless it says otherwise. */
  add(record?: Partial<WhatsAppScrmRecord>): WhatsAppScrmRecord;
  /** Makes the webhooks' deliveries; whoever asks for one sends it. */
  pushes: WhatsAppScrmPushes;
  /** The entry of the gateway's configuration that connects to this sandbox. */
  config(name: string): Record<string, unknown>;
}

export const MSG_PAGE = 'POST /wscrm-bus-api/open/message/msgPage';

const ACCOUNT = { tenantId: 82, apiKey: 'sandbox-api-key', webhookSecret: 'sandbox-webhook-secret' };
const DAY_MS = 86_400_000;
const URL_LIFE_SECONDS = 3 * 86_400;

/** The open API of the SocialEpoch WhatsApp SCRM, for one tenant. */
export function createWhatsAppSandbox(options: WhatsAppSandboxOptions): WhatsAppSandbox {
  const { seed, now, messages = 400, until = now() } = options;
  const from = options.from ?? until - 30 * DAY_MS;
  const chats = new WhatsAppScrmChats({ seed, count: messages, from, until });
  const server = new SandboxServer<WhatsAppKnobs>({
    handlers: { [MSG_PAGE]: (request) => answer(request) },
    knobs: {
      fault: null,
      delayMs: 0,
      edges: 'both',
      pageOrder: 'id-desc',
      ties: 'by id',
      totals: 'right',
      maxPageSize: 100,
      isOversizeRefused: false,
      isSizeEchoed: false,
      beyondLast: 'nothing',
      numbersAs: 'numbers',
      contentsAs: 'text',
      hasIds: true,
      callsPerSecond: 50,
      maxSkewMs: 5 * 60_000,
      code: null,
      beforePage: null,
      rewriteRecords: null,
    },
    firstPage: { current: 1 },
    nonsense: {
      code: 200,
      message: 'Success ',
      data: { records: [{ chatTime: 'yesterday' }, 7], total: 'x' },
    },
  });
  const callTimes: number[] = [];
  let callCount = 0;

  function answer(request: SandboxRequest): SandboxAnswer {
    const { knobs, violations } = server;
    while ((callTimes[0] ?? Infinity) <= now() - 1000) callTimes.shift();
    callTimes.push(now());
    if (callTimes.length > knobs.callsPerSecond) {
      violations.push(`More than ${knobs.callsPerSecond} calls came in a second`);
      return refuse(429);
    }
    const call = findSignatureFault(request, ACCOUNT, now(), knobs.maxSkewMs) ?? parsePageCall(request);
    if ('code' in call) {
      if (call.violation !== undefined) violations.push(call.violation);
      return refuse(call.code);
    }
    if (knobs.code !== null) return refuse(knobs.code);
    if (knobs.isOversizeRefused && call.pageSize > knobs.maxPageSize) return refuse(500);
    knobs.beforePage?.(call);
    const found = findRecords(call, chats.records, knobs, now());
    sortRecords(found, knobs, { page: call.current, call: callCount++ });
    return { body: { code: 200, message: 'Success ', data: toPage(call, found, knobs, now()) } };
  }

  return {
    server,
    records: chats.records,
    add: (record = {}) => chats.add({ chatTime: now(), createTime: record.chatTime ?? now(), ...record }),
    pushes: new WhatsAppScrmPushes({ ...ACCOUNT, now }),
    config: (name) => ({
      name,
      provider: 'WHATSAPP_SCRM',
      baseUrl: server.baseUrl,
      tenantId: ACCOUNT.tenantId,
      apiKey: ACCOUNT.apiKey,
      webhookSecret: ACCOUNT.webhookSecret,
      historyStart: new Date(from - DAY_MS).toISOString(),
    }),
  };
}

function refuse(code: number): SandboxAnswer {
  return { body: { code, message: 'The sandbox refuses', data: null } };
}

function findRecords(
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
function sortRecords(
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

function toPage(call: PageCall, found: WhatsAppScrmRecord[], knobs: WhatsAppKnobs, now: number): unknown {
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
