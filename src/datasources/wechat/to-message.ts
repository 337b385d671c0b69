import type { Holdings } from '../kit/may-hold.ts';
import { NO_MEDIA } from '../kit/no-media.ts';
import { sharing } from '../kit/sharing.ts';
import type {
  ConversationRecord,
  JsonValue,
  MediaPart,
  MessageDirection,
  MessageKind,
  MessagePart,
  MessageRecord,
  ParticipantRecord,
} from '../../domain/records.ts';
import type { ArrangedRecords, DigestedRecord } from './record-order.ts';
import { toDigestSequence, toSequence } from './sequence.ts';

/** A line of customer service history. The provider gives it no id, and media only as a word. */
export interface WeChatMessageRecord extends MessageRecord {
  provider: 'WECHAT';
  /** The customer; empty in a garbled record. */
  openId: string;
  /** The provider's `opercode`; 0 in a garbled record. */
  operationCode: number;
  /** The agent as `prefix@account`; empty if no agent served. */
  worker: string;
}

/** Whose history it is. */
export interface Account {
  channel: string;
  appId: string;
}

/** What this provider's messages can be. */
export const HOLDINGS: Holdings = {
  directions: ['INBOUND', 'OUTBOUND', 'SYSTEM'],
  kinds: ['TEXT', 'IMAGE', 'AUDIO', 'VIDEO', 'SESSION_EVENT', 'UNSUPPORTED'],
  conversationKinds: ['DIRECT'],
  availabilities: ['AVAILABLE'],
  participantRoles: ['CUSTOMER', 'AGENT', 'OFFICIAL_ACCOUNT'],
  hasText: true,
  isConversation: () => true,
};

/** Stands for the conversation of a garbled record that does not name its customer; no openid looks like it. */
const UNKNOWN_CONVERSATION = '?';

/**
 * Only 2002 and 2003 are in the current documentation; the others are from the call that this one replaced, and are
 * not documented as obsolete.
 *
 * @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_getmsglist.html
 */
const OPERATIONS: Readonly<Record<number, Exclude<MessageDirection, 'INTERNAL'>>> = {
  1000: 'SYSTEM', // a session was created and waits for an agent
  1001: 'SYSTEM', // an agent took it
  1002: 'SYSTEM', // an agent began it
  1003: 'SYSTEM', // it was handed to another agent
  1004: 'SYSTEM', // it was closed
  1005: 'SYSTEM', // it was taken over from a colleague
  2001: 'INBOUND', // the account received a message
  2002: 'OUTBOUND', // an agent sent a message
  2003: 'INBOUND', // an agent received a message
};

/** The text with which history replaces media. A customer who types the same characters cannot be distinguished. */
const MEDIA_MARKS: ReadonlyMap<string, 'IMAGE' | 'AUDIO' | 'VIDEO'> = new Map([
  ['[image]', 'IMAGE'],
  ['[voice]', 'AUDIO'],
  ['[video]', 'VIDEO'],
]);

interface Content {
  direction: MessageDirection;
  kind: MessageKind;
  parts: MessagePart[];
}

/**
 * Maps the records of whole seconds, oldest first.
 *
 * The key is the second, the digest and a number among identical records of that second: two identical records are two
 * messages, and which is which does not matter, since nothing tells them apart.
 */
export function toMessages(
  { records, isShuffled }: ArrangedRecords,
  account: Account,
): WeChatMessageRecord[] {
  const people = createPeople(account);
  const twins = new Map<string, number>();
  let rank = 0;
  return records.map((record, index) => {
    rank = records[index - 1]?.time === record.time ? rank + 1 : 0;
    const identity = `${record.time}.${record.digest}`;
    const twin = twins.get(identity) ?? 0;
    twins.set(identity, twin + 1);
    const sequence = isShuffled
      ? toDigestSequence(record.time, record.digest, twin)
      : toSequence(record.time, rank);
    return toMessage(record, people, `${identity}.${twin}`, sequence);
  });
}

/** @returns the second in which the message was sent; null when the text is not the key of a message */
export function secondOfKey(key: string): number | null {
  const second = /^(\d{1,12})\.[\w-]{22}\.\d+$/.exec(key)?.[1];
  return second === undefined ? null : Number(second);
}

