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

export type McpPersonFragment = { id: string, role: ParticipantRole, displayName: string | null };

type McpMessage_TencentChatMessage_Fragment = { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
    | { __typename: 'ContactCardPart' }
    | { __typename: 'CustomPart' }
    | { __typename: 'EncryptedPart' }
    | { __typename: 'LinkPart', title: string | null, linkUrl: string }
    | { __typename: 'LocationPart' }
    | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
    | { __typename: 'QuotePart', quotedText: string | null }
    | { __typename: 'TextPart' }
    | { __typename: 'UnsupportedPart' }
  > | null };

type McpMessage_WeChatMessage_Fragment = { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
    | { __typename: 'ContactCardPart' }
    | { __typename: 'CustomPart' }
    | { __typename: 'EncryptedPart' }
    | { __typename: 'LinkPart', title: string | null, linkUrl: string }
    | { __typename: 'LocationPart' }
    | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
    | { __typename: 'QuotePart', quotedText: string | null }
    | { __typename: 'TextPart' }
    | { __typename: 'UnsupportedPart' }
  > | null };

type McpMessage_WeComMessage_Fragment = { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
    | { __typename: 'ContactCardPart' }
    | { __typename: 'CustomPart' }
    | { __typename: 'EncryptedPart' }
    | { __typename: 'LinkPart', title: string | null, linkUrl: string }
    | { __typename: 'LocationPart' }
    | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
    | { __typename: 'QuotePart', quotedText: string | null }
    | { __typename: 'TextPart' }
    | { __typename: 'UnsupportedPart' }
  > | null };

type McpMessage_WhatsAppMessage_Fragment = { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
    | { __typename: 'ContactCardPart' }
    | { __typename: 'CustomPart' }
    | { __typename: 'EncryptedPart' }
    | { __typename: 'LinkPart', title: string | null, linkUrl: string }
    | { __typename: 'LocationPart' }
    | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
    | { __typename: 'QuotePart', quotedText: string | null }
    | { __typename: 'TextPart' }
    | { __typename: 'UnsupportedPart' }
  > | null };

export type McpMessageFragment =
  | McpMessage_TencentChatMessage_Fragment
  | McpMessage_WeChatMessage_Fragment
  | McpMessage_WeComMessage_Fragment
  | McpMessage_WhatsAppMessage_Fragment
;

export type McpSourceFragment = { state: SourceState, reason: SourceReason | null, errorCode: string | null, retryAfterSeconds: number | null, channel:
    | { name: string }
    | { name: string }
    | { name: string }
    | { name: string }
   };

export type McpMessagePageFragment = { pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, retryAfterSeconds: number | null, channel:
      | { name: string }
      | { name: string }
      | { name: string }
      | { name: string }
     }> };

export type McpListChannelsQueryVariables = Exact<{ [key: string]: never; }>;


export type McpListChannelsQuery = { channels: Array<
    | { name: string, displayName: string | null, provider: Provider, capabilities: { disclosesText: boolean }, archive: { since: string, caughtUpAt: string | null, messages: number, isSearchable: boolean, gaps: Array<{ since: string }> } | null }
    | { name: string, displayName: string | null, provider: Provider, capabilities: { disclosesText: boolean }, archive: { since: string, caughtUpAt: string | null, messages: number, isSearchable: boolean, gaps: Array<{ since: string }> } | null }
    | { name: string, displayName: string | null, provider: Provider, capabilities: { disclosesText: boolean }, archive: { since: string, caughtUpAt: string | null, messages: number, isSearchable: boolean, gaps: Array<{ since: string }> } | null }
    | { name: string, displayName: string | null, provider: Provider, capabilities: { disclosesText: boolean }, archive: { since: string, caughtUpAt: string | null, messages: number, isSearchable: boolean, gaps: Array<{ since: string }> } | null }
  > };

