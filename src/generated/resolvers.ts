import type { JsonValue } from '../domain/records.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NodeRecord } from '../resolvers/node.ts';
import type { MessageRecord, ConversationRecord, ParticipantRecord, MessagePart as MessagePartRecord, TextPart as TextPartRecord, MediaPart as MediaPartRecord, LocationPart as LocationPartRecord, ContactCardPart as ContactCardPartRecord, LinkPart as LinkPartRecord, QuotePart as QuotePartRecord, CustomPart as CustomPartRecord, EncryptedPart as EncryptedPartRecord, UnsupportedPart as UnsupportedPartRecord } from '../domain/records.ts';
import type { WeChatMessageRecord, WeChatChannel as WeChatChannelRecord } from '../datasources/wechat/index.ts';
import type { WeComMessageRecord, WeComChannel as WeComChannelRecord } from '../datasources/wecom/index.ts';
import type { TencentChatMessageRecord, TencentChatChannel as TencentChatChannelRecord } from '../datasources/tencent-chat/index.ts';
import type { WhatsAppMessageRecord, WhatsAppChannel as WhatsAppChannelRecord, WhatsAppContactProfile as WhatsAppContactProfileRecord, WhatsAppHistoryClaim as WhatsAppHistoryClaimRecord } from '../datasources/whatsapp-scrm/index.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { TimelinePage, MessageEdge as MessageEdgeRecord } from '../timeline/timeline.ts';
import type { SourceStatus as SourceStatusRecord } from '../timeline/source-status.ts';
import type { StatusEvent } from '../resolvers/subscription.ts';
import type { AccountInChannel, SessionInChannel } from '../resolvers/wechat.ts';
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
  /** A moment: RFC 3339 in UTC with milliseconds, such as `2026-03-01T08:30:00.000Z`. As input any offset is accepted. */
  DateTime: { input: Date; output: number; }
  /** Any JSON value, as the provider sent it. */
  JSON: { input: JsonValue; output: JsonValue; }
  /** An absolute URL, as the provider gave it. */
  URL: { input: string; output: string; }
  /** What a router names an entity by: an object with `__typename` and the fields of one key. */
  _Any: { input: unknown; output: unknown; }
  /** Fields, written as in a query. */
  federation__FieldSet: { input: unknown; output: unknown; }
  /** A name that is imported, or an object with `name` and `as`. */
  link__Import: { input: unknown; output: unknown; }
};

/** One account at a provider. Each provider's type adds what only that provider has. */
export type Channel = {
  /** What the provider can do; the gateway makes up for most of what it cannot. */
  capabilities: ChannelCapabilities;
  /** A name for people. Null where the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, as `Query.messages` has them. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** Who holds the channel. */
  provider: Provider;
};


/** One account at a provider. Each provider's type adds what only that provider has. */
export type ChannelMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
};

/** What the provider of a channel can do. */
export type ChannelCapabilities = {
  __typename?: 'ChannelCapabilities';
  /** Whether the provider lets servers see texts. */
  disclosesText: Scalars['Boolean']['output'];
  /** The most messages that one call to the provider can bring. */
  maxNativePageSize: Scalars['Int']['output'];
  /** The order in which the provider lists messages. Null: it promises none. */
  nativeOrder?: Maybe<OrderDirection>;
  /** Whether the provider can be asked for a span of time. */
  nativeTimeFilter: Scalars['Boolean']['output'];
  /** Whether the provider gives each message an id. */
  providesMessageIds: Scalars['Boolean']['output'];
  /** Whether the provider tells the gateway of new messages. */
  pushes: Scalars['Boolean']['output'];
  /** For how many days the provider keeps messages. Null: it does not publish that. */
  retentionDays?: Maybe<Scalars['Int']['output']>;
};

/** A contact card. */
export type ContactCardPart = {
  __typename?: 'ContactCardPart';
  /** Null where the card has no name. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Null where the card has none. */
  organization?: Maybe<Scalars['String']['output']>;
  /** Telephone numbers as the card writes them. Null where it has none. */
  phones?: Maybe<Array<Scalars['String']['output']>>;
  /** The card as it was sent (vCard 3.0). */
  vcard: Scalars['String']['output'];
  /** WhatsApp ids of the contact, digits only. Null where the card has none: not everybody is on WhatsApp. */
  whatsAppIds?: Maybe<Array<Scalars['String']['output']>>;
};

/** A conversation: with one customer, in a group, or to the subscribers of an official account. */
export type Conversation = Node & {
  __typename?: 'Conversation';
  /** The account that it is held over. */
  channel: Channel;
  /** Stable; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** Between whom it is. */
  kind: ConversationKind;
  /** The messages of this conversation, as `Query.messages` has them. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The provider's own id. Null where it has none, as a one-to-one chat in WeCom. */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** Who takes part. Null where the provider does not list them, as the members of a group. */
  participants?: Maybe<Array<Participant>>;
  /** A name for people. Null where the provider does not tell one, and when the conversation was found by its id alone. */
  title?: Maybe<Scalars['String']['output']>;
};


/** A conversation: with one customer, in a group, or to the subscribers of an official account. */
export type ConversationMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MessageOrder>;
};

/** Between whom a conversation is. */
export type ConversationKind =
  /** An official account and its subscribers. */
  | 'BROADCAST'
  /** One person and the company, or two people. */
  | 'DIRECT'
  /** A group. */
  | 'GROUP';

/** Content of the sending application's own making. */
export type CustomPart = {
  __typename?: 'CustomPart';
  /** The application's data, of any form. Null where there is none. */
  data?: Maybe<Scalars['String']['output']>;
  /** What the application shows instead. Null where there is none. */
  description?: Maybe<Scalars['String']['output']>;
  /** A further field of the application. Null where there is none. */
  extension?: Maybe<Scalars['String']['output']>;
  /** The number of a face in the application's own set (Tencent Chat). Null for anything else. */
  faceIndex?: Maybe<Scalars['Int']['output']>;
};

