import type { CallBudget } from './message-source.ts';
import type { JsonValue, MessageRecord } from '../domain/records.ts';

/** What is known of a delivery to `/webhooks/<channel>/<event>` before its body is read. */
export interface PushHead {
  event: string;
  method: 'GET' | 'POST';
  query: URLSearchParams;
  /** Names in lower case; of one that came more than once, the first. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Of whoever opened the connection, which may be a proxy; undefined when it has gone. */
  remoteAddress?: string | undefined;
  /** Unix ms. */
  receivedAt: number;
}

export interface PushRequest extends PushHead {
  /** As sent; empty for GET. */
  body: string;
}

/** The answer in the words that the provider expects. */
export interface PushReply {
  status: number;
  contentType: string;
  body: string;
}

/**
 * One piece of news, to be written down before the provider is answered, and processed after that. A channel's items are
 * processed in the order of their coming.
 */
export interface PushedItem {
  /** The same for every repetition of this news, whoever signed it and when: it is kept once. Unique in the channel. */
  key: string;
  /** What `process` needs; plain JSON. */
  payload: JsonValue;
}

/** Nothing of it may be kept. */
export interface PushRefusal {
  isAccepted: false;
  /** For the log: our own words, and nothing of the request. */
  reason: string;
  reply: PushReply;
}

/** That a credential came with a body. One that does not cover the body may vouch for a few bodies and no more. */
export interface CredentialUse {
  /** Digests, in hex. */
  credential: string;
  body: string;
  /** Unix ms: the credential is refused for its age from then on. */
  expiresAt: number;
}

export interface Voucher {
  use: CredentialUse;
  /** What to answer when it has vouched for too many other bodies. */
  misused: PushRefusal;
}

export type PushResult =
  /** `about` is for the log: one of the provider's names of events that are known; null where the URL says it all. */
  | { isAccepted: true; items: PushedItem[]; about: string | null; reply: PushReply; voucher?: Voucher }
  | PushRefusal;

export type DeliveryStatus = 'PENDING' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED';

/** How far a message got. Only ever forward: PENDING, SENT, DELIVERED, READ. */
export interface DeliveryUpdate {
  whatsAppMessageId: string;
  status: DeliveryStatus;
  /** Unix ms: when the gateway was told, where the provider does not say. */
  changedAt: number;
  /** `MessageRecord.key` of the message, null as long as it is not known. */
  messageKey: string | null;
  /** Whose message it is, and of which mass dispatch; null where the provider does not tell, absent in older news. */
  agentUserId?: string | null;
  campaignTaskId?: string | null;
  campaignTaskDetailId?: string | null;
}

/** What came of an item. */
export interface Updates {
  messages: MessageRecord[];
  statuses: DeliveryUpdate[];
  /** There is something new in the channel's history that is not among `messages`: it must be read. */
  hasMoreInHistory: boolean;
}

/** The part of a channel that providers push to. */
export interface PushReceiver {
  /** The last parts of the URLs that it answers. */
  readonly events: readonly string[];
  /** Longer ones are not of this provider. */
  readonly maxBodyBytes: number;
  /**
   * What can be said before the body is read. Never throws.
   *
   * @returns a refusal; or whether it is proven by now that the provider sent it, else its body has to
   */
  screen(head: PushHead): PushRefusal | { isProven: boolean };
  /** The provider's words for what the gateway cannot take. */
  refuse(status: 408 | 413 | 503): PushReply;
  /**
   * Checks who sent it, and takes it apart, in time linear in its length. No I/O: the provider waits. Never throws,
   * whatever was sent.
   */
  receive(request: PushRequest): PushResult;
  /**
   * Makes news of an item that was accepted; may be called again for the same item after a crash, and must then bring
   * the same.
   *
   * @throws UpstreamError, then it is called again later
   * @throws BudgetSpentError likewise
   */
  process(payload: JsonValue, budget: CallBudget): Promise<Updates>;
}
