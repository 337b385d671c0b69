import type { CallerMasking } from '../gateway/caller-masking.ts';
import type {
  ConversationRecord,
  JsonValue,
  MediaPart,
  MessagePart,
  MessageRecord,
  ParticipantRecord,
} from '../domain/records.ts';
import { typeNamesOf, type Gateway } from '../gateway/gateway.ts';
import type { GlobalIdCodec } from '../gateway/global-id.ts';
import { partTypeNames, toUrl } from '../resolvers/message-part.ts';
import { toRfc3339 } from '../util/rfc3339.ts';

type Json = Record<string, unknown>;

/**
 * A message as one JSON object: the fields of its GraphQL type as the caller sees them there, with the channel by its
 * name. Times in RFC 3339.
 */
export function toMessageJson(
  message: MessageRecord,
  own: Record<string, JsonValue>,
  gateway: Pick<Gateway, 'ids' | 'masking' | 'typeNames'>,
): Json {
  const { ids, masking } = gateway;
  const { provider, channel, key, nativeId, sentAt, direction, kind, availability } = message;
  return masking.fields(typeNamesOf(gateway, provider).message, {
    id: ids.encode({ type: 'Message', channel, key }),
    provider,
    channel,
    nativeId,
    conversation: toConversationJson(message.conversation, ids, masking),
    sentAt: toRfc3339(sentAt),
    direction,
    kind,
    availability,
    sender: toParticipantJson(message.sender, ids, masking),
    recipients: message.recipients?.map((recipient) => toParticipantJson(recipient, ids, masking)) ?? null,
    text: masking.text(message),
    parts: message.parts?.map((part) => toPartJson(part, masking)) ?? null,
    ...own,
  });
}

function toConversationJson(
  { channel, kind, key, nativeId, title }: ConversationRecord,
  ids: GlobalIdCodec,
  masking: CallerMasking,
): Json {
  const id = ids.encode({ type: 'Conversation', channel, key });
  return masking.fields('Conversation', { id, kind, nativeId, title });
}

function toParticipantJson(
  { channel, role, nativeId, displayName }: ParticipantRecord,
  ids: GlobalIdCodec,
  masking: CallerMasking,
): Json {
  const id = ids.encode({ type: 'Participant', channel, role, nativeId });
  return masking.fields('Participant', { id, role, nativeId, displayName });
}

function toPartJson(part: MessagePart, masking: CallerMasking): Json {
  const { type, ...fields } = part;
  return { type, ...masking.fields(partTypeNames[type], { ...fields, ...shownFields(part, masking) }) };
}

/** The fields of a part that differ from the record. */
function shownFields(part: MessagePart, masking: CallerMasking): Json {
  switch (part.type) {
    case 'MEDIA':
      return toMediaFields(part);
    case 'QUOTE':
      return { text: masking.text(part), media: part.media && toPartJson(part.media, masking) };
    case 'ENCRYPTED':
      // It is the message's; JSON omits undefined fields.
      return { channel: undefined };
    case 'UNSUPPORTED':
      return { raw: masking.raw(part.raw) };
    case 'CUSTOM':
      return { faceIndex: part.faceIndex ?? null };
    default:
      return {};
  }
}

function toMediaFields({ url, urlExpiresAt, thumbnailUrl }: MediaPart): Json {
  return {
    url: toUrl(url),
    urlExpiresAt: urlExpiresAt === null ? null : toRfc3339(urlExpiresAt),
    thumbnailUrl: toUrl(thumbnailUrl),
  };
}
