import type {
  ConversationFilter,
  ConversationMessagesQuery,
  ConversationOrder,
  ConversationsQuery,
  CustomerServiceSessionsQuery,
  DeliveryStatusChangedSubscription,
  MessageAddedSubscription,
  MessageFilter,
  MessageFragment,
  MessageOrder,
  MessageRowsQuery,
  MessageStatsQuery,
  NodeQuery,
  ParticipantsQuery,
  ReadFrom,
  ResponseStatsQuery,
  SearchMessagesQuery,
  SourceStatusFragment,
} from '../generated/client.ts';
import type { FollowOptions } from './follow.ts';
import type { SourceFailureHandling } from './walk.ts';

export type {
  ChannelFragment as Channel,
  ChannelsQueryVariables as ChannelsVariables,
  ConversationFilter,
  ConversationFragment as Conversation,
  ConversationKind,
  ConversationMessagesQueryVariables as ConversationVariables,
  ConversationOrder,
  ConversationOrderField,
  ConversationsQueryVariables as ConversationsVariables,
  ConversationSummaryFragment as ConversationSummary,
  CustomerServiceSessionsQueryVariables as SessionsVariables,
  DateTimeRange,
  DeliveryStatus,
  MediaPartFragment as MediaPart,
  MessageAddedSubscriptionVariables as MessageAddedVariables,
  MessageAvailability,
  MessageDirection,
  MessageFilter,
  MessageFragment as Message,
  MessageKind,
  MessageOrder,
  MessagePageFragment as MessagePage,
  MessagePartFragment as MessagePart,
  MessageRowsQueryVariables as MessageRowsVariables,
  MessageStatsGroup,
  MessageStatsQueryVariables as MessageStatsVariables,
  MessagesQueryVariables as MessagesVariables,
  OrderDirection,
  ReadFrom,
  ParticipantFilter,
  ParticipantFragment as Participant,
  ParticipantRole,
  ParticipantsQueryVariables as ParticipantsVariables,
  Provider,
  ResponseStatsGroup,
  ResponseStatsQueryVariables as ResponseStatsVariables,
  SearchMessagesQueryVariables as SearchVariables,
  SourceFailurePolicy,
  SourceState,
  SourceStatusFragment as SourceStatus,
} from '../generated/client.ts';

/** Messages of one provider, with its own fields: `MessageOf<'WhatsAppMessage'>`. */
export type MessageOf<TName extends MessageFragment['__typename']> = Extract<
  MessageFragment,
  { __typename: TName }
>;
export type ConversationWithMessages = Extract<
  ConversationMessagesQuery['node'],
  { __typename: 'Conversation' }
>;
/** A page of conversations, with what is kept of each. */
export type ConversationPage = ConversationsQuery['conversations'];
/** A page of participants, with what is kept of each. */
export type ParticipantPage = ParticipantsQuery['participants'];
export type GatewayNode = NonNullable<NodeQuery['node']>;
/** A page of messages as flat rows. */
export type MessageRowPage = MessageRowsQuery['messageRows'];
export type MessageStat = MessageStatsQuery['messageStats'][number];
export type ResponseStat = ResponseStatsQuery['responseStats'][number];
/** A page of what a search finds. `highlights` are spans of `node.text`; null without `search`. */
export type SearchPage = SearchMessagesQuery['messages'];
export type SessionPage = CustomerServiceSessionsQuery['customerServiceSessions'];
/** A new message, with the cursor to resume after it. */
export type MessageAdded = MessageAddedSubscription['messageAdded'];
export type DeliveryStatusChange = DeliveryStatusChangedSubscription['deliveryStatusChanged'];

export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

export type WalkOptions = SourceFailureHandling<SourceStatusFragment> & {
  filter?: MessageFilter | undefined;
  /** Default: newest first. */
  orderBy?: MessageOrder | undefined;
  /** Default: `LIVE`. */
  readFrom?: ReadFrom | undefined;
  /** Default: the gateway's page size. */
  pageSize?: number | undefined;
  /** The cursor of an earlier walk with the same filter and order. */
  after?: string | null | undefined;
  signal?: AbortSignal | undefined;
};

export interface WalkConversationsOptions {
  filter?: ConversationFilter | undefined;
  /** Default: the one with the newest message first. */
  orderBy?: ConversationOrder | undefined;
  /** Default: the gateway's page size. */
  pageSize?: number | undefined;
  /** The cursor of a page with the same filter and order. */
  after?: string | null | undefined;
  signal?: AbortSignal | undefined;
}

export interface FollowMessagesOptions extends FollowOptions {
  filter?: MessageFilter | undefined;
  /** The cursor of the last event that you received; default: from now on. */
  after?: string | null | undefined;
}

export interface FollowDeliveryStatusOptions extends FollowOptions {
  /** Names; default: all channels. */
  channels?: string[] | undefined;
  /** The cursor of the last event that you received; default: from now on. */
  after?: string | null | undefined;
}
