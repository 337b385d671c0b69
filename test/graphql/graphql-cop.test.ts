import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../support/api-key.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { send, type RawRequest } from '../support/raw-http.ts';

/** What the security auditor graphql-cop (1.16) asks, and by what it takes an answer for a finding. */
interface Probe {
  title: string;
  severity: 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO';
  request: RawRequest;
  isFinding: (answer: Answer, text: string) => boolean;
}

interface Answer {
  data?: { [field: string]: unknown; __schema?: { types?: unknown[] } };
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: unknown): RawRequest => ({ headers: JSON_TYPE, body: JSON.stringify(body) });
const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');
const hasTypename = ({ data }: Answer): boolean => Boolean(data?.['__typename']);

const probes: Probe[] = [
  {
    title: 'Alias Overloading',
    severity: 'HIGH',
    request: post({ query: `query cop { ${times(101, (index) => `alias${index}:__typename \n`)} }` }),
    isFinding: ({ data }) => Boolean(data?.['alias100']),
  },
  {
    title: 'Array-based Query Batching',
    severity: 'HIGH',
    request: post(Array.from({ length: 11 }, () => ({ query: 'query cop { __typename }' }))),
    isFinding: (answer) => Array.isArray(answer) && answer.length >= 10,
  },
  {
    title: 'Directive Overloading',
    severity: 'HIGH',
    request: post({ query: `query cop { __typename ${'@aa'.repeat(10)} }` }),
    isFinding: ({ errors }) => errors?.length === 10,
  },
  {
    title: 'Circular Query by Introspection',
    severity: 'HIGH',
    request: post({
      query: `query cop { __schema { types { ${'fields { type { '.repeat(4)}name${' } }'.repeat(4)} } } }`,
    }),
    isFinding: ({ data }) => (data?.__schema?.types?.length ?? 0) > 25,
  },
  {
    title: 'Field Duplication',
    severity: 'HIGH',
    request: post({ query: `query cop { ${'__typename \n'.repeat(500)} }` }),
    isFinding: hasTypename,
  },
  {
    title: 'Circular Fragment',
    severity: 'HIGH',
    request: post({
      query:
        'query cop { __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }',
    }),
    isFinding: ({ errors }) => errors === undefined,
  },
  {
    title: 'Introspection',
    severity: 'HIGH',
    request: post({ query: 'query cop { __schema { types { name fields { name } } } }' }),
    isFinding: ({ data }) => Boolean(data?.__schema?.types),
  },
  {
    title: 'GET Method Query Support',
    severity: 'MEDIUM',
    request: { method: 'GET', path: `/graphql?query=${encodeURIComponent('query cop {__typename}')}` },
    isFinding: hasTypename,
  },
  {
    title: 'Mutation over GET',
    severity: 'MEDIUM',
    request: { method: 'GET', path: `/graphql?query=${encodeURIComponent('mutation cop {__typename}')}` },
    isFinding: hasTypename,
  },
  {
    title: 'POST of a URL-encoded query, in the URL',
    severity: 'MEDIUM',
    request: { path: `/graphql?query=${encodeURIComponent('query cop {__typename}')}` },
    isFinding: hasTypename,
  },
  {
    title: 'POST of a URL-encoded query, in the body',
    severity: 'MEDIUM',
    request: {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `query=${encodeURIComponent('query cop {__typename}')}`,
    },
    isFinding: hasTypename,
  },
  {
    title: 'Field Suggestions',
    severity: 'LOW',
    request: post({ query: 'query cop { __schema { directive } }' }),
    isFinding: ({ errors }) => errors?.[0]?.message.includes('Did you mean') ?? false,
  },
  ...['/graphiql', '/playground', '/console', '/graphql'].map((path): Probe => ({
    title: `GraphQL IDE at ${path}`,
    severity: 'LOW',
    request: { method: 'GET', path },
    isFinding: (_, text) =>
      ['graphiql.min.css', 'GraphQL Playground', 'GraphiQL', 'graphql-playground'].some((word) =>
        text.includes(word),
      ),
  })),
  {
    title: 'Trace Mode',
    severity: 'INFO',
    request: post({ query: 'query cop { __typename }' }),
    isFinding: (_, text) => text.includes('tracing') || text.includes('stacktrace'),
  },
  {
    title: 'Unhandled Errors',
    severity: 'INFO',
    request: post({ query: 'qwerty cop { abc }' }),
    isFinding: (_, text) => text.includes('exception'),
  },
];

const reader = makeKey('reader', ['messages:read']);

async function findings({ url }: GatewayWorld): Promise<string[]> {
  const found: string[] = [];
  for (const { title, severity, request, isFinding } of probes) {
    const { text } = await send(url, { ...request, headers: { ...reader.headers, ...request.headers } });
    if (isFinding(toAnswer(text), text)) found.push(`${severity}: ${title}`);
  }
  return found;
}

function toAnswer(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

describe.each<[string, Record<string, boolean>, string[]]>([
  ['a usual configuration', {}, ['HIGH: Introspection', 'MEDIUM: GET Method Query Support']],
  ['introspection off', { introspection: false }, ['MEDIUM: GET Method Query Support']],
  ['introspection and queries in URLs off', { introspection: false, queriesOverGet: false }, []],
])('with %s', (_, server, expected) => {
  let world: GatewayWorld;
  beforeAll(async () => {
    world = await createGatewayWorld({
      messages: 1,
      auth: { apiKeys: [reader.entry] },
      settings: { server },
    });
  });
  afterAll(() => world.close());

  test('the auditor finds nothing else', async () => {
    expect(await findings(world)).toEqual(expected);
  });

  test('queries are answered all the same', async () => {
    expect((await world.query('{ channels { __typename } }', {}, { ...reader.headers })).errors).toEqual([]);
  });
});

test('with introspection off, no transport tells of the schema, nor of names near those that are asked for', async () => {
  const world = await createGatewayWorld({ messages: 1, settings: { server: { introspection: false } } });
  try {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
      const search = `?query=${encodeURIComponent(query)}`;
      const accept = { accept: 'text/event-stream' };
      const answers = await Promise.all([
        send(world.url, post({ query })),
        send(world.url, { method: 'GET', path: `/graphql${search}` }),
        send(world.url, { method: 'GET', path: `/graphql/stream${search}`, headers: accept }),
      ]);
      for (const { text } of answers) expect(text).toMatch(/introspection/i);
      for (const { text } of answers) expect(text).not.toMatch(/"name"/);
    }
  } finally {
    await world.close();
  }
});
