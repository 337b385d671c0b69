import type { Socket } from 'node:net';
import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { makeHandler } from 'graphql-ws/use/@fastify/websocket';
import type { Caller } from '../../access/caller.ts';
import type { Headers } from '../../access/credentials.ts';
import { RequestError } from '../../errors/request-error.ts';
import { deliverEach, isIterator } from '../../util/iterators.ts';
import type { Shown } from '../../graphql/shared-results.ts';
import { formatAll } from '../../graphql/format-error.ts';
import type { GraphQLOptions } from '../options.ts';
import { UPGRADE, upgrades } from '../upgrades.ts';
import { REQUEST_ID_HEADER } from '../observe-requests.ts';
import { isHostAllowed, isOriginAllowed } from '../allowed-hosts.ts';
import { currentRequest, type RequestInfo } from '../../observability/request-info.ts';
import { progressOf, taken } from '../outgoing.ts';
import { ConsumerWatch } from '../slow-consumer.ts';
import { toTextFrame } from '../text-frame.ts';

const MAX_MESSAGE_BYTES = 1024 * 1024;
const REFUSED_CLOSE_AFTER_MS = 1_000;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** GraphQL over WebSocket (`graphql-transport-ws`) at `/graphql`. Call it before routes are added. */
export async function registerWebSocket(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  const { admission, executor, createContext, fanOut, formatError, stallMs, allowedOrigins, metrics, clock } =
    options;
  const consumers = new ConsumerWatch(stallMs, clock);
  const callers = new WeakMap<WebSocket, Caller>();
  const callerOf = (socket: WebSocket): Caller => {
    const caller = callers.get(socket);
    if (!caller) throw new Error('An operation came before its connection was authenticated');
    return caller;
  };
  const serve = makeHandler({
    // Otherwise the close reason tells callers about unexpected errors.
    isProd: true,
    ...executor,
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
    onSubscribe: async ({ extra: { socket } }, _id, payload) => {
      try {
        const caller = callerOf(socket);
        await admission.countRequest(caller);
        const { verdict } = admission.admit({ ...payload }, caller);
        if (!verdict?.operation) return verdict?.errors ?? [new GraphQLError('The message has no "query".')];
        return { ...verdict.operation, contextValue: createContext(caller) };
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        return [new GraphQLError(error.message, { originalError: error })];
      }
    },
    subscribe: fanOut.subscribe,
    // Sent here: the library would write the JSON of an event for each subscriber.
    onOperation: ({ extra: { socket, request } }, id, _payload, _args, result) => {
      if (!isIterator<Shown>(result)) return undefined;
      const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      const deliver = (shown: Shown): Promise<void> => send(socket, request.raw.socket, frameOf(shown, head));
      return deliverEach(result, deliver, metrics.subscribed('websocket'));
    },
    onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
      errors && { data, errors: formatAll(errors, formatError) },
    onError: (_context, _id, _payload, errors) => formatAll(errors, formatError),
  });
  // Node no longer watches a connection that it hands over, and fastify does not close all those that it refuses. The
  // handshake, which comes after this, lifts the timeout.
  app.server.on('upgrade', (_request, connection: Socket) => {
    connection.setTimeout(REFUSED_CLOSE_AFTER_MS, () => connection.destroy());
  });
  await app.register(websocket, {
    // graphql-ws sets the subprotocols too, but only once the first socket is open.
    options: { maxPayload: MAX_MESSAGE_BYTES, handleProtocols },
    errorHandler: (_error, client) => {
      client.terminate();
    },
    preClose: (done) => {
      const { websocketServer } = app;
      for (const client of websocketServer.clients)
        client.close(GOING_AWAY, 'The gateway is shutting down: reconnect');
      websocketServer.close(() => {
        done();
      });
    },
  });
  app.addConstraintStrategy(upgrades);
  app.websocketServer.on('headers', (headers) => {
    const info = currentRequest.getStore();
    if (info) headers.push(`${REQUEST_ID_HEADER}: ${info.id}`);
  });
  app.route({
    method: 'GET',
    url: '/graphql',
    constraints: { [UPGRADE]: 'websocket' },
    websocket: true,
    onRequest: (request, _reply, done) => {
      const isOpen = admission.authenticator.isOpen;
      if ((isOpen && !isHostAllowed(request.headers)) || !isOriginAllowed(request.headers, allowedOrigins))
        done(new RequestError('FORBIDDEN', 'The gateway does not accept sockets from this host or origin.'));
      else done();
    },
    handler(client, request) {
      request.isUpgraded = true;
      const unwatch = consumers.watch({
        isTaking: progressOf(request.raw.socket),
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
      });
      client.once('close', unwatch);
      runInTheCourseOf(request.info, client);
      return serve.call(this, client, request);
    },
  });
}

const frames = new WeakMap<Shown, { head: string; frame: Buffer }>();

/** The bytes of an event, made once for subscribers in a row who are shown the same and call their subscriptions the same. */
function frameOf(shown: Shown, head: string): Buffer {
  const made = frames.get(shown);
  if (made?.head === head) return made.frame;
  const frame = toTextFrame(`${head}${shown.payload}}`);
  frames.set(shown, { head, frame });
  return frame;
}

/**
 * Writes to the connection itself: the library would make a frame for each subscriber, and write its head apart. It writes each
 * of its own frames in one turn, so none is cut.
 */
async function send(socket: WebSocket, connection: Socket, frame: Buffer): Promise<void> {
  if (socket.readyState === socket.OPEN) await taken(connection.write(frame), connection);
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
