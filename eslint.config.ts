import graphql from '@graphql-eslint/eslint-plugin';
import type { ESLint } from 'eslint';
import { defineConfig, globalIgnores } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** What the rules are told of the whole schema when they look at one of its files. */
const wholeSchema = { languageOptions: { parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } } };

export default defineConfig(
  // What has packages of its own, which need not be here, is checked where they are.
  globalIgnores([
    '**/dist',
    'interop',
    'examples',
    'src/generated',
    'node_modules',
    '.dependency-cruiser.cjs',
  ]),
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-console': 'error',
      // Whatever is put into a line by hand gets past the list of what may be logged.
      'no-restricted-syntax': [
        'error',
        ...['callee.object.name=/^log$/', 'callee.object.property.name=/^log$/'].map((isOfLog) => ({
          selector: `CallExpression[${isOfLog}][callee.property.name!='child'] > *.arguments:not(Literal):last-child`,
          message:
            'A line of the log has constant words; what varies goes into fields that src/observability/log.ts knows.',
        })),
        {
          selector:
            "CallExpression[callee.property.name=/^(safeP|p)arse$/] > MemberExpression > CallExpression[callee.object.name='z']",
          message:
            'To make a schema takes far longer than to check a value with it: make it once, outside of the function.',
        },
      ],
    },
  },
  // Strangers write most texts that are searched here, so a search must take time in proportion to the text.
  {
    files: ['src/**/*.ts', '{playground,inbox}/**/*.{ts,tsx}'],
    extends: [regexp.configs.recommended],
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }],
      'regexp/match-any': ['error', { allows: ['[^]'] }],
      // A class is read more easily than a flag is remembered.
      'regexp/use-ignore-case': 'off',
      'regexp/prefer-w': 'off',
      // To find control characters is what those that name them are for.
      'no-control-regex': 'off',
    },
  },
  // Tests that measure say what they measured.
  {
    files: ['test/**'],
    rules: { 'no-console': ['error', { allow: ['info'] }], 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/schema/*.graphql', 'schema.graphql'],
    languageOptions: { parser: graphql.parser },
    // Its types describe the documentation of rules otherwise than ESLint's do.
    plugins: { '@graphql-eslint': graphql as ESLint.Plugin },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // The specification asks for one direction; a list that is short and of the moment has the forward one.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          // Customer service sessions have no id to be found again by.
          shouldImplementNode: false,
          // Lists that are short and whole are no connections.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      // What can be found again is a Node, and has its id from there.
      '@graphql-eslint/strict-id-in-types': 'off',
      // `whatsAppMessageId` is the name that WhatsApp's own id has everywhere.
      '@graphql-eslint/no-typename-prefix': 'off',
      // A description is a line or a block, as long as it is.
      '@graphql-eslint/description-style': 'off',
      // Where one field fails, the others of the answer are to stay.
      '@graphql-eslint/require-nullable-result-in-root': 'error',
    },
  },
  {
    // The names, and what may be null, are the specification's; the printed schema is all of the files together.
    files: ['src/schema/federation.graphql', 'schema.graphql'],
    rules: {
      '@graphql-eslint/naming-convention': 'off',
      '@graphql-eslint/require-nullable-result-in-root': 'off',
    },
  },
  // As it is printed: the plugin takes files with `extend schema @link` for something that it cannot read.
  { files: ['src/schema/*.graphql', 'schema.graphql'], ...wholeSchema },
);
