import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { FORWARDED_HEADERS } from './forwarded-headers.ts';
import type { Running } from './running.ts';

/** Serves a supergraph with Hive Gateway. */
export async function startHiveGateway(supergraph: string, port: number): Promise<Running> {
  const gateway = createGatewayRuntime({
    supergraph,
    // Its other planner does not know @interfaceObject.
    unifiedGraphHandler,
    logging: 'error',
    landingPage: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) =>
        Object.fromEntries(
          FORWARDED_HEADERS.flatMap((name) => {
            const value = request.headers.get(name);
            return value === null ? [] : [[name, value]];
          }),
        ),
    },
  });
  const server = createServer((request, response) => void gateway(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // It listens on a port, so its address is not a path.
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actualPort}/graphql`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await gateway[Symbol.asyncDispose]();
    },
  };
}