/** An account that an agent serves customers with. */
export type CustomerServiceAccount = {
  __typename?: 'CustomerServiceAccount';
  /** Its full name, such as `anna@shop`. */
  account: Scalars['String']['output'];
  /** Its picture. Null where it has none. */
  avatarUrl?: Maybe<Scalars['URL']['output']>;
  /** The name that customers see. Null where it has none. */
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
  /** It is not bound to a WeChat user, so nobody can serve customers with it yet. */
  | 'UNBOUND'
  /** WeChat lists it but does not know it as an account: it was removed just now, or is not ready yet. */
  | 'UNKNOWN';

/** A customer being served now. */
export type CustomerServiceSession = {
  __typename?: 'CustomerServiceSession';
  /** The customer service account that serves. */
  account: Scalars['String']['output'];
  /** The channel that the session is held over. */
  channel: Channel;
  /** The customer's conversation with the channel. */
  conversation: Conversation;
  /** Who is served. */
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
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
  /** How many sessions are open in all. Null only with an error. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A session in a page, with its place in the list. */
export type CustomerServiceSessionEdge = {
  __typename?: 'CustomerServiceSessionEdge';
  /** A page can begin behind it, as long as the session is open or not. */
  cursor: Scalars['String']['output'];
  /** The session. Null only with an error. */
  node?: Maybe<CustomerServiceSession>;
};

/** A span of time, half-open, so that spans can be put side by side. */
export type DateTimeRange = {
  /** Not before this moment. */
  gte?: InputMaybe<Scalars['DateTime']['input']>;
  /** Before this moment. */
  lt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How far a message got. */
export type DeliveryStatus =
  /** On the receiver's device. */
  | 'DELIVERED'
  /** It will not arrive. */
  | 'FAILED'
  /** Not yet at WhatsApp. */
  | 'PENDING'
  /** Read by the receiver. */
  | 'READ'
  /** At WhatsApp. */
  | 'SENT';

/** A message got further. */
export type DeliveryStatusChange = {
  __typename?: 'DeliveryStatusChange';
  /** The agent's number. Null where the provider does not tell. */
  agentUserId?: Maybe<Scalars['String']['output']>;
  /** Its place in that mass dispatch. Null where it was none. */
  campaignTaskDetailId?: Maybe<Scalars['String']['output']>;
  /** The mass dispatch that it was sent by. Null where it was none. */
  campaignTaskId?: Maybe<Scalars['String']['output']>;
  /** When; when the gateway was told, where the provider does not say. */
  changedAt: Scalars['DateTime']['output'];
  /** The account that the message was sent from. */
  channel: Channel;
  /** Go on from here with `after`. */
  cursor: Scalars['String']['output'];
  /** The message. Null while the gateway has not heard of it yet: statuses can come first. */
  message?: Maybe<WhatsAppMessage>;
  /** How far it got. */
  status: DeliveryStatus;
  /** WhatsApp's own id of the message. */
  whatsAppMessageId: Scalars['String']['output'];
};

/** Content that the provider shows only in its own display component, given a key. */
export type EncryptedPart = {
  __typename?: 'EncryptedPart';
  /** The message's key, wrapped with the company's public key, in base64. */
  encryptedSecretKey: Scalars['String']['output'];
  /** Which public key it was wrapped with. */
  publicKeyVersion: Scalars['Int']['output'];
  /** The key unwrapped, for the display component. Null when the gateway has no private key of that version. */
  secretKey?: Maybe<Scalars['String']['output']>;
};

/** A link. */
export type LinkPart = {
  __typename?: 'LinkPart';
  /** Null where it has none. */
  description?: Maybe<Scalars['String']['output']>;
  /** Null where it has none. */
  title?: Maybe<Scalars['String']['output']>;
  /** Where it leads. */
  url: Scalars['URL']['output'];
};

/** A place. */
export type LocationPart = {
  __typename?: 'LocationPart';
  /** The place in words. Null where there are none. */
  description?: Maybe<Scalars['String']['output']>;
  /** Degrees, north positive. */
  latitude: Scalars['Float']['output'];
  /** Degrees, east positive. */
  longitude: Scalars['Float']['output'];
};

/** A picture, sound, film, sticker or file. */
export type MediaPart = {
  __typename?: 'MediaPart';
  /** Size in bytes. Null where the provider does not tell. */
  byteSize?: Maybe<Scalars['Float']['output']>;
  /** The words shown with it. Null where there are none. */
  caption?: Maybe<Scalars['String']['output']>;
  /** How long it plays. Null where the provider does not tell, and for what does not play. */
  durationSeconds?: Maybe<Scalars['Float']['output']>;
  /** Null where it has none. */
  fileName?: Maybe<Scalars['String']['output']>;
  /** Height in pixels. Null where the provider does not tell. */
  height?: Maybe<Scalars['Int']['output']>;
  /** Which of them: IMAGE, AUDIO, VIDEO, STICKER or FILE. */
  kind: MessageKind;
  /** Null where the provider does not tell and nothing else gives it away. */
  mimeType?: Maybe<Scalars['String']['output']>;
  /** Where to fetch a small picture of it. Null where there is none. */
  thumbnailUrl?: Maybe<Scalars['URL']['output']>;
  /** Where to fetch it. Null where the provider gives no address, or one that is no URL. */
  url?: Maybe<Scalars['URL']['output']>;
  /** When the address stops working. Null where it does not say. */
  urlExpiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Width in pixels. Null where the provider does not tell. */
  width?: Maybe<Scalars['Int']['output']>;
};

/** A message, whichever provider holds it. Each provider's type adds what only that provider tells. */
export type Message = {
  /** Whether there is still something to see. */
  availability: MessageAvailability;
  /** The account that it was read from. */
  channel: Channel;
  /** The conversation that it belongs to. */
  conversation: Conversation;
  /** Which way it went, seen from the company. */
  direction: MessageDirection;
  /** Stable on every surface; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** What it is. */
  kind: MessageKind;
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which gives none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** What the message is made of, in order. Null where the provider discloses nothing of it, and for messages no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** Who holds the message. */
  provider: Provider;
  /** Who received it. Null where the provider does not list the receivers (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** Who sent it. A participant of role UNKNOWN where the provider does not tell. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers tell whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /**
   * A rendering as plain text: the text itself, a caption, a description. Null where there is none, where the message was recalled or
   * is no longer available, and always for WeCom, which keeps texts from servers.
   */
  text?: Maybe<Scalars['String']['output']>;
};

/** Whether a message's content can still be seen. */
export type MessageAvailability =
  /** As it was sent. */
  | 'AVAILABLE'
  /** Taken back by its sender: its place in the timeline stays, its content is gone. */
  | 'RECALLED'
  /** The provider knows that it existed but has lost, deleted or expired it. */
  | 'UNAVAILABLE';

/** A page of messages, by Relay's rules. */
export type MessageConnection = {
  __typename?: 'MessageConnection';
  /** The messages of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<MessageEdge>>>;
  /** The messages of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<Message>>>;
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
  /** How each channel did in this request. Null only with an error. */
  sources?: Maybe<Array<SourceStatus>>;
  /** How many messages there are in all. Null unless every source can count cheaply, which today none can. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** Which way a message went, seen from the company. */
export type MessageDirection =
  /** From a customer to the company. */
  | 'INBOUND'
  /** Between people of the company. */
  | 'INTERNAL'
  /** From the company to a customer, or to the subscribers of a broadcast. */
  | 'OUTBOUND'
  /** Nobody's words: an event that the provider records among the messages. */
  | 'SYSTEM';

/** A message in a page, with its place in the list. */
export type MessageEdge = {
  __typename?: 'MessageEdge';
  /** Pages can begin behind it or end before it: in another process, after a restart, with the same filter and order. */
  cursor: Scalars['String']['output'];
  /** The message. Null only with an error. */
  node?: Maybe<Message>;
};

/** Which messages a list has. Every condition must hold; one that is left out holds always. */
export type MessageFilter = {
  /**
   * The accounts of the agents who wrote them or to whom they were sent, as the provider spells them: `WhatsAppMessage.agentAccount`,
   * else the `nativeId` of a participant of role AGENT. A WhatsApp message of which only CLIENT_SYNC has told has no `agentAccount`, so a
   * subscription with this filter leaves it out, while `messages` has it once the history lists it. Needs the scope `participants:read`.
   */
  agentAccounts?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether there is still something to see. */
  availabilities?: InputMaybe<Array<MessageAvailability>>;
  /** Names of channels. An unknown name is an error. */
  channels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The `id` of one conversation. */
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** Between whom their conversation is. */
  conversationKinds?: InputMaybe<Array<ConversationKind>>;
  /** Which way they went. */
  directions?: InputMaybe<Array<MessageDirection>>;
  /** What they are. */
  kinds?: InputMaybe<Array<MessageKind>>;
  /** A participant who sent or received them, by the provider's own id. Not together with `participantId`. Needs the scope `participants:read`. */
  participant?: InputMaybe<NativeParticipant>;
  /** The `id` of a participant who sent or received them. */
  participantId?: InputMaybe<Scalars['ID']['input']>;
  /** Only channels at these providers. */
  providers?: InputMaybe<Array<Provider>>;
  /** When they were sent. */
  sentAt?: InputMaybe<DateTimeRange>;
  /** A piece of `Message.text`; upper and lower case are the same. Messages without text never match. At most 256 characters. */
  textContains?: InputMaybe<Scalars['String']['input']>;
};

/** What a message is. Each provider has some of them. */
export type MessageKind =
  /** A customer agreed to the archiving of the chat. */
  | 'ARCHIVE_CONSENT'
  /** A customer refused the archiving of the chat. */
  | 'ARCHIVE_REFUSAL'
  /** Articles, each with picture, title and link. */
  | 'ARTICLE'
  /** A voice message or a sound. */
  | 'AUDIO'
  /** An appointment. */
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
  /** A picture. */
  | 'IMAGE'
  /** A link with a title. */
  | 'LINK'
  /** A place. */
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
  /** A film. */
  | 'VIDEO';

/** How a list of messages is ordered. */
export type MessageOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** By what. */
  field?: MessageOrderField;
};

/** What messages can be ordered by. */
export type MessageOrderField =
  /** When they were sent; those of one moment by channel, then as their provider orders them. */
  | 'SENT_AT';

/** One piece of a message. */
export type MessagePart = ContactCardPart | CustomPart | EncryptedPart | LinkPart | LocationPart | MediaPart | QuotePart | TextPart | UnsupportedPart;

/** A message in plain columns. */
export type MessageRow = {
  __typename?: 'MessageRow';
  /**
   * The id of who spoke or was spoken to for the company: of the sender, if that is one (role AGENT, BOT or OFFICIAL_ACCOUNT), else of
   * the first receiver that is. Null where neither is, or where the provider does not list the receivers.
   */
  agentId?: Maybe<Scalars['ID']['output']>;
  /** The agent's name. Null where there is no agent, or where the provider does not tell a name. */
  agentName?: Maybe<Scalars['String']['output']>;
  /** The media type of that attachment. Null where there is none, or where the provider does not tell. */
  attachmentMimeType?: Maybe<Scalars['String']['output']>;
  /** Where to fetch the first picture, sound, film, sticker or file of the message. Null where it has none, or none with a URL. */
  attachmentUrl?: Maybe<Scalars['String']['output']>;
  /** Whether there is still something to see: a value of `MessageAvailability`. */
  availability: Scalars['String']['output'];
  /** The name of the channel that it was read from. */
  channel: Scalars['String']['output'];
  /** The id of its conversation. */
  conversationId: Scalars['ID']['output'];
  /** Between whom the conversation is: a value of `ConversationKind`. */
  conversationKind: Scalars['String']['output'];
  /**
   * The id of the customer: of the sender, if that is one (role CUSTOMER), else of the first receiver that is. Null where neither is, or
   * where the provider does not list the receivers (groups, broadcasts).
   */
  customerId?: Maybe<Scalars['ID']['output']>;
  /** The customer's name. Null where there is no customer, or where the provider does not tell a name. */
  customerName?: Maybe<Scalars['String']['output']>;
  /** How far the message got: a value of `DeliveryStatus`, as `WhatsAppMessage.deliveryStatus`. Null at other providers. */
  deliveryStatus?: Maybe<Scalars['String']['output']>;
  /** Which way it went: a value of `MessageDirection`. */
  direction: Scalars['String']['output'];
  /** The id of the message, stable; `Query.node` finds it again. */
  id: Scalars['ID']['output'];
  /** What it is: a value of `MessageKind`. */
  kind: Scalars['String']['output'];
  /** The provider's own id, as `Message.nativeId`. Null where it gives none. */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** Who holds the message: a value of `Provider`. */
  provider: Scalars['String']['output'];
  /** The id of the participant who sent it. */
  senderId: Scalars['ID']['output'];
  /** The sender's name. Null where the provider does not tell one. */
  senderName?: Maybe<Scalars['String']['output']>;
  /** What the sender is to the company: a value of `ParticipantRole`. */
  senderRole: Scalars['String']['output'];
  /** When it was sent, by the provider's clock. Most providers tell whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /** A rendering as plain text, as `Message.text`. Null where there is none. */
  text?: Maybe<Scalars['String']['output']>;
};

/** A page of rows, by Relay's rules. */
export type MessageRowConnection = {
  __typename?: 'MessageRowConnection';
  /** The rows of this page with their cursors. Null only with an error. */
  edges?: Maybe<Array<Maybe<MessageRowEdge>>>;
  /** The rows of this page. Null only with an error. */
  nodes?: Maybe<Array<Maybe<MessageRow>>>;
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
};

/** A row in a page, with its place in the list. */
export type MessageRowEdge = {
  __typename?: 'MessageRowEdge';
  /** Pages can begin behind it: in another process, after a restart, with the same arguments. */
  cursor: Scalars['String']['output'];
  /** The row. Null only with an error. */
  node?: Maybe<MessageRow>;
};

/** The figures of one group of messages. */
export type MessageStat = {
  __typename?: 'MessageStat';
  /** In how many different conversations they were. */
  conversations: Scalars['Int']['output'];
  /** How many different customers, as `MessageRow.customerId` tells them, sent or received them. */
  customers: Scalars['Int']['output'];
  /** When the first of them was sent. */
  firstAt: Scalars['DateTime']['output'];
  /**
   * Which group: a day (`2026-03-01`), an hour (`2026-03-01T08`), the name of a channel, a `MessageDirection`, a `MessageKind`, or the
   * `agentId`, with `NONE` for messages without one.
   */
  group: Scalars['String']['output'];
  /** A name for people: of the channel or the agent. Null where there is none, and for other groups. */
  groupName?: Maybe<Scalars['String']['output']>;
  /** How many of them went from customers to the company. */
  inbound: Scalars['Int']['output'];
  /** When the last of them was sent. */
  lastAt: Scalars['DateTime']['output'];
  /** How many messages, of every direction. */
  messages: Scalars['Int']['output'];
  /** How many of them went from the company to customers. */
  outbound: Scalars['Int']['output'];
  /** When the day or hour starts. Null for other groups. */
  startsAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What `Query.messageStats` can group by. */
export type MessageStatsGroup =
  /** By `MessageRow.agentId`. */
  | 'AGENT'
  /** By channel. */
  | 'CHANNEL'
  /** By days of UTC. */
  | 'DAY'
  /** By `MessageDirection`. */
  | 'DIRECTION'
  /** By hours of UTC. */
  | 'HOUR'
  /** By `MessageKind`. */
  | 'KIND';

/** A participant as other systems know it. */
export type NativeParticipant = {
  /** The name of the channel over which it is known. An unknown name is an error. */
  channel: Scalars['String']['input'];
  /** `Participant.nativeId`; other spellings of it that the provider has, such as a telephone number with `+`, are understood. */
  nativeId: Scalars['String']['input'];
  /** What it is to the company. Left out: what the id tells, which is CUSTOMER where it tells nothing. */
  role?: InputMaybe<NativeParticipantRole>;
};

/**
 * The values of `ParticipantRole`, to ask by. A type of its own, so that other subgraphs of a supergraph need not know every value of
 * the roles that they show.
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

/** Anything that has a global id. */
export type Node = {
  /** Opaque and stable: the same thing has the same id wherever it is read. `Query.node` finds it again. */
  id: Scalars['ID']['output'];
};

/** The direction of an order. */
export type OrderDirection =
  /**
   * Oldest first, up to the present: later, the last cursor goes on to what has come since. What a provider lists late, with a
   * time that lies behind the cursor, is not among it; `Subscription.messageAdded` has it.
   */
  | 'ASC'
  /** Newest first. */
  | 'DESC';

/** Where one page lies in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Where to page on forward, with `after`. Null only when the page is empty and nothing follows it. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /**
   * Paging forward: whether more follows. True as well when the page was cut short by the request's budget of calls or time, or
   * because a source failed; go on from `endCursor`. Paging backward: whether the page was asked for by a cursor.
   */
  hasNextPage: Scalars['Boolean']['output'];
  /** Paging backward: whether more precedes. Paging forward: whether the page was asked for by a cursor. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Where to page on backward, with `before`. Null when the page is empty and nothing precedes it. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A person, a bot or an account that sends or receives messages in a channel. */
export type Participant = Node & {
  __typename?: 'Participant';
  /** The account over which it is known; the same person in another channel is another participant. */
  channel: Channel;
  /** The name of `channel`: with `nativeId`, what another system can write down of a participant. */
  channelName: Scalars['String']['output'];
  /** A name for people. Null where the provider does not tell one, and when the participant was found by an id alone. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** The provider's own id. */
  nativeId: Scalars['String']['output'];
  /** What it is to the company. */
  role: ParticipantRole;
  /**
   * What the company has noted down of a customer, as the WhatsApp SCRM's webhooks told last. Null for all others, where none has told
   * for long, and without the scope `participants:read`.
   */
  whatsAppProfile?: Maybe<WhatsAppContactProfile>;
};

/** What a participant is to the company. */
export type ParticipantRole =
  /** Somebody who works for the company, or an account that the company answers with. */
  | 'AGENT'
  /** A program. */
  | 'BOT'
  /** Somebody from outside. */
  | 'CUSTOMER'
  /** An official account. */
  | 'OFFICIAL_ACCOUNT'
  /** The provider does not tell. */
  | 'UNKNOWN';

/** The providers that a channel can be held by. */
export type Provider =
  /** Tencent Cloud Chat official accounts. */
  | 'TENCENT_CHAT'
  /** WeChat Official Account customer service. */
  | 'WECHAT'
  /** WeCom (WeChat Work) chat archive. */
  | 'WECOM'
  /** SocialEpoch WhatsApp SCRM. */
  | 'WHATSAPP_SCRM';

/** Where reading starts. */
export type Query = {
  __typename?: 'Query';
  /**
   * Finds entities for a router, in the order of their representations. An item is null where nothing is found, and with an error
   * where it is no representation of an entity.
   */
  _entities: Array<Maybe<_Entity>>;
  /** This gateway as a subgraph. For composition. */
  _service: _Service;
  /** One channel by its configured name. Null when there is none of that name. */
  channel?: Maybe<Channel>;
  /** The channels, by name. Null only with an error. */
  channels?: Maybe<Array<Channel>>;
  /**
   * Customer service sessions that are open now (WeChat), by channel and start. Ended sessions are not listed by the
   * provider. Null only with an error.
   */
  customerServiceSessions?: Maybe<CustomerServiceSessionConnection>;
  /**
   * The cursor that a subscription without `after` starts from now. Take it before reading `messages`, or before subscribing, and give
   * it as `after`: then no event is missed in between, nor when the connection breaks before the first one.
   */
  liveCursor?: Maybe<Scalars['String']['output']>;
  /**
   * The messages as flat rows, newest first, for BI tools: those of `messages` over the same span of time. When a provider fails,
   * or counts more messages than it lists, this is null with the error, never a part of the data. A page that used up its calls or its time may be short or empty though more
   * follows: go on from `endCursor` as long as `hasNextPage` is true. Null only with an error.
   */
  messageRows?: Maybe<MessageRowConnection>;
  /**
   * Counts of messages, grouped. Only whole figures are returned: when a provider fails, or counts more messages
   * than it lists, this is null with the error, and when one request cannot read the whole span of time, null with `QUERY_TOO_COMPLEX`. Narrow the span then, or ask again: what was read is kept
   * where a provider's history has settled, so asking again gets further. Groups without messages are not listed. Ordered by `group`.
   * Null only with an error.
   */
  messageStats?: Maybe<Array<Maybe<MessageStat>>>;
  /**
   * One timeline over every channel, or over those that the filter names: every message that the providers list, once and in order.
   * Null only with an error.
   */
  messages?: Maybe<MessageConnection>;
  /** Finds one thing by its global id. Null when it is no longer listed by its provider, or when the id is not one of this gateway's. */
  node?: Maybe<Node>;
  /** Finds several things by their global ids, in the order of the ids. An item is null where nothing is found. */
  nodes: Array<Maybe<Node>>;
};


/** Where reading starts. */
export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};


/** Where reading starts. */
export type QueryChannelArgs = {
  name: Scalars['String']['input'];
};


/** Where reading starts. */
export type QueryChannelsArgs = {
  providers?: InputMaybe<Array<Provider>>;
};


/** Where reading starts. */
export type QueryCustomerServiceSessionsArgs = {
  account?: InputMaybe<Scalars['String']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  channel?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Where reading starts. */
export type QueryMessageRowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agentAccount?: InputMaybe<Scalars['String']['input']>;
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
  since?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Where reading starts. */
export type QueryMessageStatsArgs = {
  channel?: InputMaybe<Scalars['String']['input']>;
  groupBy?: InputMaybe<MessageStatsGroup>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Where reading starts. */
export type QueryMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  onSourceFailure?: InputMaybe<SourceFailurePolicy>;
  orderBy?: InputMaybe<MessageOrder>;
};


/** Where reading starts. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Where reading starts. */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};

/** An earlier message that this one replies to. */
export type QuotePart = {
  __typename?: 'QuotePart';
  /** The provider's id of whoever wrote the quoted message. Null where it does not tell. */
  author?: Maybe<Scalars['String']['output']>;
  /** What the quoted message is. */
  kind: MessageKind;
  /** Its media. Null where it has none. */
  media?: Maybe<MediaPart>;
  /** The provider's id of the quoted message. Null where it does not tell. */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** Its words or caption. Null where it has none. */
  text?: Maybe<Scalars['String']['output']>;
};

/**
 * Why nothing older is left of a channel. Where several accounts of one channel end for different reasons, EXPIRED goes before BOUND,
 * and BOUND before BEGINNING.
 */
export type SourceEndReason =
  /** Nothing was sent before, as far as the provider tells. */
  | 'BEGINNING'
  /** Nothing older was asked for: the filter bounds the list, or `historyStart` in the channel's configuration does. */
  | 'BOUND'
  /** What was sent before, the provider no longer lists. */
  | 'EXPIRED';

/** What to do when a provider fails. */
export type SourceFailurePolicy =
  /**
   * Answer with null and the error. A provider that counts more messages than it lists (`RECORDS_MISSING`) counts as failed; its error is
   * `UPSTREAM_BAD_RESPONSE`.
   */
  | 'FAIL'
  /**
   * Answer with the others. `sources` tells which failed; their place in the list is kept, so that their messages come in a later page
   * of the same walk, once they are back.
   */
  | 'PARTIAL';

/** Why a channel brought only a part of what it has. */
export type SourceReason =
  /** The request's calls or time were spent while more was still coming. Page on. */
  | 'LIMIT_REACHED'
  /**
   * The provider says that it has more messages here than it lists, though it was asked again and for less at a time. What it listed is
   * shown; nothing of it is kept, so that the next request asks anew. Rows, figures and exports, and lists with `FAIL`, end with an error
   * instead.
   */
  | 'RECORDS_MISSING';

/** How a channel answered. */
export type SourceState =
  /** The provider refuses the channel's credentials. */
  | 'AUTH_FAILED'
  /**
   * The provider's settings or permissions, or the channel's configuration, must be put right by an operator. When only one of the
   * channel's accounts is concerned, the others answer all the same.
   */
  | 'MISCONFIGURED'
  /** It brought what the page needed of it. */
  | 'OK'
  /** It brought only a part of what it has; `SourceStatus.reason` tells why. */
  | 'PARTIAL'
  /** The provider says that it is called too often. */
  | 'RATE_LIMITED'
  /** The provider did not answer in time. */
  | 'TIMED_OUT'
  /** The provider could not be reached, was out of order, or answered nonsense. */
  | 'UNAVAILABLE';

/** How one channel did in one request. */
export type SourceStatus = {
  __typename?: 'SourceStatus';
  /**
   * A channel whose provider forgets is read from what the gateway has fetched: everything that the provider had at this time is
   * there. Null for other channels, which are asked themselves, and until everything has been fetched for the first time.
   */
  asOf?: Maybe<Scalars['DateTime']['output']>;
  /** The channel. */
  channel: Channel;
  /** The oldest moment that can be read. Null when the provider does not tell. */
  earliestReachableAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * Why nothing older is left, once the walk has come to the older end of all that the channel has. Null while more follows, where the
   * page was read towards the present, and where it is not known.
   */
  endReason?: Maybe<SourceEndReason>;
  /** The code of the failure, such as `UPSTREAM_TIMEOUT`. Null when the channel did not fail. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /**
   * The provider's own code of the failure, such as `10010`, or `HTTP 503`. Null when the channel did not fail, and when there was no
   * answer.
   */
  providerCode?: Maybe<Scalars['String']['output']>;
  /** Whether nothing older (newest first) or newer (oldest first) is left at the provider. Null when that is not known. */
  reachedStart?: Maybe<Scalars['Boolean']['output']>;
  /** Why the state is PARTIAL. Null in any other state. */
  reason?: Maybe<SourceReason>;
  /** In how many seconds asking again makes sense. Null when the provider did not say, or when the channel did not fail. */
  retryAfterSeconds?: Maybe<Scalars['Float']['output']>;
  /** Whether it answered. */
  state: SourceState;
  /** How many calls this request made to the provider. What was answered from kept history, or by a call of another request, is not counted. */
  upstreamCalls: Scalars['Int']['output'];
};

/** What can be followed as it happens, over WebSocket (`graphql-transport-ws` at `/graphql`) or server-sent events (`/graphql/stream`). */
export type Subscription = {
  __typename?: 'Subscription';
  /** How far messages got, as it becomes known (WhatsApp). For each message the status only moves forward. */
  deliveryStatusChanged: DeliveryStatusChange;
  /**
   * New messages as they reach the gateway, each once. Messages that were there before anybody subscribed to their channel are not
   * new. The order is that of their reaching the gateway.
   */
  messageAdded: MessageEdge;
};


/** What can be followed as it happens, over WebSocket (`graphql-transport-ws` at `/graphql`) or server-sent events (`/graphql/stream`). */
export type SubscriptionDeliveryStatusChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  channels?: InputMaybe<Array<Scalars['String']['input']>>;
};


/** What can be followed as it happens, over WebSocket (`graphql-transport-ws` at `/graphql`) or server-sent events (`/graphql/stream`). */
export type SubscriptionMessageAddedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
};

/** An application of Tencent Cloud Chat with its official accounts. */
export type TencentChatChannel = Channel & Node & {
  __typename?: 'TencentChatChannel';
  /** What the provider can do; the gateway makes up for most of what it cannot. */
  capabilities: ChannelCapabilities;
  /** A name for people. Null where the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, as `Query.messages` has them. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** The official accounts that the configuration names. Null only with an error. */
  officialAccounts?: Maybe<Array<Scalars['String']['output']>>;
  /** Who holds the channel. */
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
};

/** A message of a Tencent Chat official account. */
export type TencentChatMessage = Message & Node & {
  __typename?: 'TencentChatMessage';
  /** Whether there is still something to see. */
  availability: MessageAvailability;
  /** The account that it was read from. */
  channel: Channel;
  /** The conversation that it belongs to. */
  conversation: Conversation;
  /** Which way it went, seen from the company. */
  direction: MessageDirection;
  /** The user who sent it in the account's name. Null where the provider does not tell. */
  fromAccount?: Maybe<Scalars['String']['output']>;
  /** Stable on every surface; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** What it is. */
  kind: MessageKind;
  /** `MsgKey`, the provider's name for the message. */
  messageKey: Scalars['String']['output'];
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which gives none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The official account that it was sent from, such as `@TOA#_15ERQPAER`. */
  officialAccount: Scalars['String']['output'];
  /** What the message is made of, in order. Null where the provider discloses nothing of it, and for messages no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** Who holds the message. */
  provider: Provider;
  /** Who received it. Null where the provider does not list the receivers (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** Who sent it. A participant of role UNKNOWN where the provider does not tell. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers tell whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /** `MsgSeq`, the message's number in its official account: an unsigned 32-bit number, too wide for Int. */
  sequence: Scalars['String']['output'];
  /**
   * A rendering as plain text: the text itself, a caption, a description. Null where there is none, where the message was recalled or
   * is no longer available, and always for WeCom, which keeps texts from servers.
   */
  text?: Maybe<Scalars['String']['output']>;
};

/** Words. */
export type TextPart = {
  __typename?: 'TextPart';
  /** The words. */
  text: Scalars['String']['output'];
};

/** Content of a type that is not known. */
export type UnsupportedPart = {
  __typename?: 'UnsupportedPart';
  /** The provider's name or number of the type. */
  nativeType: Scalars['String']['output'];
  /** What the provider sent. Null where it sent nothing else. */
  raw?: Maybe<Scalars['JSON']['output']>;
};

/** A customer whom nobody serves yet. */
export type WaitingCustomer = {
  __typename?: 'WaitingCustomer';
  /** Who waits. */
  customer: Participant;
  /** Since when: the customer's latest message. */
  waitingSince: Scalars['DateTime']['output'];
};

/** A WeChat Official Account with customer service. */
export type WeChatChannel = Channel & Node & {
  __typename?: 'WeChatChannel';
  /** What the provider can do; the gateway makes up for most of what it cannot. */
  capabilities: ChannelCapabilities;
  /** Its customer service accounts. Null only with an error. */
  customerServiceAccounts?: Maybe<Array<CustomerServiceAccount>>;
  /** A name for people. Null where the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, as `Query.messages` has them. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** Who holds the channel. */
  provider: Provider;
  /** The sessions that are open now. Null only with an error. */
  sessions?: Maybe<CustomerServiceSessionConnection>;
  /** Customers whom nobody serves yet, in the order of their coming; the provider lists at most 100. Null only with an error. */
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
  /** Whether there is still something to see. */
  availability: MessageAvailability;
  /** The account that it was read from. */
  channel: Channel;
  /** The conversation that it belongs to. */
  conversation: Conversation;
  /** Which way it went, seen from the company. */
  direction: MessageDirection;
  /** Stable on every surface; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** What it is. */
  kind: MessageKind;
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which gives none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The customer's id in this official account. */
  openId: Scalars['String']['output'];
  /** What the record says: 2002 the agent sent, 2003 the agent received; 1000 to 1005 and 2001 are of the older interface. */
  operationCode: Scalars['Int']['output'];
  /** What the message is made of, in order. Null where the provider discloses nothing of it, and for messages no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** Who holds the message. */
  provider: Provider;
  /** Who received it. Null where the provider does not list the receivers (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** Who sent it. A participant of role UNKNOWN where the provider does not tell. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers tell whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /**
   * A rendering as plain text: the text itself, a caption, a description. Null where there is none, where the message was recalled or
   * is no longer available, and always for WeCom, which keeps texts from servers.
   */
  text?: Maybe<Scalars['String']['output']>;
  /** The customer service account, such as `anna@shop`. */
  worker: Scalars['String']['output'];
};

/** The chat archive of a WeCom corporation. */
export type WeComChannel = Channel & Node & {
  __typename?: 'WeComChannel';
  /** What the provider can do; the gateway makes up for most of what it cannot. */
  capabilities: ChannelCapabilities;
  /** A name for people. Null where the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** The messages of this channel, as `Query.messages` has them. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** Who holds the channel. */
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
};

/** A record of the WeCom chat archive. Its content can be shown only by the provider's display component. */
export type WeComMessage = Message & Node & {
  __typename?: 'WeComMessage';
  /** Whether there is still something to see. */
  availability: MessageAvailability;
  /** The account that it was read from. */
  channel: Channel;
  /** The group's id. Null in one-to-one chats. */
  chatId?: Maybe<Scalars['String']['output']>;
  /** The conversation that it belongs to. */
  conversation: Conversation;
  /** Which way it went, seen from the company. */
  direction: MessageDirection;
  /** The message's key, wrapped with the company's public key, in base64. Null where the provider gives none. */
  encryptedSecretKey?: Maybe<Scalars['String']['output']>;
  /** Stable on every surface; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** What it is. */
  kind: MessageKind;
  /** The provider's number of the type, 0 to 28 so far. */
  messageType: Scalars['Int']['output'];
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which gives none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** What the message is made of, in order. Null where the provider discloses nothing of it, and for messages no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** Who holds the message. */
  provider: Provider;
  /** Which public key it was wrapped with. Null where the provider gives no key. */
  publicKeyVersion?: Maybe<Scalars['Int']['output']>;
  /** Who received it. Null where the provider does not list the receivers (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** The key unwrapped with the configured private key, for the display component; needs its own scope. Null when there is no key, or no private key of its version. */
  secretKey?: Maybe<Scalars['String']['output']>;
  /** Who sent it. A participant of role UNKNOWN where the provider does not tell. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers tell whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /**
   * A rendering as plain text: the text itself, a caption, a description. Null where there is none, where the message was recalled or
   * is no longer available, and always for WeCom, which keeps texts from servers.
   */
  text?: Maybe<Scalars['String']['output']>;
};

/** A tenant of the WhatsApp SCRM with its WhatsApp accounts. */
export type WhatsAppChannel = Channel & Node & {
  __typename?: 'WhatsAppChannel';
  /** What the provider can do; the gateway makes up for most of what it cannot. */
  capabilities: ChannelCapabilities;
  /** A name for people. Null where the configuration has none. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** Stable as long as the channel keeps its name. */
  id: Scalars['ID']['output'];
  /** What the provider said last of the size of its history. Null until it was asked. `totalCount` does not rely on it. */
  latestClaim?: Maybe<WhatsAppHistoryClaim>;
  /** The messages of this channel, as `Query.messages` has them. Null only with an error. */
  messages?: Maybe<MessageConnection>;
  /** The unique name given in the configuration. */
  name: Scalars['String']['output'];
  /** Who holds the channel. */
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
};

/** What the company has noted down of a customer in the WhatsApp SCRM. */
export type WhatsAppContactProfile = {
  __typename?: 'WhatsAppContactProfile';
  /** Postal address. Null where there is none. */
  address?: Maybe<Scalars['String']['output']>;
  /** The provider's number of the customer. Null where it does not tell. */
  customerId?: Maybe<Scalars['String']['output']>;
  /** Email address. Null where there is none. */
  email?: Maybe<Scalars['String']['output']>;
  /** Fields of the company's own making, by name. Null where there are none. */
  extended?: Maybe<Scalars['JSON']['output']>;
  /** When the gateway was told. */
  heardAt: Scalars['DateTime']['output'];
  /** Income. Null where there is none. */
  income?: Maybe<Scalars['String']['output']>;
  /** The customer's name. Null where there is none. */
  name?: Maybe<Scalars['String']['output']>;
  /** The login of the agent whose customer it is. Null where there is none. */
  ownerAccount?: Maybe<Scalars['String']['output']>;
  /** Profession. Null where there is none. */
  profession?: Maybe<Scalars['String']['output']>;
  /** Remarks. Null where there are none. */
  remarks?: Maybe<Scalars['String']['output']>;
  /** Tags. */
  tags: Array<Scalars['String']['output']>;
  /** The customer's WhatsApp number, as noted down. Null where there is none. */
  whatsApp?: Maybe<Scalars['String']['output']>;
};

/** What the provider said of the newest page of history that it was asked for, true or not: for operators who wonder about gaps. */
export type WhatsAppHistoryClaim = {
  __typename?: 'WhatsAppHistoryClaim';
  /** When it answered. */
  answeredAt: Scalars['DateTime']['output'];
  /** Whether its totals are taken as evidence that something is missing: not, once they have contradicted what it lists. */
  areTotalsBelieved: Scalars['Boolean']['output'];
  /** Which page it said that this is. Null where it did not say. */
  current?: Maybe<Scalars['Float']['output']>;
  /** From when on it was asked. */
  from: Scalars['DateTime']['output'];
  /** How many it listed on this page. */
  listed: Scalars['Int']['output'];
  /** On how many pages. Null where it did not say. */
  pages?: Maybe<Scalars['Float']['output']>;
  /** How long it said that its pages are. Null where it did not say. */
  size?: Maybe<Scalars['Float']['output']>;
  /** How many messages it claimed to have there. Null where it did not say. */
  total?: Maybe<Scalars['Float']['output']>;
  /** Until when it was asked. */
  until: Scalars['DateTime']['output'];
};

/** A record of the WhatsApp SCRM. */
export type WhatsAppMessage = Message & Node & {
  __typename?: 'WhatsAppMessage';
  /** The login of the agent. Null where the provider does not tell. */
  agentAccount?: Maybe<Scalars['String']['output']>;
  /** The agent's number. Null where the provider does not tell. */
  agentUserId?: Maybe<Scalars['String']['output']>;
  /** Whether there is still something to see. */
  availability: MessageAvailability;
  /** Its place in that mass dispatch. Null where it was none, or where no webhook has told. */
  campaignTaskDetailId?: Maybe<Scalars['String']['output']>;
  /** The mass dispatch that it was sent by. Null where it was none, or where no webhook has told. */
  campaignTaskId?: Maybe<Scalars['String']['output']>;
  /** The account that it was read from. */
  channel: Channel;
  /** The conversation that it belongs to. */
  conversation: Conversation;
  /** Whom the account chats with: a person, or a group (`friendWhatsId`). */
  counterpart: Scalars['String']['output'];
  /** The counterpart's name. Null where it has none. */
  counterpartName?: Maybe<Scalars['String']['output']>;
  /** How far the message got, the newest that the gateway has heard. Null where it has heard nothing: the history does not tell. */
  deliveryStatus?: Maybe<DeliveryStatus>;
  /** Which way it went, seen from the company. */
  direction: MessageDirection;
  /** Stable on every surface; see `Node.id`. */
  id: Scalars['ID']['output'];
  /** What it is. */
  kind: MessageKind;
  /**
   * The provider's number of its type, as webhooks number types: 1 text, 2 image, 3 audio, 4 file, 5 video, 6 contact card, 7 sticker,
   * 8 call, 9 quote, 10 contact card link, 11 routing link, 12 voice, 13 location, 14 several contact cards, 15 GIF, 99 unsupported. What
   * is known from the history alone, which numbers them otherwise, is translated. Null where there is no such number.
   */
  nativeContentType?: Maybe<Scalars['Int']['output']>;
  /**
   * The provider's own id, as its history lists it: WeCom `msgid`, Tencent `MsgKey`, WhatsApp record id (null while the message is
   * known from a webhook only). Always null for WeChat, which gives none.
   */
  nativeId?: Maybe<Scalars['String']['output']>;
  /** The provider's number of `origin`, also one that is not known here. Null where no webhook has told. */
  nativeOriginType?: Maybe<Scalars['Int']['output']>;
  /** Where it was written, as webhooks tell. Null where none has told: the history does not. */
  origin?: Maybe<WhatsAppOrigin>;
  /** What the message is made of, in order. Null where the provider discloses nothing of it, and for messages no longer available. */
  parts?: Maybe<Array<MessagePart>>;
  /** Who holds the message. */
  provider: Provider;
  /** Who received it. Null where the provider does not list the receivers (groups, broadcasts). */
  recipients?: Maybe<Array<Participant>>;
  /** When the provider stored the message: seconds after it was sent, sometimes hours. Null where it does not tell. */
  recordedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Who sent it. A participant of role UNKNOWN where the provider does not tell. */
  sender: Participant;
  /** When it was sent, by the provider's clock. Most providers tell whole seconds. */
  sentAt: Scalars['DateTime']['output'];
  /** The company's WhatsApp account (`whatsId`). */
  serviceAccount: Scalars['String']['output'];
  /**
   * A rendering as plain text: the text itself, a caption, a description. Null where there is none, where the message was recalled or
   * is no longer available, and always for WeCom, which keeps texts from servers.
   */
  text?: Maybe<Scalars['String']['output']>;
  /** What `kind` does not tell apart. Null where there is nothing more to tell, and where no webhook has told. */
  variant?: Maybe<WhatsAppVariant>;
  /** WhatsApp's own id. Known from webhooks, and from the history where it gives it; else null. */
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

/** What a WhatsApp message is, more closely than `Message.kind`. */
export type WhatsAppVariant =
  /** Of kind IMAGE: a moving picture. The history may list it as an image or a video. */
  | 'GIF'
  /** Of kind LINK: one that leads to one of several accounts. */
  | 'ROUTING_LINK'
  /** Of kind AUDIO: recorded in the chat. The history may list it as any audio. */
  | 'VOICE';

/** Everything that other subgraphs can name. */
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
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Channel: ResolverTypeWrapper<ChatChannel>;
  ChannelCapabilities: ResolverTypeWrapper<ChannelCapabilities>;
  ContactCardPart: ResolverTypeWrapper<ContactCardPartRecord>;
  Conversation: ResolverTypeWrapper<ConversationRecord>;
  ConversationKind: ConversationKind;
  CustomPart: ResolverTypeWrapper<CustomPartRecord>;
  CustomerServiceAccount: ResolverTypeWrapper<AccountInChannel>;
  CustomerServiceAccountState: CustomerServiceAccountState;
  CustomerServiceSession: ResolverTypeWrapper<SessionInChannel>;
  CustomerServiceSessionConnection: ResolverTypeWrapper<Omit<CustomerServiceSessionConnection, 'edges' | 'nodes'> & { edges?: Maybe<Array<Maybe<ResolversTypes['CustomerServiceSessionEdge']>>>, nodes?: Maybe<Array<Maybe<ResolversTypes['CustomerServiceSession']>>> }>;
  CustomerServiceSessionEdge: ResolverTypeWrapper<Omit<CustomerServiceSessionEdge, 'node'> & { node?: Maybe<ResolversTypes['CustomerServiceSession']> }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DateTimeRange: DateTimeRange;
  DeliveryStatus: DeliveryStatus;
  DeliveryStatusChange: ResolverTypeWrapper<StatusEvent>;
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
  MessageRowConnection: ResolverTypeWrapper<TimelinePage>;
  MessageRowEdge: ResolverTypeWrapper<MessageEdgeRecord>;
  MessageStat: ResolverTypeWrapper<MessageStat>;
  MessageStatsGroup: MessageStatsGroup;
  NativeParticipant: NativeParticipant;
  NativeParticipantRole: NativeParticipantRole;
  Node: ResolverTypeWrapper<NodeRecord>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Participant: ResolverTypeWrapper<ParticipantRecord>;
  ParticipantRole: ParticipantRole;
  Provider: Provider;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuotePart: ResolverTypeWrapper<QuotePartRecord>;
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
  Boolean: Scalars['Boolean']['output'];
  Channel: ChatChannel;
  ChannelCapabilities: ChannelCapabilities;
  ContactCardPart: ContactCardPartRecord;
  Conversation: ConversationRecord;
  CustomPart: CustomPartRecord;
  CustomerServiceAccount: AccountInChannel;
  CustomerServiceSession: SessionInChannel;
  CustomerServiceSessionConnection: Omit<CustomerServiceSessionConnection, 'edges' | 'nodes'> & { edges?: Maybe<Array<Maybe<ResolversParentTypes['CustomerServiceSessionEdge']>>>, nodes?: Maybe<Array<Maybe<ResolversParentTypes['CustomerServiceSession']>>> };
  CustomerServiceSessionEdge: Omit<CustomerServiceSessionEdge, 'node'> & { node?: Maybe<ResolversParentTypes['CustomerServiceSession']> };
  DateTime: Scalars['DateTime']['output'];
  DateTimeRange: DateTimeRange;
  DeliveryStatusChange: StatusEvent;
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
  MessageRowConnection: TimelinePage;
  MessageRowEdge: MessageEdgeRecord;
  MessageStat: MessageStat;
  NativeParticipant: NativeParticipant;
  Node: NodeRecord;
  PageInfo: PageInfo;
  Participant: ParticipantRecord;
  Query: Record<PropertyKey, never>;
  QuotePart: QuotePartRecord;
  SourceStatus: SourceStatusRecord;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TencentChatChannel: TencentChatChannelRecord;
  TencentChatMessage: TencentChatMessageRecord;
  TextPart: TextPartRecord;
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

export type ChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Channel'] = ResolversParentTypes['Channel']> = {
  __resolveType: TypeResolveFn<'TencentChatChannel' | 'WeChatChannel' | 'WeComChannel' | 'WhatsAppChannel', ParentType, ContextType>;
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
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ConversationKind'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, Partial<ConversationMessagesArgs>>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  participants?: Resolver<Maybe<Array<ResolversTypes['Participant']>>, ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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
  node?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
};

export type MessagePartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessagePart'] = ResolversParentTypes['MessagePart']> = {
  __resolveType: TypeResolveFn<'ContactCardPart' | 'CustomPart' | 'EncryptedPart' | 'LinkPart' | 'LocationPart' | 'MediaPart' | 'QuotePart' | 'TextPart' | 'UnsupportedPart', ParentType, ContextType>;
};

