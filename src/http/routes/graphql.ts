import type { ApolloServerOptions, HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import type { AdmittedRequest } from '../../graphql/admission.ts';
import {
  createAdmittedGateway,
  refuseSubscriptions,
  takeWrittenAnswer,
  useAdmittedDocument,
  type ApolloContext,
} from '../../graphql/admitted-apollo.ts';
import { registerApollo, toHttpGraphQLRequest } from '../apollo.ts';
import { compressAnswers } from '../compress-answers.ts';
import { abortOnDisconnect } from '../client-disconnect.ts';
import { registerExport } from './export.ts';
import { registerEventStream } from './graphql-sse.ts';
import { registerMcp } from './mcp.ts';
import { RequestError } from '../../errors/request-error.ts';
import { toApolloLogger } from '../../observability/log.ts';
import { observeOperations } from '../observe-requests.ts';
import { isHostAllowed } from '../allowed-hosts.ts';
import type { GraphQLOptions } from '../options.ts';
import { readRequestParameters } from '../request-parameters.ts';
import { createHttpStatusPlugin } from '../../graphql/http-status-plugin.ts';
import { printSdl } from '../../schema/print.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}

/** How long a browser may cache its permission (preflight). */
const CORS_MAX_AGE_SECONDS = 600;

/**
 * The routes of GraphQL over HTTP, all behind the same checks: `/graphql`, `/graphql/stream`, `/schema.graphql`,
 * `/export`, and `/mcp`.
 */
export async function registerGraphQL(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  const { schema, admission, executor, createContext, formatError, log, allowedOrigins, hasIntrospection } =
    options;
  const apollo: ApolloServerOptions<ApolloContext> = {
    gateway: createAdmittedGateway(schema, executor),
    // Admission keeps parsed documents.
    documentStore: null,
    introspection: hasIntrospection,
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
      createHttpStatusPlugin(),
      useAdmittedDocument,
      refuseSubscriptions,
      takeWrittenAnswer,
    ],
  };
  await app.register(async (plugin) => {
    plugin.decorateRequest('caller');
    await plugin.register(cors, { origin: allowedOrigins, maxAge: CORS_MAX_AGE_SECONDS });
    if (options.hasCompression) compressAnswers(plugin);
    plugin.addHook('onRequest', async (request) => {
      if (!URL.canParse(`http://${request.headers.host ?? ''}`))
        throw new RequestError('BAD_USER_INPUT', 'The Host header is not a valid host name or address.');
      if (admission.authenticator.isOpen && !isHostAllowed(request.headers)) {
        throw new RequestError(
          'FORBIDDEN',
          'Without an auth section in its configuration the gateway answers only as localhost or 127.0.0.1.',
        );
      }
      request.caller = await admission.authenticator.authenticate(request.headers);
      request.info.caller = request.caller.name;
      if (request.routeOptions.config.countsRequests !== true) await admission.countRequest(request.caller);
    });
    await registerApollo<ApolloContext>(plugin, '/graphql', apollo, (request, reply) => {
      if (!options.hasQueriesOverGet && request.method !== 'POST')
        throw new RequestError(
          'BAD_USER_INPUT',
          'The gateway does not accept queries in a URL; send them by POST.',
        );
      const admitted = admission.admit(readRequestParameters(request), request.caller);
      let answer: Buffer | null = null;
      const context: ApolloContext = {
        admitted,
        takeAnswer: (json) => {
          answer = json;
        },
        createContext: () => {
          const created = createContext(request.caller);
          abortOnDisconnect(reply.raw, created);
          return created;
        },
      };
      return {
        httpGraphQLRequest: toAdmittedRequest(request, admitted),
        context: () => Promise.resolve(context),
        written: () => answer,
      };
    });
    registerEventStream(plugin, options);
    registerExport(plugin, options);
    if (options.hasMcp) await registerMcp(plugin, options);
    let sdl: string | undefined;
    plugin.get('/schema.graphql', (_, reply) => {
      sdl ??= printSdl(schema);
      return reply.type('text/plain; charset=utf-8').send(sdl);
    });
  });
}

/** The admitted operation, for Apollo to answer as the client prefers. It needs no variables, since it executes nothing itself. */
function toAdmittedRequest(request: FastifyRequest, admitted: AdmittedRequest): HTTPGraphQLRequest {
  const { query, parameters } = admitted;
  const asked = toHttpGraphQLRequest(request);
  const { headers } = asked;
  const accept = headers.get('accept');
  // JSON is better than a refusal: tools ask for text or XML and read JSON all the same.
  if (accept) headers.set('accept', `${accept}, */*;q=0.001`);
  // Apollo requires a header that no foreign page can send, which keeps such pages from causing mutations (CSRF). A GET
  // causes none, and such a page cannot read its answer; BI tools send plain ones.
  if (request.method === 'GET') headers.set('apollo-require-preflight', 'true');
  const { operationName } = parameters;
  // The extensions of a trusted document only name it.
  const extensions = parameters.query === query ? parameters.extensions : null;
  if (request.method !== 'GET') return { ...asked, body: { query: query ?? '', operationName, extensions } };
  const search = new URLSearchParams({
    query: query ?? '',
    ...(operationName !== null && { operationName }),
    ...(extensions && { extensions: JSON.stringify(extensions) }),
  });
  return { ...asked, search: `?${search.toString()}` };
}
