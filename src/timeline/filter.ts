import { agentAccountsOf } from '../domain/agent-accounts.ts';
import type { SourceFilter } from '../datasources/message-source.ts';
import { matchesSearch, toSearch, type Search } from '../domain/search.ts';
import type {
  ConversationKind,
  MessageAvailability,
  MessageDirection,
  MessageKind,
  MessageRecord,
  ParticipantRecord,
  Provider,
} from '../domain/records.ts';

export interface InChannel<T> {
  channel: string;
  value: T;
}

/** A caller's filter with its ids opened. Null: does not filter. */
export interface TimelineFilter {
  channels: readonly string[] | null;
  providers: readonly Provider[] | null;
  /** Unix ms, inclusive. */
  sentAtGte: number | null;
  /** Unix ms, exclusive. */
  sentAtLt: number | null;
  directions: readonly MessageDirection[] | null;
  kinds: readonly MessageKind[] | null;
  conversation: InChannel<string> | null;
  participant: InChannel<Pick<ParticipantRecord, 'role' | 'nativeId'>> | null;
  textContains: string | null;
  // Left out where they do not filter: cursors are bound to the filter, and older ones do not have these.
  availabilities?: readonly MessageAvailability[];
  conversationKinds?: readonly ConversationKind[];
  /** See `agentAccountsOf`. */
  agentAccounts?: readonly string[];
  /** Has words, as for `toSearch`. */
  search?: string;
}

export const NO_FILTER: TimelineFilter = {
  channels: null,
  providers: null,
  sentAtGte: null,
  sentAtLt: null,
  directions: null,
  kinds: null,
  conversation: null,
  participant: null,
  textContains: null,
};

/** Whether a channel can have messages that pass the filter. */
export function admitsChannel(
  filter: TimelineFilter,
  channel: { name: string; provider: Provider },
): boolean {
  // An empty list matches nothing.
  const { directions, kinds, availabilities, conversationKinds, agentAccounts } = filter;
  const lists = [directions, kinds, availabilities, conversationKinds, agentAccounts];
  const isPassable = lists.every((list) => list?.length !== 0);
  return (
    isPassable &&
    (filter.channels?.includes(channel.name) ?? true) &&
    (filter.providers?.includes(channel.provider) ?? true) &&
    (filter.conversation === null || filter.conversation.channel === channel.name) &&
    (filter.participant === null || filter.participant.channel === channel.name)
  );
}

export function toSourceFilter(filter: TimelineFilter): SourceFilter {
  return {
    conversationKey: filter.conversation?.value ?? null,
    participant: filter.participant?.value ?? null,
    directions: filter.directions,
    kinds: filter.kinds,
    availabilities: filter.availabilities,
    conversationKinds: filter.conversationKinds,
    agentAccounts: filter.agentAccounts,
    needsText: needsText(filter),
    search: searchOf(filter) ?? undefined,
  };
}

/** What the texts are searched for. */
export function searchOf({ search }: TimelineFilter): Search | null {
  return search === undefined ? null : toSearch(search);
}

/** Whether messages without text are left out. */
export function needsText({ textContains, search }: TimelineFilter): boolean {
  return textContains !== null || search !== undefined;
}

/** The text of a message as its reader sees it: a reader cannot search what it cannot see. */
export type TextOf = (message: MessageRecord) => string | null;

/**
 * Creates the check that every message goes through, whatever its source has left out already: so a filter means the
 * same at every provider. The walk checks time bounds, not this function.
 */
export function createMatcher(filter: TimelineFilter, textOf: TextOf): (message: MessageRecord) => boolean {
  const { directions, kinds, conversation, participant, availabilities, conversationKinds, agentAccounts } =
    filter;
  const text = filter.textContains?.toLowerCase() ?? null;
  const search = searchOf(filter);
  return (message) =>
    (directions === null || directions.includes(message.direction)) &&
    (kinds === null || kinds.includes(message.kind)) &&
    (availabilities?.includes(message.availability) ?? true) &&
    (conversationKinds?.includes(message.conversation.kind) ?? true) &&
    (agentAccounts === undefined || isOfAgent(message, agentAccounts)) &&
    (conversation === null || message.conversation.key === conversation.value) &&
    (participant === null || involves(message, participant.value)) &&
    (text === null || (textOf(message)?.toLowerCase().includes(text) ?? false)) &&
    (search === null || isFound(textOf(message), search));
}

function isFound(text: string | null, search: Search): boolean {
  return text !== null && matchesSearch(text, search);
}

function isOfAgent(message: MessageRecord, accounts: readonly string[]): boolean {
  return agentAccountsOf(message).some((account) => accounts.includes(account));
}

function involves(
  message: MessageRecord,
  { role, nativeId }: Pick<ParticipantRecord, 'role' | 'nativeId'>,
): boolean {
  return [message.sender, ...(message.recipients ?? [])].some(
    (participant) => participant.nativeId === nativeId && participant.role === role,
  );
}
