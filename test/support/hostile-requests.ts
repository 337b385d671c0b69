import { postJson, postText, type RawRequest } from './raw-http.ts';

/** Requests that nobody sends in good faith, each of which must be refused. */
export type HostileRequest = [name: string, request: RawRequest];

const repeat = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const query = (text: string, variables?: unknown): RawRequest => postJson({ query: text, variables });
const get = (search: string): RawRequest => ({ method: 'GET', path: `/graphql?${search}` });
const BAD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'prototype',
];
const SUBSCRIPTION = 'subscription { messageAdded { cursor } }';

/** Selections within selections, or fragments within fragments. */
const depths: HostileRequest[] = [21, 40, 100, 1_000, 10_000, 100_000].flatMap((depth): HostileRequest[] => [
  [`${depth} levels of fields`, query(`${'{ node(id: "x") '.repeat(depth)}{ id }${' }'.repeat(depth)}`)],
  [
    `${depth} levels of inline fragments`,
    query(`{ ${'... { '.repeat(depth)}__typename${' }'.repeat(depth)} }`),
  ],
  [
    `${depth} levels of introspection`,
    query(`{ __schema { types { ${'ofType { '.repeat(depth)}name${' }'.repeat(depth)} } } }`),
  ],
  [
    `${depth} levels of a list`,
    query(`{ nodes(ids: ${'['.repeat(depth + 20)}${']'.repeat(depth + 20)}) { id } }`),
  ],
  [
    `${depth} levels of an object`,
    query(
      `{ messages(filter: ${'{ sentAt: '.repeat(depth + 20)}1${' }'.repeat(depth + 20)}) { totalCount } }`,
    ),
  ],
  [
    `${depth} levels of a type`,
    query(`query ($a: ${'['.repeat(depth + 20)}Int${']'.repeat(depth + 20)}) { channels { name } }`),
  ],
  [`${depth} braces that are never closed`, query('{ a '.repeat(depth))],
]);

const counts: HostileRequest[] = [51, 500, 5_000].flatMap((count): HostileRequest[] => [
  [`${count} aliases of a list`, query(`{ ${repeat(count, (i) => `a${i}: channels { name }`)} }`)],
  [`${count} aliases of nothing`, query(`{ ${repeat(count, (i) => `a${i}: __typename`)} }`)],
  [
    `${count} aliases of the whole schema`,
    query(`{ ${repeat(count, (i) => `a${i}: __schema { types { name } }`)} }`),
  ],
  [`${count} directives on a field`, query(`{ __typename ${repeat(count, () => '@include(if: true)')} }`)],
  [`${count} directives on an operation`, query(`query ${repeat(count, () => '@nope')} { __typename }`)],
  [`${count} unknown fields`, query(`{ ${repeat(count, (i) => `f${i}`)} }`)],
  [`${count} operations, and no name`, query(repeat(count, (i) => `query Q${i} { __typename }`))],
  [
    `${count} unused fragments`,
    query(`{ __typename } ${repeat(count, (i) => `fragment F${i} on Query { __typename }`)}`),
  ],
  [`${count} unused variables`, query(`query (${repeat(count, (i) => `$v${i}: Int`)}) { __typename }`)],
  [
    `${count} requests in one array`,
    postText(`[${Array(count).fill('{"query":"{ __typename }"}').join(',')}]`),
  ],
]);

/** Each fragment spreads the one below it twice. */
const fragments: HostileRequest[] = [
  ...[10, 14, 18, 30, 60].map((levels): HostileRequest => [
    `fragments that double ${levels} times`,
    query(
      `{ channels { ...F0 } } ${repeat(levels, (i) => `fragment F${i} on Channel { a${i}: messages { nodes { channel { ...F${i + 1} } } } b${i}: messages { nodes { channel { ...F${i + 1} } } } }`)} fragment F${levels} on Channel { name }`,
    ),
  ]),
  ...[1, 2, 3, 10, 100].flatMap((length): HostileRequest[] => [
    [
      `a cycle of ${length} fragments`,
      query(`{ ...F0 } ${repeat(length, (i) => `fragment F${i} on Query { ...F${(i + 1) % length} }`)}`),
    ],
    [
      `a cycle of ${length} fragments through a field`,
      query(
        `{ channels { ...F0 } } ${repeat(length, (i) => `fragment F${i} on Channel { messages { nodes { channel { ...F${(i + 1) % length} } } } }`)}`,
      ),
    ],
  ]),
  ['a fragment spread that is nowhere', query('{ ...Nowhere }')],
  [
    'a fragment twice',
    query('{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }'),
  ],
];

