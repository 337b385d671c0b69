import { readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { toStrictSdl } from './tools/strict-sdl.ts';

const records = '../domain/records.ts';

/** The types of operations, and their documents as texts. */
const ofDocuments = {
  // An answer with an error is not shown, so none shows a null that comes of one.
  schema: toStrictSdl(readFileSync('schema.graphql', 'utf8')),
  plugins: ['typescript-operations', 'typed-document-node'],
  config: {
    documentMode: 'string',
    useTypeImports: true,
    dedupeFragments: true,
    pureMagicComment: true,
    defaultScalarType: 'unknown',
    scalars: { ID: 'string', DateTime: 'string', URL: 'string' },
  },
};

/**
 * Makes the resolvers' types from the schema, each GraphQL type mapped to the record that stands behind it, and the types
 * and documents of the operations of the client and of the tools for agents.
 */
const config: CodegenConfig = {
  generates: {
    'src/generated/client.ts': {
      ...ofDocuments,
      documents: 'src/client/operations/*.graphql',
    },
    'src/generated/mcp.ts': {
      ...ofDocuments,
      documents: 'src/mcp/operations/*.graphql',
    },
    'src/generated/resolvers.ts': {
      schema: 'schema.graphql',
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../gateway/context.ts#GatewayContext',
        useTypeImports: true,
        enumsAsTypes: true,
        defaultScalarType: 'unknown',
        // An item of a list may be a promise of null: `nodes` finds each of its things by itself.
        resolverTypeWrapperSignature: 'Promise<T | null> | T',
        scalars: {
          DateTime: { input: 'Date', output: 'number' },
          URL: 'string',
          JSON: `${records}#JsonValue`,
        },
        mappers: {
          Node: '../resolvers/node.ts#NodeRecord',
          _Entity: '../resolvers/node.ts#NodeRecord',
          Message: `${records}#MessageRecord`,
          Channel: '../datasources/message-source.ts#ChatChannel',
          ChannelArchive: '../datasources/message-source.ts#ArchiveState',
          TimeSpan: '../store/store.ts#TimeSpan as TimeSpanRecord',
          TextSpan: '../domain/search.ts#TextSpan as TextSpanRecord',
          Conversation: `${records}#ConversationRecord`,
          Participant: `${records}#ParticipantRecord`,
          MessagePart: `${records}#MessagePart as MessagePartRecord`,
          TextPart: `${records}#TextPart as TextPartRecord`,
          MediaPart: `${records}#MediaPart as MediaPartRecord`,
          LocationPart: `${records}#LocationPart as LocationPartRecord`,
          ContactCardPart: `${records}#ContactCardPart as ContactCardPartRecord`,
          LinkPart: `${records}#LinkPart as LinkPartRecord`,
          QuotePart: `${records}#QuotePart as QuotePartRecord`,
          CustomPart: `${records}#CustomPart as CustomPartRecord`,
          EncryptedPart: `${records}#EncryptedPart as EncryptedPartRecord`,
          UnsupportedPart: `${records}#UnsupportedPart as UnsupportedPartRecord`,
          ConversationConnection: '../resolvers/keyset-page.ts#ConversationPage',
          ParticipantConnection: '../resolvers/keyset-page.ts#ParticipantPage',
          MessageConnection: '../timeline/timeline-page.ts#TimelinePage',
          MessageEdge: '../timeline/timeline-page.ts#MessageEdge as MessageEdgeRecord',
          MessageRowConnection: '../resolvers/row-page.ts#RowPage',
          MessageRowEdge: '../timeline/timeline-page.ts#MessageEdge as MessageEdgeRecord',
          MessageRow: `${records}#MessageRecord`,
          SourceStatus: '../timeline/source-status.ts#SourceStatus as SourceStatusRecord',
          ...readProviderMappers(),
        },
      },
    },
  },
};

export default config;

/** In its `index.ts`, a provider exports what stands behind a type of the schema as `<Type>Record`. */
function readProviderMappers(): Record<string, string> {
  const mappers = readdirSync('src/datasources', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
    .flatMap(({ name }) => {
      const file = `datasources/${name}/index.ts`;
      const names = readFileSync(`src/${file}`, 'utf8').matchAll(/(\w+)Record\b/g);
      return [...names].map(([record, type = '']) => [type, `../${file}#${record}`]);
    });
  return Object.fromEntries(mappers) as Record<string, string>;
}
