import type { JsonValue } from '../domain/records.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NodeRecord } from '../resolvers/node.ts';
import type { MessageRecord, ConversationRecord, ParticipantRecord, MessagePart as MessagePartRecord, TextPart as TextPartRecord, MediaPart as MediaPartRecord, LocationPart as LocationPartRecord, ContactCardPart as ContactCardPartRecord, LinkPart as LinkPartRecord, QuotePart as QuotePartRecord, CustomPart as CustomPartRecord, EncryptedPart as EncryptedPartRecord, UnsupportedPart as UnsupportedPartRecord } from '../domain/records.ts';
import type { ChatChannel, ArchiveState } from '../datasources/message-source.ts';
import type { TimeSpan as TimeSpanRecord } from '../store/store.ts';
import type { TextSpan as TextSpanRecord } from '../domain/search.ts';
import type { ConversationPage, ParticipantPage } from '../resolvers/keyset-page.ts';
import type { TimelinePage, MessageEdge as MessageEdgeRecord } from '../timeline/timeline-page.ts';
import type { RowPage } from '../resolvers/row-page.ts';
import type { SourceStatus as SourceStatusRecord } from '../timeline/source-status.ts';
import type { TencentChatChannelRecord, TencentChatMessageRecord } from '../datasources/tencent-chat/index.ts';
import type { WeChatChannelRecord, CustomerServiceAccountRecord, CustomerServiceSessionRecord, WeChatMessageRecord } from '../datasources/wechat/index.ts';
import type { WeComChannelRecord, WeComMessageRecord } from '../datasources/wecom/index.ts';
import type { WhatsAppChannelRecord, WhatsAppHistoryClaimRecord, WhatsAppContactProfileRecord, DeliveryStatusChangeRecord, WhatsAppMessageRecord } from '../datasources/whatsapp-scrm/index.ts';
import type { GatewayContext } from '../gateway/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A timestamp: RFC 3339 in UTC with milliseconds, such as `2026-03-01T08:30:00.000Z`. Inputs may have any offset. */
  DateTime: { input: Date; output: number; }
  /** Any JSON value, as the provider sent it. */
  JSON: { input: JsonValue; output: JsonValue; }
  /** An absolute URL, as the provider gave it. */
  URL: { input: string; output: string; }
  /** An entity representation: an object with `__typename` and the fields of one key. */
  _Any: { input: unknown; output: unknown; }
  /** A set of fields, written as in a query. */
  federation__FieldSet: { input: unknown; output: unknown; }
  /** An imported name, or an object with `name` and `as`. */
  link__Import: { input: unknown; output: unknown; }
};

/** The inbound messages after the newest outbound one. Those with the direction INTERNAL or SYSTEM neither ask nor answer. */
export type AwaitingReply = {
  __typename?: 'AwaitingReply';
  /** Whether there are more than `messages`, which were not counted. */
  isAtLeast: Scalars['Boolean']['output'];
  /** How many there are. */
  messages: Scalars['Int']['output'];
  /** When the oldest of them was sent. */
  since: Scalars['DateTime']['output'];
};

/** One account at a provider. Each provider's type adds its own fields. */
export type Channel = {
  /** What the gateway keeps of the channel's history. Null when the channel's configuration has no archive. */
  archive?: Maybe<ChannelArchive>;
  /** What the provider supports; the gateway makes up for most of the rest. */
  capabilities: ChannelCapabilities;
  /** A display name. Null if the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, like `Query.messages`. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** The provider that holds the channel. */
  provider: Provider;
};


/** One account at a provider. Each provider's type adds its own fields. */
export type ChannelMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};

/**
 * What the gateway keeps of a channel's history. Pages that lie within `coverage` cost no calls, and show what the provider has listed,
 * also when it no longer does.
 */
export type ChannelArchive = {
  __typename?: 'ChannelArchive';
  /**
   * Everything is kept that was sent before this and that the provider listed by then, also outside of `coverage`, where some of it may
   * still change. Null until the archive has been there once.
   */
  caughtUpAt?: Maybe<Scalars['DateTime']['output']>;
  /** The times of which everything is kept that the provider lists, oldest first. */
  coverage: Array<TimeSpan>;
  /**
   * The times since `since` that should be covered and are not yet, oldest first; empty when the archive is complete. What was sent in the
   * last 26 hours and a quarter may still change and is no gap, or longer, as the configuration says.
   */
  gaps: Array<TimeSpan>;
  /**
   * Whether the words of texts are indexed for `MessageFilter.search`. If not, a search reads all texts that are kept, for which it may take
   * several pages.
   */
  isSearchable: Scalars['Boolean']['output'];
  /** How long ago `caughtUpAt` is, in seconds: usually about a minute at most. */
  lagSeconds?: Maybe<Scalars['Float']['output']>;
  /** How many messages are kept, also outside of `coverage`. */
  messages: Scalars['Float']['output'];
  /** What is older than so many days is taken away, once a day; null: nothing is. */
  retentionDays?: Maybe<Scalars['Int']['output']>;
  /**
   * Nothing older is kept; with `retentionDays` the later one of the configured beginning and that many days before today, in UTC. What
   * the operator holds is kept nevertheless.
   */
  since: Scalars['DateTime']['output'];
  /**
   * What was sent before this has been compared with what the provider lists when it was a week old, apart from `gaps`. Null until the
   * archive has been there once.
   */
  verifiedUntil?: Maybe<Scalars['DateTime']['output']>;
};

/** What the provider of a channel supports. */
export type ChannelCapabilities = {
  __typename?: 'ChannelCapabilities';
  /** Whether the provider gives servers the message texts. */
  disclosesText: Scalars['Boolean']['output'];
  /** The maximum number of messages per call to the provider. */
  maxNativePageSize: Scalars['Int']['output'];
  /** The order in which the provider lists messages. Null: it guarantees none. */
  nativeOrder?: Maybe<OrderDirection>;
  /** Whether the provider can filter by time range. */
  nativeTimeFilter: Scalars['Boolean']['output'];
  /** Whether the provider gives each message an id. */
  providesMessageIds: Scalars['Boolean']['output'];
  /** Whether the provider pushes new messages to webhooks. */
  pushes: Scalars['Boolean']['output'];
  /** How many days the provider keeps messages. Null: it does not publish that. */
  retentionDays?: Maybe<Scalars['Int']['output']>;
};

/** A contact card. */
export type ContactCardPart = {
  __typename?: 'ContactCardPart';
  /** The name on the card. Null if it has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** The organization on the card. Null if it has none. */
  organization?: Maybe<Scalars['String']['output']>;
  /** Phone numbers as the card writes them. Null if it has none. */
  phones?: Maybe<Array<Scalars['String']['output']>>;
  /** The card as it was sent (vCard 3.0). */
  vcard: Scalars['String']['output'];
  /** WhatsApp ids of the contact, digits only. Null if the card has none: the contact may not use WhatsApp. */
  whatsAppIds?: Maybe<Array<Scalars['String']['output']>>;
};

/** A conversation: with one customer, in a group, or to the followers of an official account. */
export type Conversation = Node & {
  __typename?: 'Conversation';
  /** Null when the customer has had an answer, and when nothing of the conversation is kept. */
  awaitingReply?: Maybe<AwaitingReply>;
  /** The account that holds the conversation. */
  channel: Channel;
  /** When the oldest message that is kept was sent. Null when nothing of the conversation is kept. */
  firstMessageAt?: Maybe<Scalars['DateTime']['output']>;
  /** Stable; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Direct, group or broadcast. */
  kind: ConversationKind;
  /** The newest message that is kept. Null when nothing of the conversation is. */
  lastMessage?: Maybe<Message>;
  /** When it was sent. Null when nothing of the conversation is kept. */
  lastMessageAt?: Maybe<Scalars['DateTime']['output']>;
  /** How many messages are kept. Null when none is. */
  messageCount?: Maybe<Scalars['Int']['output']>;
  /** The messages of this conversation, like `Query.messages`. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The provider's own id. Null if it has none, such as for one-to-one chats in WeCom. */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The participants. Null if the provider does not list them, such as the members of a group. */
  participants?: Maybe<Array<Participant>>;
  /** A display name. Null if the provider gives none, and when the conversation was found by its id alone. */
  title?: Maybe<Scalars['String']['output']>;
};


/** A conversation: with one customer, in a group, or to the followers of an official account. */
export type ConversationMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};

/** A page of conversations: a Relay connection. */
export type ConversationConnection = {
  __typename?: 'ConversationConnection';
  /** The conversations of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<ConversationEdge>>>;
  /** The conversations of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<Conversation>>>;
  /** Cursors for the next and the previous page. */
  pageInfo: PageInfo;
  /** The channels that were asked: PARTIAL with NOT_ARCHIVED where nothing is kept. Null only with an error. */
  sources?: Maybe<Array<SourceStatus>>;
};

/** A conversation in a page, with its cursor. */
export type ConversationEdge = {
  __typename?: 'ConversationEdge';
  /** Pass it as `after` or `before`, with the same filter and order. It works in another process and after a restart. */
  cursor: Scalars['String']['output'];
  /** The conversation. Null only with an error. */
  node?: Maybe<Conversation>;
};

