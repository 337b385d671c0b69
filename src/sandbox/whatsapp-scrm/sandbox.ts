import {
  oldestFirst,
  WIDEST_QUOTA,
  type HistoryOptions,
  type ListedMessage,
  type Sandbox,
  type SandboxPush,
} from '../sandbox.ts';
import { SandboxServer, type SandboxAnswer, type SandboxRequest } from '../sandbox-server.ts';
import { WhatsAppScrmChats, type WhatsAppScrmRecord } from './history.ts';
import { WHATSAPP_KNOBS, type WhatsAppKnobs } from './knobs.ts';
import { findRecords, sortRecords, toPage } from './page.ts';
import { WhatsAppScrmPushes } from './push.ts';
import { findSignatureFault, parsePageCall } from './rules.ts';

export type { WhatsAppKnobs } from './knobs.ts';

export type WhatsAppSandboxOptions = HistoryOptions;

export const MSG_PAGE = 'POST /wscrm-bus-api/open/message/msgPage';

const ACCOUNT = { tenantId: 82, apiKey: 'sandbox-api-key', webhookSecret: 'sandbox-webhook-secret' };
const DAY_MS = 86_400_000;

/** The open API of the SocialEpoch WhatsApp SCRM, for one tenant. */
export class WhatsAppSandbox implements Sandbox<WhatsAppScrmRecord> {
  readonly channel = 'whatsapp';
  readonly server: SandboxServer<WhatsAppKnobs>;
  /** Makes the webhooks' deliveries; the caller sends them. */
  readonly pushes: WhatsAppScrmPushes;
  readonly #now: () => number;
  readonly #historyStart: number;
  readonly #chats: WhatsAppScrmChats;
  /** Unix ms, of the last calls. */
  readonly #callTimes: number[] = [];
  #callCount = 0;
  #hasExpired = false;

  constructor({
    seed,
    now,
    messages = 400,
    until = now(),
    from = until - 30 * DAY_MS,
  }: WhatsAppSandboxOptions) {
    this.#now = now;
    this.#historyStart = from - DAY_MS;
    this.#chats = new WhatsAppScrmChats({ seed, count: messages, from, until });
    this.pushes = new WhatsAppScrmPushes({ ...ACCOUNT, now });
    this.server = new SandboxServer<WhatsAppKnobs>({
      handlers: { [MSG_PAGE]: (request) => this.#answer(request) },
      knobs: { ...WHATSAPP_KNOBS },
      listEndpoint: MSG_PAGE,
      overQuota: refuse(429).body,
      firstPage: { current: 1 },
      nonsense: {
        code: 200,
        message: 'Success ',
        data: { records: [{ chatTime: 'yesterday' }, 7], total: 'x' },
      },
    });
  }

  /** Every record, in the order of their ids. */
  get records(): WhatsAppScrmRecord[] {
    return this.#chats.records;
  }

  /** A message arrives: now, unless it says otherwise. */
  add({
    sentAt = this.#now(),
    chatTime = sentAt,
    ...record
  }: Partial<WhatsAppScrmRecord> & { sentAt?: number } = {}): WhatsAppScrmRecord {
    return this.#chats.add({ createTime: chatTime, ...record, chatTime });
  }

  listed(): ListedMessage[] {
    const now = this.#now();
    const listed = this.records.filter(({ createTime }) => createTime <= now);
    return oldestFirst(listed.map(({ id, chatTime }) => ({ nativeId: String(id), sentAt: chatTime })));
  }

  /** The message, and how its delivery went on. */
  push(record: WhatsAppScrmRecord): SandboxPush[] {
    const { pushes } = this;
    return [pushes.clientSync([record]), pushes.clientStatus([record], 2), pushes.clientStatus([record], 3)];
  }

  /** Nothing is handed out: the next call is told that its time is too far off. */
  expireCredentials(): void {
    this.#hasExpired = true;
  }

  liftLimits(): Record<string, unknown> {
    this.server.knobs.callsPerSecond = Infinity;
    return { quota: WIDEST_QUOTA };
  }

  config(name: string = this.channel): Record<string, unknown> {
    return {
      name,
      provider: 'WHATSAPP_SCRM',
      baseUrl: this.server.baseUrl,
      ...ACCOUNT,
      historyStart: new Date(this.#historyStart).toISOString(),
    };
  }

  #answer(request: SandboxRequest): SandboxAnswer {
    const { knobs, violations } = this.server;
    const now = this.#now();
    const callTimes = this.#callTimes;
    while ((callTimes[0] ?? Infinity) <= now - 1000) callTimes.shift();
    callTimes.push(now);
    if (callTimes.length > knobs.callsPerSecond) {
      violations.push(`More than ${knobs.callsPerSecond} calls came in a second`);
      return refuse(429);
    }
    const call = findSignatureFault(request, ACCOUNT, now, knobs.maxSkewMs) ?? parsePageCall(request);
    if ('code' in call) {
      if (call.violation !== undefined) violations.push(call.violation);
      return refuse(call.code);
    }
    if (this.#hasExpired) {
      this.#hasExpired = false;
      return refuse(508);
    }
    if (knobs.code !== null) return refuse(knobs.code);
    if (knobs.isOversizeRefused && call.pageSize > knobs.maxPageSize) return refuse(500);
    knobs.beforePage?.(call);
    const found = findRecords(call, this.records, knobs, this.#now());
    sortRecords(found, knobs, { page: call.current, call: this.#callCount++ });
    return { body: { code: 200, message: 'Success ', data: toPage(call, found, knobs, this.#now()) } };
  }
}

export function createWhatsAppSandbox(options: WhatsAppSandboxOptions): WhatsAppSandbox {
  return new WhatsAppSandbox(options);
}

function refuse(code: number): SandboxAnswer {
  return { body: { code, message: 'The sandbox refuses', data: null } };
}
