import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../../access/caller.ts';
import type { Headers } from '../../access/credentials.ts';
import { RequestError } from '../../errors/request-error.ts';
import { onEnd, isIterator } from '../../util/iterators.ts';
import { formatAll } from '../../graphql/format-error.ts';
import type { GraphQLOptions } from '../options.ts';
import { REQUEST_ID_HEADER } from '../observe-requests.ts';
import { isHostAllowed, isOriginAllowed } from '../allowed-hosts.ts';
import { currentRequest, type RequestInfo } from '../../observability/request-info.ts';
import { watchConsumer } from '../slow-consumer.ts';

const PATH = '/graphql';
/** How long sockets are open says nothing about how fast queries are. */
const ROUTE = '/graphql (websocket)';
const SWITCHING_PROTOCOLS = 101;
const MAX_MESSAGE_BYTES = 1024 * 1024;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** GraphQL over WebSocket (`graphql-transport-ws`) at `/graphql`, on the server of `app`. */
export function registerWebSocket(app: FastifyInstance, options: GraphQLOptions): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const { admission, createContext, formatError, stallMs, allowedOrigins, metrics, observeRequest, clock } =
    options;
  const callers = new WeakMap<WebSocket, Caller>();
  const callerOf = (socket: WebSocket): Caller => {
    const caller = callers.get(socket);
    if (!caller) throw new Error('An operation came before its connection was authenticated');
    return caller;
  };
  const graphql = useServer(
    {
      // Otherwise the close reason tells callers about unexpected errors.
      isProd: true,
      // The same credentials as over HTTP: in the headers of the upgrade, or, as browsers must, in `connection_init`.
      onConnect: async ({ connectionParams = {}, extra: { socket, request } }) => {
        try {
          const headers = { ...request.headers, ...toHeaders(connectionParams) };
          const caller = await admission.authenticator.authenticate(headers);
          callers.set(socket, caller);
          const info = currentRequest.getStore();
          if (info) info.caller = caller.name;
          return true;
        } catch (error) {
          if (error instanceof RequestError) return false;
          throw error;
        }
      },
      onSubscribe: ({ extra: { socket } }, _id, payload) => {
        try {
          const caller = callerOf(socket);
          admission.countRequest(caller);
          const { verdict } = admission.admit({ ...payload }, caller);
          if (!verdict?.operation)
            return verdict?.errors ?? [new GraphQLError('The message has no "query".')];
          return { ...verdict.operation, contextValue: createContext(caller) };
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
          return [new GraphQLError(error.message, { originalError: error })];
        }
      },
      onOperation: (_context, _id, _payload, _args, result) =>
        isIterator(result) ? onEnd(result, metrics.subscribed('websocket')) : undefined,
      onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
        errors && { data, errors: formatAll(errors, formatError) },
      onError: (_context, _id, _payload, errors) => formatAll(errors, formatError),
    },
    sockets,
  );
  app.server.on('upgrade', (request, socket, head) => {
    // From here on there is no other error listener: a connection that breaks now must not end the process.
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?', 1)[0] !== PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    const isOpen = admission.authenticator.isOpen;
    if ((isOpen && !isHostAllowed(request.headers)) || !isOriginAllowed(request.headers, allowedOrigins)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    const { info, end } = observeRequest('GET', request.headers);
    const announce = (headers: string[]): void => {
      headers.push(`${REQUEST_ID_HEADER}: ${info.id}`);
    };
    sockets.once('headers', announce);
    sockets.handleUpgrade(request, socket, head, (client) => {
      // The library listens for the first error only; another one must not end the process.
      client.on('error', () => {
        client.terminate();
      });
      const unwatch = watchConsumer(
        {
          // Events are sent one at a time, each when the last one has left, so a stalled client holds one event and
          // no more.
          isTaking: () => client.bufferedAmount === 0,
          isCurrent: () => {
            const caller = callers.get(client);
            return caller === undefined || admission.authenticator.isCurrent(caller);
          },
          onSlow: () => {
            client.close(TRY_AGAIN_LATER, 'Too slow: reconnect with the cursor of the last event as "after"');
            // A client that has not read that much will not read the close frame either.
            setTimeout(() => {
              client.terminate();
            }, 1_000).unref();
          },
          onForbidden: () => {
            client.close(CloseCode.Forbidden, 'The API key or token is no longer valid');
          },
        },
        stallMs,
        clock,
      );
      runInTheCourseOf(info, client);
      client.once('close', () => {
        unwatch();
        end(ROUTE, SWITCHING_PROTOCOLS);
      });
      sockets.emit('connection', client, request);
    });
    // A refused upgrade has sent no such headers.
    sockets.off('headers', announce);
  });
  app.addHook('preClose', async () => {
    for (const client of sockets.clients) client.close(GOING_AWAY, 'The gateway is shutting down: reconnect');
    await graphql.dispose();
  });
}

/** Handles every message of the client in the context of the request that opened the socket. */
function runInTheCourseOf(info: RequestInfo, client: WebSocket): void {
  const emit = client.emit.bind(client);
  client.emit = (event: string | symbol, ...args: unknown[]) =>
    currentRequest.run(info, () => emit(event, ...args));
}

/** Browsers cannot send headers with a socket, so these are in its first message, in any case. */
function toHeaders(connectionParams: Record<string, unknown>): Headers {
  return Object.fromEntries(
    Object.entries(connectionParams).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
    ),
  );
}
