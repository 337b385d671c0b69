/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Selects conversations that match every condition. An empty list matches none. */
export type ConversationFilter = {
  /** Names of channels. */
  channels?: Array<string> | null | undefined;
  /** Whether `Conversation.awaitingReply` has a value. */
  isAwaitingReply?: boolean | null | undefined;
  /** Kinds, as of the newest message. */
  kinds?: Array<ConversationKind> | null | undefined;
  /** When the newest message was sent. */
  lastMessageAt?: DateTimeRange | null | undefined;
  /** The `id` of a participant who sent or received a message in it. */
  participantId?: string | null | undefined;
  /** Providers. */
  providers?: Array<Provider> | null | undefined;
};

/** The kind of a conversation. */
export type ConversationKind =
  /** An official account and its followers. */
  | 'BROADCAST'
  /** One person and the company, or two people. */
  | 'DIRECT'
  /** A group. */
  | 'GROUP';

/** The order of conversations. */
export type ConversationOrder = {
  /** DESC: the newest, or those with the most messages, first. ASC: the other way round. */
  direction?: OrderDirection;
  /** What they are sorted by. */
  field?: ConversationOrderField;
};

/** What conversations are sorted by. */
export type ConversationOrderField =
  /** When the oldest message that is kept was sent. */
  | 'FIRST_MESSAGE_AT'
  /** When the newest message was sent. */
  | 'LAST_MESSAGE_AT'
  /** How many messages are kept. */
  | 'MESSAGES';

/** A half-open time range, so that adjacent ranges do not overlap. */
export type DateTimeRange = {
  /** Inclusive lower bound. */
  gte?: string | null | undefined;
  /** Exclusive upper bound. */
  lt?: string | null | undefined;
};

/** The delivery status of a message. */
export type DeliveryStatus =
  /** On the receiver's device. */
  | 'DELIVERED'
  /** Delivery failed. */
  | 'FAILED'
  /** Not yet at WhatsApp. */
  | 'PENDING'
  /** Read by the receiver. */
  | 'READ'
  /** At WhatsApp. */
  | 'SENT';

/** Whether a message's content is still available. */
export type MessageAvailability =
  /** The content is as it was sent. */
  | 'AVAILABLE'
  /** The sender recalled it: its place in the timeline stays, its content is gone. */
  | 'RECALLED'
  /** The provider knows that it existed but has lost, deleted or expired it. */
  | 'UNAVAILABLE';

/** The direction of a message, seen from the company. */
export type MessageDirection =
  /** From a customer to the company. */
  | 'INBOUND'
  /** Between people of the company. */
  | 'INTERNAL'
  /** From the company to a customer, or to the subscribers of a broadcast. */
  | 'OUTBOUND'
  /** An event that the provider records among the messages; no participant wrote it. */
  | 'SYSTEM';

/** Selects messages. A message must match every condition that is given. */
export type MessageFilter = {
  /**
   * The accounts of the agents who sent or received them, as the provider spells them: `WhatsAppMessage.agentAccount`,
   * else the `nativeId` of a participant of role AGENT. A WhatsApp message that only CLIENT_SYNC has reported has no `agentAccount`, so a
   * subscription with this filter omits it; `messages` has it once the history lists it. Needs the scope `participants:read`.
   */
  agentAccounts?: Array<string> | null | undefined;
  /** Availabilities of the messages. */
  availabilities?: Array<MessageAvailability> | null | undefined;
  /** Names of channels. An unknown name is an error. */
  channels?: Array<string> | null | undefined;
  /** The `id` of one conversation. */
  conversationId?: string | null | undefined;
  /** Kinds of their conversations. */
  conversationKinds?: Array<ConversationKind> | null | undefined;
  /** Directions of the messages. */
  directions?: Array<MessageDirection> | null | undefined;
  /** Kinds of messages. */
  kinds?: Array<MessageKind> | null | undefined;
  /** A participant who sent or received them, by the provider's own id. Not together with `participantId`. Needs the scope `participants:read`. */
  participant?: NativeParticipant | null | undefined;
  /** The `id` of a participant who sent or received them. */
  participantId?: string | null | undefined;
  /** Only channels at these providers. */
  providers?: Array<Provider> | null | undefined;
  /**
   * Words that must all occur in `Message.text`, as the caller sees it; messages without text never match. A word is a run of letters, digits
   * and marks, compared without regard to case, full width, ligatures and characters that show nothing. In scripts written without spaces
   * (such as Chinese, Japanese, Korean and Thai) and in emoji a run is found wherever it stands in another one; other words are found
   * as a whole: `refund` does not find `refunds`. At most 256 characters and 32 words, and at least one. Where `Channel.archive` is
   * searchable, what is kept is found by an index.
   */
  search?: string | null | undefined;
  /** The time range in which they were sent. */
  sentAt?: DateTimeRange | null | undefined;
  /** A part of `Message.text`, case-insensitive. Messages without text never match. At most 256 characters. */
  textContains?: string | null | undefined;
};

