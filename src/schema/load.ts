import { readdirSync, readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { resolvers } from '../resolvers/index.ts';

/** What the federation specification adds to every subgraph, and its composition adds by itself. */
const FEDERATION_FILE = 'federation.graphql';

/** The schema's source files, in the order of their names. */
export function readTypeDefs(): string[] {
  return listFiles().map(read);
}

export function createSchema(): GraphQLSchema {
  const sdl = readSubgraphSdl();
  return makeExecutableSchema({
    typeDefs: readTypeDefs(),
    // No other copy of the schema exists that would have to stay without them.
    updateResolversInPlace: true,
    resolvers: [resolvers, { Query: { _service: () => ({ sdl }) } }],
  });
}

/** What a supergraph is composed of: every type and directive as it is written. */
function readSubgraphSdl(): string {
  return listFiles()
    .filter((file) => file !== FEDERATION_FILE)
    .map(read)
    .join('\n');
}

function listFiles(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.graphql'))
    .sort();
}

function read(file: string): string {
  return readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
}
