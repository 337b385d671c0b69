import {
  ChannelsDocument,
  ConversationMessagesDocument,
  ConversationsDocument,
  CustomerServiceSessionsDocument,
  DeliveryStatusChangedDocument,
  LiveCursorDocument,
  MessageAddedDocument,
  MessageRowsDocument,
  MessageStatsDocument,
  MessagesDocument,
  NodeDocument,
  ParticipantsDocument,
  ResponseStatsDocument,
  SearchMessagesDocument,
} from '../generated/client.ts';
import { systemClock, type ClientClock } from './clock.ts';
import { toText, type TypedDocument } from './document.ts';
import { follow, type Feed, type FollowOptions } from './follow.ts';
import { defaultRetryPolicy, retrying, type RetryPolicy } from './retry.ts';
import type {
  Channel,
  ChannelsVariables,
  ConversationPage,
  ConversationSummary,
  ConversationsVariables,
  ConversationVariables,
  ConversationWithMessages,
  DeliveryStatusChange,
  FollowDeliveryStatusOptions,
  FollowMessagesOptions,
  GatewayNode,
  Message,
  MessageAdded,
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
  WalkConversationsOptions,
  WalkOptions,
} from './shapes.ts';
import { Transport, type RequestHeaders } from './transport.ts';
import { walk } from './walk.ts';

export interface ClientOptions {
  /** The GraphQL endpoint, absolute: `https://chats.example.com/graphql`. Events come from `/stream` below it. */
  url: string | URL;
  /** An API key or a token, sent as `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** Sent with each request. The client calls a function before each, so that it can renew a token. */
  headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  retry?: Partial<RetryPolicy> | undefined;
  /**
   * Timeout for an answer, and while following for a sign of life, which the gateway sends every 12 seconds. Default:
   * 60,000.
   */
  timeoutMs?: number | undefined;
  /** For tests. */
  clock?: ClientClock | undefined;
}

export type Following<T> = AsyncIterableIterator<T, void, undefined>;

/** What a subscription needs to resume where it stopped. */
export interface AfterVariable {
  after?: string | null | undefined;
}

/** Variables may be left out if none is required. */
type Arguments<TVariables, TOptions> =
  Record<string, never> extends TVariables
    ? [variables?: TVariables, options?: TOptions]
    : [variables: TVariables, options?: TOptions];

/** Reads a gateway. It has no state but its settings: one client serves a whole program. */
export class GatewayClient {
  readonly #transport: Transport;
  readonly #policy: RetryPolicy;
  readonly #clock: ClientClock;

