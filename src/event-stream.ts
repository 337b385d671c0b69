import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { formatAll } from './format-error.ts';
import type { GatewayContext } from './resolvers/context.ts';
import type { SubscriptionOptions } from './websocket.ts';

/** GraphQL over server-sent events at `/graphql/stream`, by the protocol of graphql-sse. */
export function registerEventStream(
  app: FastifyInstance,
  { schema, createContext, formatError }: SubscriptionOptions,
): void {
  const handler = createHandler({
    schema,
    // The library's type asks for an index, which no class has; it only hands the value on.
    context: () => createContext() as GatewayContext & Record<PropertyKey, unknown>,
    onNext: (_context, _request, result) =>
      result.errors
        ? { ...result, errors: formatAll(result.errors, formatError).map(toGraphQLError) }
        : result,
  });
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'],
    url: '/graphql/stream',
    handler: (request, reply) => handler(request, reply),
  });
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}