export type McpListConversationsQueryVariables = Exact<{
  filter?: ConversationFilter | null | undefined;
  orderBy?: ConversationOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type McpListConversationsQuery = { conversations: { edges: Array<{ cursor: string, node: { id: string, kind: ConversationKind, title: string | null, lastMessageAt: string | null, messageCount: number | null, channel:
          | { name: string }
          | { name: string }
          | { name: string }
          | { name: string }
        , participants: Array<{ id: string, role: ParticipantRole, displayName: string | null }> | null, lastMessage:
          | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
              | { __typename: 'ContactCardPart' }
              | { __typename: 'CustomPart' }
              | { __typename: 'EncryptedPart' }
              | { __typename: 'LinkPart', title: string | null, linkUrl: string }
              | { __typename: 'LocationPart' }
              | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
              | { __typename: 'QuotePart', quotedText: string | null }
              | { __typename: 'TextPart' }
              | { __typename: 'UnsupportedPart' }
            > | null }
          | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
              | { __typename: 'ContactCardPart' }
              | { __typename: 'CustomPart' }
              | { __typename: 'EncryptedPart' }
              | { __typename: 'LinkPart', title: string | null, linkUrl: string }
              | { __typename: 'LocationPart' }
              | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
              | { __typename: 'QuotePart', quotedText: string | null }
              | { __typename: 'TextPart' }
              | { __typename: 'UnsupportedPart' }
            > | null }
          | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
              | { __typename: 'ContactCardPart' }
              | { __typename: 'CustomPart' }
              | { __typename: 'EncryptedPart' }
              | { __typename: 'LinkPart', title: string | null, linkUrl: string }
              | { __typename: 'LocationPart' }
              | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
              | { __typename: 'QuotePart', quotedText: string | null }
              | { __typename: 'TextPart' }
              | { __typename: 'UnsupportedPart' }
            > | null }
          | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
              | { __typename: 'ContactCardPart' }
              | { __typename: 'CustomPart' }
              | { __typename: 'EncryptedPart' }
              | { __typename: 'LinkPart', title: string | null, linkUrl: string }
              | { __typename: 'LocationPart' }
              | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
              | { __typename: 'QuotePart', quotedText: string | null }
              | { __typename: 'TextPart' }
              | { __typename: 'UnsupportedPart' }
            > | null }
         | null, awaitingReply: { since: string, messages: number, isAtLeast: boolean } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, retryAfterSeconds: number | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
       }> } };

export type McpReadConversationQueryVariables = Exact<{
  id: string;
  filter?: MessageFilter | null | undefined;
  orderBy?: MessageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  readFrom?: ReadFrom | null | undefined;
}>;


export type McpReadConversationQuery = { node:
    | { __typename: 'Conversation', id: string, kind: ConversationKind, title: string | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
      , participants: Array<{ id: string, role: ParticipantRole, displayName: string | null }> | null, messages: { edges: Array<{ cursor: string, node:
            | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
                | { __typename: 'ContactCardPart' }
                | { __typename: 'CustomPart' }
                | { __typename: 'EncryptedPart' }
                | { __typename: 'LinkPart', title: string | null, linkUrl: string }
                | { __typename: 'LocationPart' }
                | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
                | { __typename: 'QuotePart', quotedText: string | null }
                | { __typename: 'TextPart' }
                | { __typename: 'UnsupportedPart' }
              > | null }
            | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
                | { __typename: 'ContactCardPart' }
                | { __typename: 'CustomPart' }
                | { __typename: 'EncryptedPart' }
                | { __typename: 'LinkPart', title: string | null, linkUrl: string }
                | { __typename: 'LocationPart' }
                | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
                | { __typename: 'QuotePart', quotedText: string | null }
                | { __typename: 'TextPart' }
                | { __typename: 'UnsupportedPart' }
              > | null }
            | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
                | { __typename: 'ContactCardPart' }
                | { __typename: 'CustomPart' }
                | { __typename: 'EncryptedPart' }
                | { __typename: 'LinkPart', title: string | null, linkUrl: string }
                | { __typename: 'LocationPart' }
                | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
                | { __typename: 'QuotePart', quotedText: string | null }
                | { __typename: 'TextPart' }
                | { __typename: 'UnsupportedPart' }
              > | null }
            | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
                | { __typename: 'ContactCardPart' }
                | { __typename: 'CustomPart' }
                | { __typename: 'EncryptedPart' }
                | { __typename: 'LinkPart', title: string | null, linkUrl: string }
                | { __typename: 'LocationPart' }
                | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
                | { __typename: 'QuotePart', quotedText: string | null }
                | { __typename: 'TextPart' }
                | { __typename: 'UnsupportedPart' }
              > | null }
           }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, retryAfterSeconds: number | null, channel:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
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

