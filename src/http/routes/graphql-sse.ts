import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { createHandler, type Request } from 'graphql-sse';
import type { AdmittedRequest } from '../../graphql/admission.ts';
import { abortOnDisconnect, onceClosed } from '../client-disconnect.ts';
import { deliverEach, isIterator } from '../../util/iterators.ts';
import type { Shown } from '../../graphql/shared-results.ts';
import { formatAll } from '../../graphql/format-error.ts';
import type { GraphQLOptions } from '../options.ts';
import { readRequestParameters } from '../request-parameters.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { progressOf, taken } from '../outgoing.ts';
import { ConsumerWatch } from '../slow-consumer.ts';

interface Stream {
  reply: FastifyReply;
  admitted: AdmittedRequest;
  /** Resolved once the headers are written. */
  begun: PromiseWithResolvers<undefined>;
}

/**
 * GraphQL over server-sent events at `/graphql/stream`, by the protocol of graphql-sse in its "distinct connections"
 * mode. Its other mode, reserved by PUT, needs clients that can be told apart, and is not served.
 */
export function registerEventStream(app: FastifyInstance, options: GraphQLOptions): void {
  const { admission, executor, createContext, fanOut, formatError, stallMs, metrics, clock } = options;
  const consumers = new ConsumerWatch(stallMs, clock);
  const open = new Set<ServerResponse>();
  const handle = createHandler<FastifyRequest, Stream>({
    // No stream tokens: the library would look them up among the names that every object has.
    authenticate: () => '',
    // Admission has validated the operation.
    validate: () => [],
    ...executor,
    onSubscribe: ({ raw, context: { reply, admitted } }) => {
      const { verdict } = admitted;
      if (!verdict?.operation) return { data: null, errors: verdict?.errors ?? [NO_QUERY] };
      const context = createContext(raw.caller);
      abortOnDisconnect(reply.raw, context);
      // The library's type asks for an index signature, which no class has; it only passes the value on.
      const contextValue = context as GatewayContext & Record<PropertyKey, unknown>;
      return { ...verdict.operation, contextValue };
    },
    subscribe: fanOut.subscribe,
    // Written here: the library would write the JSON of an event for each subscriber.
    onOperation: (_context, { context: { reply, begun } }, _args, result) => {
      if (!isIterator<Shown>(result)) return undefined;
      const deliver = async (shown: Shown): Promise<void> => {
        await begun.promise;
        await writeEvent(shown, reply.raw);
      };
      return deliverEach(result, deliver, metrics.subscribed('sse'));
    },
    onNext: (_context, { context: { admitted } }, result) => {
      if (!result.errors) return undefined;
      const errors = formatAll(result.errors, formatError).map(toGraphQLError);
      // An answer without execution has no data, not even null.
      return admitted.verdict?.operation ? { ...result, errors } : { errors };
    },
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    handler: async (request, reply) => {
      const admitted = admission.admit(readRequestParameters(request), request.caller);
      open.add(reply.raw);
      const end = (): void => void reply.raw.destroy();
      const unwatch = consumers.watch({
        isTaking: progressOf(reply.raw),
        isCurrent: () => admission.authenticator.isCurrent(request.caller),
        onSlow: end,
        onForbidden: end,
      });
      onceClosed(reply.raw, () => {
        unwatch();
        open.delete(reply.raw);
      });
      const begun = Promise.withResolvers<undefined>();
      const [body, { status, statusText, headers }] = await handle(
        toStreamRequest(request, { reply, admitted, begun }),
      );
      reply.hijack();
      reply.raw.writeHead(status, statusText, { ...toPlainHeaders(reply), ...headers });
      if (body === null || typeof body === 'string') {
        reply.raw.end(body);
        return;
      }
      // Events pass by the response, which would keep its headers back until it is written to.
      reply.raw.flushHeaders();
      begun.resolve(undefined);
      await write(body, reply.raw).catch((error: unknown) => {
        // Logged and counted as over WebSocket. A client reconnects to a stream that breaks off; one that ends is complete.
        const originalError =
          error instanceof Error ? error : new Error('The events ended', { cause: error });
        formatAll([new GraphQLError(originalError.message, { originalError })], formatError);
        end();
      });
    },
  });
  // An open stream is never idle, and would delay the shutdown.
  app.addHook('preClose', (done) => {
    for (const response of open) response.destroy();
    done();
  });
}

const NO_QUERY = new GraphQLError('The request has no "query".');

/** The admitted operation, in the one form that the library need not parse again. */
function toStreamRequest(raw: FastifyRequest, context: Stream): Request<FastifyRequest, Stream> {
  const { headers } = raw;
  return {
    method: 'POST',
    url: raw.url,
    headers: {
      get: (name) => {
        if (name === 'content-type') return 'application/json';
        const value = headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
    },
    body: { query: context.admitted.query ?? '' },
    raw,
    context,
  };
}

const chunks = new WeakMap<Shown, Buffer>();

/** An event as a chunk of an HTTP/1.1 body, made once for all subscribers who are shown the same. */
function chunkOf(shown: Shown): Buffer {
  const made = chunks.get(shown);
  if (made) return made;
  const text = toText(shown);
  const chunk = Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  chunks.set(shown, chunk);
  return chunk;
}

function toText({ payload }: Shown): string {
  return `event: next\ndata: ${payload}\n\n`;
}

/**
 * Writes an event to the connection itself: the response would write the length, the text and the end of each chunk apart.
 * For a client of HTTP/1.0, whose body has no chunks, and for one that waits for an earlier answer, the response does.
 */
async function writeEvent(shown: Shown, response: ServerResponse): Promise<void> {
  const { socket, writable, chunkedEncoding } = response;
  if (!writable) return;
  if (socket && chunkedEncoding) await taken(socket.write(chunkOf(shown)), socket);
  else await taken(response.write(toText(shown)), response);
}

/** Writes what the library has to say besides events: that the stream is alive, and its end. */
async function write(messages: AsyncGenerator<string, void>, response: ServerResponse): Promise<void> {
  const end = (): void => void messages.return(undefined);
  response.once('close', end);
  for await (const message of messages) {
    if (response.writable) await taken(response.write(message), response);
  }
  response.off('close', end);
  response.end();
}

/** CORS headers, among others. */
function toPlainHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}