/** Selects conversations that match every condition. An empty list matches none. */
export type ConversationFilter = {
  /** Names of channels. */
  channels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether `Conversation.awaitingReply` has a value. */
  isAwaitingReply?: InputMaybe<Scalars['Boolean']['input']>;
  /** Kinds, as of the newest message. */
  kinds?: InputMaybe<Array<ConversationKind>>;
  /** When the newest message was sent. */
  lastMessageAt?: InputMaybe<DateTimeRange>;
  /** The `id` of a participant who sent or received a message in it. */
  participantId?: InputMaybe<Scalars['ID']['input']>;
  /** Providers. */
  providers?: InputMaybe<Array<Provider>>;
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

/** Content that the sending application defines. */
export type CustomPart = {
  __typename?: 'CustomPart';
  /** The application's data, in any format. Null if there is none. */
  data?: Maybe<Scalars['String']['output']>;
  /** What the application shows instead. Null if there is none. */
  description?: Maybe<Scalars['String']['output']>;
  /** A further field of the application. Null if there is none. */
  extension?: Maybe<Scalars['String']['output']>;
  /** The number of a face in the application's own set (Tencent Chat). Null for anything else. */
  faceIndex?: Maybe<Scalars['Int']['output']>;
};

/** An account that an agent serves customers with. */
export type CustomerServiceAccount = {
  __typename?: 'CustomerServiceAccount';
  /** Its full name, such as `anna@shop`. */
  account: Scalars['String']['output'];
  /** Its picture. Null if it has none. */
  avatarUrl?: Maybe<Scalars['URL']['output']>;
  /** The name that customers see. Null if it has none. */
  nickname?: Maybe<Scalars['String']['output']>;
  /** Its sessions that are open now; none while it is not in use. Null only with an error. */
  sessions?: Maybe<Array<CustomerServiceSession>>;
  /** Whether it is in use. Null only with an error. */
  state?: Maybe<CustomerServiceAccountState>;
};

/** Whether a customer service account is in use. */
export type CustomerServiceAccountState =
  /** It can serve customers. */
  | 'ACTIVE'
  /** It is not bound to a WeChat user, so it cannot serve customers yet. */
  | 'UNBOUND'
  /** WeChat lists it but does not accept it as an account: it was just removed, or is not ready yet. */
  | 'UNKNOWN';

/** A customer service session that is open now. */
export type CustomerServiceSession = {
  __typename?: 'CustomerServiceSession';
  /** The customer service account that serves the customer. */
  account: Scalars['String']['output'];
  /** The channel of the session. */
  channel: Channel;
  /** The customer's conversation with the channel. */
  conversation: Conversation;
  /** The customer. */
  customer: Participant;
  /** When the session began. */
  startedAt: Scalars['DateTime']['output'];
};

/** A page of customer service sessions. */
export type CustomerServiceSessionConnection = {
  __typename?: 'CustomerServiceSessionConnection';
  /** The sessions of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<CustomerServiceSessionEdge>>>;
  /** The sessions of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<CustomerServiceSession>>>;
  /** Cursors for the next and the previous page. */
  pageInfo: PageInfo;
  /** The total number of open sessions. Null only with an error. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A session in a page, with its cursor. */
export type CustomerServiceSessionEdge = {
  __typename?: 'CustomerServiceSessionEdge';
  /** Pass it as `after`. It stays valid when the session ends. */
  cursor: Scalars['String']['output'];
  /** The session. Null only with an error. */
  node?: Maybe<CustomerServiceSession>;
};

/** A half-open time range, so that adjacent ranges do not overlap. */
export type DateTimeRange = {
  /** Inclusive lower bound. */
  gte?: InputMaybe<Scalars['DateTime']['input']>;
  /** Exclusive upper bound. */
  lt?: InputMaybe<Scalars['DateTime']['input']>;
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

/** A change of a message's delivery status. */
export type DeliveryStatusChange = {
  __typename?: 'DeliveryStatusChange';
  /** The agent's number. Null if the provider does not say. */
  agentUserId?: Maybe<Scalars['String']['output']>;
  /** The id of the message in that campaign. Null if it was not sent by one. */
  campaignTaskDetailId?: Maybe<Scalars['String']['output']>;
  /** The campaign (mass message) that sent it. Null if it was not sent by one. */
  campaignTaskId?: Maybe<Scalars['String']['output']>;
  /** When the status changed; if the provider does not say, when the gateway recorded it. */
  changedAt: Scalars['DateTime']['output'];
  /** The account that the message was sent from. */
  channel: Channel;
  /** Pass it as `after` to resume from here. */
  cursor: Scalars['String']['output'];
  /** The message. Null while the gateway does not have it yet: statuses can come first. */
  message?: Maybe<WhatsAppMessage>;
  /** The new delivery status. */
  status: DeliveryStatus;
  /** WhatsApp's own id of the message. */
  whatsAppMessageId: Scalars['String']['output'];
};

/** Content that the provider shows only in its own display component, given a key. */
export type EncryptedPart = {
  __typename?: 'EncryptedPart';
  /** The message's key, wrapped with the company's public key, in base64. */
  encryptedSecretKey: Scalars['String']['output'];
  /** The version of the public key that wrapped it. */
  publicKeyVersion: Scalars['Int']['output'];
  /** The key unwrapped, for the display component. Null when the gateway has no private key of that version. */
  secretKey?: Maybe<Scalars['String']['output']>;
};

/** A link. */
export type LinkPart = {
  __typename?: 'LinkPart';
  /** The description of the link. Null if it has none. */
  description?: Maybe<Scalars['String']['output']>;
  /** The title of the link. Null if it has none. */
  title?: Maybe<Scalars['String']['output']>;
  /** The URL of the link. */
  url: Scalars['URL']['output'];
};

/** A location. */
export type LocationPart = {
  __typename?: 'LocationPart';
  /** The location in words. Null if there are none. */
  description?: Maybe<Scalars['String']['output']>;
  /** Degrees, north positive. */
  latitude: Scalars['Float']['output'];
  /** Degrees, east positive. */
  longitude: Scalars['Float']['output'];
};

/** An image, audio, video, sticker or file. */
export type MediaPart = {
  __typename?: 'MediaPart';
  /** Size in bytes. Null if the provider does not say. */
  byteSize?: Maybe<Scalars['Float']['output']>;
  /** The caption. Null if there is none. */
  caption?: Maybe<Scalars['String']['output']>;
  /** Playing time. Null if the provider does not say, and for media without one. */
  durationSeconds?: Maybe<Scalars['Float']['output']>;
  /** The file name. Null if it has none. */
  fileName?: Maybe<Scalars['String']['output']>;
  /** Height in pixels. Null if the provider does not say. */
  height?: Maybe<Scalars['Int']['output']>;
  /** IMAGE, AUDIO, VIDEO, STICKER or FILE. */
  kind: MessageKind;
  /** The media type. Null if the provider does not say and it cannot be derived. */
  mimeType?: Maybe<Scalars['String']['output']>;
  /** The URL of a thumbnail. Null if there is none. */
  thumbnailUrl?: Maybe<Scalars['URL']['output']>;
  /** The URL of the file. Null if the provider gives none, or an invalid one. */
  url?: Maybe<Scalars['URL']['output']>;
  /** When the URL expires. Null if the provider does not say. */
  urlExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Width in pixels. Null if the provider does not say. */
  width?: Maybe<Scalars['Int']['output']>;
};

/** A message of any provider. Each provider's type adds its own fields. */
export type Message = {
  /** Whether the content is still available. */
  availability: MessageAvailability;
  /** The account that the message belongs to. */
  channel: Channel;
  /** The conversation that the message belongs to. */
  conversation: Conversation;
  /** Inbound or outbound, seen from the company. */
  direction: MessageDirection;
  /** Stable in queries, subscriptions, rows and exports; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Text, image, file and so on. */
  kind: MessageKind;
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which has none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The parts of the message, in order. Null if the provider discloses nothing, and for messages that are no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** The provider that holds the message. */
  provider: Provider;
  /** The recipients. Null if the provider does not list them (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** The sender. A participant of role UNKNOWN if the provider does not say. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers give whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /**
   * The message as plain text: the text itself, a caption or a description. Null if there is none, if the message was recalled or
   * is no longer available, and always for WeCom, which gives servers no texts.
   */
  text?: Maybe<Scalars['String']['output']>;
};

/** Whether a message's content is still available. */
export type MessageAvailability =
  /** The content is as it was sent. */
  | 'AVAILABLE'
  /** The sender recalled it: its place in the timeline stays, its content is gone. */
  | 'RECALLED'
  /** The provider knows that it existed but has lost, deleted or expired it. */
  | 'UNAVAILABLE';

/** A page of messages: a Relay connection. */
export type MessageConnection = {
  __typename?: 'MessageConnection';
  /** The messages of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<MessageEdge>>>;
  /** The messages of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<Message>>>;
  /** Cursors for the next and the previous page. */
  pageInfo: PageInfo;
  /** The status of each channel in this request. Null only with an error. */
  sources?: Maybe<Array<SourceStatus>>;
  /**
   * The number of messages on all pages together. Null where it is not exactly known: only archives can count, so all of the range must be
   * complete in them (`ChannelArchive.coverage`); with `readFrom: ARCHIVE` the messages that are kept are counted, complete or not. Null too
   * with `search` or `textContains`, with a channel that has no archive, and when counting takes more than a second.
   */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

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

/** A message in a page, with its cursor. */
export type MessageEdge = {
  __typename?: 'MessageEdge';
  /** Pass it as `after` or `before`, with the same filter and order. It works in another process and after a restart. */
  cursor: Scalars['String']['output'];
  /**
   * Where words of the filter's `search` are in `Message.text`, from its beginning; at most 100. Spans do not overlap, and are made of whole
   * characters with their marks. Null without `search`.
   */
  highlights?: Maybe<Array<TextSpan>>;
  /** The message. Null only with an error. */
  node?: Maybe<Message>;
};

/** Selects messages. A message must match every condition that is given. */
export type MessageFilter = {
  /**
   * The accounts of the agents who sent or received them, as the provider spells them: `WhatsAppMessage.agentAccount`,
   * else the `nativeId` of a participant of role AGENT. A WhatsApp message that only CLIENT_SYNC has reported has no `agentAccount`, so a
   * subscription with this filter omits it; `messages` has it once the history lists it. Needs the scope `participants:read`.
   */
  agentAccounts?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Availabilities of the messages. */
  availabilities?: InputMaybe<Array<MessageAvailability>>;
  /** Names of channels. An unknown name is an error. */
  channels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The `id` of one conversation. */
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** Kinds of their conversations. */
  conversationKinds?: InputMaybe<Array<ConversationKind>>;
  /** Directions of the messages. */
  directions?: InputMaybe<Array<MessageDirection>>;
  /** Kinds of messages. */
  kinds?: InputMaybe<Array<MessageKind>>;
  /** A participant who sent or received them, by the provider's own id. Not together with `participantId`. Needs the scope `participants:read`. */
  participant?: InputMaybe<NativeParticipant>;
  /** The `id` of a participant who sent or received them. */
  participantId?: InputMaybe<Scalars['ID']['input']>;
  /** Only channels at these providers. */
  providers?: InputMaybe<Array<Provider>>;
  /**
   * Words that must all occur in `Message.text`, as the caller sees it; messages without text never match. A word is a run of letters, digits
   * and marks, compared without regard to case, full width, ligatures and characters that show nothing. In scripts written without spaces
   * (such as Chinese, Japanese, Korean and Thai) and in emoji a run is found wherever it stands in another one; other words are found
   * as a whole: `refund` does not find `refunds`. At most 256 characters and 32 words, and at least one. Where `Channel.archive` is
   * searchable, what is kept is found by an index.
   */
  search?: InputMaybe<Scalars['String']['input']>;
  /** The time range in which they were sent. */
  sentAt?: InputMaybe<DateTimeRange>;
  /** A part of `Message.text`, case-insensitive. Messages without text never match. At most 256 characters. */
  textContains?: InputMaybe<Scalars['String']['input']>;
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

/** One piece of a message. */
export type MessagePart = ContactCardPart | CustomPart | EncryptedPart | LinkPart | LocationPart | MediaPart | QuotePart | TextPart | UnsupportedPart;

/** A message in plain columns. */
export type MessageRow = {
  __typename?: 'MessageRow';
  /**
   * The id of the agent: the sender with role AGENT, BOT or OFFICIAL_ACCOUNT, else the first recipient with such a role. Null if there is
   * none, or if the provider does not list the recipients.
   */
  agentId?: Maybe<Scalars['ID']['output']>;
  /** The agent's name. Null if there is no agent, or if the provider gives no name. */
  agentName?: Maybe<Scalars['String']['output']>;
  /**
   * Grows whenever an archive keeps the message or a change of it, over all channels of the gateway: read on after the greatest one that
   * you have, with `archivedAfter`. Null for rows that were not read so.
   */
  archivedSeq?: Maybe<Scalars['Float']['output']>;
  /** The media type of that attachment. Null if there is none, or if the provider does not say. */
  attachmentMimeType?: Maybe<Scalars['String']['output']>;
  /** The URL of the message's first image, audio, video, sticker or file. Null if it has none, or none with a URL. */
  attachmentUrl?: Maybe<Scalars['String']['output']>;
  /** Whether the content is still available: a value of `MessageAvailability`. */
  availability: Scalars['String']['output'];
  /** The name of its channel. */
  channel: Scalars['String']['output'];
  /** The id of its conversation. */
  conversationId: Scalars['ID']['output'];
  /** The kind of its conversation: a value of `ConversationKind`. */
  conversationKind: Scalars['String']['output'];
  /**
   * The id of the customer: the sender with role CUSTOMER, else the first recipient with it. Null if there is none, or if the
   * provider does not list the recipients (groups, broadcasts).
   */
  customerId?: Maybe<Scalars['ID']['output']>;
  /** The customer's name. Null if there is no customer, or if the provider gives no name. */
  customerName?: Maybe<Scalars['String']['output']>;
  /** The delivery status: a value of `DeliveryStatus`, as `WhatsAppMessage.deliveryStatus`. Null for other providers. */
  deliveryStatus?: Maybe<Scalars['String']['output']>;
  /** The direction: a value of `MessageDirection`. */
  direction: Scalars['String']['output'];
  /** The id of the message, stable; `Query.node` finds it again. */
  id: Scalars['ID']['output'];
  /** The kind: a value of `MessageKind`. */
  kind: Scalars['String']['output'];
  /** The provider's own id, as `Message.nativeId`. Null if it has none. */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The provider: a value of `Provider`. */
  provider: Scalars['String']['output'];
  /** The id of the sender. */
  senderId: Scalars['ID']['output'];
  /** The sender's name. Null if the provider gives none. */
  senderName?: Maybe<Scalars['String']['output']>;
  /** The role of the sender: a value of `ParticipantRole`. */
  senderRole: Scalars['String']['output'];
  /** When it was sent, by the provider's clock. Most providers give whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /** The message as plain text, as `Message.text`. Null if there is none. */
  text?: Maybe<Scalars['String']['output']>;
};

/** A page of rows: a Relay connection. */
export type MessageRowConnection = {
  __typename?: 'MessageRowConnection';
  /** The rows of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<MessageRowEdge>>>;
  /** The rows of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<MessageRow>>>;
  /** Cursors for the next and the previous page. */
  pageInfo: PageInfo;
};

/** A row in a page, with its cursor. */
export type MessageRowEdge = {
  __typename?: 'MessageRowEdge';
  /** Pass it as `after`, with the same arguments. It works in another process and after a restart. */
  cursor: Scalars['String']['output'];
  /** The row. Null only with an error. */
  node?: Maybe<MessageRow>;
};

/** The counts of one group of messages. */
export type MessageStat = {
  __typename?: 'MessageStat';
  /** The number of distinct conversations. */
  conversations: Scalars['Int']['output'];
  /** The number of distinct customers (`MessageRow.customerId`) who sent or received them. */
  customers: Scalars['Int']['output'];
  /** When the first message was sent. */
  firstAt: Scalars['DateTime']['output'];
  /**
   * The group: a day (`2026-03-01`), an hour (`2026-03-01T08`), the name of a channel, a `MessageDirection`, a `MessageKind`, or the
   * `agentId`, with `NONE` for messages without one. An hour that comes twice, where clocks are set back, has its offset from UTC behind
   * it (`2026-10-25T02+01:00`).
   */
  group: Scalars['String']['output'];
  /** The display name of the channel or the agent. Null if there is none, and for other groups. */
  groupName?: Maybe<Scalars['String']['output']>;
  /** The number of messages from customers to the company. */
  inbound: Scalars['Int']['output'];
  /** When the last message was sent. */
  lastAt: Scalars['DateTime']['output'];
  /** The number of messages, in all directions. */
  messages: Scalars['Int']['output'];
  /** The number of messages from the company to customers. */
  outbound: Scalars['Int']['output'];
  /** When the day or hour starts. Null for other groups. */
  startsAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A page of counts: a Relay connection. */
export type MessageStatConnection = {
  __typename?: 'MessageStatConnection';
  /** The groups of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<MessageStatEdge>>>;
  /** The groups of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<MessageStat>>>;
  /** Cursors for the next and the previous page. */
  pageInfo: PageInfo;
};

/** A group in a page, with its cursor. */
export type MessageStatEdge = {
  __typename?: 'MessageStatEdge';
  /** Pass it as `after`, with the same arguments. */
  cursor: Scalars['String']['output'];
  /** The group. Null only with an error. */
  node?: Maybe<MessageStat>;
};

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
  channel: Scalars['String']['input'];
  /** `Participant.nativeId`, or another spelling of it that the provider has, such as a phone number with `+`. */
  nativeId: Scalars['String']['input'];
  /** The role. Default: the role that the id tells, else CUSTOMER. */
  role?: InputMaybe<NativeParticipantRole>;
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

/** An object with a global id. */
export type Node = {
  /** Opaque and stable: the same object has the same id wherever it is read. `Query.node` finds it again. */
  id: Scalars['ID']['output'];
};

/** The sort direction of a list. */
export type OrderDirection =
  /**
   * Oldest first, up to the present. Page on from the last cursor later to get the messages since then. They do not include a message that
   * a provider lists with a delay and whose time lies before the cursor; `Subscription.messageAdded` has it.
   */
  | 'ASC'
  /** Newest first. */
  | 'DESC';

/** The position of a page in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the page's last item: pass it as `after` to page forward. Null only when the page is empty and nothing follows it. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /**
   * Paging forward: whether more follows. Also true when the request's budget of calls or time cut the page short, or
   * a source failed; continue from `endCursor`. Paging backward: whether the page was requested by a cursor.
   */
  hasNextPage: Scalars['Boolean']['output'];
  /** Paging backward: whether more precedes. Paging forward: whether the page was requested by a cursor. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the page's first item: pass it as `before` to page backward. Null when the page is empty and nothing precedes it. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A person, a bot or an account that sends or receives messages in a channel. */
export type Participant = Node & {
  __typename?: 'Participant';
  /** The channel that knows the participant; the same person in another channel is another participant. */
  channel: Channel;
  /** The name of `channel`. With `nativeId` it lets other systems reference a participant. */
  channelName: Scalars['String']['output'];
  /**
   * The conversations with messages to or from the participant, like `Query.conversations`, the one with the newest message first. Null
   * only with an error.
   */
  conversations?: Maybe<ConversationConnection>;
  /** A display name. Null if the provider gives none, and when the participant was found by an id alone. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** When the oldest message to or from the participant that is kept was sent. Null when none is. */
  firstSeenAt?: Maybe<Scalars['DateTime']['output']>;
  /** Stable; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** When the newest message to or from the participant that is kept was sent. Null when none is. */
  lastSeenAt?: Maybe<Scalars['DateTime']['output']>;
  /** How many messages to or from the participant are kept. Null when none is. */
  messageCount?: Maybe<Scalars['Int']['output']>;
  /** The provider's own id. */
  nativeId: Scalars['String']['output'];
  /** The role of the participant. */
  role: ParticipantRole;
  /**
   * The company's notes on a customer, from the latest webhook of WhatsApp SCRM. Null for other participants, when the last webhook is too
   * old, and without the scope `participants:read`.
   */
  whatsAppProfile?: Maybe<WhatsAppContactProfile>;
};


/** A person, a bot or an account that sends or receives messages in a channel. */
export type ParticipantConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of participants: a Relay connection. */
export type ParticipantConnection = {
  __typename?: 'ParticipantConnection';
  /** The participants of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<ParticipantEdge>>>;
  /** The participants of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<Participant>>>;
  /** Cursors for the next page. */
  pageInfo: PageInfo;
  /** The channels that were asked: PARTIAL with NOT_ARCHIVED where nothing is kept. Null only with an error. */
  sources?: Maybe<Array<SourceStatus>>;
};

/** A participant in a page, with its cursor. */
export type ParticipantEdge = {
  __typename?: 'ParticipantEdge';
  /** Pass it as `after`, with the same filter. It works in another process and after a restart. */
  cursor: Scalars['String']['output'];
  /** The participant. Null only with an error. */
  node?: Maybe<Participant>;
};

/** Selects participants who match every condition. An empty list matches none. */
export type ParticipantFilter = {
  /** Names of channels. */
  channels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The `id` of a conversation: who sent or received a message in it. `Participant.messageCount` still counts all conversations. */
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** Roles. */
  roles?: InputMaybe<Array<NativeParticipantRole>>;
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

/** The root of all queries. */
export type Query = {
  __typename?: 'Query';
  /**
   * Finds entities for a router, in the order of their representations. An item is null when nothing is found; it has an error when
   * its representation is invalid.
   */
  _entities: Array<Maybe<_Entity>>;
  /** This gateway as a subgraph. For composition. */
  _service: _Service;
  /** One channel by its configured name. Null if no channel has that name. */
  channel?: Maybe<Channel>;
  /** The channels, ordered by name. Null only with an error. */
  channels?: Maybe<Array<Channel>>;
  /**
   * The conversations that archives keep, without a call to any provider. `sources` says which channels have no archive. A walk by
   * LAST_MESSAGE_AT or MESSAGES, DESC, shows each conversation at most once: one that gets a message meanwhile moves up, to where the walk
   * has been. That is an update, not a gap: a walk from the start shows it. In the other direction, one that moves up comes again. Null only
   * with an error.
   */
  conversations?: Maybe<ConversationConnection>;
  /**
   * Customer service sessions that are open now (WeChat), ordered by channel and start. The provider does not list ended
   * sessions. Null only with an error.
   */
  customerServiceSessions?: Maybe<CustomerServiceSessionConnection>;
  /**
   * The cursor at which a subscription without `after` would start now. Take it before you read `messages`, or before you subscribe, and
   * pass it as `after`: then you miss no event in between, nor when the connection breaks before the first one.
   */
  liveCursor?: Maybe<Scalars['String']['output']>;
  /**
   * The messages as flat rows, newest first, for BI tools: those of `messages` over the same time range. When a provider fails,
   * or counts more messages than it lists, this is null with the error, never a part of the data. A page that used up its budget of calls
   * or time may be short or empty although more follows: continue from `endCursor` while `hasNextPage` is true. Null only with an error.
   */
  messageRows?: Maybe<MessageRowConnection>;
  /**
   * The counts of `messageStats` as a connection, for BI tools that cannot read lists. All pages of a walk have the range of its first one.
   * Null only with an error.
   */
  messageStatRows?: Maybe<MessageStatConnection>;
  /**
   * Counts of messages, grouped. The counts are always complete: when a provider fails, or counts more messages than it lists, this is null
   * with the error; when one request cannot read the whole time range, it is null with `QUERY_TOO_COMPLEX`. Then narrow the range, or ask
   * again: the gateway caches what it read where a provider's history has settled, so the next request gets further. Where archives have all
   * of the range, or with `readFrom: ARCHIVE`, one request is enough for any range. Groups without messages are not listed. Ordered by
   * `startsAt`, or by `group`. Null only with an error.
   */
  messageStats?: Maybe<Array<Maybe<MessageStat>>>;
  /**
   * One timeline over all channels, or over those in the filter: every message that the providers list, once and in order.
   * Null only with an error.
   */
  messages?: Maybe<MessageConnection>;
  /** Finds one object by its global id. Null when the provider no longer lists it, or when the id is not one of this gateway's. */
  node?: Maybe<Node>;
  /** Finds several objects by their global ids, in the order of the ids. An item is null when nothing is found. */
  nodes: Array<Maybe<Node>>;
  /**
   * Who sent or received the messages that archives keep, the one with the newest message first, without a call to any provider. A
   * participant who gets or sends a message meanwhile moves up, as in `conversations`. Null only with an error.
   */
  participants?: Maybe<ParticipantConnection>;
  /**
   * The figures of `responseStats` as a connection, for BI tools that cannot read lists. All pages of a walk have the range of its first one.
   * Null only with an error.
   */
  responseStatRows?: Maybe<ResponseStatConnection>;
  /**
   * How fast customers are answered, from archives, without a call to any provider. What counts is a customer's turn: inbound messages of a
   * conversation with no outbound one in between. It begins with the first of them, and the next outbound message of the conversation
   * answers it, no matter who sent it. Internal messages and those of the system are neither. Each turn counts for the time of its beginning, whenever
   * it is answered. Where an archive lacks a part of the range, or a part had expired before it could be kept, this is null with an error, which
   * says what is complete. In the hours that have not settled, and for answers later than `until`, it is what the archive has kept so far; of
   * answers behind a gap nothing is known, nor of questions before `since` that are not kept. Groups without turns are not listed. Ordered by
   * `startsAt`, or by `group`. Null only with an error.
   */
  responseStats?: Maybe<Array<Maybe<ResponseStat>>>;
};


/** The root of all queries. */
export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};


/** The root of all queries. */
export type QueryChannelArgs = {
  name: Scalars['String']['input'];
};


/** The root of all queries. */
export type QueryChannelsArgs = {
  providers?: InputMaybe<Array<Provider>>;
};


/** The root of all queries. */
export type QueryConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ConversationFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<ConversationOrder>;
};


/** The root of all queries. */
export type QueryCustomerServiceSessionsArgs = {
  account?: InputMaybe<Scalars['String']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  channel?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The root of all queries. */
export type QueryMessageRowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agentAccount?: InputMaybe<Scalars['String']['input']>;
  archivedAfter?: InputMaybe<Scalars['Float']['input']>;
  availability?: InputMaybe<Scalars['String']['input']>;
  channel?: InputMaybe<Scalars['String']['input']>;
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  conversationKind?: InputMaybe<Scalars['String']['input']>;
  direction?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  kind?: InputMaybe<Scalars['String']['input']>;
  participantId?: InputMaybe<Scalars['ID']['input']>;
  participantNativeId?: InputMaybe<Scalars['String']['input']>;
  participantRole?: InputMaybe<Scalars['String']['input']>;
  provider?: InputMaybe<Scalars['String']['input']>;
  readFrom?: InputMaybe<Scalars['String']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The root of all queries. */
export type QueryMessageStatRowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  channel?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  groupBy?: InputMaybe<Scalars['String']['input']>;
  readFrom?: InputMaybe<Scalars['String']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The root of all queries. */
export type QueryMessageStatsArgs = {
  channel?: InputMaybe<Scalars['String']['input']>;
  groupBy?: InputMaybe<MessageStatsGroup>;
  readFrom?: InputMaybe<ReadFrom>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The root of all queries. */
export type QueryMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  onSourceFailure?: InputMaybe<SourceFailurePolicy>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};


/** The root of all queries. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** The root of all queries. */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/** The root of all queries. */
export type QueryParticipantsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ParticipantFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** The root of all queries. */
export type QueryResponseStatRowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  channel?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  groupBy?: InputMaybe<Scalars['String']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/** The root of all queries. */
export type QueryResponseStatsArgs = {
  channel?: InputMaybe<Scalars['String']['input']>;
  groupBy?: InputMaybe<ResponseStatsGroup>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** An earlier message that this one replies to. */
export type QuotePart = {
  __typename?: 'QuotePart';
  /** The provider's id of the quoted message's author. Null if it does not say. */
  author?: Maybe<Scalars['String']['output']>;
  /** The kind of the quoted message. */
  kind: MessageKind;
  /** Its media. Null if it has none. */
  media?: Maybe<MediaPart>;
  /** The provider's id of the quoted message. Null if it does not say. */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** Its text or caption. Null if it has none. */
  text?: Maybe<Scalars['String']['output']>;
};

/** Where to read. A cursor belongs to the list that it comes from: it does not continue in the other one. */
export type ReadFrom =
  /**
   * Only from archives, without a call to any provider: what is kept, complete or not. A channel without an archive is left out, and
   * `SourceStatus.reason` says so; where a list must be complete, it is an error.
   */
  | 'ARCHIVE'
  /** What an archive has complete comes from there, and the rest from the provider. */
  | 'LIVE';

/** How fast the turns of one group were answered. */
export type ResponseStat = {
  __typename?: 'ResponseStat';
  /** How many of them were answered. */
  answered: Scalars['Int']['output'];
  /** The number of distinct conversations with such turns. */
  conversations: Scalars['Int']['output'];
  /**
   * The group: a day, an hour or the name of a channel, as in `MessageStat.group`, or the `agentId` of the answer, with `NONE` for turns
   * that are not answered, or whose answer names no agent.
   */
  group: Scalars['String']['output'];
  /** The display name of the channel or the agent. Null if there is none, and for other groups. */
  groupName?: Maybe<Scalars['String']['output']>;
  /**
   * The median of the seconds from the beginnings of turns to their answers, by nearest rank: the least time within which at least half of
   * the answered turns were answered. Null if none was.
   */
  medianSeconds?: Maybe<Scalars['Float']['output']>;
  /** The 90th percentile of the same, by nearest rank. Null if none was answered. */
  p90Seconds?: Maybe<Scalars['Float']['output']>;
  /** When the day or hour starts. Null for other groups. */
  startsAt?: Maybe<Scalars['DateTime']['output']>;
  /** The number of turns that begin in the range. */
  turns: Scalars['Int']['output'];
  /** How many of them were not, as far as is known now. */
  unanswered: Scalars['Int']['output'];
};

/** A page of figures: a Relay connection. */
export type ResponseStatConnection = {
  __typename?: 'ResponseStatConnection';
  /** The groups of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<ResponseStatEdge>>>;
  /** The groups of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<ResponseStat>>>;
  /** Cursors for the next and the previous page. */
  pageInfo: PageInfo;
};

/** A group in a page, with its cursor. */
export type ResponseStatEdge = {
  __typename?: 'ResponseStatEdge';
  /** Pass it as `after`, with the same arguments. */
  cursor: Scalars['String']['output'];
  /** The group. Null only with an error. */
  node?: Maybe<ResponseStat>;
};

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

/** The status of one channel in one request. */
export type SourceStatus = {
  __typename?: 'SourceStatus';
  /**
   * When the gateway's archive of the channel was last complete, if the provider drops messages: the gateway then answers from its archive.
   * Null for other channels, and until the archive is complete for the first time.
   */
  asOf?: Maybe<Scalars['DateTime']['output']>;
  /** The channel. */
  channel: Channel;
  /** The oldest time that can be read. Null when the provider does not say. */
  earliestReachableAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * Why the channel has nothing older, once a walk has reached its older end. Null while more follows, when the page was read towards the
   * present, and when the reason is not known.
   */
  endReason?: Maybe<SourceEndReason>;
  /** The error code, such as `UPSTREAM_TIMEOUT`. Null when the channel did not fail. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /**
   * The provider's own error code, such as `10010`, or `HTTP 503`. Null when the channel did not fail, and when there was no
   * answer.
   */
  providerCode?: Maybe<Scalars['String']['output']>;
  /** Whether the provider has nothing older (newest first) or newer (oldest first). Null when that is not known. */
  reachedStart?: Maybe<Scalars['Boolean']['output']>;
  /** Why the state is PARTIAL. Null in any other state. */
  reason?: Maybe<SourceReason>;
  /** When to retry, in seconds. Null when the provider did not say, or when the channel did not fail. */
  retryAfterSeconds?: Maybe<Scalars['Float']['output']>;
  /**
   * Whether the page was read from the channel's archive, which costs no calls, or from the provider, or its cached pages. Null when nothing
   * was read, such as after a failure or at the end of a walk.
   */
  servedFrom?: Maybe<ServedFrom>;
  /** Whether the channel answered. */
  state: SourceState;
  /** How many calls this request made to the provider. Answers from the cache, or shared with another request, do not count. */
  upstreamCalls: Scalars['Int']['output'];
};

/** Live updates, over WebSocket (`graphql-transport-ws` at `/graphql`) or server-sent events (`/graphql/stream`). */
export type Subscription = {
  __typename?: 'Subscription';
  /** Changes of the delivery status (WhatsApp). For each message the status only moves forward. */
  deliveryStatusChanged: DeliveryStatusChange;
  /**
   * New messages, each once, in the order in which they reach the gateway. Messages from before the first subscription to their channel are
   * not new.
   */
  messageAdded: MessageEdge;
};


/** Live updates, over WebSocket (`graphql-transport-ws` at `/graphql`) or server-sent events (`/graphql/stream`). */
export type SubscriptionDeliveryStatusChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  channels?: InputMaybe<Array<Scalars['String']['input']>>;
};


/** Live updates, over WebSocket (`graphql-transport-ws` at `/graphql`) or server-sent events (`/graphql/stream`). */
export type SubscriptionMessageAddedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
};

/** An application of Tencent Cloud Chat with its official accounts. */
export type TencentChatChannel = Channel & Node & {
  __typename?: 'TencentChatChannel';
  /** What the gateway keeps of the channel's history. Null when the channel's configuration has no archive. */
  archive?: Maybe<ChannelArchive>;
  /** What the provider supports; the gateway makes up for most of the rest. */
  capabilities: ChannelCapabilities;
  /** A display name. Null if the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, like `Query.messages`. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** The configured official accounts. Null only with an error. */
  officialAccounts?: Maybe<Array<Scalars['String']['output']>>;
  /** The provider that holds the channel. */
  provider: Provider;
};


/** An application of Tencent Cloud Chat with its official accounts. */
export type TencentChatChannelMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};

/** A message of a Tencent Chat official account. */
export type TencentChatMessage = Message & Node & {
  __typename?: 'TencentChatMessage';
  /** Whether the content is still available. */
  availability: MessageAvailability;
  /** The account that the message belongs to. */
  channel: Channel;
  /** The conversation that the message belongs to. */
  conversation: Conversation;
  /** Inbound or outbound, seen from the company. */
  direction: MessageDirection;
  /** The user who sent it in the account's name. Null if the provider does not say. */
  fromAccount?: Maybe<Scalars['String']['output']>;
  /** Stable in queries, subscriptions, rows and exports; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Text, image, file and so on. */
  kind: MessageKind;
  /** `MsgKey`, the provider's key of the message. */
  messageKey: Scalars['String']['output'];
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which has none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The official account that sent it, such as `@TOA#_15ERQPAER`. */
  officialAccount: Scalars['String']['output'];
  /** The parts of the message, in order. Null if the provider discloses nothing, and for messages that are no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** The provider that holds the message. */
  provider: Provider;
  /** The recipients. Null if the provider does not list them (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** The sender. A participant of role UNKNOWN if the provider does not say. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers give whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /** `MsgSeq`, the message's sequence number in its official account: an unsigned 32-bit number, too large for Int. */
  sequence: Scalars['String']['output'];
  /**
   * The message as plain text: the text itself, a caption or a description. Null if there is none, if the message was recalled or
   * is no longer available, and always for WeCom, which gives servers no texts.
   */
  text?: Maybe<Scalars['String']['output']>;
};

/** A text. */
export type TextPart = {
  __typename?: 'TextPart';
  /** The text. */
  text: Scalars['String']['output'];
};

/** A part of a text, in UTF-16 code units: what JavaScript's `slice` takes. */
export type TextSpan = {
  __typename?: 'TextSpan';
  /** Its end, exclusive. */
  end: Scalars['Int']['output'];
  /** Its beginning, inclusive. */
  start: Scalars['Int']['output'];
};

/** A part of time. */
export type TimeSpan = {
  __typename?: 'TimeSpan';
  /** Its beginning, inclusive. */
  since: Scalars['DateTime']['output'];
  /** Its end, exclusive. */
  until: Scalars['DateTime']['output'];
};

/** Content of an unknown type. */
export type UnsupportedPart = {
  __typename?: 'UnsupportedPart';
  /** The provider's name or number of the type. */
  nativeType: Scalars['String']['output'];
  /** What the provider sent. Null if it sent nothing else. */
  raw?: Maybe<Scalars['JSON']['output']>;
};

/** A customer who waits for an agent. */
export type WaitingCustomer = {
  __typename?: 'WaitingCustomer';
  /** The customer. */
  customer: Participant;
  /** The time of the customer's latest message. */
  waitingSince: Scalars['DateTime']['output'];
};

/** A WeChat Official Account with customer service. */
export type WeChatChannel = Channel & Node & {
  __typename?: 'WeChatChannel';
  /** What the gateway keeps of the channel's history. Null when the channel's configuration has no archive. */
  archive?: Maybe<ChannelArchive>;
  /** What the provider supports; the gateway makes up for most of the rest. */
  capabilities: ChannelCapabilities;
  /** Its customer service accounts. Null only with an error. */
  customerServiceAccounts?: Maybe<Array<CustomerServiceAccount>>;
  /** A display name. Null if the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, like `Query.messages`. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** The provider that holds the channel. */
  provider: Provider;
  /** The sessions that are open now. Null only with an error. */
  sessions?: Maybe<CustomerServiceSessionConnection>;
  /** Customers who wait for an agent, in the order of arrival; the provider lists at most 100. Null only with an error. */
  waitingCustomers?: Maybe<Array<WaitingCustomer>>;
};


/** A WeChat Official Account with customer service. */
export type WeChatChannelMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};


/** A WeChat Official Account with customer service. */
export type WeChatChannelSessionsArgs = {
  account?: InputMaybe<Scalars['String']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A record of WeChat customer service. */
export type WeChatMessage = Message & Node & {
  __typename?: 'WeChatMessage';
  /** Whether the content is still available. */
  availability: MessageAvailability;
  /** The account that the message belongs to. */
  channel: Channel;
  /** The conversation that the message belongs to. */
  conversation: Conversation;
  /** Inbound or outbound, seen from the company. */
  direction: MessageDirection;
  /** Stable in queries, subscriptions, rows and exports; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Text, image, file and so on. */
  kind: MessageKind;
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which has none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The customer's id in this official account. */
  openId: Scalars['String']['output'];
  /** The record's operation code: 2002 the agent sent, 2003 the agent received; 1000 to 1005 and 2001 are from the older interface. */
  operationCode: Scalars['Int']['output'];
  /** The parts of the message, in order. Null if the provider discloses nothing, and for messages that are no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** The provider that holds the message. */
  provider: Provider;
  /** The recipients. Null if the provider does not list them (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** The sender. A participant of role UNKNOWN if the provider does not say. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers give whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /**
   * The message as plain text: the text itself, a caption or a description. Null if there is none, if the message was recalled or
   * is no longer available, and always for WeCom, which gives servers no texts.
   */
  text?: Maybe<Scalars['String']['output']>;
  /** The customer service account, such as `anna@shop`. */
  worker: Scalars['String']['output'];
};

/** The chat archive of a WeCom corporation. */
export type WeComChannel = Channel & Node & {
  __typename?: 'WeComChannel';
  /** What the gateway keeps of the channel's history. Null when the channel's configuration has no archive. */
  archive?: Maybe<ChannelArchive>;
  /** What the provider supports; the gateway makes up for most of the rest. */
  capabilities: ChannelCapabilities;
  /** A display name. Null if the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, like `Query.messages`. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** The provider that holds the channel. */
  provider: Provider;
};


/** The chat archive of a WeCom corporation. */
export type WeComChannelMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};

/** A record of the WeCom chat archive. Only the provider's display component can show its content. */
export type WeComMessage = Message & Node & {
  __typename?: 'WeComMessage';
  /** Whether the content is still available. */
  availability: MessageAvailability;
  /** The account that the message belongs to. */
  channel: Channel;
  /** The group's id. Null in one-to-one chats. */
  chatId?: Maybe<Scalars['String']['output']>;
  /** The conversation that the message belongs to. */
  conversation: Conversation;
  /** Inbound or outbound, seen from the company. */
  direction: MessageDirection;
  /** The message's key, wrapped with the company's public key, in base64. Null if the provider gives none. */
  encryptedSecretKey?: Maybe<Scalars['String']['output']>;
  /** Stable in queries, subscriptions, rows and exports; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Text, image, file and so on. */
  kind: MessageKind;
  /** The provider's message type, 0 to 28 so far. */
  messageType: Scalars['Int']['output'];
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which has none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The parts of the message, in order. Null if the provider discloses nothing, and for messages that are no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** The provider that holds the message. */
  provider: Provider;
  /** The version of the public key that wrapped it. Null if the provider gives no key. */
  publicKeyVersion?: Maybe<Scalars['Int']['output']>;
  /** The recipients. Null if the provider does not list them (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** The key unwrapped with the configured private key, for the display component. Null when there is no key, or no private key of its version. */
  secretKey?: Maybe<Scalars['String']['output']>;
  /** The sender. A participant of role UNKNOWN if the provider does not say. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers give whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /**
   * The message as plain text: the text itself, a caption or a description. Null if there is none, if the message was recalled or
   * is no longer available, and always for WeCom, which gives servers no texts.
   */
  text?: Maybe<Scalars['String']['output']>;
};

/** A tenant of the WhatsApp SCRM with its WhatsApp accounts. */
export type WhatsAppChannel = Channel & Node & {
  __typename?: 'WhatsAppChannel';
  /** What the gateway keeps of the channel's history. Null when the channel's configuration has no archive. */
  archive?: Maybe<ChannelArchive>;
  /** What the provider supports; the gateway makes up for most of the rest. */
  capabilities: ChannelCapabilities;
  /** A display name. Null if the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The provider's latest claim about the size of its history. Null until it was asked. `totalCount` does not rely on it. */
  latestClaim?: Maybe<WhatsAppHistoryClaim>;
  /** The messages of this channel, like `Query.messages`. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** The provider that holds the channel. */
  provider: Provider;
};


/** A tenant of the WhatsApp SCRM with its WhatsApp accounts. */
export type WhatsAppChannelMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
  readFrom?: InputMaybe<ReadFrom>;
};

/** The company's notes on a customer in WhatsApp SCRM. */
export type WhatsAppContactProfile = {
  __typename?: 'WhatsAppContactProfile';
  /** Postal address. Null if there is none. */
  address?: Maybe<Scalars['String']['output']>;
  /** The provider's number of the customer. Null if it does not say. */
  customerId?: Maybe<Scalars['String']['output']>;
  /** Email address. Null if there is none. */
  email?: Maybe<Scalars['String']['output']>;
  /** Custom fields of the company, by name. Null if there are none. */
  extended?: Maybe<Scalars['JSON']['output']>;
  /** When the gateway recorded it. */
  heardAt: Scalars['DateTime']['output'];
  /** Income. Null if there is none. */
  income?: Maybe<Scalars['String']['output']>;
  /** The customer's name. Null if there is none. */
  name?: Maybe<Scalars['String']['output']>;
  /** The login of the agent who owns the customer. Null if there is none. */
  ownerAccount?: Maybe<Scalars['String']['output']>;
  /** Profession. Null if there is none. */
  profession?: Maybe<Scalars['String']['output']>;
  /** Remarks. Null if there are none. */
  remarks?: Maybe<Scalars['String']['output']>;
  /** Tags. */
  tags: Array<Scalars['String']['output']>;
  /** The customer's WhatsApp number, as entered. Null if there is none. */
  whatsApp?: Maybe<Scalars['String']['output']>;
};

/** What the provider claimed about the newest page of history that it returned, true or not: for operators who look into gaps. */
export type WhatsAppHistoryClaim = {
  __typename?: 'WhatsAppHistoryClaim';
  /** When the provider answered. */
  answeredAt: Scalars['DateTime']['output'];
  /** Whether the gateway takes its totals as evidence of missing messages: it stops once they contradict what the provider lists. */
  areTotalsBelieved: Scalars['Boolean']['output'];
  /** The number of this page that it claimed. Null if it did not say. */
  current?: Maybe<Scalars['Float']['output']>;
  /** Start of the requested time range. */
  from: Scalars['DateTime']['output'];
  /** How many messages it listed on this page. */
  listed: Scalars['Int']['output'];
  /** The number of pages that it claimed. Null if it did not say. */
  pages?: Maybe<Scalars['Float']['output']>;
  /** The page size that it claimed. Null if it did not say. */
  size?: Maybe<Scalars['Float']['output']>;
  /** The total number of messages that it claimed to have there. Null if it did not say. */
  total?: Maybe<Scalars['Float']['output']>;
  /** End of the requested time range. */
  until: Scalars['DateTime']['output'];
};

/** A record of the WhatsApp SCRM. */
export type WhatsAppMessage = Message & Node & {
  __typename?: 'WhatsAppMessage';
  /** The login of the agent. Null if the provider does not say. */
  agentAccount?: Maybe<Scalars['String']['output']>;
  /** The agent's number. Null if the provider does not say. */
  agentUserId?: Maybe<Scalars['String']['output']>;
  /** Whether the content is still available. */
  availability: MessageAvailability;
  /** The id of the message in that campaign. Null if it was not sent by one, or if no webhook said so. */
  campaignTaskDetailId?: Maybe<Scalars['String']['output']>;
  /** The campaign (mass message) that sent it. Null if it was not sent by one, or if no webhook said so. */
  campaignTaskId?: Maybe<Scalars['String']['output']>;
  /** The account that the message belongs to. */
  channel: Channel;
  /** The conversation that the message belongs to. */
  conversation: Conversation;
  /** The chat partner: a person, or a group (`friendWhatsId`). */
  counterpart: Scalars['String']['output'];
  /** The counterpart's name. Null if it has none. */
  counterpartName?: Maybe<Scalars['String']['output']>;
  /** The latest delivery status that the gateway has recorded from webhooks. Null if none: the history does not have it. */
  deliveryStatus?: Maybe<DeliveryStatus>;
  /** Inbound or outbound, seen from the company. */
  direction: MessageDirection;
  /** Stable in queries, subscriptions, rows and exports; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Text, image, file and so on. */
  kind: MessageKind;
  /**
   * The provider's content type, by the numbers of its webhooks: 1 text, 2 image, 3 audio, 4 file, 5 video, 6 contact card, 7 sticker,
   * 8 call, 9 quote, 10 contact card link, 11 routing link, 12 voice, 13 location, 14 several contact cards, 15 GIF, 99 unsupported. The
   * gateway translates the history's numbers, which differ. Null if there is no such number.
   */
  nativeContentType?: Maybe<Scalars['Int']['output']>;
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which has none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The provider's number of `origin`, also an unknown one. Null unless a webhook gave it. */
  nativeOriginType?: Maybe<Scalars['Int']['output']>;
  /** Where it was written. Null unless a webhook said so: the history does not have it. */
  origin?: Maybe<WhatsAppOrigin>;
  /** The parts of the message, in order. Null if the provider discloses nothing, and for messages that are no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** The provider that holds the message. */
  provider: Provider;
  /** The recipients. Null if the provider does not list them (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** When the provider stored the message: seconds after it was sent, sometimes hours. Null if it does not say. */
  recordedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The sender. A participant of role UNKNOWN if the provider does not say. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers give whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /** The company's WhatsApp account (`whatsId`). */
  serviceAccount: Scalars['String']['output'];
  /**
   * The message as plain text: the text itself, a caption or a description. Null if there is none, if the message was recalled or
   * is no longer available, and always for WeCom, which gives servers no texts.
   */
  text?: Maybe<Scalars['String']['output']>;
  /** A subtype of `kind`. Null if there is none, and unless a webhook gave it. */
  variant?: Maybe<WhatsAppVariant>;
  /** WhatsApp's own id, from webhooks, and from the history if it has it; else null. */
  whatsAppMessageId?: Maybe<Scalars['String']['output']>;
};

/** Where a WhatsApp message was written. */
export type WhatsAppOrigin =
  /** In an app on a phone. */
  | 'APP'
  /** Elsewhere; see `WhatsAppMessage.nativeOriginType`. */
  | 'OTHER'
  /** In the provider's program on a computer. */
  | 'PC'
  /** In a browser. */
  | 'WEB';

/** A subtype of `Message.kind` for WhatsApp. */
export type WhatsAppVariant =
  /** Of kind IMAGE: an animated image. The history may list it as an image or a video. */
  | 'GIF'
  /** Of kind LINK: a link that leads to one of several accounts. */
  | 'ROUTING_LINK'
  /** Of kind AUDIO: a voice message. The history may list it as plain audio. */
  | 'VOICE';

/** All entities. */
export type _Entity = Conversation | Participant | TencentChatChannel | TencentChatMessage | WeChatChannel | WeChatMessage | WeComChannel | WeComMessage | WhatsAppChannel | WhatsAppMessage;

/** This gateway as a subgraph. */
export type _Service = {
  __typename?: '_Service';
  /** The schema for composition into a supergraph. */
  sdl: Scalars['String']['output'];
};

/** What a linked specification is for. */
export type Link__Purpose =
  /** How queries are executed. */
  | 'EXECUTION'
  /** Who may see what. */
  | 'SECURITY';



export type ResolverTypeWrapper<T> = Promise<T | null> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AwaitingReply: ResolverTypeWrapper<AwaitingReply>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Channel: ResolverTypeWrapper<ChatChannel>;
  ChannelArchive: ResolverTypeWrapper<ArchiveState>;
  ChannelCapabilities: ResolverTypeWrapper<ChannelCapabilities>;
  ContactCardPart: ResolverTypeWrapper<ContactCardPartRecord>;
  Conversation: ResolverTypeWrapper<ConversationRecord>;
  ConversationConnection: ResolverTypeWrapper<ConversationPage>;
  ConversationEdge: ResolverTypeWrapper<Omit<ConversationEdge, 'node'> & { node?: Maybe<ResolversTypes['Conversation']> }>;
  ConversationFilter: ConversationFilter;
  ConversationKind: ConversationKind;
  ConversationOrder: ConversationOrder;
  ConversationOrderField: ConversationOrderField;
  CustomPart: ResolverTypeWrapper<CustomPartRecord>;
  CustomerServiceAccount: ResolverTypeWrapper<CustomerServiceAccountRecord>;
  CustomerServiceAccountState: CustomerServiceAccountState;
  CustomerServiceSession: ResolverTypeWrapper<CustomerServiceSessionRecord>;
  CustomerServiceSessionConnection: ResolverTypeWrapper<Omit<CustomerServiceSessionConnection, 'edges' | 'nodes'> & { edges?: Maybe<Array<Maybe<ResolversTypes['CustomerServiceSessionEdge']>>>, nodes?: Maybe<Array<Maybe<ResolversTypes['CustomerServiceSession']>>> }>;
  CustomerServiceSessionEdge: ResolverTypeWrapper<Omit<CustomerServiceSessionEdge, 'node'> & { node?: Maybe<ResolversTypes['CustomerServiceSession']> }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DateTimeRange: DateTimeRange;
  DeliveryStatus: DeliveryStatus;
  DeliveryStatusChange: ResolverTypeWrapper<DeliveryStatusChangeRecord>;
  EncryptedPart: ResolverTypeWrapper<EncryptedPartRecord>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  LinkPart: ResolverTypeWrapper<LinkPartRecord>;
  LocationPart: ResolverTypeWrapper<LocationPartRecord>;
  MediaPart: ResolverTypeWrapper<MediaPartRecord>;
  Message: ResolverTypeWrapper<MessageRecord>;
  MessageAvailability: MessageAvailability;
  MessageConnection: ResolverTypeWrapper<TimelinePage>;
  MessageDirection: MessageDirection;
  MessageEdge: ResolverTypeWrapper<MessageEdgeRecord>;
  MessageFilter: MessageFilter;
  MessageKind: MessageKind;
  MessageOrder: MessageOrder;
  MessageOrderField: MessageOrderField;
  MessagePart: ResolverTypeWrapper<MessagePartRecord>;
  MessageRow: ResolverTypeWrapper<MessageRecord>;
  MessageRowConnection: ResolverTypeWrapper<RowPage>;
  MessageRowEdge: ResolverTypeWrapper<MessageEdgeRecord>;
  MessageStat: ResolverTypeWrapper<MessageStat>;
  MessageStatConnection: ResolverTypeWrapper<MessageStatConnection>;
  MessageStatEdge: ResolverTypeWrapper<MessageStatEdge>;
  MessageStatsGroup: MessageStatsGroup;
  NativeParticipant: NativeParticipant;
  NativeParticipantRole: NativeParticipantRole;
  Node: ResolverTypeWrapper<NodeRecord>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Participant: ResolverTypeWrapper<ParticipantRecord>;
  ParticipantConnection: ResolverTypeWrapper<ParticipantPage>;
  ParticipantEdge: ResolverTypeWrapper<Omit<ParticipantEdge, 'node'> & { node?: Maybe<ResolversTypes['Participant']> }>;
  ParticipantFilter: ParticipantFilter;
  ParticipantRole: ParticipantRole;
  Provider: Provider;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuotePart: ResolverTypeWrapper<QuotePartRecord>;
  ReadFrom: ReadFrom;
  ResponseStat: ResolverTypeWrapper<ResponseStat>;
  ResponseStatConnection: ResolverTypeWrapper<ResponseStatConnection>;
  ResponseStatEdge: ResolverTypeWrapper<ResponseStatEdge>;
  ResponseStatsGroup: ResponseStatsGroup;
  ServedFrom: ServedFrom;
  SourceEndReason: SourceEndReason;
  SourceFailurePolicy: SourceFailurePolicy;
  SourceReason: SourceReason;
  SourceState: SourceState;
  SourceStatus: ResolverTypeWrapper<SourceStatusRecord>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TencentChatChannel: ResolverTypeWrapper<TencentChatChannelRecord>;
  TencentChatMessage: ResolverTypeWrapper<TencentChatMessageRecord>;
  TextPart: ResolverTypeWrapper<TextPartRecord>;
  TextSpan: ResolverTypeWrapper<TextSpanRecord>;
  TimeSpan: ResolverTypeWrapper<TimeSpanRecord>;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  UnsupportedPart: ResolverTypeWrapper<UnsupportedPartRecord>;
  WaitingCustomer: ResolverTypeWrapper<Omit<WaitingCustomer, 'customer'> & { customer: ResolversTypes['Participant'] }>;
  WeChatChannel: ResolverTypeWrapper<WeChatChannelRecord>;
  WeChatMessage: ResolverTypeWrapper<WeChatMessageRecord>;
  WeComChannel: ResolverTypeWrapper<WeComChannelRecord>;
  WeComMessage: ResolverTypeWrapper<WeComMessageRecord>;
  WhatsAppChannel: ResolverTypeWrapper<WhatsAppChannelRecord>;
  WhatsAppContactProfile: ResolverTypeWrapper<WhatsAppContactProfileRecord>;
  WhatsAppHistoryClaim: ResolverTypeWrapper<WhatsAppHistoryClaimRecord>;
  WhatsAppMessage: ResolverTypeWrapper<WhatsAppMessageRecord>;
  WhatsAppOrigin: WhatsAppOrigin;
  WhatsAppVariant: WhatsAppVariant;
  _Any: ResolverTypeWrapper<Scalars['_Any']['output']>;
  _Entity: ResolverTypeWrapper<NodeRecord>;
  _Service: ResolverTypeWrapper<_Service>;
  federation__FieldSet: ResolverTypeWrapper<Scalars['federation__FieldSet']['output']>;
  link__Import: ResolverTypeWrapper<Scalars['link__Import']['output']>;
  link__Purpose: Link__Purpose;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AwaitingReply: AwaitingReply;
  Boolean: Scalars['Boolean']['output'];
  Channel: ChatChannel;
  ChannelArchive: ArchiveState;
  ChannelCapabilities: ChannelCapabilities;
  ContactCardPart: ContactCardPartRecord;
  Conversation: ConversationRecord;
  ConversationConnection: ConversationPage;
  ConversationEdge: Omit<ConversationEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Conversation']> };
  ConversationFilter: ConversationFilter;
  ConversationOrder: ConversationOrder;
  CustomPart: CustomPartRecord;
  CustomerServiceAccount: CustomerServiceAccountRecord;
  CustomerServiceSession: CustomerServiceSessionRecord;
  CustomerServiceSessionConnection: Omit<CustomerServiceSessionConnection, 'edges' | 'nodes'> & { edges?: Maybe<Array<Maybe<ResolversParentTypes['CustomerServiceSessionEdge']>>>, nodes?: Maybe<Array<Maybe<ResolversParentTypes['CustomerServiceSession']>>> };
  CustomerServiceSessionEdge: Omit<CustomerServiceSessionEdge, 'node'> & { node?: Maybe<ResolversParentTypes['CustomerServiceSession']> };
  DateTime: Scalars['DateTime']['output'];
  DateTimeRange: DateTimeRange;
  DeliveryStatusChange: DeliveryStatusChangeRecord;
  EncryptedPart: EncryptedPartRecord;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  LinkPart: LinkPartRecord;
  LocationPart: LocationPartRecord;
  MediaPart: MediaPartRecord;
  Message: MessageRecord;
  MessageConnection: TimelinePage;
  MessageEdge: MessageEdgeRecord;
  MessageFilter: MessageFilter;
  MessageOrder: MessageOrder;
  MessagePart: MessagePartRecord;
  MessageRow: MessageRecord;
  MessageRowConnection: RowPage;
  MessageRowEdge: MessageEdgeRecord;
  MessageStat: MessageStat;
  MessageStatConnection: MessageStatConnection;
  MessageStatEdge: MessageStatEdge;
  NativeParticipant: NativeParticipant;
  Node: NodeRecord;
  PageInfo: PageInfo;
  Participant: ParticipantRecord;
  ParticipantConnection: ParticipantPage;
  ParticipantEdge: Omit<ParticipantEdge, 'node'> & { node?: Maybe<ResolversParentTypes['Participant']> };
  ParticipantFilter: ParticipantFilter;
  Query: Record<PropertyKey, never>;
  QuotePart: QuotePartRecord;
  ResponseStat: ResponseStat;
  ResponseStatConnection: ResponseStatConnection;
  ResponseStatEdge: ResponseStatEdge;
  SourceStatus: SourceStatusRecord;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TencentChatChannel: TencentChatChannelRecord;
  TencentChatMessage: TencentChatMessageRecord;
  TextPart: TextPartRecord;
  TextSpan: TextSpanRecord;
  TimeSpan: TimeSpanRecord;
  URL: Scalars['URL']['output'];
  UnsupportedPart: UnsupportedPartRecord;
  WaitingCustomer: Omit<WaitingCustomer, 'customer'> & { customer: ResolversParentTypes['Participant'] };
  WeChatChannel: WeChatChannelRecord;
  WeChatMessage: WeChatMessageRecord;
  WeComChannel: WeComChannelRecord;
  WeComMessage: WeComMessageRecord;
  WhatsAppChannel: WhatsAppChannelRecord;
  WhatsAppContactProfile: WhatsAppContactProfileRecord;
  WhatsAppHistoryClaim: WhatsAppHistoryClaimRecord;
  WhatsAppMessage: WhatsAppMessageRecord;
  _Any: Scalars['_Any']['output'];
  _Entity: NodeRecord;
  _Service: _Service;
  federation__FieldSet: Scalars['federation__FieldSet']['output'];
  link__Import: Scalars['link__Import']['output'];
};

export type AccessDirectiveArgs = {
  masked?: Scalars['Boolean']['input'];
  scope?: Maybe<Scalars['String']['input']>;
};

export type AccessDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  weight: Scalars['String']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type KeyDirectiveArgs = {
  fields: Scalars['federation__FieldSet']['input'];
  resolvable?: Maybe<Scalars['Boolean']['input']>;
};

export type KeyDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = KeyDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LinkDirectiveArgs = {
  as?: Maybe<Scalars['String']['input']>;
  for?: Maybe<Link__Purpose>;
  import?: Maybe<Array<Maybe<Scalars['link__Import']['input']>>>;
  url: Scalars['String']['input'];
};

export type LinkDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = LinkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize: Scalars['Int']['input'];
  limit?: Maybe<Scalars['String']['input']>;
  sizedFields?: Maybe<Array<Scalars['String']['input']>>;
  slicingArguments?: Maybe<Array<Scalars['String']['input']>>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SemanticNonNullDirectiveArgs = {
  levels?: Maybe<Array<Maybe<Scalars['Int']['input']>>>;
};

export type SemanticNonNullDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = SemanticNonNullDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = { };

export type ShareableDirectiveResolver<Result, Parent, ContextType = GatewayContext, Args = ShareableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AwaitingReplyResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['AwaitingReply'] = ResolversParentTypes['AwaitingReply']> = {
  isAtLeast?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  messages?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Channel'] = ResolversParentTypes['Channel']> = {
  __resolveType: TypeResolveFn<'TencentChatChannel' | 'WeChatChannel' | 'WeComChannel' | 'WhatsAppChannel', ParentType, ContextType>;
};

export type ChannelArchiveResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ChannelArchive'] = ResolversParentTypes['ChannelArchive']> = {
  caughtUpAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  coverage?: Resolver<Array<ResolversTypes['TimeSpan']>, ParentType, ContextType>;
  gaps?: Resolver<Array<ResolversTypes['TimeSpan']>, ParentType, ContextType>;
  isSearchable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lagSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  messages?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  retentionDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  verifiedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ChannelCapabilitiesResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ChannelCapabilities'] = ResolversParentTypes['ChannelCapabilities']> = {
  disclosesText?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  maxNativePageSize?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nativeOrder?: Resolver<Maybe<ResolversTypes['OrderDirection']>, ParentType, ContextType>;
  nativeTimeFilter?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  providesMessageIds?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  pushes?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  retentionDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ContactCardPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ContactCardPart'] = ResolversParentTypes['ContactCardPart']> = {
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  organization?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phones?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  vcard?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  whatsAppIds?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConversationResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Conversation'] = ResolversParentTypes['Conversation']> = {
  awaitingReply?: Resolver<Maybe<ResolversTypes['AwaitingReply']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  firstMessageAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ConversationKind'], ParentType, ContextType>;
  lastMessage?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  lastMessageAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  messageCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<ConversationMessagesArgs, 'readFrom'>>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  participants?: Resolver<Maybe<Array<ResolversTypes['Participant']>>, ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConversationConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ConversationConnection'] = ResolversParentTypes['ConversationConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['ConversationEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['Conversation']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  sources?: Resolver<Maybe<Array<ResolversTypes['SourceStatus']>>, ParentType, ContextType>;
};

export type ConversationEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ConversationEdge'] = ResolversParentTypes['ConversationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
};

