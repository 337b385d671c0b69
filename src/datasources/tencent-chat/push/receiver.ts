import { type BlockList, isIPv6 } from 'node:net';
import type { Secret } from '../../kit/secret.ts';
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
import { messageEvent, type MessageEvent, readMessageEvents, toKnownCommand } from './wire.ts';
import { isSigned } from './verify.ts';
import type { TencentChatSource } from '../source.ts';
import { parseMessageKey } from '../wire.ts';

export interface CallbackReceiverOptions {
  sdkAppId: number;
  /** What proves that the provider sent it: a signature, or the address that it came from. */
  proof: { token: Secret } | { addresses: BlockList };
  /** By official account. */
  sources: ReadonlyMap<string, TencentChatSource>;
}

const ACCEPTED = toReply(200, { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' });
/** The same answer for every error, so that a stranger learns nothing. */
const REFUSED = toReply(403, { ActionStatus: 'FAIL', ErrorCode: 1, ErrorInfo: 'refused' });

/**
 * The URL that the provider calls after a message was sent or recalled.
 *
 * A callback does not say who wrote a message, and need not be signed. So it is only a hint: published and stored
 * messages come from the history, where the hint points.
 *
 * @see https://www.tencentcloud.com/document/product/1047/34354
 */
export class CallbackReceiver implements CallingPushReceiver {
  readonly needsCalls = true;
  readonly events = ['callback'];
  /** A message's own limit is 12 kB; a callback may list several hundred that were recalled. */
  readonly maxBodyBytes = 128 * 1024;
  readonly #options: CallbackReceiverOptions;

  constructor(options: CallbackReceiverOptions) {
    this.#options = options;
  }

  screen({ method, query, remoteAddress, receivedAt }: PushHead): PushRefusal | { isProven: boolean } {
    const { sdkAppId, proof } = this.#options;
    if (method !== 'POST') return refuse('it is not a POST');
    if (query.get('SdkAppid') !== String(sdkAppId)) return refuse('it names another app');
    if ('addresses' in proof && !isOneOf(proof.addresses, remoteAddress)) {
      return refuse("it came from an address that the channel's unsignedCallbacksFrom does not name");
    }
    if ('token' in proof && !isSigned(query, proof.token, receivedAt)) {
      return refuse(
        "its signature is wrong or old; if it came from the provider, check the channel's callbackToken and the clock",
      );
    }
    return query.get('CallbackCommand') ? { isProven: true } : refuse('it names no command');
  }

  refuse(status: 408 | 413 | 503): PushReply {
    return { ...REFUSED, status };
  }

  receive(request: PushRequest): PushResult {
    const screened = this.screen(request);
    if ('reply' in screened) return screened;
    const { query, body } = request;
    const { sources } = this.#options;
    const command = query.get('CallbackCommand') ?? '';
    const events = readMessageEvents(command, body);
    if (!events) return refuse('its body is not one of its command');
    const items = events.filter(({ officialAccount }) => sources.has(officialAccount)).map(toItem);
    return { isAccepted: true, items, about: toKnownCommand(command), reply: ACCEPTED };
  }

  async process(payload: JsonValue, budget: CallBudget): Promise<Updates> {
    const { type, officialAccount, messageKey } = messageEvent.parse(payload);
    const source = this.#options.sources.get(officialAccount);
    // The account may have left the configuration since.
    if (!source) return toUpdates({});
    const placed = parseMessageKey(messageKey);
    if (type === 'withdraw') {
      const changed = placed ? await source.checkRecall({ ...placed, messageKey }, budget) : [];
      return toUpdates(changed.length === 0 ? {} : { changed });
    }
    const message = placed && (await source.find({ ...placed, messageKey }, budget));
    return message ? toUpdates({ messages: [message] }) : toUpdates({ hasMoreInHistory: true });
  }
}

function isOneOf(addresses: BlockList, address: string | undefined): boolean {
  return address !== undefined && addresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function toUpdates(updates: Partial<Updates>): Updates {
  return { messages: [], statuses: [], hasMoreInHistory: false, ...updates };
}

function toItem({ type, officialAccount, messageKey }: MessageEvent): PushedItem {
  return {
    key: `${type}:${officialAccount}:${messageKey}`,
    payload: { type, officialAccount, messageKey },
  };
}

function toReply(status: number, body: object): PushReply {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

function refuse(reason: string): PushRefusal {
  return { isAccepted: false, reason: `A callback was refused: ${reason}`, reply: REFUSED };
}
