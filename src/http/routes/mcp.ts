import type { FastifyInstance } from 'fastify';
import type { GatewayContext } from '../../gateway/context.ts';
import { RequestError } from '../../errors/request-error.ts';
import { isJsonObject } from '../../graphql/operation/parameters.ts';
import { isOriginAllowed } from '../allowed-hosts.ts';
import { abortOnDisconnect } from '../client-disconnect.ts';
import type { GraphQLOptions } from '../options.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route counts requests itself, to answer in its own way when there are too many. */
    countsRequests?: boolean;
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
    onRequest: (request, _reply, done) => {
      if (isOriginAllowed(request.headers, allowedOrigins)) done();
      else done(new RequestError('FORBIDDEN', 'The gateway does not accept requests from this origin.'));
    },
    handler: async (request, reply) => {
      const { body, caller, headers } = request;
      if (!isJsonObject(body)) {
        throw new RequestError(
          'BAD_USER_INPUT',
          'The body must be one JSON-RPC message, sent as application/json; batches are not part of the protocol any more.',
        );
      }
      // A call of a tool counts itself, so that the model is told when to go on.
      if (body['method'] !== 'tools/call') await admission.countRequest(caller);
      const host = createLocalHost(options, caller, (context: GatewayContext) => {
        abortOnDisconnect(reply.raw, context);
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
