import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { isAdmitted, type Audience } from '../audience.ts';

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
