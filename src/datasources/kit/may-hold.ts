import type { SourceFilter } from '../message-source.ts';
import type {
  ConversationKind,
  MessageAvailability,
  MessageDirection,
  MessageKind,
  ParticipantRole,
} from '../../domain/records.ts';

/** What a provider's messages can be at all. */
export interface Holdings {
  directions: readonly MessageDirection[];
  kinds: readonly MessageKind[];
  conversationKinds: readonly ConversationKind[];
  availabilities: readonly MessageAvailability[];
  participantRoles: readonly ParticipantRole[];
  hasText: boolean;
  isConversation: (key: string) => boolean;
}

/** Whether a filter leaves anything of what a channel can hold. */
export function mayHold(filter: SourceFilter, holdings: Holdings): boolean {
  const { conversationKey, participant } = filter;
  return (
    (holdings.hasText || !filter.needsText) &&
    (conversationKey === null || holdings.isConversation(conversationKey)) &&
    (participant === null || holdings.participantRoles.includes(participant.role)) &&
    holdsAny(filter.directions, holdings.directions) &&
    holdsAny(filter.kinds, holdings.kinds) &&
    holdsAny(filter.conversationKinds, holdings.conversationKinds) &&
    holdsAny(filter.availabilities, holdings.availabilities)
  );
}

function holdsAny<T>(wanted: readonly T[] | null | undefined, held: readonly T[]): boolean {
  return wanted?.some((value) => held.includes(value)) ?? true;
}
