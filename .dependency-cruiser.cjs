const providers = 'wechat|wecom|tencent-chat|whatsapp-scrm';

/** Who may import whom: data flows one way, from HTTP to the providers. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'src-knows-no-tests', severity: 'error', from: { path: '^src' }, to: { path: '^(test|tools)' } },
    {
      name: 'playground-stands-alone',
      comment: 'It runs in browsers, and knows the gateway by its endpoint only.',
      severity: 'error',
      from: { path: '^playground' },
      to: { path: '^(src|test|tools)' },
    },
    {
      name: 'only-browsers-run-the-playground',
      severity: 'error',
      from: { path: '^(src|test|tools)' },
      to: { path: '^playground' },
    },
    {
      name: 'datasources-know-no-graphql',
      severity: 'error',
      from: { path: '^src/datasources' },
      to: {
        path: '^src/(schema|resolvers|generated|timeline|server|gateway|config|settings|commands|sandbox)|node_modules/(graphql|@apollo|@graphql)',
      },
    },
    {
      name: 'providers-know-nothing-of-each-other',
      severity: 'error',
      from: { path: `^src/datasources/(${providers})/` },
      to: { path: `^src/datasources/(${providers})/`, pathNot: '^src/datasources/$1/' },
    },
    {
      name: 'providers-have-one-public-face',
      severity: 'error',
      from: { path: '^src', pathNot: `^src/datasources/(${providers})/` },
      to: { path: `^src/datasources/(${providers})/(?!index\\.ts)` },
    },
    {
      name: 'only-the-registry-and-its-own-resolvers-know-a-provider',
      severity: 'error',
      from: {
        path: '^src',
        pathNot: `^src/(generated|datasources/registry\\.ts|datasources/(${providers})/|resolvers/(${providers})\\.ts)`,
      },
      to: { path: `^src/datasources/(${providers})/` },
    },
    {
      name: 'timeline-sees-the-contract',
      severity: 'error',
      from: { path: '^src/timeline' },
      to: {
        path: '^src/(schema|resolvers|generated|server|gateway|commands|sandbox)|node_modules/(graphql|@apollo|@graphql)',
      },
    },
    {
      name: 'kit-knows-no-provider',
      severity: 'error',
      from: { path: '^src/datasources/kit' },
      to: { path: `^src/datasources/(${providers}|registry)` },
    },
    {
      name: 'export-knows-no-command-line',
      comment: 'Whatever wants a history as a stream can use it.',
      severity: 'error',
      from: { path: '^src/export' },
      to: { path: '^src/(commands|main|server|webhooks)|node_modules/(commander|cli-progress)' },
    },
    {
      name: 'sandbox-stands-alone',
      comment:
        'It plays the providers; were it made of the code that it tests, a mistake would be made twice.',
      severity: 'error',
      from: { path: '^src/sandbox' },
      to: { path: '^src/(?!sandbox)' },
    },
    {
      name: 'client-stands-alone',
      comment:
        'It runs in browsers, and is published with its generated types and no other part of the gateway.',
      severity: 'error',
      from: { path: '^src/(client/|generated/client)' },
      to: { path: '^src/(?!client/|generated/client\\.ts$)' },
    },
    {
      name: 'client-runs-anywhere',
      comment:
        'What it loads, it loads when a caller needs it; the one package that it names has nothing but types.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { dependencyTypesNot: ['local', 'dynamic-import'], pathNot: '^@graphql-typed-document-node/core$' },
    },
    {
      name: 'sandbox-only-in-the-demo',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(sandbox|commands/demo)' },
      to: { path: '^src/sandbox' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