export type McpReadMessageQueryVariables = Exact<{
  id: string;
}>;


export type McpReadMessageQuery = { node:
    | { __typename: 'Conversation' }
    | { __typename: 'Participant' }
    | { __typename: 'TencentChatChannel' }
    | { __typename: 'TencentChatMessage', id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
      , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
        | { __typename: 'ContactCardPart' }
        | { __typename: 'CustomPart' }
        | { __typename: 'EncryptedPart' }
        | { __typename: 'LinkPart', title: string | null, linkUrl: string }
        | { __typename: 'LocationPart' }
        | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
        | { __typename: 'QuotePart', quotedText: string | null }
        | { __typename: 'TextPart' }
        | { __typename: 'UnsupportedPart' }
      > | null }
    | { __typename: 'WeChatChannel' }
    | { __typename: 'WeChatMessage', id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
      , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
        | { __typename: 'ContactCardPart' }
        | { __typename: 'CustomPart' }
        | { __typename: 'EncryptedPart' }
        | { __typename: 'LinkPart', title: string | null, linkUrl: string }
        | { __typename: 'LocationPart' }
        | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
        | { __typename: 'QuotePart', quotedText: string | null }
        | { __typename: 'TextPart' }
        | { __typename: 'UnsupportedPart' }
      > | null }
    | { __typename: 'WeComChannel' }
    | { __typename: 'WeComMessage', id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
      , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
        | { __typename: 'ContactCardPart' }
        | { __typename: 'CustomPart' }
        | { __typename: 'EncryptedPart' }
        | { __typename: 'LinkPart', title: string | null, linkUrl: string }
        | { __typename: 'LocationPart' }
        | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
        | { __typename: 'QuotePart', quotedText: string | null }
        | { __typename: 'TextPart' }
        | { __typename: 'UnsupportedPart' }
      > | null }
    | { __typename: 'WhatsAppChannel' }
    | { __typename: 'WhatsAppMessage', id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
      , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
        | { __typename: 'ContactCardPart' }
        | { __typename: 'CustomPart' }
        | { __typename: 'EncryptedPart' }
        | { __typename: 'LinkPart', title: string | null, linkUrl: string }
        | { __typename: 'LocationPart' }
        | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
        | { __typename: 'QuotePart', quotedText: string | null }
        | { __typename: 'TextPart' }
        | { __typename: 'UnsupportedPart' }
      > | null }
   | null };

export type McpSearchMessagesQueryVariables = Exact<{
  filter?: MessageFilter | null | undefined;
  orderBy?: MessageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  readFrom?: ReadFrom | null | undefined;
}>;


