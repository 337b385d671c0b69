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

/** The ids of the conversations and participants of one page, which has few of them in many messages. */
interface PageIds {
  ofConversation: (conversation: ConversationRecord) => string;
  ofParticipant: (participant: ParticipantRecord) => string;
}

/**
 * Makes each message of a page one JSON object: the fields of its GraphQL type as the caller sees them there, with the
 * channel by its name. Times in RFC 3339.
 */
export function createMessageJson(
  gateway: Pick<Gateway, 'ids' | 'masking' | 'typeNames'>,
): (message: MessageRecord, own: Record<string, JsonValue>) => Json {
  const pageIds = createPageIds(gateway.ids);
  return (message, own) => toMessageJson(message, own, gateway, pageIds);
}

function createPageIds(ids: GlobalIdCodec): PageIds {
  const made = new Map<string, string>();
  const once = (name: string, make: () => string): string => {
    let id = made.get(name);
    if (id === undefined) made.set(name, (id = make()));
    return id;
  };
  return {
    ofConversation: ({ channel, key }) =>
      once(`${channel} ${key}`, () => ids.encode({ type: 'Conversation', channel, key })),
    // Neither channels nor roles have line ends, so no other participant has the same name, and no conversation either.
    ofParticipant: ({ channel, role, nativeId }) =>
      once(`${role}\n${channel}\n${nativeId}`, () =>
        ids.encode({ type: 'Participant', channel, role, nativeId }),
      ),
  };
}

function toMessageJson(
  message: MessageRecord,
  own: Record<string, JsonValue>,
  { ids, masking, typeNames }: Pick<Gateway, 'ids' | 'masking' | 'typeNames'>,
  pageIds: PageIds,
): Json {
  const { provider, channel, key, nativeId, sentAt, direction, kind, availability } = message;
  return masking.fields(typeNamesOf({ typeNames }, provider).message, {
    id: ids.encode({ type: 'Message', channel, key }),
    provider,
    channel,
    nativeId,
    conversation: toConversationJson(message.conversation, pageIds, masking),
    sentAt: toRfc3339(sentAt),
    direction,
    kind,
    availability,
    sender: toParticipantJson(message.sender, pageIds, masking),
    recipients:
      message.recipients?.map((recipient) => toParticipantJson(recipient, pageIds, masking)) ?? null,
    text: masking.text(message),
    parts: message.parts?.map((part) => toPartJson(part, masking)) ?? null,
    ...own,
  });
}

function toConversationJson(
  conversation: ConversationRecord,
  pageIds: PageIds,
  masking: CallerMasking,
): Json {
  const { kind, nativeId, title } = conversation;
  return masking.fields('Conversation', { id: pageIds.ofConversation(conversation), kind, nativeId, title });
}

function toParticipantJson(participant: ParticipantRecord, pageIds: PageIds, masking: CallerMasking): Json {
  const { role, nativeId, displayName } = participant;
  return masking.fields('Participant', {
    id: pageIds.ofParticipant(participant),
    role,
    nativeId,
    displayName,
  });
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
