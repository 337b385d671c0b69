import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import { pino } from 'pino';
import { registerApollo, toHttpGraphQLRequest } from '../../src/http/apollo.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createRequestObserver } from '../../src/http/observe-requests.ts';
import { noTelemetry } from '../../src/observability/telemetry.ts';
import { createHttpApp } from '../../src/http/app.ts';

/** What Apollo asks of every integration, asked of the gateway's, with the suite's own schemas. */
defineIntegrationTestSuite(async (options, { context = () => Promise.resolve({}) } = {}) => {
  const log = pino({ enabled: false });
  const observe = createRequestObserver(log, createMetrics(), noTelemetry);
  const app = createHttpApp(log, observe);
  const server = await registerApollo(app, '/', options, (request) => ({
    httpGraphQLRequest: toHttpGraphQLRequest(request),
    context: () => context(),
  }));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { server, url, extraCleanup: () => app.close() };
});
