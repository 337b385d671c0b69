import {
  ApolloServer,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type BaseContext,
} from '@apollo/server';
import fastifyApollo, { type ApolloFastifyContextFunction } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';

/**
 * Apollo on fastify, for any schema; it ends with `app`.
 *
 * @param path of the endpoint, for GET and POST
 */
export async function registerApollo<Context extends BaseContext>(
  app: FastifyInstance,
  path: string,
  options: ApolloServerOptions<Context>,
  createContext: ApolloFastifyContextFunction<Context>,
): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    ...options,
    // The program closes the server itself; Apollo would end the process before the requests under way.
    stopOnTerminationSignals: false,
    plugins: [statusForJson, ...(options.plugins ?? [])],
  });
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  await app.register(fastifyApollo(apollo), { path, method: ['GET', 'POST'], context: createContext });
  return apollo;
}

/**
 * Clients that ask for `application/json`, and not for GraphQL's own media type, learn of errors from the body: an answer
 * with another status than 200 could be anybody's on the way. Those that ask for nothing see the status.
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