/** The kind of a message. Each provider has some of them. */
export type MessageKind =
  /** A customer agreed to the archiving of the chat. */
  | 'ARCHIVE_CONSENT'
  /** A customer refused the archiving of the chat. */
  | 'ARCHIVE_REFUSAL'
  /** Articles, each with image, title and link. */
  | 'ARTICLE'
  /** A voice message or a sound. */
  | 'AUDIO'
  /** A calendar event. */
  | 'CALENDAR_EVENT'
  /** An audio or video call. */
  | 'CALL'
  /** The recording of a call. */
  | 'CALL_RECORDING'
  /** A post of a WeChat channel. */
  | 'CHANNELS_POST'
  /** One or more contact cards. */
  | 'CONTACT_CARD'
  /** Content whose meaning only the sending application knows. */
  | 'CUSTOM'
  /** An online document. */
  | 'DOCUMENT'
  /** A file on the company's drive. */
  | 'DRIVE_FILE'
  /** A file of any other type. */
  | 'FILE'
  /** Messages forwarded together. */
  | 'FORWARD'
  /** A sign-up list of a group. */
  | 'GROUP_SIGNUP'
  /** An image. */
  | 'IMAGE'
  /** A link with a title. */
  | 'LINK'
  /** A location. */
  | 'LOCATION'
  /** Text in Markdown. */
  | 'MARKDOWN'
  /** An invitation to a meeting. */
  | 'MEETING'
  /** A card that opens a mini program. */
  | 'MINI_PROGRAM'
  /** Parts of several kinds in one message. */
  | 'MIXED'
  /** A poll. */
  | 'POLL'
  /** A reply that quotes an earlier message. */
  | 'QUOTE'
  /** Money in a red packet. */
  | 'RED_PACKET'
  /** A customer service session was opened, taken, transferred or closed. */
  | 'SESSION_EVENT'
  /** A sticker or a face of an emoji set. */
  | 'STICKER'
  /** Plain text. */
  | 'TEXT'
  /** A to-do. */
  | 'TODO'
  /** A type that the provider or this gateway does not know; its raw form is in an `UnsupportedPart` where there is one. */
  | 'UNSUPPORTED'
  /** A video. */
  | 'VIDEO';

/** The order of a list of messages. */
export type MessageOrder = {
  /** The sort direction. */
  direction?: OrderDirection;
  /** The sort field. */
  field?: MessageOrderField;
};

/** Sort fields of messages. */
export type MessageOrderField =
  /** The time of sending; messages of the same moment by channel, then as their provider orders them. */
  | 'SENT_AT';

/** Groupings of `Query.messageStats`. */
export type MessageStatsGroup =
  /** By `MessageRow.agentId`. */
  | 'AGENT'
  /** By channel. */
  | 'CHANNEL'
  /** By day, in `timeZone`. */
  | 'DAY'
  /** By `MessageDirection`. */
  | 'DIRECTION'
  /** By hour, in `timeZone`. */
  | 'HOUR'
  /** By `MessageKind`. */
  | 'KIND';

/** A participant by the provider's own id. */
export type NativeParticipant = {
  /** The name of the participant's channel. An unknown name is an error. */
  channel: string;
  /** `Participant.nativeId`, or another spelling of it that the provider has, such as a phone number with `+`. */
  nativeId: string;
  /** The role. Default: the role that the id tells, else CUSTOMER. */
  role?: NativeParticipantRole | null | undefined;
};

/**
 * The values of `ParticipantRole`, for inputs. It is a separate type, so that other subgraphs of a supergraph need not define every
 * value of the roles that they return.
 */
export type NativeParticipantRole =
  /** A member of the company. */
  | 'AGENT'
  /** A program. */
  | 'BOT'
  /** A customer. */
  | 'CUSTOMER'
  /** An official account, which writes in its own name. */
  | 'OFFICIAL_ACCOUNT'
  /** The provider does not say. */
  | 'UNKNOWN';

/** The sort direction of a list. */
export type OrderDirection =
  /**
   * Oldest first, up to the present. Page on from the last cursor later to get the messages since then. They do not include a message that
   * a provider lists with a delay and whose time lies before the cursor; `Subscription.messageAdded` has it.
   */
  | 'ASC'
  /** Newest first. */
  | 'DESC';

/** Selects participants who match every condition. An empty list matches none. */
export type ParticipantFilter = {
  /** Names of channels. */
  channels?: Array<string> | null | undefined;
  /** The `id` of a conversation: who sent or received a message in it. `Participant.messageCount` still counts all conversations. */
  conversationId?: string | null | undefined;
  /** Roles. */
  roles?: Array<NativeParticipantRole> | null | undefined;
};

/** The role of a participant, seen from the company. */
export type ParticipantRole =
  /** A person who works for the company, or an account that the company answers with. */
  | 'AGENT'
  /** A program. */
  | 'BOT'
  /** A person outside of the company. */
  | 'CUSTOMER'
  /** An official account. */
  | 'OFFICIAL_ACCOUNT'
  /** The provider does not say. */
  | 'UNKNOWN';

/** The provider that holds a channel. */
export type Provider =
  /** Tencent Cloud Chat official accounts. */
  | 'TENCENT_CHAT'
  /** WeChat Official Account customer service. */
  | 'WECHAT'
  /** WeCom (WeChat Work) chat archive. */
  | 'WECOM'
  /** SocialEpoch WhatsApp SCRM. */
  | 'WHATSAPP_SCRM';

