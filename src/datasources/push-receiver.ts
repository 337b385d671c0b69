import type { CallBudget } from './call-budget.ts';
import type { DeliveryUpdate } from '../domain/delivery.ts';
import type { CredentialUse, PushedItem } from '../domain/push.ts';
import type { JsonValue, MessageRecord, ParticipantRecord } from '../domain/records.ts';

/** The head of a delivery to `/webhooks/<channel>/<event>`, before its body is read. */
export interface PushHead {
  event: string;
  method: 'GET' | 'POST';
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address of the peer that opened the connection, which may be a proxy; undefined when it has disconnected. */
  remoteAddress?: string | undefined;
  /** Unix ms. */
  receivedAt: number;
}

export interface PushRequest extends PushHead {
  /** What `screen` has said of the head; left out: it was not asked. */
  isProven?: boolean;
  /** As sent; empty for GET. */
  body: string;
}

/** The answer in the provider's own format. */
export interface PushReply {
  status: number;
  contentType: string;
  body: string;
}

/** Nothing of it may be stored. */
export interface PushRefusal {
  isAccepted: false;
  /** For the log: our own words, and nothing of the request. */
  reason: string;
  reply: PushReply;
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

/** The result of processing an item. */
export interface Updates {
  messages: MessageRecord[];
  statuses: DeliveryUpdate[];
  /** As the history lists them now: not what was published of them, or kept. Left out: none. */
  changed?: MessageRecord[];
  /** Unix s: of messages that were sent in these seconds more has been told, as `MessageSource.told` has it. Left out: none. */
  toldOf?: number[];
  /** The channel's history has new messages that are not among `messages`: it must be read. */
  hasMoreInHistory: boolean;
}

/** What an item says of whose message it tells. */
export interface PushSubject {
  people: readonly Pick<ParticipantRecord, 'role' | 'nativeId'>[];
  /** Unix ms: when the message was sent; where the item does not say, the earliest that it may have been. */
  peopleAt: number;
  /** Under which deliveries name the message. */
  id: string;
  /** Unix ms: when it was sent; 0 when the item does not say. */
  sentAt: number;
}

/** The webhooks of a channel: what they accept. */
interface PushIntake {
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
  /** Whom an item tells of. Null, or left out: it says of no message whose it is. */
  subjectOf?(payload: JsonValue): PushSubject | null;
  /** Which of the items may be stored. Left out: all. */
  admit?(items: readonly PushedItem[]): Promise<readonly PushedItem[]>;
  /**
   * Authenticates and parses a delivery, in time linear in its length. No I/O: the provider waits. Never throws,
   * whatever was sent.
   */
  receive(request: PushRequest): PushResult;
}

/** Makes events of items and of the store alone. */
export interface LocalPushReceiver extends PushIntake {
  readonly needsCalls: false;
  /**
   * Makes events of a stored item, and stores what it tells. May run again for the same item, after a crash for example,
   * and must then tell of the same messages and statuses.
   *
   * @throws Error then nothing is stored, and it runs again later
   */
  process(payload: JsonValue): Promise<Updates>;
  /**
   * Does the same for several items in their order, all or none of those that it returns.
   *
   * @param mayBegin asked before each; the first is processed whatever it says
   * @returns of the first of them, up to the first that cannot be processed together with others: none needs the history
   * @throws Error when one of these fails
   */
  processTogether(payloads: readonly JsonValue[], mayBegin: () => boolean): Promise<Updates[]>;
}

/** Makes events of items with calls to the provider. */
export interface CallingPushReceiver extends PushIntake {
  readonly needsCalls: true;
  /**
   * Makes events of a stored item; may run again for the same item after a crash, and must then return the same.
   *
   * @throws UpstreamError, then it runs again later
   * @throws BudgetSpentError likewise
   */
  process(payload: JsonValue, budget: CallBudget): Promise<Updates>;
}

/** The webhooks of a channel. */
export type PushReceiver = LocalPushReceiver | CallingPushReceiver;