export type McpSearchMessagesQuery = { messages: { edges: Array<{ cursor: string, node:
        | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
          , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
            | { __typename: 'ContactCardPart' }
            | { __typename: 'CustomPart' }
            | { __typename: 'EncryptedPart' }
            | { __typename: 'LinkPart', title: string | null, linkUrl: string }
            | { __typename: 'LocationPart' }
            | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
            | { __typename: 'QuotePart', quotedText: string | null }
            | { __typename: 'TextPart' }
            | { __typename: 'UnsupportedPart' }
          > | null }
        | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
          , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
            | { __typename: 'ContactCardPart' }
            | { __typename: 'CustomPart' }
            | { __typename: 'EncryptedPart' }
            | { __typename: 'LinkPart', title: string | null, linkUrl: string }
            | { __typename: 'LocationPart' }
            | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
            | { __typename: 'QuotePart', quotedText: string | null }
            | { __typename: 'TextPart' }
            | { __typename: 'UnsupportedPart' }
          > | null }
        | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
          , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
            | { __typename: 'ContactCardPart' }
            | { __typename: 'CustomPart' }
            | { __typename: 'EncryptedPart' }
            | { __typename: 'LinkPart', title: string | null, linkUrl: string }
            | { __typename: 'LocationPart' }
            | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
            | { __typename: 'QuotePart', quotedText: string | null }
            | { __typename: 'TextPart' }
            | { __typename: 'UnsupportedPart' }
          > | null }
        | { id: string, sentAt: string, direction: MessageDirection, kind: MessageKind, availability: MessageAvailability, text: string | null, channel:
            | { name: string }
            | { name: string }
            | { name: string }
            | { name: string }
          , conversation: { id: string }, sender: { id: string, role: ParticipantRole, displayName: string | null }, parts: Array<
            | { __typename: 'ContactCardPart' }
            | { __typename: 'CustomPart' }
            | { __typename: 'EncryptedPart' }
            | { __typename: 'LinkPart', title: string | null, linkUrl: string }
            | { __typename: 'LocationPart' }
            | { __typename: 'MediaPart', kind: MessageKind, fileName: string | null, mimeType: string | null }
            | { __typename: 'QuotePart', quotedText: string | null }
            | { __typename: 'TextPart' }
            | { __typename: 'UnsupportedPart' }
          > | null }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ state: SourceState, reason: SourceReason | null, errorCode: string | null, retryAfterSeconds: number | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
       }> } };

