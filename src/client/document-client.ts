import { LiveCursorDocument } from '../generated/client.ts';
import { systemClock, type ClientClock } from './clock.ts';
import { toText, type TypedDocument } from './document.ts';
import { follow, type Feed, type FollowOptions } from './follow.ts';
import { defaultRetryPolicy, retrying, type RetryPolicy } from './retry.ts';
import type { RequestOptions } from './shapes.ts';
import { Transport, type RequestHeaders } from './transport.ts';
import { walk, type SourceFailureHandling, type Walk, type WalkedPage } from './walk.ts';

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

/** Sends documents, whichever they are. */
export class DocumentClient {
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

  /**
   * Walks all pages.
   *
   * @throws IncompleteWalkError when providers fail to the end; see `onSourceFailure`
   */
  protected walk<TPage extends WalkedPage>(
    pages: Pick<Walk<TPage>, 'fetchPage' | 'after' | 'signal'>,
    handling: SourceFailureHandling<TPage['sources'][number]>,
  ): AsyncGenerator<TPage, void, undefined> {
    return walk({ ...pages, policy: this.#policy, clock: this.#clock }, handling);
  }
}
