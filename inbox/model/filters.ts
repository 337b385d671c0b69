import type { ConversationFilter, DateTimeRange, Message, MessageFilter } from '../../src/client/index.ts';
import type { Filters } from './view.ts';

/** Which conversations the list asks for. The time is that of their newest message. */
export function toConversationFilter(filters: Filters): ConversationFilter {
  const { conversationKind, since, until, awaiting } = filters;
  return {
    ...toChannels(filters),
    kinds: conversationKind === '' ? undefined : [conversationKind],
    lastMessageAt: toRange(since, until),
    isAwaitingReply: awaiting === '' ? undefined : true,
  };
}

/** Which messages a search, or an open conversation, asks for. */
export function toMessageFilter(filters: Filters): MessageFilter {
  const { conversationKind, messageKind, since, until } = filters;
  return {
    ...toChannels(filters),
    conversationKinds: conversationKind === '' ? undefined : [conversationKind],
    kinds: messageKind === '' ? undefined : [messageKind],
    sentAt: toRange(since, until),
  };
}

/** Which channels the page follows. */
export function toChannels({ channel, provider }: Filters): Pick<MessageFilter, 'channels' | 'providers'> {
  return {
    channels: channel === '' ? undefined : [channel],
    providers: provider === '' ? undefined : [provider],
  };
}

/** Whether an open conversation with these filters shows the message. */
export function shows({ messageKind, since, until }: Filters, { kind, sentAt }: Message): boolean {
  return (messageKind === '' || kind === messageKind) && isWithin(sentAt, since, until);
}

/** @param moment RFC 3339 in UTC with milliseconds, as all of them @param since inclusive @param until exclusive */
export function isWithin(moment: string, since: string, until: string): boolean {
  return (since === '' || moment >= since) && (until === '' || moment < until);
}

/** @param since inclusive @param until exclusive; empty texts are no bounds */
export function toRange(since: string, until: string): DateTimeRange | undefined {
  if (since === '' && until === '') return undefined;
  return { gte: since === '' ? undefined : since, lt: until === '' ? undefined : until };
}

/** @returns the earlier one of two bounds; an empty text is none */
export function earlier(one: string, other: string): string {
  if (one === '' || other === '') return one === '' ? other : one;
  return one < other ? one : other;
}

/** @returns the later one of two bounds; an empty text is none */
export function later(one: string, other: string): string {
  return one > other ? one : other;
}
