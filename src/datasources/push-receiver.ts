import type { CallBudget } from './message-source.ts';
import type { JsonValue, MessageRecord } from '../domain/records.ts';

/** The head of a delivery to `/webhooks/<channel>/<event>`, before its body is read. */
export interface PushHead {
  event: string;
  method: 'GET' | 'POST';
  query: URLSearchParams;
  /** Names in lower case; of a repeated header, the first. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Address of the peer that opened the connection, which may be a proxy; undefined when it has disconnected. */
  remoteAddress?: string | undefined;
  /** Unix ms. */
  receivedAt: number;
}

export interface PushRequest extends PushHead {
  /** As sent; empty for GET. */
  body: string;
}

/** The answer in the provider's own format. */
export interface PushReply {
  status: number;
  contentType: string;
  body: string;
}

/**
 * One pushed item, which is stored before the gateway answers, and processed after that. A channel's items are
 * processed in the order of arrival.
 */
export interface PushedItem {
  /**
   * The same for every repetition of the item, whatever signature and time it comes with: it is stored once. Unique
   * in the channel.
   */
  key: string;
  /** What `process` needs; plain JSON. */
  payload: JsonValue;
}

/** Nothing of it may be stored. */
export interface PushRefusal {
  isAccepted: false;
  /** For the log: our own words, and nothing of the request. */
  reason: string;
  reply: PushReply;
}

/**
 * Records that a credential came with a body. A credential that does not cover the body may authenticate only a few
 * bodies.
 */
export interface CredentialUse {
  /** Digests, in hex. */
  credential: string;
  body: string;
  /** Unix ms: when the credential expires. */
  expiresAt: number;
}

export interface Voucher {
  use: CredentialUse;
  /** The answer when it has come with too many other bodies. */
  misused: PushRefusal;
}

export type PushResult =
  /** `about` is for the log: one of the provider's known event names; null if the URL says it all. */
  | { isAccepted: true; items: PushedItem[]; about: string | null; reply: PushReply; voucher?: Voucher }
  | PushRefusal;

export type DeliveryStatus = 'PENDING' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED';

/** The delivery status of a message. Only ever forward: PENDING, SENT, DELIVERED, READ. */
export interface DeliveryUpdate {
  whatsAppMessageId: string;
  status: DeliveryStatus;
  /** Unix ms; if the provider does not say, when the gateway recorded it. */
  changedAt: number;
  /** `MessageRecord.key` of the message, null as long as it is not known. */
  messageKey: string | null;
  /** The agent and the campaign of the message; null if the provider does not say, absent in older events. */
  agentUserId?: string | null;
  campaignTaskId?: string | null;
  campaignTaskDetailId?: string | null;
}

/** The result of processing an item. */
export interface Updates {
  messages: MessageRecord[];
  statuses: DeliveryUpdate[];
  /** The channel's history has new messages that are not among `messages`: it must be read. */
  hasMoreInHistory: boolean;
}

/** The webhooks of a channel. */
export interface PushReceiver {
  /** The last path segments of its URLs. */
  readonly events: readonly string[];
  /** Longer bodies are not from this provider. */
  readonly maxBodyBytes: number;
  /**
   * Checks the head before the body is read. Never throws.
   *
   * @returns a refusal; or whether the head proves that the provider sent it, else the body must
   */
  screen(head: PushHead): PushRefusal | { isProven: boolean };
  /** The provider's format for an error of the gateway. */
  refuse(status: 408 | 413 | 503): PushReply;
  /**
   * Authenticates and parses a delivery, in time linear in its length. No I/O: the provider waits. Never throws,
   * whatever was sent.
   */
  receive(request: PushRequest): PushResult;
  /**
   * Makes events of a stored item; may run again for the same item after a crash, and must then return the same.
   *
   * @throws UpstreamError, then it runs again later
   * @throws BudgetSpentError likewise
   */
  process(payload: JsonValue, budget: CallBudget): Promise<Updates>;
}
