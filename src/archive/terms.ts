import type { SourceFilter } from '../datasources/message-source.ts';
import { agentAccountsOf } from '../domain/agent-accounts.ts';
import type { MessageRecord, ParticipantRecord } from '../domain/records.ts';

/**
 * By what messages are found in an archive: a mark for what the term is about, and its value. Changed terms need another
 * mark, since entries that are there keep those that they have.
 */
const conversation = (key: string): string => `c:${key}`;
const participant = ({ role, nativeId }: Pick<ParticipantRecord, 'role' | 'nativeId'>): string =>
  `p:${role}:${nativeId}`;
const direction = (value: string): string => `d:${value}`;
const kind = (value: string): string => `k:${value}`;
const availability = (value: string): string => `a:${value}`;
const conversationKind = (value: string): string => `ck:${value}`;
const agentAccount = (account: string): string => `aa:${account}`;
const HAS_TEXT = 't';

/** @returns each once */
export function termsOf(message: MessageRecord): string[] {
  const { sender, recipients, text } = message;
  const terms = [
    conversation(message.conversation.key),
    ...[sender, ...(recipients ?? [])].map(participant),
    direction(message.direction),
    kind(message.kind),
    availability(message.availability),
    conversationKind(message.conversation.kind),
    ...agentAccountsOf(message).map(agentAccount),
    ...(text === null ? [] : [HAS_TEXT]),
  ];
  return [...new Set(terms)];
}

/** As `ArchiveQuery.terms`: finds what the filter selects, and nothing else. */
export function termsOfFilter(filter: SourceFilter): string[][] {
  const { directions, kinds, availabilities, conversationKinds, agentAccounts } = filter;
  return [
    filter.conversationKey === null ? null : [conversation(filter.conversationKey)],
    filter.participant === null ? null : [participant(filter.participant)],
    directions?.map(direction),
    kinds?.map(kind),
    availabilities?.map(availability),
    conversationKinds?.map(conversationKind),
    agentAccounts?.map(agentAccount),
    filter.needsText ? [HAS_TEXT] : null,
  ].filter((list) => list !== null && list !== undefined);
}