const sizes: HostileRequest[] = [
  25_001,
  2_147_483_647,
  2_147_483_648,
  1e100,
  -1,
  0.5,
  '1000',
  true,
  [1],
  {},
].flatMap((first): HostileRequest[] => [
  ...['messages', 'messageRows', 'messageStatRows', 'responseStatRows', 'customerServiceSessions'].map(
    (field): HostileRequest => [
      `${field} of ${JSON.stringify(first)}, in a variable`,
      query(`query ($n: Int!) { ${field}(first: $n) { nodes { __typename } } }`, { n: first }),
    ],
  ),
  [
    `messages of ${JSON.stringify(first)} within messages`,
    query(
      'query ($n: Int) { messages(first: $n) { nodes { conversation { messages(first: $n) { nodes { id } } } } } }',
      { n: first },
    ),
  ],
]);

const names: HostileRequest[] = BAD_NAMES.flatMap((name): HostileRequest[] => [
  [`a field ${name}`, query(`{ ${name} }`)],
  [`an argument ${name}`, query(`{ channel(${name}: "x") { name } }`)],
  [`an operationName ${name}`, postJson({ query: 'query A { __typename }', operationName: name })],
  [`a type ${name}`, query(`{ ... on ${name} { __typename } }`)],
  [`a type ${name} of a variable`, query(`query ($a: ${name}) { channel(name: $a) { name } }`)],
  [`a fragment ${name}`, query(`{ ...${name} }`)],
  [`a directive ${name}`, query(`{ __typename @${name} }`)],
  [`an enum value ${name}`, query(`{ channels(providers: [${name}]) { name } }`)],
  [`a field of input ${name}`, query(`{ messages(filter: { ${name}: 1 }) { totalCount } }`)],
  [
    `a field of input ${name}, in a variable`,
    postText(
      `{"query":"query ($f: MessageFilter) { messages(filter: $f) { totalCount } }","variables":{"f":{"${name}":1}}}`,
    ),
  ],
  [`a variable ${name} that is not declared`, query(`{ channel(name: $${name}) { name } }`, {})],
]);

const texts: HostileRequest[] = [
  ['nothing', ''],
  ['white space', ' \n\t'],
  ['a byte order mark', '\uFEFF'],
  ['a byte order mark in the middle', '{ __type\uFEFFname }'],
  ['null bytes', '{ __typename\0 }'],
  ['a control character', '{ \u0007 }'],
  ['a lone surrogate in a name', '{ \uD800 }'],
  ['a lone surrogate escaped in a text', '{ channel(name: "\\uD800") { name } }'],
  ['an escape that is none', '{ channel(name: "\\x41") { name } }'],
  ['an escape beyond Unicode', '{ channel(name: "\\u{110000}") { name } }'],
  ['a text that does not end', '{ channel(name: "x) { name } }'],
  ['a block text that does not end', '{ channel(name: """x) { name } }'],
  ['a text of a megabyte', `{ channel(name: "${'x'.repeat(1_000_000)}" { name } }`],
  ['a name of a megabyte', `{ ${'x'.repeat(1_000_000)} }`],
  ['a comment of a megabyte, and nothing', `#${'x'.repeat(1_000_000)}`],
  ['commas', ','.repeat(100_000)],
  ['a number of a megabyte', `{ messages(first: ${'9'.repeat(900_000)}) { totalCount } }`],
  ['a mutation', 'mutation { deleteEverything }'],
  ['a schema', 'type Query { a: Int }'],
  ['an extension of the schema', 'extend type Query { a: Int }'],
  ['a subscription', SUBSCRIPTION],
  ['an argument twice', '{ channel(name: "a", name: "b") { name } }'],
  ['a variable twice', 'query ($a: String!, $a: String!) { channel(name: $a) { name } }'],
  ['an input field twice', '{ messages(filter: { textContains: "a", textContains: "b" }) { totalCount } }'],
  ['an operation twice', 'query A { __typename } query A { __typename }'],
  ['HTML', '<script>alert(1)</script>'],
  ['SQL', "'; DROP TABLE events; --"],
].map(([name = '', text = '']): HostileRequest => [name, query(text)]);

