import type {
  ConversationRecord,
  MessageAvailability,
  MessageKind,
  MessageRecord,
  ParticipantRecord,
} from '../../domain/records.ts';
import { ELEMENT_KINDS, readElement, type ElementReading } from './elements.ts';
import { toSequence, type PlacedMessage } from './paging.ts';
import { toRecordKey } from './record-key.ts';

export interface TencentChatMessageRecord extends MessageRecord {
  provider: 'TENCENT_CHAT';
  /** `MsgKey`; the sequence's digits for a hole that has lost it. */
  messageKey: string;
  /** `MsgSeq` as its decimal digits; `sequence` is what messages are ordered by. */
  messageSequence: string;
  officialAccount: string;
  /** The user who wrote in the account's name; null if the provider does not say. */
  fromAccount: string | null;
}

/** Where a message was listed. */
export interface Listing {
  channel: string;
  officialAccount: string;
}

/** What a message of this provider can be. */
export const KINDS: readonly MessageKind[] = [...ELEMENT_KINDS, 'MIXED'];

const AVAILABILITIES: Readonly<Record<number, MessageAvailability>> = { 1: 'UNAVAILABLE', 2: 'RECALLED' };

/** A hole or a recalled message keeps its place and its kind, and shows nothing of what it said. */
export function toMessage(wire: PlacedMessage, listing: Listing): TencentChatMessageRecord {
  const { channel, officialAccount } = listing;
  const availability = AVAILABILITIES[wire.placeholder] ?? 'AVAILABLE';
  const readings = wire.elements.map((element) => readElement(element));
  // Not with a time of its own, which may be a guess that differs from page to page.
  const messageKey = wire.messageKey ?? String(wire.messageSequence);
  const isShown = availability === 'AVAILABLE';
  return {
    provider: 'TENCENT_CHAT',
    channel,
    key: toRecordKey({ officialAccount, messageSequence: wire.messageSequence, messageKey }),
    sequence: toSequence(officialAccount, wire),
    sentAt: wire.sentAt,
    // Subscribers cannot write into the stream; their answers are one-to-one messages, listed elsewhere.
    direction: 'OUTBOUND',
    kind: toKind(readings),
    availability,
    nativeId: wire.messageKey,
    conversation: toConversation(listing),
    sender: toSender(listing, wire.fromAccount),
    recipients: null,
    text: isShown ? toText(readings) : null,
    parts: isShown ? readings.flatMap((reading) => reading.parts) : null,
    messageKey,
    messageSequence: String(wire.messageSequence),
    officialAccount,
    fromAccount: wire.fromAccount,
  };
}

/** The stream of one official account to all its subscribers. */
export function toConversation({ channel, officialAccount }: Listing): ConversationRecord {
  return {
    channel,
    kind: 'BROADCAST',
    key: officialAccount,
    nativeId: officialAccount,
    title: null,
    participants: [toAccount({ channel, officialAccount })],
  };
}

/** The user who wrote in the account's name, if the provider says; else the account. */
function toSender(listing: Listing, fromAccount: string | null): ParticipantRecord {
  const { channel, officialAccount } = listing;
  return fromAccount === null || fromAccount === officialAccount
    ? toAccount(listing)
    : toWriter(channel, fromAccount);
}

export function toWriter(channel: string, user: string): ParticipantRecord {
  return { channel, role: 'AGENT', nativeId: user, displayName: null };
}

export function toAccount({ channel, officialAccount }: Listing): ParticipantRecord {
  return { channel, role: 'OFFICIAL_ACCOUNT', nativeId: officialAccount, displayName: null };
}

function toKind(readings: readonly ElementReading[]): MessageKind {
  const kinds = new Set(readings.map((reading) => reading.kind));
  const [kind] = kinds;
  return kinds.size > 1 ? 'MIXED' : (kind ?? 'UNSUPPORTED');
}

function toText(readings: readonly ElementReading[]): string | null {
  const texts = readings.map((reading) => reading.text).filter((text) => text !== null && text !== '');
  return texts.length > 0 ? texts.join('\n') : null;
}
