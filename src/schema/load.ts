import { readdirSync, readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildASTSchema, concatAST, Kind, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { resolvers, typeResolvers } from '../resolvers/index.ts';
import type { ServedProvider } from '../resolvers/provider.ts';
import { providers as knownProviders } from '../resolvers/providers.ts';

/** What the federation specification adds to every subgraph, and its composition adds by itself. */
const FEDERATION_FILE = 'federation.graphql';

/** The text is not validated, which would take half the time and tell at each start what a test has told before. */
export function createSchema(providers: readonly ServedProvider[] = knownProviders): GraphQLSchema {
  const texts = readTexts(providers);
  return makeExecutableSchema({
    typeDefs: buildASTSchema(parseTexts(texts), { assumeValidSDL: true }),
    // No other copy of the schema exists that would have to stay without them.
    updateResolversInPlace: true,
    resolvers: [
      resolvers,
      typeResolvers,
      ...providers.map((provider) => provider.resolvers),
      // What a supergraph is composed of: every type and directive as it is written.
      { Query: { _service: () => ({ sdl: texts.join('\n') }) } },
    ],
  });
}

/** The schema as it is written, all of it. */
export function readDocument(providers: readonly ServedProvider[] = knownProviders): DocumentNode {
  return parseTexts(readTexts(providers));
}

function readTexts(providers: readonly ServedProvider[]): string[] {
  return [...readFiles(), ...providers.flatMap(({ typeDefs }) => typeDefs ?? [])];
}

function parseTexts(texts: readonly string[]): DocumentNode {
  const documents = [...texts, read(FEDERATION_FILE)].map((text) => parse(text, { noLocation: true }));
  return concatAST([...documents, toEntityUnion(documents)]);
}

/** The schema's source files in the order of their names, as a supergraph is composed of them. */
function readFiles(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.graphql') && file !== FEDERATION_FILE)
    .sort()
    .map(read);
}

function read(file: string): string {
  return readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
}

/** The specification's union of all types that have a key. */
function toEntityUnion(documents: readonly DocumentNode[]): DocumentNode {
  const names = documents
    .flatMap(({ definitions }) => definitions)
    .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ directives }) => directives?.some(({ name }) => name.value === 'key'))
    .map(({ name }) => name.value);
  return parse(`"All entities." union _Entity = ${names.join(' | ')}`);
}