const bodies: HostileRequest[] = [
  ...[
    '',
    '{',
    '}',
    '[',
    '[]',
    '[[]]',
    'null',
    '"text"',
    '7',
    'true',
    '{"query":}',
    '{"query":"{ __typename }"',
    'NaN',
    '{"query":{}}',
    '{"query":[]}',
    '{"query":7}',
    '{"query":null}',
    '{}',
    '{"query":"{ __typename }","variables":"x"}',
    '{"query":"{ __typename }","operationName":7}',
    '{"query":"{ __typename }","extensions":7}',
    '{"__proto__":{"query":"{ __typename }"}}',
    '{"query":"{ __typename }","__proto__":null}',
    '{"constructor":{"prototype":{"query":"x"}}}',
    '\u0000',
    '{"query":"\u0001"}',
  ].map((body): HostileRequest => [`the body ${JSON.stringify(body)}`, postText(body)]),
  ['bytes that are no text', postText(Buffer.from([0xff, 0xfe, 0x00, 0xd8]))],
  ['arrays in arrays', postText('['.repeat(100_000))],
  ['objects in objects', postText('{"a":'.repeat(100_000))],
  ['a body of two megabytes', postText(`{"query":"${'x'.repeat(2_000_000)}"}`)],
  ['a body longer than it says', postText('{"query":"{ __typename }"}', { 'content-length': 5 })],
  ...[
    'text/plain',
    'text/plain; application/json',
    'application/graphql',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json-patch+json',
    'x',
    '',
    '/',
    'application/json; charset=utf-16',
  ].map((type): HostileRequest => [
    `content of type ${JSON.stringify(type)}`,
    postText(
      type.endsWith('utf-16')
        ? Buffer.from('{"query":"{ __typename }"}', 'utf16le')
        : '{"query":"{ __typename }"}',
      { 'content-type': type },
    ),
  ]),
];

const urls: HostileRequest[] = [
  ['a URL of 20 kB', get(`query=${'x'.repeat(20_000)}`)],
  ['a URL without a query', get('')],
  ['two queries in a URL', get('query={__typename}&query={channels{name}}')],
  ['variables in a URL twice', get('query={__typename}&variables={}&variables={}')],
  ['variables in a URL that are no JSON', get('query={__typename}&variables={')],
  [
    'variables in a URL that are a list',
    get('query=query($a:Int!){messages(first:$a){totalCount}}&variables=[1]'),
  ],
  ['a URL with a broken escape', get('query=%')],
  ['a URL with bytes that are no text', get('query=%FF%FE')],
  ['a subscription in a URL', get(`query=${encodeURIComponent(SUBSCRIPTION)}`)],
  ['a mutation in a URL', get('query=mutation{a}')],
  ['another operation than there is', get('query=query%20A{__typename}&operationName=B')],
  ['an empty operationName', get('query=query%20A{__typename}&operationName=')],
  ...['PUT', 'DELETE', 'PATCH', 'HEAD', 'PROPFIND'].map((method): HostileRequest => [
    `the method ${method}`,
    { method, path: '/graphql?query={__typename}' },
  ]),
  ...[
    '/GRAPHQL',
    '/graphql/',
    '//graphql',
    '/graphql/../graphql',
    '/%67raphql/',
    '/graphql;x',
    '/graphql/stream/x',
  ].map((path): HostileRequest => [
    `the path ${path}`,
    { method: 'GET', path: `${path}?query={__typename}` },
  ]),
];

export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  ...depths,
  ...counts,
  ...fragments,
  ...sizes,
  ...names,
  ...texts,
  ...bodies,
  ...urls,
];
