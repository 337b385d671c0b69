import fastify, { type FastifyInstance } from 'fastify';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { isHostAllowed } from '../allowed-hosts.ts';
import { isLoopback } from '../../config/settings.ts';
import { isAdmitted, type Audience } from '../audience.ts';
import { registerHealth, type Health } from './health.ts';

/** `/metrics`, for Prometheus. */
export function registerMetrics(app: FastifyInstance, registry: Registry, audience: Audience): void {
  collectDefaultMetrics({ register: registry });
  app.get('/metrics', async (request, reply) => {
    if (!isAdmitted(audience, request)) {
      reply.callNotFound();
      return reply;
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/**
 * A server for operators alone, apart from the API: `/metrics` and `/health`. Not yet listening.
 *
 * @param host to listen on; on a loopback one it answers only under names of this machine, so that no web page reads it
 */
export function createOperatorsServer(registry: Registry, health: Health, host: string): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  if (isLoopback(host)) {
    app.addHook('onRequest', (request, reply, done) => {
      if (isHostAllowed(request.headers)) done();
      else reply.callNotFound();
    });
  }
  registerMetrics(app, registry, 'everybody');
  registerHealth(app, health, 'everybody');
  return app;
}