export type CustomPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CustomPart'] = ResolversParentTypes['CustomPart']> = {
  data?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  extension?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  faceIndex?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerServiceAccountResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CustomerServiceAccount'] = ResolversParentTypes['CustomerServiceAccount']> = {
  account?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  nickname?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<Array<ResolversTypes['CustomerServiceSession']>>, ParentType, ContextType>;
  state?: Resolver<Maybe<ResolversTypes['CustomerServiceAccountState']>, ParentType, ContextType>;
};

export type CustomerServiceSessionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CustomerServiceSession'] = ResolversParentTypes['CustomerServiceSession']> = {
  account?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
  customer?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type CustomerServiceSessionConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CustomerServiceSessionConnection'] = ResolversParentTypes['CustomerServiceSessionConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['CustomerServiceSessionEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['CustomerServiceSession']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CustomerServiceSessionEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['CustomerServiceSessionEdge'] = ResolversParentTypes['CustomerServiceSessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['CustomerServiceSession']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeliveryStatusChangeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['DeliveryStatusChange'] = ResolversParentTypes['DeliveryStatusChange']> = {
  agentUserId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  campaignTaskDetailId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  campaignTaskId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  changedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['WhatsAppMessage']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
  whatsAppMessageId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EncryptedPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['EncryptedPart'] = ResolversParentTypes['EncryptedPart']> = {
  encryptedSecretKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  publicKeyVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  secretKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LinkPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LinkPart'] = ResolversParentTypes['LinkPart']> = {
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LocationPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['LocationPart'] = ResolversParentTypes['LocationPart']> = {
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  latitude?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  longitude?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MediaPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MediaPart'] = ResolversParentTypes['MediaPart']> = {
  byteSize?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  caption?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  durationSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  fileName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  height?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  mimeType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  thumbnailUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  urlExpiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  width?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message']> = {
  __resolveType: TypeResolveFn<'TencentChatMessage' | 'WeChatMessage' | 'WeComMessage' | 'WhatsAppMessage', ParentType, ContextType>;
};

export type MessageConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageConnection'] = ResolversParentTypes['MessageConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['Message']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  sources?: Resolver<Maybe<Array<ResolversTypes['SourceStatus']>>, ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type MessageEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageEdge'] = ResolversParentTypes['MessageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  highlights?: Resolver<Maybe<Array<ResolversTypes['TextSpan']>>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
};

export type MessagePartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessagePart'] = ResolversParentTypes['MessagePart']> = {
  __resolveType: TypeResolveFn<'ContactCardPart' | 'CustomPart' | 'EncryptedPart' | 'LinkPart' | 'LocationPart' | 'MediaPart' | 'QuotePart' | 'TextPart' | 'UnsupportedPart', ParentType, ContextType>;
};

export type MessageRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageRow'] = ResolversParentTypes['MessageRow']> = {
  agentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  agentName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  archivedSeq?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  attachmentMimeType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  attachmentUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  availability?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversationKind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  customerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  customerName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  deliveryStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  senderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  senderName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  senderRole?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MessageRowConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageRowConnection'] = ResolversParentTypes['MessageRowConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageRowEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageRow']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageRowEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageRowEdge'] = ResolversParentTypes['MessageRowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['MessageRow']>, ParentType, ContextType>;
};

