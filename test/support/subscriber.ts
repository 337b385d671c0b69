import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A WebSocket client that keeps what it receives. */
export interface Subscriber<T> {
  received: T[];
  errors: { message: string; extensions?: Record<string, unknown> }[];
  /** Waits until so many have been received in all. */
  until(count: number): Promise<void>;
  connected: Promise<undefined>;
  /** The code with which the server closed the socket. */
  closed: Promise<number>;
  close(): void;
}

/** @param url of the GraphQL endpoint, http: or ws: */
export function subscribe<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  connectionParams: Record<string, unknown> = {},
): Subscriber<T> {
  const closed = Promise.withResolvers<number>();
  const connected = Promise.withResolvers<undefined>();
  const client: Client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
    on: {
      connected: () => {
        connected.resolve(undefined);
      },
      closed: (event) => {
        closed.resolve((event as { code: number }).code);
      },
    },
  });
  let changed = Promise.withResolvers<undefined>();
  const subscriber: Subscriber<T> = {
    received: [],
    errors: [],
    until: async (count) => {
      while (subscriber.received.length < count && subscriber.errors.length === 0) await changed.promise;
    },
    closed: closed.promise,
    connected: connected.promise,
    // Not `dispose`, which fails when the server is gone already; and not before there is a connection to close.
    close: () => {
      void connected.promise.then(() => {
        client.terminate();
      });
    },
  };
  const change = (): void => {
    changed.resolve(undefined);
    changed = Promise.withResolvers();
  };
  client.subscribe<Record<string, T>>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        for (const value of Object.values(data ?? {})) subscriber.received.push(value);
        subscriber.errors.push(...((errors ?? []) as never[]));
        change();
      },
      error: (error) => {
        subscriber.errors.push(...(Array.isArray(error) ? (error as never[]) : [{ message: String(error) }]));
        change();
      },
      complete: change,
    },
  );
  return subscriber;
}
