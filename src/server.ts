import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createErrorFormatter } from './format-error.ts';
import type { OpenGateway } from './gateway.ts';
import { RequestContext, type GatewayContext } from './resolvers/context.ts';
import { createSchema } from './schema/load.ts';
import { printSdl } from './schema/print.ts';
import { registerEventStream } from './event-stream.ts';
import { registerWebhooks } from './webhooks/routes.ts';
import { registerWebSocket } from './websocket.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** One HTTP server for everything: GraphQL, subscriptions, webhooks, the schema, health. Not yet listening. */
export async function createServer(gateway: OpenGateway, log: Logger): Promise<FastifyInstance> {
  const schema = createSchema();
  const formatError = createErrorFormatter(log);
  const createContext = (): GatewayContext => new RequestContext(gateway);
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: 'idle' });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, 'Something unexpected');
    const message = status >= 500 ? 'Something went wrong in the gateway' : error.message;
    const code = status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
    return reply.status(status).send({ errors: [{ message, extensions: { code } }] });
  });

  const apollo = new ApolloServer<GatewayContext>({
    schema,
    introspection: true,
    // The program closes the server itself; Apollo would end the process before the requests under way.
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError,
    logger: log,
    plugins: [
      // It would wrap the resolver of every field.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
  await apollo.start();
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    method: ['GET', 'POST'],
    context: () => Promise.resolve(createContext()),
  });

  const subscriptions = { schema, createContext, formatError, stallMs: gateway.stallMs };
  registerWebSocket(app, subscriptions);
  registerEventStream(app, subscriptions);
  await registerWebhooks(app, gateway.live, gateway.clock, log);

  const sdl = printSdl(schema);
  app.get('/schema.graphql', (_, reply) => reply.type('text/plain; charset=utf-8').send(sdl));
  app.get('/health/live', () => ({ status: 'ok' }));
  app.get('/health/ready', () => ({ status: 'ok' }));
  // Apollo asks for a header that no foreign page can send along, which keeps such pages from causing mutations. A GET
  // causes none, and its answer is not theirs to read; BI tools send plain ones.
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'GET') request.headers['apollo-require-preflight'] = 'true';
    done();
  });
  // A kept-alive connection would hold up the end, once the request under way on it is answered.
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) void reply.header('connection', 'close');
    done();
  });
  // By now fastify has finished the requests under way.
  app.addHook('onClose', async () => {
    await apollo.stop();
    await gateway.close();
  });
  return app;
}