export type MessageStatResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageStat'] = ResolversParentTypes['MessageStat']> = {
  conversations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  customers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  group?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  groupName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  inbound?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  messages?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  outbound?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type MessageStatConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageStatConnection'] = ResolversParentTypes['MessageStatConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageStatEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageStat']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageStatEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageStatEdge'] = ResolversParentTypes['MessageStatEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['MessageStat']>, ParentType, ContextType>;
};

export type NodeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Conversation' | 'Participant' | 'TencentChatChannel' | 'TencentChatMessage' | 'WeChatChannel' | 'WeChatMessage' | 'WeComChannel' | 'WeComMessage' | 'WhatsAppChannel' | 'WhatsAppMessage', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ParticipantResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Participant'] = ResolversParentTypes['Participant']> = {
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  channelName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  conversations?: Resolver<Maybe<ResolversTypes['ConversationConnection']>, ParentType, ContextType, Partial<ParticipantConversationsArgs>>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  firstSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  messageCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  nativeId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ParticipantRole'], ParentType, ContextType>;
  whatsAppProfile?: Resolver<Maybe<ResolversTypes['WhatsAppContactProfile']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ParticipantConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ParticipantConnection'] = ResolversParentTypes['ParticipantConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['ParticipantEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['Participant']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  sources?: Resolver<Maybe<Array<ResolversTypes['SourceStatus']>>, ParentType, ContextType>;
};

export type ParticipantEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ParticipantEdge'] = ResolversParentTypes['ParticipantEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Participant']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  _entities?: Resolver<Array<Maybe<ResolversTypes['_Entity']>>, ParentType, ContextType, RequireFields<Query_EntitiesArgs, 'representations'>>;
  _service?: Resolver<ResolversTypes['_Service'], ParentType, ContextType>;
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType, RequireFields<QueryChannelArgs, 'name'>>;
  channels?: Resolver<Maybe<Array<ResolversTypes['Channel']>>, ParentType, ContextType, Partial<QueryChannelsArgs>>;
  conversations?: Resolver<Maybe<ResolversTypes['ConversationConnection']>, ParentType, ContextType, Partial<QueryConversationsArgs>>;
  customerServiceSessions?: Resolver<Maybe<ResolversTypes['CustomerServiceSessionConnection']>, ParentType, ContextType, Partial<QueryCustomerServiceSessionsArgs>>;
  liveCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  messageRows?: Resolver<Maybe<ResolversTypes['MessageRowConnection']>, ParentType, ContextType, Partial<QueryMessageRowsArgs>>;
  messageStatRows?: Resolver<Maybe<ResolversTypes['MessageStatConnection']>, ParentType, ContextType, Partial<QueryMessageStatRowsArgs>>;
  messageStats?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageStat']>>>, ParentType, ContextType, RequireFields<QueryMessageStatsArgs, 'groupBy' | 'readFrom'>>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<QueryMessagesArgs, 'onSourceFailure' | 'readFrom'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  participants?: Resolver<Maybe<ResolversTypes['ParticipantConnection']>, ParentType, ContextType, Partial<QueryParticipantsArgs>>;
  responseStatRows?: Resolver<Maybe<ResolversTypes['ResponseStatConnection']>, ParentType, ContextType, Partial<QueryResponseStatRowsArgs>>;
  responseStats?: Resolver<Maybe<Array<Maybe<ResolversTypes['ResponseStat']>>>, ParentType, ContextType, RequireFields<QueryResponseStatsArgs, 'groupBy'>>;
};