export function toCustomer(channel: string, openId: string): ParticipantRecord {
  return { channel, role: 'CUSTOMER', nativeId: openId, displayName: null };
}

/** Agents are `prefix@account`; no openid has an @. */
export function toParticipant(account: Account, nativeId: string): ParticipantRecord {
  if (nativeId.includes('@')) return toAgent(account, nativeId);
  return nativeId === account.appId ? toAgent(account, null) : toCustomer(account.channel, nativeId);
}

/** @param key the customer's openid: an account has one conversation with each customer, whichever agent serves them */
export function toConversation(channel: string, key: string): ConversationRecord {
  const isKnown = key !== UNKNOWN_CONVERSATION;
  return {
    channel,
    kind: 'DIRECT',
    key,
    nativeId: isKnown ? key : null,
    title: null,
    participants: isKnown ? [toCustomer(channel, key)] : null,
  };
}

interface People {
  channel: string;
  conversation: (key: string) => ConversationRecord;
  customer: (openId: string) => ParticipantRecord;
  agent: (worker: string) => ParticipantRecord;
}

function createPeople(account: Account): People {
  const { channel } = account;
  return {
    channel,
    conversation: sharing((key) => toConversation(channel, key)),
    customer: sharing((openId) => toCustomer(channel, openId)),
    agent: sharing((worker) => toAgent(account, worker)),
  };
}

function toMessage(
  record: DigestedRecord,
  people: People,
  key: string,
  sequence: string,
): WeChatMessageRecord {
  const { openId, worker, operationCode, text, time } = record;
  const { direction, kind, parts } = toContent(record);
  const agent = people.agent(worker ?? '');
  const customer = openId === null ? null : people.customer(openId);
  const isFromCustomer = direction === 'INBOUND';
  const recipient = isFromCustomer ? agent : customer;
  return {
    provider: 'WECHAT',
    channel: people.channel,
    key,
    sequence,
    sentAt: time * 1000,
    direction,
    kind,
    availability: 'AVAILABLE',
    nativeId: null,
    conversation: people.conversation(openId ?? UNKNOWN_CONVERSATION),
    sender: isFromCustomer && customer ? customer : agent,
    recipients: recipient ? [recipient] : null,
    text,
    parts,
    openId: openId ?? '',
    operationCode: operationCode ?? 0,
    worker: worker ?? '',
  };
}

function toContent(record: DigestedRecord): Content {
  const { openId, operationCode, text } = record;
  const direction = operationCode === null ? undefined : OPERATIONS[operationCode];
  if (openId === null || text === null || direction === undefined) {
    const nativeType = operationCode === null ? 'unknown' : String(operationCode);
    return {
      direction: 'SYSTEM',
      kind: 'UNSUPPORTED',
      parts: [{ type: 'UNSUPPORTED', nativeType, raw: record.raw ?? toRaw(record) }],
    };
  }
  if (direction === 'SYSTEM') return { direction, kind: 'SESSION_EVENT', parts: [{ type: 'TEXT', text }] };
  const media = MEDIA_MARKS.get(text);
  return media
    ? { direction, kind: media, parts: [toMediaPart(media)] }
    : { direction, kind: 'TEXT', parts: [{ type: 'TEXT', text }] };
}

/** Where no agent is named, the account itself is sender or recipient. */
function toAgent({ channel, appId }: Account, worker: string | null): ParticipantRecord {
  return worker
    ? { channel, role: 'AGENT', nativeId: worker, displayName: null }
    : { channel, role: 'OFFICIAL_ACCOUNT', nativeId: appId, displayName: null };
}

/** A medium of which only the kind is known: the provider has announced addresses for pictures but gives none. */
function toMediaPart(kind: MessageKind): MediaPart {
  return { type: 'MEDIA', kind, ...NO_MEDIA };
}

function toRaw({ openId, operationCode, text, time, worker }: DigestedRecord): JsonValue {
  return { openid: openId, opercode: operationCode, text, time, worker };
}
