import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createErrorFormatter } from '../graphql/format-error.ts';
import type { OpenGateway } from '../app/open-gateway.ts';
import { registerGraphQL } from './routes/graphql.ts';
import { createHttpApp } from './app.ts';
import { registerHealth } from './routes/health.ts';
import { createRequestObserver } from './observe-requests.ts';
import { registerMetrics } from './routes/metrics.ts';
import { registerPlayground } from './routes/playground.ts';
import { registerWebhooks } from './routes/webhooks.ts';
import { registerWebSocket } from './routes/graphql-ws.ts';

/** One HTTP server for everything: GraphQL, subscriptions, webhooks, playground, schema, health. Not yet listening. */
export async function createServer(gateway: OpenGateway, log: Logger): Promise<FastifyInstance> {
  const { metrics, telemetry, audience } = gateway;
  const observeRequest = createRequestObserver(log, metrics, telemetry);
  const app = createHttpApp(log, observeRequest);
  app.server.maxConnections = gateway.maxConnections;
  const graphql = {
    schema: gateway.schema,
    admission: gateway.admission,
    createContext: gateway.createContext,
    exportSlots: gateway.exportSlots,
    formatError: createErrorFormatter(log, metrics),
    log,
    stallMs: gateway.stallMs,
    allowedOrigins: gateway.allowedOrigins,
    metrics,
    observeRequest,
    clock: gateway.clock,
    hasIntrospection: gateway.hasIntrospection,
    hasQueriesOverGet: gateway.hasQueriesOverGet,
  };
  await registerGraphQL(app, graphql);
  registerWebSocket(app, graphql);
  await registerWebhooks(app, gateway.live, gateway.webhooks, gateway.clock, log);
  gateway.live.begin();
  registerPlayground(app);
  registerHealth(app, gateway.health, audience);
  if (audience !== 'none') registerMetrics(app, metrics.registry, audience);
  // A kept-alive connection would hold up the end, once the request under way on it is answered.
  app.addHook('preClose', (done) => {
    gateway.health.isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (gateway.health.isClosing) void reply.header('connection', 'close');
    done();
  });
  // By now fastify has finished the requests under way.
  app.addHook('onClose', () => gateway.close());
  return app;
}
