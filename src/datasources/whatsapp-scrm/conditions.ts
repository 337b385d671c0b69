import type { SourceFilter } from '../message-source.ts';
import type { Holdings } from '../kit/may-hold.ts';
import type { MessageQuery } from './client.ts';
import { toParties } from './conversation.ts';
import { historyKinds, toHistoryType } from './native-types.ts';

/** The part of a query's `info` that narrows it down, without its times. */
export type Conditions = Omit<MessageQuery['info'], 'startChatTime' | 'endChatTime'>;

/**
 * How the history spells people, accounts and groups: in bare digits, as all the provider's samples do. Only such ids
 * go into the query; all others are filtered here.
 */
const BARE_ID = /^\d+$/;

/**
 * Turns a filter into the provider's own query. Its result may have more than the filter selects, never less.
 *
 * @param isInGroups whether the participant is recorded as a member of a group who wrote, where the history lists the
 * group instead
 */
export function toConditions(filter: SourceFilter, isInGroups: boolean): Conditions {
  return {
    ...toConversationConditions(filter.conversationKey),
    ...(isInGroups ? {} : toParticipantConditions(filter.participant)),
    ...toDirectionCondition(filter.directions),
    ...toKindCondition(filter.kinds),
    ...toChatTypeCondition(filter.conversationKinds),
    ...toAgentCondition(filter.agentAccounts),
  };
}

export const HOLDINGS: Holdings = {
  directions: ['INBOUND', 'OUTBOUND', 'SYSTEM'],
  kinds: [...historyKinds.values(), 'UNSUPPORTED'],
  conversationKinds: ['DIRECT', 'GROUP'],
  availabilities: ['AVAILABLE'],
  participantRoles: ['AGENT', 'CUSTOMER', 'UNKNOWN'],
  hasText: true,
  isConversation: (key) => toParties(key) !== null,
};

function toConversationConditions(key: string | null): Conditions {
  const parties = key === null ? null : toParties(key);
  if (!parties) return {};
  return {
    ...(BARE_ID.test(parties.account) ? { whatsId: parties.account } : {}),
    ...(BARE_ID.test(parties.counterpart) ? { friendWhatsId: parties.counterpart } : {}),
    chatType: parties.isGroup ? 2 : 1,
  };
}

/** An account is sender or recipient of all that it sees, but for what others are told in its groups. */
function toParticipantConditions(participant: SourceFilter['participant']): Conditions {
  if (!participant || !BARE_ID.test(participant.nativeId)) return {};
  return participant.role === 'AGENT'
    ? { whatsId: participant.nativeId }
    : { friendWhatsId: participant.nativeId };
}

function toDirectionCondition(directions: SourceFilter['directions']): Conditions {
  const [direction, ...others] = new Set(directions);
  if (others.length > 0) return {};
  return direction === 'OUTBOUND' ? { actionType: 1 } : direction === 'INBOUND' ? { actionType: 2 } : {};
}

function toChatTypeCondition(kinds: SourceFilter['conversationKinds']): Conditions {
  const [kind, ...others] = new Set(kinds?.filter((wanted) => wanted !== 'BROADCAST'));
  if (kind === undefined || others.length > 0) return {};
  return { chatType: kind === 'GROUP' ? 2 : 1 };
}

/** An empty text would mean any account. */
function toAgentCondition(accounts: SourceFilter['agentAccounts']): Conditions {
  const [agentAccount, ...others] = new Set(accounts);
  return agentAccount && others.length === 0 ? { agentAccount } : {};
}

/** Declared a String, though the sample shows a number: the declaration is what a strict server would check. */
function toKindCondition(kinds: SourceFilter['kinds']): Conditions {
  const [kind, ...others] = new Set(kinds);
  const type = kind === undefined || others.length > 0 ? null : toHistoryType(kind);
  return type === null ? {} : { contentType: String(type) };
}