  /** @throws TypeError when the URL is not absolute */
  constructor({
    url,
    apiKey,
    headers = {},
    clock = systemClock,
    timeoutMs = 60_000,
    ...rest
  }: ClientOptions) {
    this.#policy = { ...defaultRetryPolicy, ...rest.retry };
    this.#clock = clock;
    this.#transport = new Transport({
      url,
      headers: async () => ({
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(typeof headers === 'function' ? await headers() : headers),
      }),
      // Browsers refuse to call their `fetch` as a method of another object.
      fetch: rest.fetch ?? ((input, init) => fetch(input, init)),
      timeoutMs,
      clock,
    });
  }

  /**
   * Sends your own document. A query that fails temporarily is retried by the retry policy.
   *
   * @throws GatewayError when the answer has errors, also with data
   * @throws NetworkError
   */
  async request<TResult, TVariables>(
    document: TypedDocument<TResult, TVariables>,
    ...[variables, { signal } = {}]: Arguments<TVariables, RequestOptions>
  ): Promise<TResult> {
    const query = await toText(document);
    const ask = (): Promise<unknown> => this.#transport.send({ query, variables }, signal);
    // A mutation may have been executed already, so it is not retried.
    const isRead = !/\bmutation\b/.test(query);
    const data = isRead ? await retrying(ask, this.#policy, this.#clock, signal) : await ask();
    // The gateway answers in the shape of the document, and the document carries its type.
    return data as TResult;
  }

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

  /**
   * All messages, page by page. Keep `pageInfo.endCursor` to resume later, with `after`.
   *
   * @throws IncompleteWalkError when providers fail to the end; see `onSourceFailure`
   */
  walkPages({
    filter,
    orderBy,
    pageSize,
    after = null,
    readFrom,
    signal,
    ...handling
  }: WalkOptions = {}): AsyncGenerator<MessagePage, void, undefined> {
    const onSourceFailure = handling.onSourceFailure === 'FAIL' ? 'FAIL' : 'PARTIAL';
    const fetchPage = (cursor: string | null): Promise<MessagePage> =>
      this.messages(
        { filter, orderBy, first: pageSize, after: cursor, onSourceFailure, readFrom },
        { signal },
      );
    return walk({ fetchPage, after, policy: this.#policy, clock: this.#clock, signal }, handling);
  }

  /** All messages, one by one; otherwise like `walkPages`. */
  async *walkMessages(options?: WalkOptions): AsyncGenerator<Message, void, undefined> {
    for await (const { nodes } of this.walkPages(options)) yield* nodes;
  }

  /**
   * All conversations that archives keep, one by one, each once: also when one gets a message meanwhile and changes its place. One
   * that moves to where the walk has been, before the walk has come to it, is left out.
   */
  async *walkConversations({
    filter,
    orderBy,
    pageSize,
    after = null,
    signal,
  }: WalkConversationsOptions = {}): AsyncGenerator<ConversationSummary, void, undefined> {
    const seen = new Set<string>();
    const fetchPage = (cursor: string | null): Promise<ConversationPage> =>
      this.conversations({ filter, orderBy, first: pageSize, after: cursor }, { signal });
    const pages = walk({ fetchPage, after, policy: this.#policy, clock: this.#clock, signal }, {});
    for await (const { nodes } of pages) {
      for (const conversation of nodes) {
        if (seen.has(conversation.id)) continue;
        seen.add(conversation.id);
        yield conversation;
      }
    }
  }

  /**
   * New messages as they come, each exactly once, over as many connections as needed. Keep the last `cursor` to
   * resume later, with `after`.
   *
   * @throws GatewayError with code `BAD_CURSOR` when the events after the cursor are no longer kept
   */
  followMessages({ filter, after, ...options }: FollowMessagesOptions = {}): Following<MessageAdded> {
    return this.follow(MessageAddedDocument, { filter, after }, options);
  }

  /** Changes of delivery status (WhatsApp), otherwise like `followMessages`. */
  followDeliveryStatus({
    channels,
    after,
    ...options
  }: FollowDeliveryStatusOptions = {}): Following<DeliveryStatusChange> {
    return this.follow(DeliveryStatusChangedDocument, { channels, after }, options);
  }

  /**
   * A subscription of your own, otherwise like `followMessages`. It must have a variable `$after` and select
   * `cursor`.
   */
  follow<TResult extends Record<string, { cursor: string }>, TVariables extends AfterVariable>(
    document: TypedDocument<TResult, TVariables>,
    ...[variables, options = {}]: Arguments<TVariables, FollowOptions>
  ): Following<TResult[keyof TResult]> {
    const transport = this.#transport;
    const feed: Feed<TResult[keyof TResult]> = {
      async *connect(after, signal, onOpen) {
        const operation = { query: await toText(document), variables: { ...variables, after } };
        for await (const data of transport.follow(operation, signal, onOpen)) {
          // As with `request`; a subscription has one field.
          yield* Object.values(data as TResult) as TResult[keyof TResult][];
        }
      },
      fetchCursor: async (signal) =>
        (await this.request(LiveCursorDocument, undefined, { signal })).liveCursor,
      toCursor: ({ cursor }) => cursor,
      policy: this.#policy,
      clock: this.#clock,
    };
    return follow(feed, variables?.after, options);
  }
}

export function createClient(options: ClientOptions): GatewayClient {
  return new GatewayClient(options);
}
