import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { giveUpWhenGone } from './client-gone.ts';
import { counted, isIterator } from './counted.ts';
import { formatAll } from './format-error.ts';
import type { GatewayContext } from './resolvers/context.ts';
import type { GraphQLOptions } from './graphql-routes.ts';

/**
 * GraphQL over server-sent events at `/graphql/stream`, by the protocol of graphql-sse in its mode of one connection for
 * each operation. Its other mode, reserved by PUT, needs callers that are known apart, and is not served.
 */
export function registerEventStream(app: FastifyInstance, options: GraphQLOptions): void {
  const { schema, admission, createContext, formatError, stallMs, metrics } = options;
  const open = new Set<ServerResponse>();
  const handler = createHandler({
    schema,
    // No tokens of streams: the library would look them up among the names that every object has.
    authenticate: () => '',
    context: (request) => {
      const context = createContext(request.raw.caller);
      giveUpWhenGone(request.context.reply.raw, context);
      // The library's type asks for an index, which no class has; it only hands the value on.
      return context as GatewayContext & Record<PropertyKey, unknown>;
    },
    onOperation: (_context, request, _args, result) =>
      isIterator(result)
        ? inStep(counted(result, metrics.subscribed('sse')), request.context.reply.raw)
        : undefined,
    onNext: (_context, _request, result) =>
      result.errors
        ? { ...result, errors: formatAll(result.errors, formatError).map(toGraphQLError) }
        : result,
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    handler: (request, reply) => {
      open.add(reply.raw);
      cutOff(reply.raw, stallMs, () => admission.authenticator.isCurrent(request.caller));
      reply.raw.once('close', () => open.delete(reply.raw));
      return handler(request, reply);
    },
  });
  // An open stream is never idle, and would hold up the end.
  app.addHook('preClose', (done) => {
    for (const response of open) response.destroy();
    done();
  });
}

/** Asks for the next event only when the last has left, so a slow reader holds one and no more. */
function inStep<T>(events: AsyncIterableIterator<T>, response: ServerResponse): AsyncGenerator<T> {
  const step: AsyncIterableIterator<T> = {
    next: async () => {
      if (response.writableNeedDrain) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      return events.next();
    },
    return: () => events.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    // Nobody calls it, but without it the library does not end the events of a reader who has gone.
    throw: (error: Error) => Promise.reject(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  // The library's type says generator, of which it uses what every iterator has.
  return step as AsyncGenerator<T>;
}

/** Ends the stream of somebody who takes nothing, or may not have more. */
function cutOff(response: ServerResponse, stallMs: number, isCurrent: () => boolean): void {
  let written = 0;
  let stalledSince: number | null = null;
  const watch = setInterval(() => {
    const { writableLength, socket } = response;
    const progress = socket?.bytesWritten ?? 0;
    if (!isCurrent()) response.destroy();
    if (writableLength === 0 || progress > written) stalledSince = null;
    else if (stalledSince === null) stalledSince = Date.now();
    else if (Date.now() - stalledSince >= stallMs) response.destroy();
    written = progress;
  }, 1_000).unref();
  response.once('close', () => {
    clearInterval(watch);
  });
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}
