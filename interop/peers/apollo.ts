import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { fetchPage } from './rest.ts';
import { typeDefs } from './schema.ts';

/** Apollo Server as it is without any settings. */
const server = new ApolloServer({
  typeDefs,
  resolvers: { Query: { messages: (_root: unknown, { first }: { first: number }) => fetchPage(first) } },
});
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.stdout.write(`ready ${url}\n`);
