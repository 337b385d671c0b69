import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../util/clock.ts';
import { latestNow } from '../../../util/present.ts';
import type { CallBudget } from '../../message-source.ts';
import type {
  CallingPushReceiver,
  Updates,
  PushHead,
  PushRefusal,
  PushReply,
  PushRequest,
  PushResult,
} from '../../push-receiver.ts';
import type { PushedItem } from '../../../domain/push.ts';
import type { JsonValue } from '../../../domain/records.ts';
import { isSignedWith, openCallback } from './verify.ts';
import { type CallbackEvent, NEW_MESSAGE, readEncrypted, readEvent, toKnownType } from './wire.ts';
import type { WeComConfig } from '../config.ts';
import type { PushToken } from '../sync.ts';

export interface CallbackReceiverOptions {
  callback: NonNullable<WeComConfig['callback']>;
  clock: Clock;
  /** @param callback null for `pushToken`: it has expired, or none came */
  pull(budget: CallBudget, hint: { pushToken: PushToken | null; since: number }): Promise<void>;
}

const PUSH_TOKEN_LIFE_MS = 600_000;
/**
 * The same answer for every error, so that a stranger learns nothing. Its status keeps WeCom's console from saving a
 * URL whose settings do not match.
 */
const REFUSED: PushReply = { status: 403, contentType: 'text/plain', body: 'refused' };
const SUCCESS = toReply('success');
/** SHA-1 in hex. */
const SIGNATURE = /^[0-9a-f]{40}$/i;
/** The signature is made over it, so it is a short one. */
const MAX_SIGNED_LENGTH = 64;
/**
 * An echo text is a random string. The gateway never sends back the decrypted text of what looks like an event, or an
 * attacker who has intercepted one could have it decrypted here.
 */
const ECHO_TEXT = /^[^<{]{1,256}$/;

const WRONG_SIGNATURE = "its signature is wrong; if it came from WeCom, check the channel's callback.token";

const itemPayload = z.object({ token: z.string().nullable(), at: z.number() });

/**
 * The URL that WeCom calls when there are new messages, and when an operator saves the URL in its console.
 *
 * The age of a request is not checked: WeCom guarantees none. A repeated request is the same item, and so stored
 * once.
 *
 * @see https://developer.work.weixin.qq.com/document/path/97172
 */
export class CallbackReceiver implements CallingPushReceiver {
  readonly needsCalls = true;
  readonly events = ['callback'];
  /** An event is a page of XML; the encrypted text in it is a third longer. */
  readonly maxBodyBytes = 64 * 1024;
  readonly #options: CallbackReceiverOptions;
  readonly #receiveIds: ReadonlySet<string>;
  /** By push token: when it came, by the monotonic clock; oldest first. */
  readonly #cameAt = new Map<string, number>();

  constructor(options: CallbackReceiverOptions) {
    this.#options = options;
    this.#receiveIds = new Set(options.callback.receiveIds);
  }

  /** The signature of a POST covers its body: here only its presence is checked. */
  screen({ query }: PushHead): PushRefusal | { isProven: boolean } {
    const isComplete =
      SIGNATURE.test(query.get('msg_signature') ?? '') &&
      ['timestamp', 'nonce'].every((name) => (query.get(name) ?? '').length <= MAX_SIGNED_LENGTH);
    return isComplete ? { isProven: false } : refuse(WRONG_SIGNATURE);
  }

  refuse(status: 408 | 413 | 503): PushReply {
    return { ...REFUSED, status };
  }

  receive(request: PushRequest): PushResult {
    const { token, encodingAesKey } = this.#options.callback;
    const { query } = request;
    const encrypted = request.method === 'GET' ? readEchoText(query) : readEncrypted(request.body);
    if (!encrypted) return refuse('it holds no encrypted text');
    const timestamp = query.get('timestamp') ?? '';
    const nonce = query.get('nonce') ?? '';
    const signature = query.get('msg_signature') ?? '';
    // Before anything is decrypted: errors of decryption would reveal something of the key.
    if (!isSignedWith(token.reveal(), { timestamp, nonce, encrypted }, signature)) {
      return refuse(WRONG_SIGNATURE);
    }
    const opened = openCallback(encrypted, encodingAesKey.reveal());
    if (!opened) return refuse("it cannot be decrypted: check the channel's callback.encodingAesKey");
    if (!this.#receiveIds.has(opened.receiveId)) {
      return refuse("it is meant for an id that the channel's callback.receiveIds does not name");
    }
    if (request.method === 'GET') {
      if (!ECHO_TEXT.test(opened.message)) return refuse('what it asks to be echoed is not an echo text');
      return { isAccepted: true, items: [], about: 'URL check', reply: toReply(opened.message) };
    }
    const event = readEvent(opened.message);
    if (!event) return refuse('its decrypted text is not an event');
    if (event.type === NEW_MESSAGE && event.token !== null) this.#noteToken(event.token);
    // A callback without a token is answered by what is pulled after that moment: it must not be dated too early.
    const items = event.type === NEW_MESSAGE ? [toItem(event, latestNow(this.#options.clock))] : [];
    return { isAccepted: true, items, about: toKnownType(event.type), reply: SUCCESS };
  }

  /** Readers get the messages themselves from the archive, which this brings up to date. */
  async process(payload: JsonValue, budget: CallBudget): Promise<Updates> {
    const { token, at } = itemPayload.parse(payload);
    const lifeMs = token === null ? 0 : PUSH_TOKEN_LIFE_MS - this.#ageMs(token, at);
    const pushToken = token !== null && lifeMs > 0 ? { value: token, lifeMs } : null;
    // Without a token calls are scarce: one answers all callbacks before it.
    const since = pushToken ? budget.arrivedAt : at;
    await this.#options.pull(budget, { pushToken, since });
    return { messages: [], statuses: [], hasMoreInHistory: true };
  }

  #noteToken(token: string): void {
    const now = this.#options.clock.monotonic();
    for (const [old, cameAt] of this.#cameAt) {
      if (now - cameAt < PUSH_TOKEN_LIFE_MS) break;
      this.#cameAt.delete(old);
    }
    if (!this.#cameAt.has(token)) this.#cameAt.set(token, now);
  }

  /** @param at Unix ms: when the token came, for one that came to another process */
  #ageMs(token: string, at: number): number {
    const { clock } = this.#options;
    const cameAt = this.#cameAt.get(token);
    return cameAt === undefined ? Math.max(0, clock.now() - at) : clock.monotonic() - cameAt;
  }
}

/** Base64 whose `+` was not escaped comes out of a query as spaces, which it cannot have. */
function readEchoText(query: URLSearchParams): string | null {
  return query.get('echostr')?.replaceAll(' ', '+') ?? null;
}

function toItem(event: CallbackEvent, receivedAt: number): PushedItem {
  const { type, suiteId, authCorpId, token, timestamp } = event;
  // Events without a token would otherwise all be one.
  const identity = JSON.stringify([suiteId, authCorpId, type, token ?? `at ${timestamp}`]);
  return {
    key: `${type}:${createHash('sha256').update(identity).digest('base64url')}`,
    payload: { token, at: receivedAt },
  };
}

function toReply(body: string): PushReply {
  return { status: 200, contentType: 'text/plain', body };
}

function refuse(reason: string): PushRefusal {
  return { isAccepted: false, reason: `A callback was refused: ${reason}`, reply: REFUSED };
}
