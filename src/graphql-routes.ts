import type { ApolloServerOptions, ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { Caller } from './access/caller.ts';
import type { Admission } from './admission.ts';
import { registerApollo } from './apollo.ts';
import { giveUpWhenGone } from './client-gone.ts';
import { registerExport } from './export-route.ts';
import { registerEventStream } from './event-stream.ts';
import { REQUEST_ERROR_STATUS, RequestError } from './errors.ts';
import type { Clock } from './datasources/kit/clock.ts';
import type { ErrorFormatter } from './format-error.ts';
import { toApolloLogger } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import { observeOperations, type RequestObserver } from './operators/observe-requests.ts';
import { isHostAllowed } from './origin.ts';
import type { GatewayContext } from './resolvers/context.ts';
import { createRowStatusPlugin } from './row-status.ts';
import { printSdl } from './schema/print.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}

export interface GraphQLOptions {
  schema: GraphQLSchema;
  admission: Admission;
  createContext: (caller: Caller) => GatewayContext;
  formatError: ErrorFormatter;
  log: Logger;
  /** A reader who has taken nothing for so long is cut off; with the cursor of its last event it can come back. */
  stallMs: number;
  /** Web pages of these origins may ask from a browser, besides the gateway's own. */
  allowedOrigins: string[];
  metrics: Metrics;
  observeRequest: RequestObserver;
  clock: Clock;
}

/** How long a browser need not ask again whether it may. */
const CORS_MAX_AGE_SECONDS = 600;

/** A subscription does not end, which one answer must. */
const plainHttpPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      // The library calls it as well when the document has no operation of the name that was sent.
      didResolveOperation: ({ operation }: { operation?: OperationDefinitionNode }) => {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        const message = 'Subscribe over WebSocket, or with server-sent events at /graphql/stream.';
        const extensions = { code: 'BAD_USER_INPUT', http: { status: REQUEST_ERROR_STATUS.BAD_USER_INPUT } };
        throw new GraphQLError(message, { extensions });
      },
    }),
};

/** The ways to GraphQL over HTTP, each of them behind the same checks: `/graphql`, `/graphql/stream`, `/schema.graphql`, and `/export`. */
export async function registerGraphQL(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  const { schema, admission, createContext, formatError, log, allowedOrigins } = options;
  const apollo: ApolloServerOptions<GatewayContext> = {
    schema,
    introspection: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    formatError,
    logger: toApolloLogger(log),
    plugins: [
      observeOperations,
      // It would wrap the resolver of every field.
      ApolloServerPluginCacheControlDisabled(),
      // So would this, whenever a caller's header asks for it.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createRowStatusPlugin(),
      plainHttpPlugin,
    ],
  };
  await app.register(async (scope) => {
    scope.decorateRequest('caller');
    await scope.register(cors, { origin: allowedOrigins, maxAge: CORS_MAX_AGE_SECONDS });
    scope.addHook('onRequest', async (request) => {
      if (!URL.canParse(`http://${request.headers.host ?? ''}`))
        throw new RequestError('BAD_USER_INPUT', 'The Host header is no name or address of a host.');
      if (admission.authenticator.isOpen && !isHostAllowed(request.headers)) {
        throw new RequestError(
          'FORBIDDEN',
          'Without an auth section in its configuration the gateway answers only as localhost or 127.0.0.1.',
        );
      }
      request.caller = await admission.authenticator.authenticate(request.headers);
      request.info.caller = request.caller.name;
      await admission.countRequest(request.caller);
      // Apollo asks for a header that no foreign page can send along, which keeps such pages from causing mutations. A GET
      // causes none, and its answer is not theirs to read; BI tools send plain ones.
      if (request.method === 'GET') request.headers['apollo-require-preflight'] = 'true';
      // Whatever a client prefers, JSON is better than a refusal: tools ask for text or XML and read JSON all the same.
      if (request.headers.accept && request.routeOptions.url === '/graphql') {
        request.headers.accept += ', */*;q=0.001';
      }
    });
    scope.addHook('preHandler', (request, _reply, done) => {
      const parameters = readParameters(request);
      const query = admission.admit(parameters, request.caller);
      if (query !== null && query !== parameters['query']) writeQuery(request, parameters, query);
      done();
    });
    await registerApollo<GatewayContext>(scope, '/graphql', apollo, (request, reply) => {
      const context = createContext(request.caller);
      giveUpWhenGone(reply.raw, context);
      return Promise.resolve(context);
    });
    registerEventStream(scope, options);
    registerExport(scope, options);
    const sdl = printSdl(schema);
    scope.get('/schema.graphql', (_, reply) => reply.type('text/plain; charset=utf-8').send(sdl));
  });
}

/**
 * The parameters of a request: in the body of a POST, in the URL of a GET. Whatever could be read in two ways is refused or
 * written anew, so that what is checked is what is executed.
 *
 * @throws RequestError `BAD_USER_INPUT`
 */
function readParameters(request: FastifyRequest): Record<string, unknown> {
  if (request.method === 'POST') {
    if (isObject(request.body)) return request.body;
    throw new RequestError(
      'BAD_USER_INPUT',
      'The body must be one JSON object such as { "query": "…" }, sent as application/json.',
    );
  }
  if (request.method !== 'GET') return {};
  const { pathname, searchParams } = new URL(request.url, 'http://gateway');
  const names = [...searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new RequestError('BAD_USER_INPUT', `The URL has ${JSON.stringify(twice)} more than once.`);
  request.raw.url = `${pathname}?${searchParams.toString()}`;
  return Object.fromEntries(
    [...searchParams].map(([name, value]) => [
      name,
      name === 'variables' || name === 'extensions' ? parseJson(value) : value,
    ]),
  );
}

/** Puts the text of a document where its id was sent. */
function writeQuery(request: FastifyRequest, parameters: Record<string, unknown>, query: string): void {
  if (request.method !== 'GET') parameters['query'] = query;
  else {
    const url = new URL(request.url, 'http://gateway');
    url.searchParams.set('query', query);
    url.searchParams.delete('extensions');
    request.raw.url = url.pathname + url.search;
  }
}

/** What is no JSON is for the executor to refuse. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
