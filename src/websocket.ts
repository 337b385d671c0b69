import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { formatAll, type ErrorFormatter } from './format-error.ts';
import type { GatewayContext } from './resolvers/context.ts';

export interface SubscriptionOptions {
  schema: GraphQLSchema;
  createContext: () => GatewayContext;
  formatError: ErrorFormatter;
  /** A reader who has taken nothing for so long is cut off; with the cursor of its last event it can come back. */
  stallMs: number;
}

const PATH = '/graphql';
const MAX_MESSAGE_BYTES = 1024 * 1024;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** GraphQL over WebSocket (`graphql-transport-ws`) at `/graphql`, on the server of `app`. */
export function registerWebSocket(app: FastifyInstance, options: SubscriptionOptions): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const { schema, createContext, formatError, stallMs } = options;
  const graphql = useServer(
    {
      schema,
      context: createContext,
      onNext: (_context, _id, _payload, _args, { data = null, errors }) =>
        errors && { data, errors: formatAll(errors, formatError) },
      onError: (_context, _id, _payload, errors) => formatAll(errors, formatError),
    },
    sockets,
  );
  app.server.on('upgrade', (request, socket, head) => {
    // From here on nobody else listens: a connection that breaks off now must not end the process.
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?', 1)[0] !== PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      cutOffWhenStalled(client, stallMs);
      sockets.emit('connection', client, request);
    });
  });
  app.addHook('preClose', async () => {
    for (const client of sockets.clients) client.close(GOING_AWAY, 'The gateway is closing: connect again');
    await graphql.dispose();
  });
}

/** Events are sent one at a time, each when the last has left, so a stalled reader holds one event and no more. */
function cutOffWhenStalled(client: WebSocket, stallMs: number): void {
  let stalledSince: number | null = null;
  const watch = setInterval(() => {
    if (client.bufferedAmount === 0) stalledSince = null;
    else if (stalledSince === null) stalledSince = Date.now();
    else if (Date.now() - stalledSince >= stallMs) {
      client.close(TRY_AGAIN_LATER, 'Too slow: connect again, with the cursor of the last event as "after"');
      // What it has not read, it will not read: the close either.
      setTimeout(() => {
        client.terminate();
      }, 1_000).unref();
    }
  }, 1_000).unref();
  client.once('close', () => {
    clearInterval(watch);
  });
}