export type McpMessageStatsQueryVariables = Exact<{
  since?: string | null | undefined;
  until?: string | null | undefined;
  channel?: string | null | undefined;
  groupBy?: string | null | undefined;
  timeZone?: string | null | undefined;
  readFrom?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type McpMessageStatsQuery = { messageStatRows: { edges: Array<{ cursor: string, node: { group: string, groupName: string | null, messages: number, inbound: number, outbound: number, conversations: number, customers: number, firstAt: string, lastAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type McpResponseStatsQueryVariables = Exact<{
  since?: string | null | undefined;
  until?: string | null | undefined;
  channel?: string | null | undefined;
  groupBy?: string | null | undefined;
  timeZone?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type McpResponseStatsQuery = { responseStatRows: { edges: Array<{ cursor: string, node: { group: string, groupName: string | null, turns: number, answered: number, unanswered: number, medianSeconds: number | null, p90Seconds: number | null, conversations: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type McpWhoIsQueryVariables = Exact<{
  who: Array<unknown> | unknown;
}>;


export type McpWhoIsQuery = { _entities: Array<
    | { __typename: 'Conversation' }
    | { __typename: 'Participant', nativeId: string, firstSeenAt: string | null, lastSeenAt: string | null, messageCount: number | null, id: string, role: ParticipantRole, displayName: string | null, channel:
        | { name: string }
        | { name: string }
        | { name: string }
        | { name: string }
      , conversations: { nodes: Array<{ id: string, kind: ConversationKind, title: string | null, lastMessageAt: string | null, messageCount: number | null }>, pageInfo: { hasNextPage: boolean } } }
    | { __typename: 'TencentChatChannel' }
    | { __typename: 'TencentChatMessage' }
    | { __typename: 'WeChatChannel' }
    | { __typename: 'WeChatMessage' }
    | { __typename: 'WeComChannel' }
    | { __typename: 'WeComMessage' }
    | { __typename: 'WhatsAppChannel' }
    | { __typename: 'WhatsAppMessage' }
   | null> };

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
export const McpPersonFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment McpPerson on Participant {
  id
  role
  displayName
}
    `, {"fragmentName":"McpPerson"}) as unknown as TypedDocumentString<McpPersonFragment, unknown>;
export const McpMessageFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment McpMessage on Message {
  id
  sentAt
  direction
  kind
  availability
  sender {
    ...McpPerson
  }
  text
  parts {
    __typename
    ... on MediaPart {
      kind
      fileName
      mimeType
    }
    ... on LinkPart {
      linkUrl: url
      title
    }
    ... on QuotePart {
      quotedText: text
    }
  }
}
    fragment McpPerson on Participant {
  id
  role
  displayName
}`, {"fragmentName":"McpMessage"}) as unknown as TypedDocumentString<McpMessageFragment, unknown>;
export const McpSourceFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment McpSource on SourceStatus {
  channel {
    name
  }
  state
  reason
  errorCode
  retryAfterSeconds
}
    `, {"fragmentName":"McpSource"}) as unknown as TypedDocumentString<McpSourceFragment, unknown>;
export const McpMessagePageFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment McpMessagePage on MessageConnection {
  pageInfo {
    hasNextPage
    endCursor
  }
  sources {
    ...McpSource
  }
}
    fragment McpSource on SourceStatus {
  channel {
    name
  }
  state
  reason
  errorCode
  retryAfterSeconds
}`, {"fragmentName":"McpMessagePage"}) as unknown as TypedDocumentString<McpMessagePageFragment, unknown>;
export const McpListChannelsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpListChannels {
  channels {
    name
    displayName
    provider
    capabilities {
      disclosesText
    }
    archive {
      since
      caughtUpAt
      messages
      isSearchable
      gaps {
        since
      }
    }
  }
}
    `) as unknown as TypedDocumentString<McpListChannelsQuery, McpListChannelsQueryVariables>;
export const McpListConversationsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpListConversations($filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int, $after: String) {
  conversations(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    edges {
      cursor
      node {
        id
        kind
        title
        channel {
          name
        }
        participants {
          ...McpPerson
        }
        lastMessage {
          ...McpMessage
        }
        lastMessageAt
        messageCount
        awaitingReply {
          since
          messages
          isAtLeast
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      ...McpSource
    }
  }
}
    fragment McpPerson on Participant {
  id
  role
  displayName
}
fragment McpMessage on Message {
  id
  sentAt
  direction
  kind
  availability
  sender {
    ...McpPerson
  }
  text
  parts {
    __typename
    ... on MediaPart {
      kind
      fileName
      mimeType
    }
    ... on LinkPart {
      linkUrl: url
      title
    }
    ... on QuotePart {
      quotedText: text
    }
  }
}
fragment McpSource on SourceStatus {
  channel {
    name
  }
  state
  reason
  errorCode
  retryAfterSeconds
}`) as unknown as TypedDocumentString<McpListConversationsQuery, McpListConversationsQueryVariables>;
export const McpReadConversationDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpReadConversation($id: ID!, $filter: MessageFilter, $orderBy: MessageOrder, $first: Int, $after: String, $readFrom: ReadFrom) {
  node(id: $id) {
    __typename
    ... on Conversation {
      id
      kind
      title
      channel {
        name
      }
      participants {
        ...McpPerson
      }
      messages(
        filter: $filter
        orderBy: $orderBy
        first: $first
        after: $after
        readFrom: $readFrom
      ) {
        edges {
          cursor
          node {
            ...McpMessage
          }
        }
        ...McpMessagePage
      }
    }
  }
}
    fragment McpPerson on Participant {
  id
  role
  displayName
}
fragment McpMessage on Message {
  id
  sentAt
  direction
  kind
  availability
  sender {
    ...McpPerson
  }
  text
  parts {
    __typename
    ... on MediaPart {
      kind
      fileName
      mimeType
    }
    ... on LinkPart {
      linkUrl: url
      title
    }
    ... on QuotePart {
      quotedText: text
    }
  }
}
fragment McpSource on SourceStatus {
  channel {
    name
  }
  state
  reason
  errorCode
  retryAfterSeconds
}
fragment McpMessagePage on MessageConnection {
  pageInfo {
    hasNextPage
    endCursor
  }
  sources {
    ...McpSource
  }
}`) as unknown as TypedDocumentString<McpReadConversationQuery, McpReadConversationQueryVariables>;
export const McpReadMessageDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpReadMessage($id: ID!) {
  node(id: $id) {
    __typename
    ... on Message {
      ...McpMessage
      channel {
        name
      }
      conversation {
        id
      }
    }
  }
}
    fragment McpPerson on Participant {
  id
  role
  displayName
}
fragment McpMessage on Message {
  id
  sentAt
  direction
  kind
  availability
  sender {
    ...McpPerson
  }
  text
  parts {
    __typename
    ... on MediaPart {
      kind
      fileName
      mimeType
    }
    ... on LinkPart {
      linkUrl: url
      title
    }
    ... on QuotePart {
      quotedText: text
    }
  }
}`) as unknown as TypedDocumentString<McpReadMessageQuery, McpReadMessageQueryVariables>;
export const McpSearchMessagesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpSearchMessages($filter: MessageFilter, $orderBy: MessageOrder, $first: Int, $after: String, $readFrom: ReadFrom) {
  messages(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    readFrom: $readFrom
  ) {
    edges {
      cursor
      node {
        ...McpMessage
        channel {
          name
        }
        conversation {
          id
        }
      }
    }
    ...McpMessagePage
  }
}
    fragment McpPerson on Participant {
  id
  role
  displayName
}
fragment McpMessage on Message {
  id
  sentAt
  direction
  kind
  availability
  sender {
    ...McpPerson
  }
  text
  parts {
    __typename
    ... on MediaPart {
      kind
      fileName
      mimeType
    }
    ... on LinkPart {
      linkUrl: url
      title
    }
    ... on QuotePart {
      quotedText: text
    }
  }
}
fragment McpSource on SourceStatus {
  channel {
    name
  }
  state
  reason
  errorCode
  retryAfterSeconds
}
fragment McpMessagePage on MessageConnection {
  pageInfo {
    hasNextPage
    endCursor
  }
  sources {
    ...McpSource
  }
}`) as unknown as TypedDocumentString<McpSearchMessagesQuery, McpSearchMessagesQueryVariables>;
export const McpMessageStatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpMessageStats($since: DateTime, $until: DateTime, $channel: String, $groupBy: String, $timeZone: String, $readFrom: String, $first: Int, $after: String) {
  messageStatRows(
    since: $since
    until: $until
    channel: $channel
    groupBy: $groupBy
    timeZone: $timeZone
    readFrom: $readFrom
    first: $first
    after: $after
  ) {
    edges {
      cursor
      node {
        group
        groupName
        messages
        inbound
        outbound
        conversations
        customers
        firstAt
        lastAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<McpMessageStatsQuery, McpMessageStatsQueryVariables>;
export const McpResponseStatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpResponseStats($since: DateTime, $until: DateTime, $channel: String, $groupBy: String, $timeZone: String, $first: Int, $after: String) {
  responseStatRows(
    since: $since
    until: $until
    channel: $channel
    groupBy: $groupBy
    timeZone: $timeZone
    first: $first
    after: $after
  ) {
    edges {
      cursor
      node {
        group
        groupName
        turns
        answered
        unanswered
        medianSeconds
        p90Seconds
        conversations
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<McpResponseStatsQuery, McpResponseStatsQueryVariables>;
export const McpWhoIsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query McpWhoIs($who: [_Any!]!) {
  _entities(representations: $who) {
    __typename
    ... on Participant {
      ...McpPerson
      nativeId
      channel {
        name
      }
      firstSeenAt
      lastSeenAt
      messageCount
      conversations(first: 10) {
        nodes {
          id
          kind
          title
          lastMessageAt
          messageCount
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
}
    fragment McpPerson on Participant {
  id
  role
  displayName
}`) as unknown as TypedDocumentString<McpWhoIsQuery, McpWhoIsQueryVariables>;