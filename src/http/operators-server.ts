import fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { isLoopback } from '../util/loopback.ts';
import { isHostAllowed } from './allowed-hosts.ts';
import { registerHealth, type Health } from './routes/health.ts';
import { registerMetrics } from './routes/metrics.ts';

/**
 * A server for operators, apart from the API: `/metrics` and `/health`. Not yet listening.
 *
 * @param host to listen on; on a loopback host it answers only under names of this machine, so that no web page can
 * read it
 */
export function createOperatorsServer(registry: Registry, health: Health, host: string): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  if (isLoopback(host)) {
    app.addHook('onRequest', (request, reply, done) => {
      if (isHostAllowed(request.headers)) done();
      else reply.callNotFound();
    });
  }
  registerMetrics(app, registry, 'all');
  registerHealth(app, health, 'all');
  return app;
}
