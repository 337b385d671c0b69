import {
  ChannelsDocument,
  ConversationMessagesDocument,
  CustomerServiceSessionsDocument,
  DeliveryStatusChangedDocument,
  LiveCursorDocument,
  MessageAddedDocument,
  MessageRowsDocument,
  MessageStatsDocument,
  MessagesDocument,
  NodeDocument,
} from '../generated/client.ts';
import { systemClock, type ClientClock } from './clock.ts';
import { toText, type TypedDocument } from './document.ts';
import { follow, type Feed, type FollowOptions } from './follow.ts';
import { defaultRetryPolicy, retrying, type RetryPolicy } from './retry.ts';
import type {
  Channel,
  ChannelsVariables,
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
  RequestOptions,
  SessionPage,
  SessionsVariables,
  WalkOptions,
} from './shapes.ts';
import { Transport, type RequestHeaders } from './transport.ts';
import { walk } from './walk.ts';

export interface ClientOptions {
  /** The GraphQL endpoint, absolute: `https://chats.example.com/graphql`. Events come from `/stream` below it. */
  url: string | URL;
  /** An API key or a token, sent as `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** Sent with each request. A function is asked before each, so that it can renew a token. */
  headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined;
  /** Instead of the global one. */
  fetch?: typeof fetch | undefined;
  retry?: Partial<RetryPolicy> | undefined;
  /**
   * How long to wait for an answer, and while following for a sign of life, which the gateway gives every 12 seconds.
   * 60,000 when left out.
   */
  timeoutMs?: number | undefined;
  /** For tests. */
  clock?: ClientClock | undefined;
}

export type Following<T> = AsyncIterableIterator<T, void, undefined>;

/** What a subscription needs, so that it can go on from where it broke off. */
export interface AfterVariable {
  after?: string | null | undefined;
}

/** Variables may be left out where none is required. */
type Arguments<TVariables, TOptions> =
  Record<string, never> extends TVariables
    ? [variables?: TVariables, options?: TOptions]
    : [variables: TVariables, options?: TOptions];

/** Reads a gateway. It keeps nothing but its settings: one serves a whole program. */
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
      // Browsers refuse to call theirs as a method of anything else.
      fetch: rest.fetch ?? ((input, init) => fetch(input, init)),
      timeoutMs,
      clock,
    });
  }

  /**
   * Asks something of your own. A query that fails is asked again, by the retry policy, while that makes sense.
   *
   * @throws GatewayError when the answer has errors, whatever else it has
   * @throws NetworkError
   */
  async request<TResult, TVariables>(
    document: TypedDocument<TResult, TVariables>,
    ...[variables, { signal } = {}]: Arguments<TVariables, RequestOptions>
  ): Promise<TResult> {
    const query = await toText(document);
    const ask = (): Promise<unknown> => this.#transport.send({ query, variables }, signal);
    // What may have been done already must not be done twice.
    const isRead = !/\bmutation\b/.test(query);
    const data = isRead ? await retrying(ask, this.#policy, this.#clock, signal) : await ask();
    // The gateway answers in the shape that the document asks for, and the document knows its type.
    return data as TResult;
  }

  /** One page of the timeline. */
  async messages(variables: MessagesVariables = {}, options?: RequestOptions): Promise<MessagePage> {
    return (await this.request(MessagesDocument, variables, options)).messages;
  }

  /** A conversation with a page of its messages. Null when there is none of that id. */
  async conversation(
    variables: ConversationVariables,
    options?: RequestOptions,
  ): Promise<ConversationWithMessages | null> {
    const { node } = await this.request(ConversationMessagesDocument, variables, options);
    return node?.__typename === 'Conversation' ? node : null;
  }

  /** A message, channel, conversation or participant by its id. Null when there is none. */
  async node(id: string, options?: RequestOptions): Promise<GatewayNode | null> {
    return (await this.request(NodeDocument, { id }, options)).node;
  }

  async channels(variables: ChannelsVariables = {}, options?: RequestOptions): Promise<Channel[]> {
    return (await this.request(ChannelsDocument, variables, options)).channels;
  }

  /** A page of messages in plain columns; of the last 30 days when nothing else is said. */
  async messageRows(variables: MessageRowsVariables = {}, options?: RequestOptions): Promise<MessageRowPage> {
    return (await this.request(MessageRowsDocument, variables, options)).messageRows;
  }

  /** Counts of messages, grouped; of the last 30 days when nothing else is said. */
  async messageStats(
    variables: MessageStatsVariables = {},
    options?: RequestOptions,
  ): Promise<MessageStat[]> {
    return (await this.request(MessageStatsDocument, variables, options)).messageStats;
  }

  /** A page of the customer service sessions that are open now (WeChat). */
  async customerServiceSessions(
    variables: SessionsVariables = {},
    options?: RequestOptions,
  ): Promise<SessionPage> {
    return (await this.request(CustomerServiceSessionsDocument, variables, options)).customerServiceSessions;
  }

  /**
   * All messages, page after page. Keep `pageInfo.endCursor` to go on from there another time, with `after`.
   *
   * @throws IncompleteWalkError when providers fail to the end; see `onSourceFailure`
   */
  walkPages({
    filter,
    orderBy,
    pageSize,
    after = null,
    signal,
    ...handling
  }: WalkOptions = {}): AsyncGenerator<MessagePage, void, undefined> {
    const onSourceFailure = handling.onSourceFailure === 'FAIL' ? 'FAIL' : 'PARTIAL';
    const fetchPage = (cursor: string | null): Promise<MessagePage> =>
      this.messages({ filter, orderBy, first: pageSize, after: cursor, onSourceFailure }, { signal });
    return walk({ fetchPage, after, policy: this.#policy, clock: this.#clock, signal }, handling);
  }

  /** All messages, one after the other; otherwise as `walkPages`. */
  async *walkMessages(options?: WalkOptions): AsyncGenerator<Message, void, undefined> {
    for await (const { nodes } of this.walkPages(options)) yield* nodes;
  }

  /**
   * New messages as they come, each once and none left out, over as many connections as it takes. Keep the `cursor` of the
   * last one to go on from there another time, with `after`.
   *
   * @throws GatewayError with code `BAD_CURSOR` when what came after the cursor is not kept any more
   */
  followMessages({ filter, after, ...options }: FollowMessagesOptions = {}): Following<MessageAdded> {
    return this.follow(MessageAddedDocument, { filter, after }, options);
  }

  /** How far messages get (WhatsApp), otherwise as `followMessages`. */
  followDeliveryStatus({
    channels,
    after,
    ...options
  }: FollowDeliveryStatusOptions = {}): Following<DeliveryStatusChange> {
    return this.follow(DeliveryStatusChangedDocument, { channels, after }, options);
  }

  /** A subscription of your own, otherwise as `followMessages`. It must have a variable `$after` and select `cursor`. */
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