export type MessageRowResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['MessageRow'] = ResolversParentTypes['MessageRow']> = {
  agentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  agentName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
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
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  nativeId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ParticipantRole'], ParentType, ContextType>;
  whatsAppProfile?: Resolver<Maybe<ResolversTypes['WhatsAppContactProfile']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  _entities?: Resolver<Array<Maybe<ResolversTypes['_Entity']>>, ParentType, ContextType, RequireFields<Query_EntitiesArgs, 'representations'>>;
  _service?: Resolver<ResolversTypes['_Service'], ParentType, ContextType>;
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType, RequireFields<QueryChannelArgs, 'name'>>;
  channels?: Resolver<Maybe<Array<ResolversTypes['Channel']>>, ParentType, ContextType, Partial<QueryChannelsArgs>>;
  customerServiceSessions?: Resolver<Maybe<ResolversTypes['CustomerServiceSessionConnection']>, ParentType, ContextType, Partial<QueryCustomerServiceSessionsArgs>>;
  liveCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  messageRows?: Resolver<Maybe<ResolversTypes['MessageRowConnection']>, ParentType, ContextType, Partial<QueryMessageRowsArgs>>;
  messageStats?: Resolver<Maybe<Array<Maybe<ResolversTypes['MessageStat']>>>, ParentType, ContextType, RequireFields<QueryMessageStatsArgs, 'groupBy'>>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, RequireFields<QueryMessagesArgs, 'onSourceFailure'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
};

