import type {
  ConversationRecord,
  MessageDirection,
  MessageRecord,
  ParticipantRecord,
} from '../../domain/records.ts';
import { toWhatsAppId } from './whatsapp-id.ts';

/** Who talks with whom. Ids are normalised as in whatsapp-id.ts. */
export interface Parties {
  isGroup: boolean;
  /** The service account. */
  account: string;
  /** The customer, or the group. */
  counterpart: string;
}

export interface Names {
  agent: string | null;
  counterpart: string | null;
}

/**
 * Who talks, from addresses as they came.
 *
 * @param chatType 1 with one person, 2 in a group; when it says neither, the address does
 */
export function toPartiesOf(chatType: number | null, account: string, counterpart: string): Parties {
  const other = toWhatsAppId(counterpart, chatType === 2);
  return {
    isGroup: chatType === 2 || (chatType !== 1 && other.kind === 'GROUP'),
    account: toWhatsAppId(account).value,
    counterpart: other.value,
  };
}

/** The same customer may talk to several service accounts of the tenant: each is a conversation of its own. */
export function toConversationKey({ isGroup, account, counterpart }: Parties): string {
  return [isGroup ? 'group' : 'direct', encodeURIComponent(account), encodeURIComponent(counterpart)].join(
    ':',
  );
}

/** @returns null when the key is none of this provider's */
export function toParties(conversationKey: string): Parties | null {
  const [, kind, account, counterpart] = /^(group|direct):([^:]*):([^:]*)$/.exec(conversationKey) ?? [];
  if (account === undefined || counterpart === undefined) return null;
  return {
    isGroup: kind === 'group',
    account: decodeURIComponent(account),
    counterpart: decodeURIComponent(counterpart),
  };
}

/** The service account represents the company's people who write on it. */
export function toAgent(
  channel: string,
  { account }: Parties,
  displayName: string | null,
): ParticipantRecord {
  return { channel, role: 'AGENT', nativeId: account, displayName };
}

/**
 * The other side. In a group it is one of the members: the history does not tell which, so the group stands in, in
 * the role UNKNOWN and without a name.
 */
export function toCounterpart(
  channel: string,
  parties: Parties,
  displayName: string | null,
): ParticipantRecord {
  const { isGroup, counterpart: nativeId } = parties;
  return isGroup
    ? { channel, role: 'UNKNOWN', nativeId, displayName: null }
    : { channel, role: 'CUSTOMER', nativeId, displayName };
}

/** The member of a group who wrote, as webhooks tell. */
export function toSpeaker(
  channel: string,
  { address, name }: { address: string; name: string | null },
): ParticipantRecord {
  return { channel, role: 'CUSTOMER', nativeId: toWhatsAppId(address).value, displayName: name };
}

/** However the address is spelt. The number of a service account does not tell that it is one. */
export function toParticipant(channel: string, address: string): ParticipantRecord {
  const { kind, value } = toWhatsAppId(address);
  return toCounterpart(channel, { isGroup: kind === 'GROUP', account: '', counterpart: value }, null);
}

export function toConversation(
  channel: string,
  parties: Parties,
  names: Names = { agent: null, counterpart: null },
): ConversationRecord {
  return {
    channel,
    kind: parties.isGroup ? 'GROUP' : 'DIRECT',
    key: toConversationKey(parties),
    nativeId: parties.counterpart,
    title: names.counterpart,
    participants: parties.isGroup
      ? null
      : [toAgent(channel, parties, names.agent), toCounterpart(channel, parties, names.counterpart)],
  };
}

/** Where a message stands: its conversation, and who wrote it to whom. */
export function toSides(
  channel: string,
  parties: Parties,
  direction: MessageDirection,
  names: Names,
  speaker: ParticipantRecord | null = null,
): Pick<MessageRecord, 'conversation' | 'sender' | 'recipients'> {
  const agent = toAgent(channel, parties, names.agent);
  const counterpart = toCounterpart(channel, parties, names.counterpart);
  const isOutbound = direction === 'OUTBOUND';
  return {
    conversation: toConversation(channel, parties, names),
    sender: isOutbound ? agent : (speaker ?? counterpart),
    // The provider does not list the members of a group.
    recipients: parties.isGroup ? null : [isOutbound ? counterpart : agent],
  };
}