/** Where to read. A cursor belongs to the list that it comes from: it does not continue in the other one. */
export type ReadFrom =
  /**
   * Only from archives, without a call to any provider: what is kept, complete or not. A channel without an archive is left out, and
   * `SourceStatus.reason` says so; where a list must be complete, it is an error.
   */
  | 'ARCHIVE'
  /** What an archive has complete comes from there, and the rest from the provider. */
  | 'LIVE';

/** Groupings of `Query.responseStats`. */
export type ResponseStatsGroup =
  /** By the agent who answered, bots included. */
  | 'AGENT'
  /** By channel. */
  | 'CHANNEL'
  /** By the day on which that turn begins, in `timeZone`. */
  | 'DAY'
  /** By the hour in which that turn begins, in `timeZone`. */
  | 'HOUR';

/** Where a page was read from. */
export type ServedFrom =
  /** From the gateway's archive of the channel. */
  | 'ARCHIVE'
  /** A part from each. */
  | 'BOTH'
  /** From the provider, or from pages of it that are cached. */
  | 'PROVIDER';

/**
 * Why a channel has nothing older. When several accounts of one channel end for different reasons, EXPIRED takes precedence over BOUND,
 * and BOUND over BEGINNING.
 */
export type SourceEndReason =
  /** Nothing was sent before, as far as the provider says. */
  | 'BEGINNING'
  /** The request ends here: by its filter, or by `historyStart` in the channel's configuration. */
  | 'BOUND'
  /** The provider no longer lists what was sent before. */
  | 'EXPIRED';

/** What to do when a provider fails. */
export type SourceFailurePolicy =
  /**
   * Answer with null and the error. A provider that counts more messages than it lists (`RECORDS_MISSING`) counts as failed, with
   * `UPSTREAM_BAD_RESPONSE`.
   */
  | 'FAIL'
  /**
   * Answer with the other channels. `sources` says which failed; the cursors keep their position, so that their messages come in a later
   * page of the same walk, once they are back.
   */
  | 'PARTIAL';

/** Why a channel returned only a part of what it has. */
export type SourceReason =
  /** The request used up its budget of calls or time while more was still coming. Page on. */
  | 'LIMIT_REACHED'
  /** The request reads only from archives, and the channel has none. */
  | 'NOT_ARCHIVED'
  /**
   * The request reads only from archives, and a part of what it read lies outside of `ChannelArchive.coverage`: more may be kept there
   * later. So it is where history has not settled yet.
   */
  | 'NOT_COVERED'
  /**
   * The provider says that it has more messages here than it lists, even after retries with smaller pages. The gateway shows what it
   * listed and does not cache it, so that the next request asks again. Rows, statistics and exports, and lists with `FAIL`, fail with an
   * error instead.
   */
  | 'RECORDS_MISSING'
  /**
   * The filter looks for texts (`search`, `textContains`), which the provider does not disclose: none of its messages can match. It is no
   * failure, also with `FAIL`.
   */
  | 'TEXT_NOT_DISCLOSED';

/** Whether a channel answered, and if not, why. */
export type SourceState =
  /** The provider refuses the channel's credentials. */
  | 'AUTH_FAILED'
  /**
   * An operator must correct the provider's settings or permissions, or the channel's configuration. When only one of the
   * channel's accounts is concerned, the others still answer.
   */
  | 'MISCONFIGURED'
  /** It returned all that the page needed. */
  | 'OK'
  /** It returned only a part of what it has; `SourceStatus.reason` says why. */
  | 'PARTIAL'
  /** The provider rate-limits the gateway. */
  | 'RATE_LIMITED'
  /** The provider timed out. */
  | 'TIMED_OUT'
  /** The provider could not be reached, was out of order, or sent an answer that the gateway does not understand. */
  | 'UNAVAILABLE';

export type ChannelsQueryVariables = Exact<{
  providers?: Array<Provider> | Provider | null | undefined;
}>;


export type ChannelsQuery = { channels: Array<
    | { __typename: 'TencentChatChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'WeChatChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'WeComChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'WhatsAppChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
  > };

export type ConversationMessagesQueryVariables = Exact<{
  id: string;
  filter?: MessageFilter | null | undefined;
  orderBy?: MessageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  readFrom?: ReadFrom | null | undefined;
}>;


export type ConversationMessagesQuery = { node:
    | { __typename: 'Conversation', id: string, kind: ConversationKind, nativeId: string | null, title: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , participants: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, messages: { nodes: Array<
          | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
            , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
              | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
              | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
              | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
              | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
              | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
              | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
              | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
              | { __typename: 'TextPart', text: string }
              | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
            > | null }
          | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
            , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
              | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
              | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
              | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
              | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
              | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
              | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
              | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
              | { __typename: 'TextPart', text: string }
              | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
            > | null }
          | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
            , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
              | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
              | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
              | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
              | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
              | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
              | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
              | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
              | { __typename: 'TextPart', text: string }
              | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
            > | null }
          | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
              | { id: string, name: string, displayName: string | null }
            , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
              | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
              | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
              | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
              | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
              | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
              | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
              | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
              | { __typename: 'TextPart', text: string }
              | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
            > | null }
        >, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
            | { id: string, name: string, displayName: string | null, provider: Provider }
            | { id: string, name: string, displayName: string | null, provider: Provider }
            | { id: string, name: string, displayName: string | null, provider: Provider }
            | { id: string, name: string, displayName: string | null, provider: Provider }
           }> } }
    | { __typename: 'Participant' }
    | { __typename: 'TencentChatChannel' }
    | { __typename: 'TencentChatMessage' }
    | { __typename: 'WeChatChannel' }
    | { __typename: 'WeChatMessage' }
    | { __typename: 'WeComChannel' }
    | { __typename: 'WeComMessage' }
    | { __typename: 'WhatsAppChannel' }
    | { __typename: 'WhatsAppMessage' }
   | null };

