import type { FastifyInstance } from 'fastify';
import { FanOut } from '../graphql/fan-out.ts';
import { createErrorFormatter } from '../graphql/format-error.ts';
import { createHttpApp } from './app.ts';
import { createRequestObserver } from './observe-requests.ts';
import type { ServerOptions } from './options.ts';
import { registerGraphQL } from './routes/graphql.ts';
import { registerWebSocket } from './routes/graphql-ws.ts';
import { registerHealth } from './routes/health.ts';
import { registerMetrics } from './routes/metrics.ts';
import { registerPages } from './routes/pages.ts';
import { registerWebhooks } from './routes/webhooks.ts';

/** One HTTP server for everything: GraphQL, subscriptions, webhooks, pages, schema, health. Not yet listening. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log, metrics, telemetry, audience, health, live, webhooks, clock, executor, createContext } =
    options;
  const app = createHttpApp(log, createRequestObserver(log, metrics, telemetry));
  app.server.maxConnections = options.maxConnections;
  const formatError = createErrorFormatter(log, metrics);
  const fanOut = new FanOut({ executor, createContext, formatError, clock });
  const graphql = { ...options, formatError, fanOut };
  await registerWebSocket(app, graphql);
  await registerGraphQL(app, graphql);
  await registerWebhooks(app, live, webhooks, clock, log);
  registerPages(app);
  registerHealth(app, health, audience);
  if (audience !== 'none') registerMetrics(app, metrics.registry, audience);
  // A kept-alive connection would delay the shutdown, once its current request is answered.
  app.addHook('preClose', (done) => {
    health.isClosing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (health.isClosing) void reply.header('connection', 'close');
    done();
  });
  // By now fastify has finished the requests in flight.
  app.addHook('onClose', () => options.onClose());
  return app;
}
