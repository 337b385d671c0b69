import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { restUrl } from './rest.ts';
import { typeDefs } from './schema.ts';

/** What tells Hive Gateway that the field is a call of a REST service. */
const HTTP_OPERATION = '@httpOperation(path: "/messages?first={args.first}", httpMethod: GET)';
const subgraph = `
  schema @transport(subgraph: "rest", kind: "rest", location: "${restUrl}") {
    query: Query
  }

  directive @transport(subgraph: String, kind: String, location: String) on SCHEMA
  directive @httpOperation(path: String, httpMethod: HTTPMethod) on FIELD_DEFINITION

  enum HTTPMethod {
    GET
  }

  ${typeDefs.replace('): MessageConnection', `$& ${HTTP_OPERATION}`)}
`;

const gateway = createGatewayRuntime({ subgraph, logging: 'error', landingPage: false });
const server = createServer((request, response) => void gateway(request, response));
server.listen(0, '127.0.0.1', () => {
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`ready http://127.0.0.1:${port}/graphql\n`);
});
