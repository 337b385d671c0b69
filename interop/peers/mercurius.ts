import Fastify from 'fastify';
import mercurius from 'mercurius';
import { fetchPage } from './rest.ts';
import { typeDefs } from './schema.ts';

/** Mercurius, which compiles a query when it comes for the second time. */
const app = Fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers: { Query: { messages: (_root: unknown, { first }: { first: number }) => fetchPage(first) } },
  jit: 1,
});
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`ready ${address}/graphql\n`);
