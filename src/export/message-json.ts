import type {
  ConversationRecord,
  JsonValue,
  MediaPart,
  MessagePart,
  MessageRecord,
  ParticipantRecord,
} from '../datasources/records.ts';
import type { GlobalIdCodec } from '../resolvers/global-id.ts';
import { toUrl } from '../resolvers/message-part.ts';

/** A message as one JSON object: the fields of its GraphQL type, with the channel by its name. Times in RFC 3339. */
export function toMessageJson(
  message: MessageRecord,
  own: Record<string, JsonValue>,
  ids: GlobalIdCodec,
): Record<string, unknown> {
  const { provider, channel, key, nativeId, sentAt, direction, kind, availability, text } = message;
  return {
    id: ids.encode({ type: 'Message', channel, key }),
    provider,
    channel,
    nativeId,
    conversation: toConversationJson(message.conversation, ids),
    sentAt: toTime(sentAt),
    direction,
    kind,
    availability,
    sender: toParticipantJson(message.sender, ids),
    recipients: message.recipients?.map((recipient) => toParticipantJson(recipient, ids)) ?? null,
    text,
    parts: message.parts?.map(toPartJson) ?? null,
    ...own,
  };
}

function toConversationJson(
  { channel, kind, key, nativeId, title }: ConversationRecord,
  ids: GlobalIdCodec,
): Record<string, unknown> {
  return { id: ids.encode({ type: 'Conversation', channel, key }), kind, nativeId, title };
}

function toParticipantJson(
  { channel, role, nativeId, displayName }: ParticipantRecord,
  ids: GlobalIdCodec,
): Record<string, unknown> {
  return { id: ids.encode({ type: 'Participant', channel, role, nativeId }), role, nativeId, displayName };
}

function toPartJson(part: MessagePart): unknown {
  switch (part.type) {
    case 'MEDIA':
      return toMediaJson(part);
    case 'QUOTE':
      return { ...part, media: part.media && toMediaJson(part.media) };
    case 'ENCRYPTED': {
      const { channel: _, ...rest } = part;
      return rest;
    }
    case 'CUSTOM':
      return { ...part, faceIndex: part.faceIndex ?? null };
    default:
      return part;
  }
}

function toMediaJson(part: MediaPart): unknown {
  const { url, urlExpiresAt, thumbnailUrl } = part;
  return {
    ...part,
    url: toUrl(url),
    urlExpiresAt: urlExpiresAt === null ? null : toTime(urlExpiresAt),
    thumbnailUrl: toUrl(thumbnailUrl),
  };
}

function toTime(time: number): string {
  return new Date(time).toISOString();
}
