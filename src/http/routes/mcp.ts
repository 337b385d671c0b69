import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import { RateLimitedError } from '../../access/request-counter.ts';
import { RequestError } from '../../errors/request-error.ts';
import type { Admission } from '../../graphql/admission.ts';
import { isJsonObject } from '../../graphql/operation/parameters.ts';
import { isOriginAllowed } from '../allowed-hosts.ts';
import { abortOnDisconnect } from '../client-disconnect.ts';
import type { GraphQLOptions } from '../options.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route counts requests itself, to answer in its own way when there are too many. */
    countsRequests?: boolean;
  }
  interface FastifyRequest {
    /** Null for a caller who may make this request, and for routes that do not count. */
    tooMany: RateLimitedError | null;
  }
}

/**
 * The Model Context Protocol (Streamable HTTP) at `/mcp`: read-only tools for agents. There are no sessions and no streams: each POST is
 * answered with JSON.
 */
export async function registerMcp(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  // Gateways without it start without the SDK.
  const [{ answerMessage }, { createLocalHost }] = await Promise.all([
    import('../../mcp/answer.ts'),
    import('../../mcp/local-host.ts'),
  ]);
  const { admission, allowedOrigins, log } = options;
  app.decorateRequest('tooMany', null);
  app.route({
    method: ['GET', 'DELETE'],
    url: '/mcp',
    exposeHeadRoute: false,
    handler: (_request, reply) =>
      reply
        .status(405)
        .header('allow', 'POST')
        .send({ error: 'There are no sessions and no streams: use POST' }),
  });
  app.route({
    method: 'POST',
    url: '/mcp',
    config: { countsRequests: true },
    onRequest: async (request) => {
      if (!isOriginAllowed(request.headers, allowedOrigins))
        throw new RequestError('FORBIDDEN', 'The gateway does not accept requests from this origin.');
      request.tooMany = await count(admission, request.caller);
    },
    handler: async (request, reply) => {
      const { body, caller, headers, tooMany } = request;
      const isCall = isJsonObject(body) && body['method'] === 'tools/call';
      // A model is told when to call again; of other messages clients tell it nothing.
      if (tooMany && !isCall) throw tooMany;
      if (!isJsonObject(body)) {
        throw new RequestError(
          'BAD_USER_INPUT',
          'The body must be one JSON-RPC message, sent as application/json; batches are not part of the protocol any more.',
        );
      }
      const host = createLocalHost(options, {
        caller,
        refusal: tooMany,
        onContext: (context) => {
          abortOnDisconnect(reply.raw, context);
        },
      });
      const failures: Error[] = [];
      const answer = await answerMessage({ headers, body }, host, (error) => failures.push(error));
      // Clients cause other statuses, and the SDK's errors quote them.
      if (answer.status >= 500)
        log.error({ err: failures[0], requestId: request.info.id }, 'An MCP message could not be answered');
      if (answer.contentType !== null) void reply.type(answer.contentType);
      return reply.status(answer.status).send(answer.body);
    },
  });
}

/** @returns why the caller may make no more requests for now; null when it may */
async function count(admission: Admission, caller: Caller): Promise<RateLimitedError | null> {
  try {
    await admission.countRequest(caller);
    return null;
  } catch (error) {
    if (error instanceof RateLimitedError) return error;
    throw error;
  }
}
