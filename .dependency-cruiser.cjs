const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const DATASOURCES = join(__dirname, 'src/datasources');
/** Read from the folder, so that a new provider is under the rules from its first file on. */
const providers = readdirSync(DATASOURCES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
  .map(({ name }) => name)
  .join('|');

/** The rooms of `src`, uppermost first. Each may import those of its own row and of the rows below. */
const ROWS = [
  ['main.ts'],
  ['commands'],
  ['app'],
  ['http', 'config'],
  ['export', 'mcp'],
  ['resolvers', 'schema'],
  ['graphql'],
  ['gateway'],
  ['live'],
  ['timeline'],
  ['archive', 'compliance'],
  ['audit', 'datasources'],
  ['access', 'observability'],
  ['store'],
  ['domain', 'errors'],
  ['util'],
];
/** They stand beside the rows, and have rules of their own below. */
const ASIDE = ['client', 'generated', 'sandbox'];

const toPath = (names) => `^src/(${names.map((name) => name.replace('.', '\\.')).join('|')})(/|$)`;

const upward = ROWS.slice(1).map((row, index) => ({
  name: `${row.join('-and-')}-import-nothing-above`.replace('.', '-'),
  comment: 'Imports go down the rows, from what takes a request to what keeps its data.',
  severity: 'error',
  from: { path: toPath(row) },
  to: { path: toPath(ROWS.slice(0, index + 1).flat()) },
}));

/** Who may import whom; type-only imports count like all others. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...upward,
    {
      name: 'every-room-has-its-row',
      comment: 'A new folder of src gets a row above, or a rule of its own.',
      severity: 'error',
      from: { path: '^src', pathNot: toPath([...ROWS.flat(), ...ASIDE]) },
      to: {},
    },
    {
      name: 'src-knows-no-tests',
      severity: 'error',
      from: { path: '^src' },
      to: { path: '^(test|tools|bench)' },
    },
    {
      name: 'only-the-sqlite-store-opens-sqlite',
      comment: 'An export locks its file with SQLite, since Node.js has no locks of files.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(store/sqlite/|export/file-lock\\.ts$)' },
      to: { path: '^(node:)?sqlite$' },
    },
    {
      name: 'only-the-postgres-store-loads-its-driver',
      comment: 'A gateway with an embedded store starts without it.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/store/postgres/' },
      to: { path: '^pg$|node_modules/(@types/)?pg(-|/)' },
    },
    {
      name: 'only-the-redis-modules-load-its-client',
      comment: 'A gateway without Redis starts without it.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/store/redis/' },
      to: { path: 'node_modules/(@redis|@keyv|rate-limiter-flexible)/' },
    },
    {
      name: 'only-open-store-chooses-a-back-end',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/store/' },
      to: { path: '^src/store/sqlite/(keyv|migrations|migrate)\\.ts$' },
    },
    {
      name: 'the-store-is-known-by-its-ports',
      comment: 'SQL, and which engine runs it, is for the store alone to know.',
      severity: 'error',
      from: {
        path: '^src',
        pathNot:
          '^src/(store/|app/stores\\.ts$|commands/(archive|audit|hold|erase|store)\\.ts$|export/file-lock\\.ts$)',
      },
      to: { path: '^src/store/', pathNot: '^src/store/store(-failure)?\\.ts$' },
    },
    {
      name: 'the-archive-knows-sources-and-its-port',
      comment:
        'It is a source round another one: of providers it knows the contract, and what all of them share.',
      severity: 'error',
      from: { path: '^src/archive/' },
      to: {
        path: '^src/(audit|access|observability|datasources/(?!kit/|(message-source|call-budget)\\.ts$))',
      },
    },
    {
      name: 'the-timeline-knows-no-archive',
      comment: 'To what merges, an archived source is one like any other.',
      severity: 'error',
      from: { path: '^src/(timeline|graphql|schema|resolvers|export|http|config)/' },
      to: { path: '^src/archive/' },
    },
    {
      name: 'datasources-and-timeline-know-no-graphql',
      severity: 'error',
      from: { path: '^src/(datasources|archive|timeline|live|store|domain|util)/' },
      to: { path: '(^src/generated|node_modules/(graphql|@apollo|@graphql))' },
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
      name: 'only-its-own-resolvers-know-a-provider',
      severity: 'error',
      from: {
        path: '^src',
        pathNot: `^src/(generated|datasources/(${providers})/|resolvers/(${providers})\\.ts)`,
      },
      to: { path: `^src/datasources/(${providers})/` },
    },
    {
      name: 'kit-knows-no-provider',
      severity: 'error',
      from: { path: '^src/datasources/kit' },
      to: { path: `^src/datasources/(${providers})` },
    },
    {
      name: 'what-shows-reads-through-the-gateway',
      comment: "Whatever they read, they read as the caller's view of it: by no store, event log or audit.",
      severity: 'error',
      from: { path: '^src/(resolvers|export|mcp)/', pathNot: '^src/export/file-lock\\.ts$' },
      to: { path: '^src/(store|live|audit)/' },
    },
    {
      name: 'only-mcp-loads-its-sdk',
      comment:
        'A gateway without it starts without the SDK; one command and one route load the folder when they are used.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(mcp/|commands/mcp\\.ts$)' },
      to: { path: 'node_modules/@modelcontextprotocol/' },
    },
    {
      name: 'export-knows-no-command-line',
      comment: 'Whatever wants a history as a stream can use it.',
      severity: 'error',
      from: { path: '^src/export' },
      to: { path: 'node_modules/(commander|cli-progress)' },
    },
    {
      name: 'playground-stands-alone',
      comment: 'It runs in browsers, and knows the gateway by its endpoint only.',
      severity: 'error',
      from: { path: '^playground' },
      to: { path: '^(src|test|tools|bench)' },
    },
    {
      name: 'only-browsers-run-the-playground',
      severity: 'error',
      from: { path: '^(src|test|tools|bench)' },
      to: { path: '^playground' },
    },
    {
      name: 'inbox-knows-only-the-client',
      comment: 'It runs in browsers, and reads the gateway as any program of a consumer does.',
      severity: 'error',
      from: { path: '^inbox' },
      to: { path: '^(src|test|tools|bench|playground)', pathNot: '^src/client/index\\.ts$' },
    },
    {
      name: 'only-browsers-run-the-inbox',
      comment: 'Its models are pure, and tests run them.',
      severity: 'error',
      from: { path: '^(src|test|tools|bench|playground)' },
      to: { path: '^inbox', pathNot: '^inbox/model/' },
    },
    {
      name: 'models-of-the-inbox-know-no-browser',
      severity: 'error',
      from: { path: '^inbox/model/' },
      to: { path: '^inbox/(?!model/)|node_modules/(@preact|preact)/' },
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
      name: 'sandbox-only-in-the-demo',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(sandbox|commands/demo)' },
      to: { path: '^src/sandbox' },
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
