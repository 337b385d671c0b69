import {
  ConversationMessagesDocument,
  ConversationsDocument,
  MessageAddedDocument,
  MessagesDocument,
  SearchMessagesDocument,
  type ConversationsVariables,
  type ConversationVariables,
  type MessageAddedVariables,
  type MessagesVariables,
  type SearchVariables,
} from '../../src/client/index.ts';
import { earlier, later, toChannels, toConversationFilter, toMessageFilter, toRange } from './filters.ts';
import type { Filters, View } from './view.ts';

export const PAGE_SIZE = 50;

/** What the page asks; the same variables are sent, shown, and given to the playground. */
export function toListQuery(filters: Filters): ConversationsVariables {
  return { filter: toConversationFilter(filters), first: PAGE_SIZE };
}

/** @param channels of which nothing is kept, so that their conversations are found in their timeline */
export function toTimelineQuery(filters: Filters, channels: string[]): MessagesVariables {
  const { conversationKinds } = toMessageFilter(filters);
  return { filter: { channels, conversationKinds }, first: PAGE_SIZE };
}

export function toSearchQuery(filters: Filters, search: string): SearchVariables {
  return { filter: { ...toMessageFilter(filters), search }, first: PAGE_SIZE };
}

/** Newest first: up to the message at which the conversation is open, inclusive, or from the newest on. */
export function toOlderQuery({ conversation, at, ...filters }: View): ConversationVariables {
  const { messageKind, since, until } = filters;
  return {
    id: conversation,
    filter: {
      kinds: messageKind === '' ? undefined : [messageKind],
      sentAt: toRange(since, at === '' ? until : earlier(until, nextMoment(at))),
    },
    first: PAGE_SIZE,
  };
}

/** Oldest first: what was sent after the message at which the conversation is open. */
export function toNewerQuery({ conversation, at, ...filters }: View): ConversationVariables {
  const { messageKind, since, until } = filters;
  return {
    id: conversation,
    filter: {
      kinds: messageKind === '' ? undefined : [messageKind],
      sentAt: toRange(at === '' ? since : later(since, nextMoment(at)), until),
    },
    orderBy: { direction: 'ASC' },
    first: PAGE_SIZE,
  };
}

export function toLiveQuery(filters: Filters): MessageAddedVariables {
  return { filter: toChannels(filters) };
}

/** A query behind what is on the screen. */
export interface ShownQuery {
  title: string;
  query: string;
  /** JSON, as it is sent. */
  variables: string;
  /** The playground with it, relative to this page. */
  link: string;
}

/** @param unarchived channels of which nothing is kept */
export function toShownQueries(view: View, unarchived: string[]): ShownQuery[] {
  const { search, conversation, at } = view;
  const queries: (ShownQuery | null)[] = [
    conversation === '' ? null : show('Messages', ConversationMessagesDocument, toOlderQuery(view)),
    conversation === '' || at === ''
      ? null
      : show('Later messages', ConversationMessagesDocument, toNewerQuery(view)),
    search === '' ? null : show('Search', SearchMessagesDocument, toSearchQuery(view, search)),
    show('Conversations', ConversationsDocument, toListQuery(view)),
    unarchived.length === 0
      ? null
      : show('Channels without an archive', MessagesDocument, toTimelineQuery(view, unarchived)),
    show('New messages', MessageAddedDocument, toLiveQuery(view)),
  ];
  return queries.filter((one) => one !== null);
}

function show(title: string, document: { toString(): string }, asked: object): ShownQuery {
  const [query, variables] = [document.toString().trim(), JSON.stringify(asked, null, 2)];
  return { title, query, variables, link: `./?${new URLSearchParams({ query, variables }).toString()}` };
}

/** The gateway tells times in milliseconds. */
function nextMoment(moment: string): string {
  return new Date(new Date(moment).getTime() + 1).toISOString();
}
