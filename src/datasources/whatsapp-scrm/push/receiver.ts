import { hash } from 'node:crypto';
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
  PushSubject,
  Voucher,
} from '../../push-receiver.ts';
import type { JsonValue } from '../../../domain/records.ts';
import type { Ledger } from '../../../store/store.ts';
import { subjectOf, takeTogether, toEntry, toUpdates } from './record-items.ts';
import { pushItem, toItems, type PushEvent } from './to-items.ts';
import { accepted, refuse, refuseFor } from './reply.ts';
import {
  findSignatureFault,
  readCredentials,
  readHeaders,
  type Credentials,
  type SignatureRule,
} from './verify.ts';

export interface WhatsAppPushOptions {
  channel: string;
  rule: SignatureRule;
  /** Of `sendTime`. */
  timeZone: string;
  store: Ledger;
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
    const isProven = request.isProven === true && credentials.isOfHeaders;
    const fault = isProven ? null : findSignatureFault(credentials, request.receivedAt, rule);
    if (fault !== null) return refuse(fault);
    const taken = toItems(event, body, { timeZone, receivedAt: request.receivedAt });
    if (taken === null) return refuse(509);
    if (taken.unknownStatuses > 0) {
      log.warn({ channel, event, count: taken.unknownStatuses }, 'Delivery statuses have unknown numbers');
    }
    const voucher = toVoucher(credentials, request.body, rule);
    return { isAccepted: true, items: taken.items, about: null, reply: accepted, voucher };
  }

  subjectOf(payload: JsonValue): PushSubject | null {
    return subjectOf(payload);
  }

  async process(payload: JsonValue): Promise<Updates> {
    await this.#prune();
    const item = pushItem.parse(payload);
    const { channel, store } = this.#options;
    const [result] = await store.record([toEntry(item)]);
    if (!result) throw new Error('The ledger does not return what it has recorded');
    return toUpdates(channel, item, result);
  }

  async processTogether(payloads: readonly JsonValue[], mayBegin: () => boolean): Promise<Updates[]> {
    const { channel, store } = this.#options;
    const items = takeTogether(payloads);
    if (items.length === 0) return [];
    await this.#prune();
    const results = await store.record(items.map(toEntry), mayBegin);
    return results.flatMap((result, index) => {
      const item = items[index];
      return item ? toUpdates(channel, item, result) : [];
    });
  }

  async #prune(): Promise<void> {
    const { clock, store, keepMs } = this.#options;
    const now = clock.monotonic();
    if (now - this.#prunedAt < DAY_MS) return;
    this.#prunedAt = now;
    await store.prune(earliestNow(clock) - keepMs);
  }
}

const MISUSED: PushRefusal = { ...refuse(507), reason: 'Its signature came with too many other bodies' };

/** The signature covers the tenant and the time, so an attacker who has seen one could send it with another body. */
function toVoucher({ token, timestamp }: Credentials, body: string, { maxAgeMs }: SignatureRule): Voucher {
  const use = {
    credential: toDigest(token ?? ''),
    body: toDigest(body),
    expiresAt: Number(timestamp) + maxAgeMs,
  };
  return { use, misused: MISUSED };
}

function toDigest(text: string): string {
  return hash('sha256', text);
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
