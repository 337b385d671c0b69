import type { Conversation, ConversationSummary, Message } from '../../src/client/index.ts';
import { isWithin } from './filters.ts';
import { compareMoments } from './messages.ts';
import type { Filters } from './view.ts';

/** A conversation as the list shows it: from an archive, or as far as its channel's timeline was read. */
export interface Listed extends Pick<Conversation, 'id' | 'kind' | 'title'> {
  channel: Message['channel'];
  lastMessage: Message | null;
  /** RFC 3339. */
  lastMessageAt: string;
  awaitingReply: { since: string; messages: number; isAtLeast: boolean } | null;
}

export function fromSummary({ lastMessageAt, ...summary }: ConversationSummary): Listed {
  return { ...summary, lastMessageAt: lastMessageAt ?? '' };
}

/** @param messages of any conversations, newest first @returns these conversations, as far as the messages tell of them */
export function fromTimeline(messages: readonly Message[]): Listed[] {
  const conversations = Map.groupBy(messages, ({ conversation }) => conversation.id);
  return [...conversations.values()].flatMap((ofOne) => {
    const [last] = ofOne;
    return last ? [{ ...fromMessage(last), awaitingReply: toAwaitingReply(ofOne) }] : [];
  });
}

/**
 * What the list has of a conversation once a message came.
 *
 * @param known left out when the list does not have it yet
 */
export function withMessage(known: Listed | undefined, message: Message): Listed {
  if (known && (known.lastMessage?.id === message.id || known.lastMessageAt > message.sentAt)) return known;
  // Webhooks do not always tell names.
  const title = message.conversation.title ?? known?.title ?? null;
  const awaitingReply = known ? known.awaitingReply : null;
  if (message.direction === 'OUTBOUND') return { ...fromMessage(message), title };
  if (message.direction !== 'INBOUND') return { ...fromMessage(message), title, awaitingReply };
  const { since, messages, isAtLeast } = awaitingReply ?? {
    since: message.sentAt,
    messages: 0,
    isAtLeast: !known,
  };
  return { ...fromMessage(message), title, awaitingReply: { since, messages: messages + 1, isAtLeast } };
}

/** @returns the one that is further; of equal ones, what was read last */
export function furtherOf(known: Listed | undefined, read: Listed): Listed {
  return known && known.lastMessageAt > read.lastMessageAt ? known : read;
}

/**
 * What of the list is certain: the newest message first, down to where each of the ways to read it has come.
 *
 * @param marks RFC 3339: how far each has come; an empty text: to its end
 */
export function arrange(all: Iterable<Listed>, marks: readonly string[], filters: Filters): Listed[] {
  const mark = marks.reduce((latest, one) => (one > latest ? one : latest), '');
  return [...all]
    .filter((one) => one.lastMessageAt >= mark && isSelected(one, filters))
    .sort((one, other) => compareMoments(other.lastMessageAt, one.lastMessageAt));
}

/** As the list's query has it; what came since then was not asked for. */
function isSelected({ kind, lastMessageAt, awaitingReply }: Listed, filters: Filters): boolean {
  return (
    (filters.conversationKind === '' || kind === filters.conversationKind) &&
    isWithin(lastMessageAt, filters.since, filters.until) &&
    (filters.awaiting === '' || awaitingReply !== null)
  );
}

function fromMessage(message: Message): Listed {
  const { conversation, channel, sentAt } = message;
  const { id, kind, title } = conversation;
  return { id, kind, title, channel, lastMessage: message, lastMessageAt: sentAt, awaitingReply: null };
}

/** @param messages of one conversation, newest first */
function toAwaitingReply(messages: readonly Message[]): Listed['awaitingReply'] {
  const said = messages.filter(({ direction }) => direction === 'INBOUND' || direction === 'OUTBOUND');
  const answer = said.findIndex(({ direction }) => direction === 'OUTBOUND');
  const unanswered = answer < 0 ? said : said.slice(0, answer);
  const oldest = unanswered.at(-1);
  return oldest ? { since: oldest.sentAt, messages: unanswered.length, isAtLeast: answer < 0 } : null;
}