export type ConversationsQueryVariables = Exact<{
  filter?: ConversationFilter | null | undefined;
  orderBy?: ConversationOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ConversationsQuery = { conversations: { nodes: Array<{ lastMessageAt: string | null, firstMessageAt: string | null, messageCount: number | null, id: string, kind: ConversationKind, nativeId: string | null, title: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , participants: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, lastMessage:
        | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
        | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
        | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
        | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
       | null, awaitingReply: { since: string, messages: number, isAtLeast: boolean } | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
       }> } };

export type ConversationSummaryFragment = { lastMessageAt: string | null, firstMessageAt: string | null, messageCount: number | null, id: string, kind: ConversationKind, nativeId: string | null, title: string | null, channel:
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
  , participants: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, lastMessage:
    | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
   | null, awaitingReply: { since: string, messages: number, isAtLeast: boolean } | null };

export type CustomerServiceSessionsQueryVariables = Exact<{
  channel?: string | null | undefined;
  account?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CustomerServiceSessionsQuery = { customerServiceSessions: { totalCount: number, nodes: Array<{ account: string, startedAt: string, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , customer: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type ParticipantFragment = { id: string, nativeId: string, role: ParticipantRole, displayName: string | null };

export type ConversationFragment = { id: string, kind: ConversationKind, nativeId: string | null, title: string | null };

type Channel_TencentChatChannel_Fragment = { __typename: 'TencentChatChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } };

type Channel_WeChatChannel_Fragment = { __typename: 'WeChatChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } };

type Channel_WeComChannel_Fragment = { __typename: 'WeComChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } };

type Channel_WhatsAppChannel_Fragment = { __typename: 'WhatsAppChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } };

export type ChannelFragment =
  | Channel_TencentChatChannel_Fragment
  | Channel_WeChatChannel_Fragment
  | Channel_WeComChannel_Fragment
  | Channel_WhatsAppChannel_Fragment
;

export type MediaPartFragment = { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null };

type MessagePart_ContactCardPart_Fragment = { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string };

type MessagePart_CustomPart_Fragment = { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null };

type MessagePart_EncryptedPart_Fragment = { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number };

type MessagePart_LinkPart_Fragment = { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string };

type MessagePart_LocationPart_Fragment = { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null };

type MessagePart_MediaPart_Fragment = { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null };

type MessagePart_QuotePart_Fragment = { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null };

type MessagePart_TextPart_Fragment = { __typename: 'TextPart', text: string };

type MessagePart_UnsupportedPart_Fragment = { __typename: 'UnsupportedPart', nativeType: string, raw: unknown };

export type MessagePartFragment =
  | MessagePart_ContactCardPart_Fragment
  | MessagePart_CustomPart_Fragment
  | MessagePart_EncryptedPart_Fragment
  | MessagePart_LinkPart_Fragment
  | MessagePart_LocationPart_Fragment
  | MessagePart_MediaPart_Fragment
  | MessagePart_QuotePart_Fragment
  | MessagePart_TextPart_Fragment
  | MessagePart_UnsupportedPart_Fragment
;

type Message_TencentChatMessage_Fragment = { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
  , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
    | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
    | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
    | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
    | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
    | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
    | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
    | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
    | { __typename: 'TextPart', text: string }
    | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
  > | null };

type Message_WeChatMessage_Fragment = { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
  , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
    | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
    | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
    | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
    | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
    | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
    | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
    | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
    | { __typename: 'TextPart', text: string }
    | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
  > | null };

type Message_WeComMessage_Fragment = { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
  , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
    | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
    | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
    | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
    | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
    | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
    | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
    | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
    | { __typename: 'TextPart', text: string }
    | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
  > | null };

type Message_WhatsAppMessage_Fragment = { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
    | { id: string, name: string, displayName: string | null }
  , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
    | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
    | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
    | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
    | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
    | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
    | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
    | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
    | { __typename: 'TextPart', text: string }
    | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
  > | null };

export type MessageFragment =
  | Message_TencentChatMessage_Fragment
  | Message_WeChatMessage_Fragment
  | Message_WeComMessage_Fragment
  | Message_WhatsAppMessage_Fragment
;

export type SourceStatusFragment = { state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
    | { id: string, name: string, displayName: string | null, provider: Provider }
    | { id: string, name: string, displayName: string | null, provider: Provider }
    | { id: string, name: string, displayName: string | null, provider: Provider }
    | { id: string, name: string, displayName: string | null, provider: Provider }
   };

export type MessagePageFragment = { nodes: Array<
    | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
  >, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
      | { id: string, name: string, displayName: string | null, provider: Provider }
      | { id: string, name: string, displayName: string | null, provider: Provider }
      | { id: string, name: string, displayName: string | null, provider: Provider }
      | { id: string, name: string, displayName: string | null, provider: Provider }
     }> };

export type LiveCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveCursorQuery = { liveCursor: string };

export type MessageAddedSubscriptionVariables = Exact<{
  filter?: MessageFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type MessageAddedSubscription = { messageAdded: { cursor: string, node:
      | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
      | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
      | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
      | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
     } };

export type DeliveryStatusChangedSubscriptionVariables = Exact<{
  channels?: Array<string> | string | null | undefined;
  after?: string | null | undefined;
}>;


export type DeliveryStatusChangedSubscription = { deliveryStatusChanged: { cursor: string, whatsAppMessageId: string, status: DeliveryStatus, changedAt: string, channel:
      | { id: string, name: string, displayName: string | null }
      | { id: string, name: string, displayName: string | null }
      | { id: string, name: string, displayName: string | null }
      | { id: string, name: string, displayName: string | null }
    , message: { id: string, conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null } } | null } };

export type MessageRowsQueryVariables = Exact<{
  channel?: string | null | undefined;
  provider?: string | null | undefined;
  since?: string | null | undefined;
  until?: string | null | undefined;
  conversationId?: string | null | undefined;
  participantId?: string | null | undefined;
  direction?: string | null | undefined;
  kind?: string | null | undefined;
  readFrom?: string | null | undefined;
  archivedAfter?: number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MessageRowsQuery = { messageRows: { nodes: Array<{ id: string, provider: string, channel: string, conversationId: string, conversationKind: string, sentAt: string, direction: string, kind: string, availability: string, text: string | null, senderId: string, senderRole: string, senderName: string | null, customerId: string | null, customerName: string | null, agentId: string | null, agentName: string | null, nativeId: string | null, attachmentUrl: string | null, attachmentMimeType: string | null, deliveryStatus: string | null, archivedSeq: number | null }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type MessageStatsQueryVariables = Exact<{
  since?: string | null | undefined;
  until?: string | null | undefined;
  channel?: string | null | undefined;
  groupBy?: MessageStatsGroup | null | undefined;
  timeZone?: string | null | undefined;
  readFrom?: ReadFrom | null | undefined;
}>;


export type MessageStatsQuery = { messageStats: Array<{ group: string, groupName: string | null, startsAt: string | null, messages: number, inbound: number, outbound: number, conversations: number, customers: number, firstAt: string, lastAt: string }> };

export type ResponseStatsQueryVariables = Exact<{
  since?: string | null | undefined;
  until?: string | null | undefined;
  channel?: string | null | undefined;
  groupBy?: ResponseStatsGroup | null | undefined;
  timeZone?: string | null | undefined;
}>;


export type ResponseStatsQuery = { responseStats: Array<{ group: string, groupName: string | null, startsAt: string | null, turns: number, answered: number, unanswered: number, medianSeconds: number | null, p90Seconds: number | null, conversations: number }> };

export type MessagesQueryVariables = Exact<{
  filter?: MessageFilter | null | undefined;
  orderBy?: MessageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  onSourceFailure?: SourceFailurePolicy | null | undefined;
  readFrom?: ReadFrom | null | undefined;
}>;


export type MessagesQuery = { messages: { nodes: Array<
      | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
      | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
      | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
      | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
          | { id: string, name: string, displayName: string | null }
        , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
          | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
          | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
          | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
          | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
          | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
          | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
          | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
          | { __typename: 'TextPart', text: string }
          | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
        > | null }
    >, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
       }> } };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { node:
    | { __typename: 'Conversation', id: string, nativeId: string | null, title: string | null, conversationKind: ConversationKind, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , participants: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null }
    | { __typename: 'Participant', id: string, role: ParticipantRole, displayName: string | null, participantNativeId: string, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
       }
    | { __typename: 'TencentChatChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WeChatChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WeComChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
    | { __typename: 'WhatsAppChannel', id: string, name: string, displayName: string | null, provider: Provider, capabilities: { nativeOrder: OrderDirection | null, maxNativePageSize: number, nativeTimeFilter: boolean, retentionDays: number | null, disclosesText: boolean, providesMessageIds: boolean, pushes: boolean } }
    | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
      , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
        | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
        | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
        | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
        | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
        | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
        | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
        | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
        | { __typename: 'TextPart', text: string }
        | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
      > | null }
   | null };

export type ParticipantsQueryVariables = Exact<{
  filter?: ParticipantFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ParticipantsQuery = { participants: { nodes: Array<{ firstSeenAt: string | null, lastSeenAt: string | null, messageCount: number | null, id: string, nativeId: string, role: ParticipantRole, displayName: string | null, channel:
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
        | { id: string, name: string, displayName: string | null }
       }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
       }> } };

export type SearchMessagesQueryVariables = Exact<{
  filter?: MessageFilter | null | undefined;
  orderBy?: MessageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  readFrom?: ReadFrom | null | undefined;
}>;


export type SearchMessagesQuery = { messages: { edges: Array<{ cursor: string, highlights: Array<{ start: number, end: number }> | null, node:
        | { __typename: 'TencentChatMessage', messageKey: string, sequence: string, officialAccount: string, fromAccount: string | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
        | { __typename: 'WeChatMessage', openId: string, operationCode: number, worker: string, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
        | { __typename: 'WeComMessage', messageType: number, chatId: string | null, encryptedSecretKey: string | null, publicKeyVersion: number | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
        | { __typename: 'WhatsAppMessage', whatsAppMessageId: string | null, agentAccount: string | null, agentUserId: string | null, serviceAccount: string, counterpart: string, counterpartName: string | null, recordedAt: string | null, deliveryStatus: DeliveryStatus | null, id: string, provider: Provider, nativeId: string | null, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
            | { id: string, name: string, displayName: string | null }
          , conversation: { id: string, kind: ConversationKind, nativeId: string | null, title: string | null }, sender: { id: string, nativeId: string, role: ParticipantRole, displayName: string | null }, recipients: Array<{ id: string, nativeId: string, role: ParticipantRole, displayName: string | null }> | null, parts: Array<
            | { __typename: 'ContactCardPart', displayName: string | null, phones: Array<string> | null, whatsAppIds: Array<string> | null, organization: string | null, vcard: string }
            | { __typename: 'CustomPart', data: string | null, description: string | null, extension: string | null, faceIndex: number | null }
            | { __typename: 'EncryptedPart', encryptedSecretKey: string, publicKeyVersion: number }
            | { __typename: 'LinkPart', title: string | null, description: string | null, linkUrl: string }
            | { __typename: 'LocationPart', latitude: number, longitude: number, description: string | null }
            | { __typename: 'MediaPart', kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null }
            | { __typename: 'QuotePart', nativeId: string | null, author: string | null, kind: MessageKind, quotedText: string | null, media: { kind: MessageKind, url: string | null, urlExpiresAt: string | null, mimeType: string | null, fileName: string | null, caption: string | null, byteSize: number | null, width: number | null, height: number | null, durationSeconds: number | null, thumbnailUrl: string | null } | null }
            | { __typename: 'TextPart', text: string }
            | { __typename: 'UnsupportedPart', nativeType: string, raw: unknown }
          > | null }
       }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, providerCode: string | null, retryAfterSeconds: number | null, upstreamCalls: number, reachedStart: boolean | null, endReason: SourceEndReason | null, earliestReachableAt: string | null, asOf: string | null, servedFrom: ServedFrom | null, channel:
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
        | { id: string, name: string, displayName: string | null, provider: Provider }
       }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ConversationFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
    `, {"fragmentName":"Conversation"}) as unknown as TypedDocumentString<ConversationFragment, unknown>;
export const ParticipantFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
    `, {"fragmentName":"Participant"}) as unknown as TypedDocumentString<ParticipantFragment, unknown>;
export const MediaPartFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
    `, {"fragmentName":"MediaPart"}) as unknown as TypedDocumentString<MediaPartFragment, unknown>;
export const MessagePartFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
    fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}`, {"fragmentName":"MessagePart"}) as unknown as TypedDocumentString<MessagePartFragment, unknown>;
export const MessageFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}`, {"fragmentName":"Message"}) as unknown as TypedDocumentString<MessageFragment, unknown>;
export const ConversationSummaryFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ConversationSummary on Conversation {
  ...Conversation
  channel {
    id
    name
    displayName
  }
  participants {
    ...Participant
  }
  lastMessage {
    ...Message
  }
  lastMessageAt
  firstMessageAt
  messageCount
  awaitingReply {
    since
    messages
    isAtLeast
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}`, {"fragmentName":"ConversationSummary"}) as unknown as TypedDocumentString<ConversationSummaryFragment, unknown>;
export const ChannelFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Channel on Channel {
  __typename
  id
  name
  displayName
  provider
  capabilities {
    nativeOrder
    maxNativePageSize
    nativeTimeFilter
    retentionDays
    disclosesText
    providesMessageIds
    pushes
  }
}
    `, {"fragmentName":"Channel"}) as unknown as TypedDocumentString<ChannelFragment, unknown>;
export const SourceStatusFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}
    `, {"fragmentName":"SourceStatus"}) as unknown as TypedDocumentString<SourceStatusFragment, unknown>;
export const MessagePageFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MessagePage on MessageConnection {
  nodes {
    ...Message
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
  sources {
    ...SourceStatus
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}
fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}`, {"fragmentName":"MessagePage"}) as unknown as TypedDocumentString<MessagePageFragment, unknown>;
export const ChannelsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Channels($providers: [Provider!]) {
  channels(providers: $providers) {
    ...Channel
  }
}
    fragment Channel on Channel {
  __typename
  id
  name
  displayName
  provider
  capabilities {
    nativeOrder
    maxNativePageSize
    nativeTimeFilter
    retentionDays
    disclosesText
    providesMessageIds
    pushes
  }
}`) as unknown as TypedDocumentString<ChannelsQuery, ChannelsQueryVariables>;
export const ConversationMessagesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ConversationMessages($id: ID!, $filter: MessageFilter, $orderBy: MessageOrder, $first: Int, $after: String, $last: Int, $before: String, $readFrom: ReadFrom) {
  node(id: $id) {
    __typename
    ... on Conversation {
      ...Conversation
      channel {
        id
        name
        displayName
      }
      participants {
        ...Participant
      }
      messages(
        filter: $filter
        orderBy: $orderBy
        first: $first
        after: $after
        last: $last
        before: $before
        readFrom: $readFrom
      ) {
        ...MessagePage
      }
    }
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}
fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}
fragment MessagePage on MessageConnection {
  nodes {
    ...Message
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
  sources {
    ...SourceStatus
  }
}`) as unknown as TypedDocumentString<ConversationMessagesQuery, ConversationMessagesQueryVariables>;
export const ConversationsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Conversations($filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int, $after: String, $last: Int, $before: String) {
  conversations(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    nodes {
      ...ConversationSummary
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    sources {
      ...SourceStatus
    }
  }
}
    fragment ConversationSummary on Conversation {
  ...Conversation
  channel {
    id
    name
    displayName
  }
  participants {
    ...Participant
  }
  lastMessage {
    ...Message
  }
  lastMessageAt
  firstMessageAt
  messageCount
  awaitingReply {
    since
    messages
    isAtLeast
  }
}
fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}
fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}`) as unknown as TypedDocumentString<ConversationsQuery, ConversationsQueryVariables>;
export const CustomerServiceSessionsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query CustomerServiceSessions($channel: String, $account: String, $first: Int, $after: String) {
  customerServiceSessions(
    channel: $channel
    account: $account
    first: $first
    after: $after
  ) {
    nodes {
      channel {
        id
        name
        displayName
      }
      account
      customer {
        ...Participant
      }
      startedAt
      conversation {
        ...Conversation
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    totalCount
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}`) as unknown as TypedDocumentString<CustomerServiceSessionsQuery, CustomerServiceSessionsQueryVariables>;
export const LiveCursorDocument = /*#__PURE__*/ new TypedDocumentString(`
    query LiveCursor {
  liveCursor
}
    `) as unknown as TypedDocumentString<LiveCursorQuery, LiveCursorQueryVariables>;
export const MessageAddedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription MessageAdded($filter: MessageFilter, $after: String) {
  messageAdded(filter: $filter, after: $after) {
    cursor
    node {
      ...Message
    }
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}`) as unknown as TypedDocumentString<MessageAddedSubscription, MessageAddedSubscriptionVariables>;
export const DeliveryStatusChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription DeliveryStatusChanged($channels: [String!], $after: String) {
  deliveryStatusChanged(channels: $channels, after: $after) {
    cursor
    channel {
      id
      name
      displayName
    }
    whatsAppMessageId
    status
    changedAt
    message {
      id
      conversation {
        ...Conversation
      }
    }
  }
}
    fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}`) as unknown as TypedDocumentString<DeliveryStatusChangedSubscription, DeliveryStatusChangedSubscriptionVariables>;
export const MessageRowsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MessageRows($channel: String, $provider: String, $since: DateTime, $until: DateTime, $conversationId: ID, $participantId: ID, $direction: String, $kind: String, $readFrom: String, $archivedAfter: Float, $first: Int, $after: String) {
  messageRows(
    channel: $channel
    provider: $provider
    since: $since
    until: $until
    conversationId: $conversationId
    participantId: $participantId
    direction: $direction
    kind: $kind
    readFrom: $readFrom
    archivedAfter: $archivedAfter
    first: $first
    after: $after
  ) {
    nodes {
      id
      provider
      channel
      conversationId
      conversationKind
      sentAt
      direction
      kind
      availability
      text
      senderId
      senderRole
      senderName
      customerId
      customerName
      agentId
      agentName
      nativeId
      attachmentUrl
      attachmentMimeType
      deliveryStatus
      archivedSeq
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<MessageRowsQuery, MessageRowsQueryVariables>;
export const MessageStatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MessageStats($since: DateTime, $until: DateTime, $channel: String, $groupBy: MessageStatsGroup, $timeZone: String, $readFrom: ReadFrom) {
  messageStats(
    since: $since
    until: $until
    channel: $channel
    groupBy: $groupBy
    timeZone: $timeZone
    readFrom: $readFrom
  ) {
    group
    groupName
    startsAt
    messages
    inbound
    outbound
    conversations
    customers
    firstAt
    lastAt
  }
}
    `) as unknown as TypedDocumentString<MessageStatsQuery, MessageStatsQueryVariables>;
export const ResponseStatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ResponseStats($since: DateTime, $until: DateTime, $channel: String, $groupBy: ResponseStatsGroup, $timeZone: String) {
  responseStats(
    since: $since
    until: $until
    channel: $channel
    groupBy: $groupBy
    timeZone: $timeZone
  ) {
    group
    groupName
    startsAt
    turns
    answered
    unanswered
    medianSeconds
    p90Seconds
    conversations
  }
}
    `) as unknown as TypedDocumentString<ResponseStatsQuery, ResponseStatsQueryVariables>;
export const MessagesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Messages($filter: MessageFilter, $orderBy: MessageOrder, $first: Int, $after: String, $last: Int, $before: String, $onSourceFailure: SourceFailurePolicy, $readFrom: ReadFrom) {
  messages(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    last: $last
    before: $before
    onSourceFailure: $onSourceFailure
    readFrom: $readFrom
  ) {
    ...MessagePage
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}
fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}
fragment MessagePage on MessageConnection {
  nodes {
    ...Message
  }
  pageInfo {
    hasNextPage
    hasPreviousPage
    startCursor
    endCursor
  }
  sources {
    ...SourceStatus
  }
}`) as unknown as TypedDocumentString<MessagesQuery, MessagesQueryVariables>;
export const NodeDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Node($id: ID!) {
  node(id: $id) {
    __typename
    ... on Message {
      ...Message
    }
    ... on Channel {
      ...Channel
    }
    ... on Conversation {
      id
      conversationKind: kind
      nativeId
      title
      channel {
        id
        name
        displayName
      }
      participants {
        ...Participant
      }
    }
    ... on Participant {
      id
      participantNativeId: nativeId
      role
      displayName
      channel {
        id
        name
        displayName
      }
    }
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment Channel on Channel {
  __typename
  id
  name
  displayName
  provider
  capabilities {
    nativeOrder
    maxNativePageSize
    nativeTimeFilter
    retentionDays
    disclosesText
    providesMessageIds
    pushes
  }
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}`) as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const ParticipantsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Participants($filter: ParticipantFilter, $first: Int, $after: String) {
  participants(filter: $filter, first: $first, after: $after) {
    nodes {
      ...Participant
      channel {
        id
        name
        displayName
      }
      firstSeenAt
      lastSeenAt
      messageCount
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    sources {
      ...SourceStatus
    }
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}`) as unknown as TypedDocumentString<ParticipantsQuery, ParticipantsQueryVariables>;
export const SearchMessagesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query SearchMessages($filter: MessageFilter, $orderBy: MessageOrder, $first: Int, $after: String, $last: Int, $before: String, $readFrom: ReadFrom) {
  messages(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    last: $last
    before: $before
    readFrom: $readFrom
  ) {
    edges {
      cursor
      highlights {
        start
        end
      }
      node {
        ...Message
      }
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
    sources {
      ...SourceStatus
    }
  }
}
    fragment Participant on Participant {
  id
  nativeId
  role
  displayName
}
fragment Conversation on Conversation {
  id
  kind
  nativeId
  title
}
fragment MediaPart on MediaPart {
  kind
  url
  urlExpiresAt
  mimeType
  fileName
  caption
  byteSize
  width
  height
  durationSeconds
  thumbnailUrl
}
fragment MessagePart on MessagePart {
  __typename
  ... on TextPart {
    text
  }
  ... on MediaPart {
    ...MediaPart
  }
  ... on LocationPart {
    latitude
    longitude
    description
  }
  ... on ContactCardPart {
    displayName
    phones
    whatsAppIds
    organization
    vcard
  }
  ... on LinkPart {
    linkUrl: url
    title
    description
  }
  ... on QuotePart {
    nativeId
    author
    kind
    quotedText: text
    media {
      ...MediaPart
    }
  }
  ... on CustomPart {
    data
    description
    extension
    faceIndex
  }
  ... on EncryptedPart {
    encryptedSecretKey
    publicKeyVersion
  }
  ... on UnsupportedPart {
    nativeType
    raw
  }
}
fragment Message on Message {
  __typename
  id
  provider
  channel {
    id
    name
    displayName
  }
  nativeId
  conversation {
    ...Conversation
  }
  sentAt
  direction
  kind
  availability
  sender {
    ...Participant
  }
  recipients {
    ...Participant
  }
  text
  parts {
    ...MessagePart
  }
  ... on WeChatMessage {
    openId
    operationCode
    worker
  }
  ... on WeComMessage {
    messageType
    chatId
    encryptedSecretKey
    publicKeyVersion
  }
  ... on TencentChatMessage {
    messageKey
    sequence
    officialAccount
    fromAccount
  }
  ... on WhatsAppMessage {
    whatsAppMessageId
    agentAccount
    agentUserId
    serviceAccount
    counterpart
    counterpartName
    recordedAt
    deliveryStatus
  }
}
fragment SourceStatus on SourceStatus {
  channel {
    id
    name
    displayName
    provider
  }
  state
  reason
  errorCode
  providerCode
  retryAfterSeconds
  upstreamCalls
  reachedStart
  endReason
  earliestReachableAt
  asOf
  servedFrom
}`) as unknown as TypedDocumentString<SearchMessagesQuery, SearchMessagesQueryVariables>;