import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../../util/clock.ts';
import { parseProviderJson } from '../../kit/json.ts';
import { earliestNow } from '../../../util/present.ts';
import type {
  News,
  PushHead,
  PushReceiver,
  PushRefusal,
  PushReply,
  PushRequest,
  PushResult,
  Voucher,
} from '../../push-receiver.ts';
import type { JsonValue } from '../../../domain/records.ts';
import type { ContactProfiles } from '../contact-profiles.ts';
import type { HeardDetails } from '../heard-details.ts';
import type { Heard } from '../heard.ts';
import { toKeyStem } from '../message-key.ts';
import { pushItem, toItems, type PushEvent } from './to-items.ts';
import { accepted, refuse, refuseFor } from './reply.ts';
import {
  findSignatureFault,
  readCredentials,
  readHeaders,
  type Credentials,
  type SignatureRule,
} from './verify.ts';
import { toPushedRecord, toTraits } from './to-message.ts';

export interface WhatsAppPushOptions {
  channel: string;
  rule: SignatureRule;
  /** Of `sendTime`. */
  timeZone: string;
  heard: Heard;
  details: HeardDetails;
  profiles: ContactProfiles;
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
  /** Fifty messages, most of them far shorter than the longest that WhatsApp takes. */
  readonly maxBodyBytes = 1024 * 1024;
  readonly #options: WhatsAppPushOptions;
  /** Monotonic. */
  #prunedAt = -Infinity;

  constructor(options: WhatsAppPushOptions) {
    this.#options = options;
  }

  /** Only MSG_SYNC_MESSAGE may have its credentials in the body; the bodies of the others are lists. */
  screen({ event, method, headers, receivedAt }: PushHead): PushRefusal | { isProven: boolean } {
    if (method !== 'POST') return refuse(509);
    const fault = findSignatureFault(readHeaders(headers), receivedAt, this.#options.rule);
    if (fault === null) return { isProven: true };
    return event === 'msg-sync-message' ? { isProven: false } : refuse(fault);
  }

  refuse(status: 408 | 413 | 503): PushReply {
    return refuseFor(status);
  }

  receive(request: PushRequest): PushResult {
    const event = EVENTS.find((name) => name === request.event);
    const body = parseBody(request);
    if (event === undefined || body === undefined) return refuse(509);
    const { rule, timeZone, channel, log } = this.#options;
    const credentials = readCredentials(request.headers, body);
    const fault = findSignatureFault(credentials, request.receivedAt, rule);
    if (fault !== null) return refuse(fault);
    const taken = toItems(event, body, { timeZone, receivedAt: request.receivedAt });
    if (taken === null) return refuse(509);
    if (taken.unknownStatuses > 0) {
      log.warn({ channel, event, count: taken.unknownStatuses }, 'Delivery statuses of unknown numbers came');
    }
    const voucher = toVoucher(credentials, request.body, rule);
    return { isAccepted: true, items: taken.items, about: null, reply: accepted, voucher };
  }

  process(payload: JsonValue): Promise<News> {
    this.#prune();
    const item = pushItem.parse(payload);
    const { channel, heard, details, profiles } = this.#options;
    const news: News = { messages: [], statuses: [], hasMoreInHistory: false };
    if (item.type === 'MESSAGE') {
      const { message, contact } = item;
      if (contact) profiles.hear(contact.customer, contact.profile, item.receivedAt);
      const { originType, campaignTaskId, campaignTaskDetailId, webhookType, speaker } = message;
      const told = { originType, campaignTaskId, campaignTaskDetailId, webhookType, speaker };
      details.hear(message.messageId, told, item.receivedAt);
      const { key, isNews } = heard.hearMessage(message, toKeyStem(toTraits(message)), item.receivedAt);
      const status = heard.statusOf(message.messageId);
      // Without its group a message has no id yet that it will keep: the history has, and publishes it.
      if (!message.isCounterpartKnown) news.hasMoreInHistory = true;
      else if (isNews) news.messages.push(toPushedRecord(channel, message, key, status));
    } else {
      const { messageId: whatsAppMessageId, status, receivedAt: changedAt } = item;
      const { agentUserId, campaignTaskId, campaignTaskDetailId } = item;
      const { isNews } = heard.hearStatus(whatsAppMessageId, status, changedAt);
      const messageKey = heard.keyOf(whatsAppMessageId);
      if (isNews) {
        const message = { whatsAppMessageId, messageKey, agentUserId, campaignTaskId, campaignTaskDetailId };
        news.statuses.push({ ...message, status, changedAt });
      }
    }
    return Promise.resolve(news);
  }

  #prune(): void {
    const { clock, heard, details, profiles, keepMs } = this.#options;
    const now = clock.monotonic();
    if (now - this.#prunedAt < DAY_MS) return;
    this.#prunedAt = now;
    for (const memory of [heard, details, profiles]) memory.prune(earliestNow(clock) - keepMs);
  }
}

/** The signature covers the tenant and the time, so whoever has seen one could put it to a body of their own. */
function toVoucher({ token, timestamp }: Credentials, body: string, { maxAgeMs }: SignatureRule): Voucher {
  const misused = { ...refuse(507), reason: 'Its signature came with too many other bodies' };
  const use = {
    credential: toDigest(token ?? ''),
    body: toDigest(body),
    expiresAt: Number(timestamp) + maxAgeMs,
  };
  return { use, misused };
}

function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
