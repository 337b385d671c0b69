import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../../util/clock.ts';
import { parseProviderJson } from '../../kit/json.ts';
import { earliestNow } from '../../../util/present.ts';
import type {
  LocalPushReceiver,
  Updates,
  PushHead,
  PushRefusal,
  PushReply,
  PushRequest,
  PushResult,
  Voucher,
} from '../../push-receiver.ts';
import type { JsonValue } from '../../../domain/records.ts';
import type { ContactProfiles } from '../contact-profiles.ts';
import type { LedgerDetails } from '../ledger-details.ts';
import type { DeliveryLedger } from '../delivery-ledger.ts';
import { toKeyPrefix } from '../message-key.ts';
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
  ledger: DeliveryLedger;
  details: LedgerDetails;
  profiles: ContactProfiles;
  /** How long the delivery ledger keeps its rows. */
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
export class WhatsAppPush implements LocalPushReceiver {
  readonly needsCalls = false;
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
      log.warn({ channel, event, count: taken.unknownStatuses }, 'Delivery statuses have unknown numbers');
    }
    const voucher = toVoucher(credentials, request.body, rule);
    return { isAccepted: true, items: taken.items, about: null, reply: accepted, voucher };
  }

  process(payload: JsonValue): Updates {
    this.#prune();
    const item = pushItem.parse(payload);
    const { channel, ledger, details, profiles } = this.#options;
    const updates: Updates = { messages: [], statuses: [], hasMoreInHistory: false };
    if (item.type === 'MESSAGE') {
      const { message, contact } = item;
      if (contact) profiles.record(contact.customer, contact.profile, item.receivedAt);
      const { originType, campaignTaskId, campaignTaskDetailId, webhookType, speaker } = message;
      const told = { originType, campaignTaskId, campaignTaskDetailId, webhookType, speaker };
      details.record(message.messageId, told, item.receivedAt);
      const { key, isNew } = ledger.recordMessage(message, toKeyPrefix(toTraits(message)), item.receivedAt);
      const status = ledger.statusOf(message.messageId);
      // Without its group a message has no permanent id yet: the history has, and publishes it.
      if (!message.isCounterpartKnown) updates.hasMoreInHistory = true;
      else if (isNew) updates.messages.push(toPushedRecord(channel, message, key, status));
    } else {
      const {
        messageId,
        status,
        receivedAt: changedAt,
        agentUserId,
        campaignTaskId,
        campaignTaskDetailId,
      } = item;
      const { isNew } = ledger.recordStatus(messageId, status, changedAt);
      const messageKey = ledger.keyOf(messageId);
      const ownFields = { agentUserId, campaignTaskId, campaignTaskDetailId };
      if (isNew) updates.statuses.push({ messageId, status, changedAt, messageKey, ownFields });
    }
    return updates;
  }

  #prune(): void {
    const { clock, ledger, details, profiles, keepMs } = this.#options;
    const now = clock.monotonic();
    if (now - this.#prunedAt < DAY_MS) return;
    this.#prunedAt = now;
    for (const memory of [ledger, details, profiles]) memory.prune(earliestNow(clock) - keepMs);
  }
}

/** The signature covers the tenant and the time, so an attacker who has seen one could send it with another body. */
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
    // The sender gets the reason; the body itself must not be stored, nor logged.
    return undefined;
  }
}