export type QuotePartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['QuotePart'] = ResolversParentTypes['QuotePart']> = {
  author?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['MediaPart']>, ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ResponseStatResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ResponseStat'] = ResolversParentTypes['ResponseStat']> = {
  answered?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  conversations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  group?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  groupName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  medianSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  p90Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  startsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  turns?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unanswered?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ResponseStatConnectionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ResponseStatConnection'] = ResolversParentTypes['ResponseStatConnection']> = {
  edges?: Resolver<Maybe<Array<Maybe<ResolversTypes['ResponseStatEdge']>>>, ParentType, ContextType>;
  nodes?: Resolver<Maybe<Array<Maybe<ResolversTypes['ResponseStat']>>>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ResponseStatEdgeResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['ResponseStatEdge'] = ResolversParentTypes['ResponseStatEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['ResponseStat']>, ParentType, ContextType>;
};

export type SourceStatusResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['SourceStatus'] = ResolversParentTypes['SourceStatus']> = {
  asOf?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  earliestReachableAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endReason?: Resolver<Maybe<ResolversTypes['SourceEndReason']>, ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  providerCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reachedStart?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['SourceReason']>, ParentType, ContextType>;
  retryAfterSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  servedFrom?: Resolver<Maybe<ResolversTypes['ServedFrom']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SourceState'], ParentType, ContextType>;
  upstreamCalls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  deliveryStatusChanged?: SubscriptionResolver<ResolversTypes['DeliveryStatusChange'], "deliveryStatusChanged", ParentType, ContextType, Partial<SubscriptionDeliveryStatusChangedArgs>>;
  messageAdded?: SubscriptionResolver<ResolversTypes['MessageEdge'], "messageAdded", ParentType, ContextType, Partial<SubscriptionMessageAddedArgs>>;
};

export type TencentChatChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TencentChatChannel'] = ResolversParentTypes['TencentChatChannel']> = {
  archive?: Resolver<Maybe<ResolversTypes['ChannelArchive']>, ParentType, ContextType>;
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<TencentChatChannelMessagesArgs, 'readFrom'>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  officialAccounts?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TencentChatMessageResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TencentChatMessage'] = ResolversParentTypes['TencentChatMessage']> = {
  availability?: Resolver<ResolversTypes['MessageAvailability'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['MessageDirection'], ParentType, ContextType>;
  fromAccount?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  messageKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  officialAccount?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parts?: Resolver<Maybe<Array<ResolversTypes['MessagePart']>>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  recipients?: Resolver<Maybe<Array<ResolversTypes['Participant']>>, ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TextPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TextPart'] = ResolversParentTypes['TextPart']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TextSpanResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TextSpan'] = ResolversParentTypes['TextSpan']> = {
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TimeSpanResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TimeSpan'] = ResolversParentTypes['TimeSpan']> = {
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UnsupportedPartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['UnsupportedPart'] = ResolversParentTypes['UnsupportedPart']> = {
  nativeType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  raw?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WaitingCustomerResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WaitingCustomer'] = ResolversParentTypes['WaitingCustomer']> = {
  customer?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  waitingSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WeChatChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WeChatChannel'] = ResolversParentTypes['WeChatChannel']> = {
  archive?: Resolver<Maybe<ResolversTypes['ChannelArchive']>, ParentType, ContextType>;
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  customerServiceAccounts?: Resolver<Maybe<Array<ResolversTypes['CustomerServiceAccount']>>, ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<WeChatChannelMessagesArgs, 'readFrom'>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['CustomerServiceSessionConnection']>, ParentType, ContextType, Partial<WeChatChannelSessionsArgs>>;
  waitingCustomers?: Resolver<Maybe<Array<ResolversTypes['WaitingCustomer']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WeChatMessageResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WeChatMessage'] = ResolversParentTypes['WeChatMessage']> = {
  availability?: Resolver<ResolversTypes['MessageAvailability'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['MessageDirection'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  openId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  operationCode?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  parts?: Resolver<Maybe<Array<ResolversTypes['MessagePart']>>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  recipients?: Resolver<Maybe<Array<ResolversTypes['Participant']>>, ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  worker?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WeComChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WeComChannel'] = ResolversParentTypes['WeComChannel']> = {
  archive?: Resolver<Maybe<ResolversTypes['ChannelArchive']>, ParentType, ContextType>;
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<WeComChannelMessagesArgs, 'readFrom'>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WeComMessageResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WeComMessage'] = ResolversParentTypes['WeComMessage']> = {
  availability?: Resolver<ResolversTypes['MessageAvailability'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  chatId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['MessageDirection'], ParentType, ContextType>;
  encryptedSecretKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  messageType?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  parts?: Resolver<Maybe<Array<ResolversTypes['MessagePart']>>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  publicKeyVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  recipients?: Resolver<Maybe<Array<ResolversTypes['Participant']>>, ParentType, ContextType>;
  secretKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WhatsAppChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WhatsAppChannel'] = ResolversParentTypes['WhatsAppChannel']> = {
  archive?: Resolver<Maybe<ResolversTypes['ChannelArchive']>, ParentType, ContextType>;
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  latestClaim?: Resolver<Maybe<ResolversTypes['WhatsAppHistoryClaim']>, ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<WhatsAppChannelMessagesArgs, 'readFrom'>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WhatsAppContactProfileResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WhatsAppContactProfile'] = ResolversParentTypes['WhatsAppContactProfile']> = {
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  customerId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  extended?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  heardAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  income?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  ownerAccount?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  profession?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  remarks?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  whatsApp?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type WhatsAppHistoryClaimResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WhatsAppHistoryClaim'] = ResolversParentTypes['WhatsAppHistoryClaim']> = {
  answeredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  areTotalsBelieved?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  current?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  listed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pages?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WhatsAppMessageResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['WhatsAppMessage'] = ResolversParentTypes['WhatsAppMessage']> = {
  agentAccount?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agentUserId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  availability?: Resolver<ResolversTypes['MessageAvailability'], ParentType, ContextType>;
  campaignTaskDetailId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  campaignTaskId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
  counterpart?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  counterpartName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  deliveryStatus?: Resolver<Maybe<ResolversTypes['DeliveryStatus']>, ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['MessageDirection'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  nativeContentType?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nativeOriginType?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  origin?: Resolver<Maybe<ResolversTypes['WhatsAppOrigin']>, ParentType, ContextType>;
  parts?: Resolver<Maybe<Array<ResolversTypes['MessagePart']>>, ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['Provider'], ParentType, ContextType>;
  recipients?: Resolver<Maybe<Array<ResolversTypes['Participant']>>, ParentType, ContextType>;
  recordedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  serviceAccount?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['WhatsAppVariant']>, ParentType, ContextType>;
  whatsAppMessageId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface _AnyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['_Any'], any> {
  name: '_Any';
}

export type _EntityResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['_Entity'] = ResolversParentTypes['_Entity']> = {
  __resolveType: TypeResolveFn<'Conversation' | 'Participant' | 'TencentChatChannel' | 'TencentChatMessage' | 'WeChatChannel' | 'WeChatMessage' | 'WeComChannel' | 'WeComMessage' | 'WhatsAppChannel' | 'WhatsAppMessage', ParentType, ContextType>;
};

export type _ServiceResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['_Service'] = ResolversParentTypes['_Service']> = {
  sdl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface Federation__FieldSetScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['federation__FieldSet'], any> {
  name: 'federation__FieldSet';
}

export interface Link__ImportScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['link__Import'], any> {
  name: 'link__Import';
}

export type Resolvers<ContextType = GatewayContext> = {
  AwaitingReply?: AwaitingReplyResolvers<ContextType>;
  Channel?: ChannelResolvers<ContextType>;
  ChannelArchive?: ChannelArchiveResolvers<ContextType>;
  ChannelCapabilities?: ChannelCapabilitiesResolvers<ContextType>;
  ContactCardPart?: ContactCardPartResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
  ConversationConnection?: ConversationConnectionResolvers<ContextType>;
  ConversationEdge?: ConversationEdgeResolvers<ContextType>;
  CustomPart?: CustomPartResolvers<ContextType>;
  CustomerServiceAccount?: CustomerServiceAccountResolvers<ContextType>;
  CustomerServiceSession?: CustomerServiceSessionResolvers<ContextType>;
  CustomerServiceSessionConnection?: CustomerServiceSessionConnectionResolvers<ContextType>;
  CustomerServiceSessionEdge?: CustomerServiceSessionEdgeResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeliveryStatusChange?: DeliveryStatusChangeResolvers<ContextType>;
  EncryptedPart?: EncryptedPartResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LinkPart?: LinkPartResolvers<ContextType>;
  LocationPart?: LocationPartResolvers<ContextType>;
  MediaPart?: MediaPartResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  MessageConnection?: MessageConnectionResolvers<ContextType>;
  MessageEdge?: MessageEdgeResolvers<ContextType>;
  MessagePart?: MessagePartResolvers<ContextType>;
  MessageRow?: MessageRowResolvers<ContextType>;
  MessageRowConnection?: MessageRowConnectionResolvers<ContextType>;
  MessageRowEdge?: MessageRowEdgeResolvers<ContextType>;
  MessageStat?: MessageStatResolvers<ContextType>;
  MessageStatConnection?: MessageStatConnectionResolvers<ContextType>;
  MessageStatEdge?: MessageStatEdgeResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Participant?: ParticipantResolvers<ContextType>;
  ParticipantConnection?: ParticipantConnectionResolvers<ContextType>;
  ParticipantEdge?: ParticipantEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuotePart?: QuotePartResolvers<ContextType>;
  ResponseStat?: ResponseStatResolvers<ContextType>;
  ResponseStatConnection?: ResponseStatConnectionResolvers<ContextType>;
  ResponseStatEdge?: ResponseStatEdgeResolvers<ContextType>;
  SourceStatus?: SourceStatusResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TencentChatChannel?: TencentChatChannelResolvers<ContextType>;
  TencentChatMessage?: TencentChatMessageResolvers<ContextType>;
  TextPart?: TextPartResolvers<ContextType>;
  TextSpan?: TextSpanResolvers<ContextType>;
  TimeSpan?: TimeSpanResolvers<ContextType>;
  URL?: GraphQLScalarType;
  UnsupportedPart?: UnsupportedPartResolvers<ContextType>;
  WaitingCustomer?: WaitingCustomerResolvers<ContextType>;
  WeChatChannel?: WeChatChannelResolvers<ContextType>;
  WeChatMessage?: WeChatMessageResolvers<ContextType>;
  WeComChannel?: WeComChannelResolvers<ContextType>;
  WeComMessage?: WeComMessageResolvers<ContextType>;
  WhatsAppChannel?: WhatsAppChannelResolvers<ContextType>;
  WhatsAppContactProfile?: WhatsAppContactProfileResolvers<ContextType>;
  WhatsAppHistoryClaim?: WhatsAppHistoryClaimResolvers<ContextType>;
  WhatsAppMessage?: WhatsAppMessageResolvers<ContextType>;
  _Any?: GraphQLScalarType;
  _Entity?: _EntityResolvers<ContextType>;
  _Service?: _ServiceResolvers<ContextType>;
  federation__FieldSet?: GraphQLScalarType;
  link__Import?: GraphQLScalarType;
};

export type DirectiveResolvers<ContextType = GatewayContext> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
  key?: KeyDirectiveResolver<any, any, ContextType>;
  link?: LinkDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
  semanticNonNull?: SemanticNonNullDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
};
