import {
  ApolloGateway,
  RemoteGraphQLDataSource,
  type GraphQLDataSourceProcessOptions,
} from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { FORWARDED_HEADERS } from './forwarded-headers.ts';
import type { Running } from './running.ts';

interface Context {
  headers: Record<string, string>;
}

/** Serves a supergraph with Apollo Gateway. */
export async function startApolloGateway(supergraph: string, port: number): Promise<Running> {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ url }) => new ForwardingDataSource({ url: url ?? '' }),
  });
  const server = new ApolloServer<Context>({
    gateway,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port },
    context: ({ req }) =>
      Promise.resolve({
        headers: Object.fromEntries(
          FORWARDED_HEADERS.flatMap((name) => {
            const value = req.headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
      }),
  });
  return { url, close: () => server.stop() };
}

class ForwardingDataSource extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Context>): void {
    // Without a caller, as for a health check, there is no context.
    const { headers = {} } = context as Partial<Context>;
    for (const [name, value] of Object.entries(headers)) request.http?.headers.set(name, value);
  }

  /** A refusal in GraphQL's own form says more than its HTTP status, which is all that would be handed on. */
  override async errorFromResponse(
    response: Parameters<RemoteGraphQLDataSource['errorFromResponse']>[0],
  ): Promise<GraphQLError> {
    const plain = await super.errorFromResponse(response);
    const { body } = plain.extensions['response'] as { body: { errors?: GraphQLFormattedError[] } | string };
    const [refusal] = (typeof body === 'object' ? body.errors : undefined) ?? [];
    return refusal ? new GraphQLError(refusal.message, { extensions: refusal.extensions ?? {} }) : plain;
  }
}
