import type { ConversationRecord, ParticipantRecord } from '../records.ts';

/** Who talks with whom. Ids are normalised as in whatsapp-id.ts. */
export interface Parties {
  isGroup: boolean;
  /** The service account. */
  account: string;
  /** The customer, or the group. */
  counterpart: string;
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

/** The service account stands for whichever of the company's people wrote on it. */
export function toAgent(
  channel: string,
  { account }: Parties,
  displayName: string | null,
): ParticipantRecord {
  return { channel, role: 'AGENT', nativeId: account, displayName };
}

/**
 * The other side. In a group it is somebody: the history does not tell who of the members spoke, so what stands for
 * them is the group, in the role UNKNOWN and without a name.
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

export function toConversation(
  channel: string,
  parties: Parties,
  names: { agent: string | null; counterpart: string | null } = { agent: null, counterpart: null },
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
