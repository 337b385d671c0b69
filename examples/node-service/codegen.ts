import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  // A copy in the repository of the service, or the gateway itself: https://chats.example.com/schema.graphql
  schema: process.env['GATEWAY_SCHEMA'] ?? '../../schema.graphql',
  documents: 'src/*.ts',
  importExtension: '.js',
  generates: {
    './src/gql/': {
      preset: 'client',
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string', URL: 'string', JSON: 'unknown' },
      },
    },
  },
};

export default config;