export type QuotePartResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['QuotePart'] = ResolversParentTypes['QuotePart']> = {
  author?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MessageKind'], ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['MediaPart']>, ParentType, ContextType>;
  nativeId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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
  state?: Resolver<ResolversTypes['SourceState'], ParentType, ContextType>;
  upstreamCalls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  deliveryStatusChanged?: SubscriptionResolver<ResolversTypes['DeliveryStatusChange'], "deliveryStatusChanged", ParentType, ContextType, Partial<SubscriptionDeliveryStatusChangedArgs>>;
  messageAdded?: SubscriptionResolver<ResolversTypes['MessageEdge'], "messageAdded", ParentType, ContextType, Partial<SubscriptionMessageAddedArgs>>;
};

export type TencentChatChannelResolvers<ContextType = GatewayContext, ParentType extends ResolversParentTypes['TencentChatChannel'] = ResolversParentTypes['TencentChatChannel']> = {
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, Partial<TencentChatChannelMessagesArgs>>;
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
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  customerServiceAccounts?: Resolver<Maybe<Array<ResolversTypes['CustomerServiceAccount']>>, ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, Partial<WeChatChannelMessagesArgs>>;
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
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, Partial<WeComChannelMessagesArgs>>;
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
  capabilities?: Resolver<ResolversTypes['ChannelCapabilities'], ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  latestClaim?: Resolver<Maybe<ResolversTypes['WhatsAppHistoryClaim']>, ParentType, ContextType>;
  messages?: Resolver<Maybe<ResolversTypes['MessageConnection']>, ParentType, ContextType, Partial<WhatsAppChannelMessagesArgs>>;
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
  Channel?: ChannelResolvers<ContextType>;
  ChannelCapabilities?: ChannelCapabilitiesResolvers<ContextType>;
  ContactCardPart?: ContactCardPartResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
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
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Participant?: ParticipantResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuotePart?: QuotePartResolvers<ContextType>;
  SourceStatus?: SourceStatusResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TencentChatChannel?: TencentChatChannelResolvers<ContextType>;
  TencentChatMessage?: TencentChatMessageResolvers<ContextType>;
  TextPart?: TextPartResolvers<ContextType>;
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
