import {
  ChannelsDocument,
  ConversationMessagesDocument,
  ConversationsDocument,
  CustomerServiceSessionsDocument,
  MessageRowsDocument,
  MessageStatsDocument,
  MessagesDocument,
  NodeDocument,
  ParticipantsDocument,
  ResponseStatsDocument,
  SearchMessagesDocument,
} from '../generated/client.ts';
import { DocumentClient } from './document-client.ts';
import type {
  Channel,
  ChannelsVariables,
  ConversationPage,
  ConversationsVariables,
  ConversationVariables,
  ConversationWithMessages,
  GatewayNode,
  MessagePage,
  MessageRowPage,
  MessageRowsVariables,
  MessageStat,
  MessageStatsVariables,
  MessagesVariables,
  ParticipantPage,
  ParticipantsVariables,
  RequestOptions,
  ResponseStat,
  ResponseStatsVariables,
  SearchPage,
  SearchVariables,
  SessionPage,
  SessionsVariables,
} from './shapes.ts';

/** Asks for one answer at a time: a page, a record, or figures. */
export class QueryClient extends DocumentClient {
  /** One page of the timeline. */
  async messages(variables: MessagesVariables = {}, options?: RequestOptions): Promise<MessagePage> {
    return (await this.request(MessagesDocument, variables, options)).messages;
  }

  /** One page of the messages that a filter's `search` finds, each with where it found the words. */
  async searchMessages(variables: SearchVariables, options?: RequestOptions): Promise<SearchPage> {
    return (await this.request(SearchMessagesDocument, variables, options)).messages;
  }

  /** A conversation with a page of its messages. Null when there is none with that id. */
  async conversation(
    variables: ConversationVariables,
    options?: RequestOptions,
  ): Promise<ConversationWithMessages | null> {
    const { node } = await this.request(ConversationMessagesDocument, variables, options);
    return node?.__typename === 'Conversation' ? node : null;
  }

  /** A page of the conversations that archives keep; by default the one with the newest message first. */
  async conversations(
    variables: ConversationsVariables = {},
    options?: RequestOptions,
  ): Promise<ConversationPage> {
    return (await this.request(ConversationsDocument, variables, options)).conversations;
  }

  /** A page of those who sent or received the messages that archives keep, the one with the newest message first. */
  async participants(
    variables: ParticipantsVariables = {},
    options?: RequestOptions,
  ): Promise<ParticipantPage> {
    return (await this.request(ParticipantsDocument, variables, options)).participants;
  }

  /** A message, channel, conversation or participant by its id. Null when there is none. */
  async node(id: string, options?: RequestOptions): Promise<GatewayNode | null> {
    return (await this.request(NodeDocument, { id }, options)).node;
  }

  async channels(variables: ChannelsVariables = {}, options?: RequestOptions): Promise<Channel[]> {
    return (await this.request(ChannelsDocument, variables, options)).channels;
  }

  /** A page of messages as flat rows; by default of the last 30 days. */
  async messageRows(variables: MessageRowsVariables = {}, options?: RequestOptions): Promise<MessageRowPage> {
    return (await this.request(MessageRowsDocument, variables, options)).messageRows;
  }

  /** Counts of messages, grouped; by default of the last 30 days. */
  async messageStats(
    variables: MessageStatsVariables = {},
    options?: RequestOptions,
  ): Promise<MessageStat[]> {
    return (await this.request(MessageStatsDocument, variables, options)).messageStats;
  }

  /** How fast customers are answered, from archives; by default in the last 30 days. */
  async responseStats(
    variables: ResponseStatsVariables = {},
    options?: RequestOptions,
  ): Promise<ResponseStat[]> {
    return (await this.request(ResponseStatsDocument, variables, options)).responseStats;
  }

  /** A page of the customer service sessions that are open now (WeChat). */
  async customerServiceSessions(
    variables: SessionsVariables = {},
    options?: RequestOptions,
  ): Promise<SessionPage> {
    return (await this.request(CustomerServiceSessionsDocument, variables, options)).customerServiceSessions;
  }
}
