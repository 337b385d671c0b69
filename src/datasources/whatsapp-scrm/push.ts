import type { Logger } from 'pino';
import type { Clock } from '../kit/clock.ts';
import { parseProviderJson } from '../kit/json.ts';
import type { News, PushReceiver, PushRequest, PushResult } from '../push-receiver.ts';
import type { JsonValue } from '../records.ts';
import type { Heard } from './heard.ts';
import { toKeyStem } from './message-key.ts';
import { pushItem, toItems, type PushEvent } from './push-items.ts';
import { accepted, refuse } from './push-reply.ts';
import { findSignatureFault, type SignatureRule } from './push-signature.ts';
import { toPushedRecord, toTraits } from './pushed-to-message.ts';

export interface WhatsAppPushOptions {
  channel: string;
  rule: SignatureRule;
  /** Offset from UTC of `sendTime`. */
  timeZone: string;
  heard: Heard;
  /** For how long what was heard is remembered. */
  keepMs: number;
  clock: Clock;
  log: Logger;
}

const DAY_MS = 86_400_000;
const EVENTS = [
  'msg-sync-message',
  'client-sync-message',
  'client-sync-message-status',
] as const satisfies PushEvent[];

/** The webhooks of one tenant. */
export class WhatsAppPush implements PushReceiver {
  readonly events = EVENTS;
  readonly #options: WhatsAppPushOptions;
  /** Unix ms. */
  #prunedAt = 0;

  constructor(options: WhatsAppPushOptions) {
    this.#options = options;
  }

  receive(request: PushRequest): PushResult {
    const event = EVENTS.find((name) => name === request.event);
    const body = parseBody(request);
    if (event === undefined || body === undefined) return refuse(509);
    const { rule, timeZone, channel, log } = this.#options;
    const fault = findSignatureFault(request, body, rule);
    if (fault !== null) return refuse(fault);
    const taken = toItems(event, body, { timeZone, receivedAt: request.receivedAt });
    if (taken === null) return refuse(509);
    if (taken.unknownStatuses > 0) {
      log.warn({ channel, event, count: taken.unknownStatuses }, 'Delivery statuses of unknown numbers came');
    }
    return { isAccepted: true, items: taken.items, about: null, reply: accepted };
  }

  process(payload: JsonValue): Promise<News> {
    this.#prune();
    const item = pushItem.parse(payload);
    const { channel, heard } = this.#options;
    const news: News = { messages: [], statuses: [], hasMoreInHistory: false };
    if (item.type === 'MESSAGE') {
      const { message } = item;
      const { key, isNews } = heard.hearMessage(message, toKeyStem(toTraits(message)), item.receivedAt);
      const status = heard.statusOf(message.messageId);
      if (isNews) news.messages.push(toPushedRecord(channel, message, key, status));
    } else {
      const { messageId: whatsAppMessageId, status } = item;
      const { receivedAt: changedAt } = item;
      const { isNews } = heard.hearStatus(whatsAppMessageId, status, changedAt);
      const messageKey = heard.keyOf(whatsAppMessageId);
      if (isNews) news.statuses.push({ whatsAppMessageId, status, changedAt, messageKey });
    }
    return Promise.resolve(news);
  }

  #prune(): void {
    const { clock, heard, keepMs } = this.#options;
    const now = clock.now();
    if (now - this.#prunedAt < DAY_MS) return;
    this.#prunedAt = now;
    heard.prune(now - keepMs);
  }
}

/** @returns undefined when there is none */
function parseBody({ method, body }: PushRequest): unknown {
  if (method !== 'POST') return undefined;
  try {
    return parseProviderJson(body);
  } catch {
    // Whoever sent it is told; what it was must not be kept, nor logged.
    return undefined;
  }
}
