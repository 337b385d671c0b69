import {
  ApolloServer,
  HeaderMap,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type BaseContext,
  type HTTPGraphQLRequest,
} from '@apollo/server';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface ApolloRequest<Context extends BaseContext> {
  httpGraphQLRequest: HTTPGraphQLRequest;
  context: () => Promise<Context>;
  /** The answer, if the context has it; asked for when Apollo's own is an empty object. */
  written?: () => Buffer | null;
}

/**
 * Apollo on fastify, for any schema; it ends with `app`.
 *
 * @param path of the endpoint, for GET and POST
 * @param toApolloRequest makes Apollo's request; fastify answers what it throws
 */
export async function registerApollo<Context extends BaseContext>(
  app: FastifyInstance,
  path: string,
  options: ApolloServerOptions<Context>,
  toApolloRequest: (request: FastifyRequest, reply: FastifyReply) => ApolloRequest<Context>,
): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    ...options,
    // The program closes the server itself; Apollo would end the process before the requests in flight.
    stopOnTerminationSignals: false,
    plugins: [statusForJson, ...(options.plugins ?? [])],
  });
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  app.route({
    method: ['GET', 'POST'],
    url: path,
    handler: async (request, reply) => {
      const { written, ...asked } = toApolloRequest(request, reply);
      const { status, headers, body } = await apollo.executeHTTPGraphQLRequest(asked);
      void reply.status(status ?? 200).headers(Object.fromEntries(headers));
      if (body.kind === 'chunked') return reply.send(Readable.from(body.asyncIterator));
      // Apollo's own, too, if something failed after the answer was taken from it.
      const isEmpty = body.string.trimEnd() === '{}';
      return reply.send((isEmpty ? written?.() : null) ?? body.string);
    },
  });
  return apollo;
}

/** A request as it came. */
export function toHttpGraphQLRequest({ method, headers, url, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return { method, headers: map, search: new URL(url, 'http://gateway').search, body };
}

/**
 * Clients that accept `application/json`, and not GraphQL's own media type, learn of errors from the body: an answer
 * with another status than 200 could come from a proxy. Clients that accept anything get the status.
 */
const statusForJson: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ request, response, errors = [] }) => {
        const accept = request.http?.headers.get('accept') ?? '';
        const wantsJson =
          accept.includes('application/json') && !accept.includes('application/graphql-response+json');
        const isWellFormed = errors.every(({ extensions }) => extensions['code'] !== 'BAD_REQUEST');
        if (wantsJson && isWellFormed && response.http.status === 400) response.http.status = 200;
        return Promise.resolve();
      },
    }),
};
