import { peopleOf } from './message-people.ts';
import type { MessageRecord, ParticipantRecord } from './records.ts';

/** Which messages are held: those that meet all of it. */
export interface HoldScope {
  /** The channel's name; null: all of them. */
  channel: string | null;
  /** Who sent it, received it, or is listed in its conversation; null: any. */
  participant: Pick<ParticipantRecord, 'role' | 'nativeId'> | null;
  /** `ConversationRecord.key`; null: any. */
  conversationKey: string | null;
  /** Unix ms, inclusive; null: ever. */
  since: number | null;
  /** Unix ms, exclusive; null: for ever. */
  until: number | null;
}

export type IsHeld = (message: MessageRecord) => boolean;

/** Whether one of the holds has a message. */
export function toIsHeld(scopes: readonly HoldScope[]): IsHeld {
  return (message) => scopes.some((scope) => isIn(message, scope));
}

function isIn(message: MessageRecord, scope: HoldScope): boolean {
  const { channel, participant, conversationKey, since, until } = scope;
  return (
    (channel === null || message.channel === channel) &&
    (conversationKey === null || message.conversation.key === conversationKey) &&
    (since === null || message.sentAt >= since) &&
    (until === null || message.sentAt < until) &&
    (participant === null ||
      peopleOf(message).some(
        ({ role, nativeId }) => role === participant.role && nativeId === participant.nativeId,
      ))
  );
}
