import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import { pino } from 'pino';
import { registerApollo } from '../../src/apollo.ts';
import { createHttpApp } from '../../src/http-app.ts';

/** What Apollo asks of every integration, asked of the gateway's, with the suite's own schemas. */
defineIntegrationTestSuite(async (options, { context = () => Promise.resolve({}) } = {}) => {
  const app = createHttpApp(pino({ enabled: false }));
  const server = await registerApollo(app, '/', options, context);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { server, url, extraCleanup: () => app.close() };
});
