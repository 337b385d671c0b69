import type { SourceFilter } from '../datasources/message-source.ts';
import type {
  MessageDirection,
  MessageKind,
  MessageRecord,
  ParticipantRecord,
  Provider,
} from '../datasources/records.ts';

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
  // An empty list lets nothing through.
  const isPassable = [filter.directions, filter.kinds].every((list) => list === null || list.length > 0);
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
    needsText: filter.textContains !== null,
  };
}

/**
 * Makes the check that every message goes through, whatever its source has left out already: so a filter means the same
 * at every provider. Bounds of time are the walk's affair and not checked here.
 */
export function createMatcher(filter: TimelineFilter): (message: MessageRecord) => boolean {
  const { directions, kinds, conversation, participant } = filter;
  const text = filter.textContains?.toLowerCase() ?? null;
  return (message) =>
    (directions === null || directions.includes(message.direction)) &&
    (kinds === null || kinds.includes(message.kind)) &&
    (conversation === null || message.conversation.key === conversation.value) &&
    (participant === null || involves(message, participant.value)) &&
    (text === null || (message.text?.toLowerCase().includes(text) ?? false));
}

function involves(
  message: MessageRecord,
  { role, nativeId }: Pick<ParticipantRecord, 'role' | 'nativeId'>,
): boolean {
  return [message.sender, ...(message.recipients ?? [])].some(
    (participant) => participant.nativeId === nativeId && participant.role === role,
  );
}
