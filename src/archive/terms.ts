import type { SourceFilter } from '../datasources/message-source.ts';
import { agentAccountsOf } from '../domain/agent-accounts.ts';
import { isNameText } from '../domain/name-text.ts';
import { tokensOf, tokensOfSearch } from '../domain/search-tokens.ts';
import type { MessageRecord, ParticipantRecord } from '../domain/records.ts';

/**
 * By what messages are found in an archive: a letter for what the term is about, and its value. Changed terms need another
 * letter, since entries that are there keep those that they have. Each message has some ten of them, and what is neither a small letter
 * nor a digit takes three bytes. No role is the beginning of another one.
 */
const conversation = (key: string): string => `c${key}`;
const participant = ({ role, nativeId }: Pick<ParticipantRecord, 'role' | 'nativeId'>): string =>
  `p${role.toLowerCase()}${nativeId}`;
const direction = (value: string): string => `d${value.toLowerCase()}`;
const kind = (value: string): string => `k${value.toLowerCase()}`;
const availability = (value: string): string => `a${value.toLowerCase()}`;
const conversationKind = (value: string): string => `n${value.toLowerCase()}`;
const agentAccount = (account: string): string => `g${account}`;
/** It has a text, and its words are not among its terms. */
const TEXT = 't';
/** It has a text, and all words of it are among its terms. */
const INDEXED_TEXT = 'i';
const word = (token: string): string => `w${token}`;
const isWord = (term: string): boolean => term.startsWith('w');

/** @returns each once */
export function termsOf(message: MessageRecord): string[] {
  const { sender, recipients } = message;
  const terms = [
    conversation(message.conversation.key),
    ...[sender, ...(recipients ?? [])].map(participant),
    direction(message.direction),
    kind(message.kind),
    availability(message.availability),
    conversationKind(message.conversation.kind),
    ...agentAccountsOf(message).map(agentAccount),
    ...textTermsOf(message),
  ];
  return [...new Set(terms)];
}

/** A text of which callers see different things is found without its words: so none of them learns any from how it is found. */
function textTermsOf(message: MessageRecord): string[] {
  const { text } = message;
  if (text === null) return [];
  const tokens = isNameText(message) ? null : tokensOf(text);
  return tokens ? [INDEXED_TEXT, ...tokens.map(word)] : [TEXT];
}

/** The terms of the same message where words are not indexed. */
export function withoutWords(terms: readonly string[]): string[] {
  return terms.filter((term) => !isWord(term)).map((term) => (term === INDEXED_TEXT ? TEXT : term));
}

/**
 * As `ArchiveQuery.terms`: finds what the filter selects. With a search it finds more, whose texts have yet to be compared: those
 * whose words are not indexed, and those that have the tokens elsewhere.
 */
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
    ...(filter.search ? tokensOfSearch(filter.search).map((token) => [word(token), TEXT]) : []),
    filter.needsText && !filter.search ? [TEXT, INDEXED_TEXT] : null,
  ].filter((list) => list !== null && list !== undefined);
}
