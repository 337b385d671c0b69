import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { TestClock } from '../support/test-clock.ts';
import { COLUMNS, walkRows } from '../support/walk-rows.ts';

const DIRECTORY = `${import.meta.dirname}/fixtures`;

const body = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
});
const fixture = z.strictObject({
  connector: z.string(),
  knownFrom: z.string(),
  headers: z.record(z.string(), z.string()),
  introspection: z.array(body),
  firstPage: body,
  /** `{{endCursor}}` stands for that of the page before. */
  nextPage: body,
  /** What the connector looks at to see whether there is another page. */
  goesOnWhile: z.enum(['hasNextPage', 'endCursor']),
});
type Fixture = z.output<typeof fixture>;

const row = z.looseObject({ id: z.string() });
const page = z.object({
  data: z.object({
    messageRows: z.object({
      nodes: z.array(row).optional(),
      edges: z.array(z.object({ node: row })).optional(),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    }),
  }),
});

let world: GatewayWorld;
let all: unknown[];
beforeAll(async () => {
  const clock = new TestClock(Date.parse('2026-03-20T10:00:00Z'));
  world = await createGatewayWorld({ clock, messages: 40, weComReachDays: 365, limits: { defaultRows: 30 } });
  all = (await walkRows(() => world.url)).map(({ id }) => id);
});
afterAll(() => world.close());

async function send(headers: Record<string, string>, requestBody: string): Promise<unknown> {
  const response = await fetch(world.url, { method: 'POST', headers, body: requestBody });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return response.json();
}

/** Reads all rows as the connector does. */
async function replay({ headers, firstPage, nextPage, goesOnWhile }: Fixture): Promise<string[]> {
  const ids: string[] = [];
  let requestBody = JSON.stringify(firstPage);
  for (let pages = 0; pages < 50; pages++) {
    const { nodes, edges, pageInfo } = page.parse(await send(headers, requestBody)).data.messageRows;
    ids.push(...(nodes ?? edges?.map(({ node }) => node) ?? []).map(({ id }) => id));
    if (!pageInfo[goesOnWhile]) return ids;
    requestBody = JSON.stringify(nextPage).replace('{{endCursor}}', String(pageInfo.endCursor));
  }
  throw new Error('The connector does not come to an end');
}

const fixtures = readdirSync(DIRECTORY).map((file) =>
  fixture.parse(JSON.parse(readFileSync(`${DIRECTORY}/${file}`, 'utf8'))),
);

describe.each(fixtures)('$connector', (connector) => {
  test('reads every row once, in order, and comes to an end', async () => {
    expect(all.length).toBeGreaterThan(90);
    expect(await replay(connector)).toEqual(all);
  });

  test('is answered when it introspects', async () => {
    for (const request of connector.introspection) {
      const answer = await send(connector.headers, JSON.stringify(request));
      expect(answer).toHaveProperty('data.__schema.queryType');
      expect(answer).not.toHaveProperty('errors');
    }
  });
});

test('the query in the recipes is the one that is replayed', () => {
  const squeeze = (text: string): string => text.replace(/\s+/g, ' ');
  const recipes = squeeze(readFileSync('docs/bi.md', 'utf8'));
  const [query = '', ...others] = new Set(
    fixtures.filter(({ firstPage }) => firstPage.variables).map(({ firstPage }) => squeeze(firstPage.query)),
  );
  expect(others).toEqual([]);
  // By itself, in M and in the manifest.
  expect(recipes.split(query)).toHaveLength(4);
});

test('what Superset sees through one ofType are all the columns, with types that it knows', async () => {
  const type = z.object({
    name: z.string().nullable(),
    kind: z.string().optional(),
    ofType: z.object({ name: z.string().nullable() }).nullish(),
  });
  const named = z.object({ name: z.string(), type });
  const introspection = z.object({
    data: z.object({
      __schema: z.object({
        queryType: z.object({ fields: z.array(named) }),
        types: z.array(z.object({ name: z.string(), fields: z.array(named).nullable() })),
      }),
    }),
  });
  const superset = fixtures.find(({ connector }) => connector.startsWith('Superset'));
  const answer = await send(superset?.headers ?? {}, JSON.stringify(superset?.introspection[1]));
  const { queryType, types } = introspection.parse(answer).data.__schema;
  const fieldsOf = (name: string | null | undefined): z.output<typeof named>[] =>
    types.find((candidate) => candidate.name === name)?.fields ?? [];
  const typeOf = (fields: z.output<typeof named>[], name: string): z.output<typeof type> | undefined =>
    fields.find((field) => field.name === name)?.type;

  const connection = typeOf(queryType.fields, 'messageRows')?.name;
  const edge = typeOf(fieldsOf(connection), 'edges')?.ofType?.name;
  const node = typeOf(fieldsOf(edge), 'node')?.name;
  const columns = fieldsOf(node).map(({ name, type: { kind, name: own, ofType } }) => ({
    name,
    type: kind === 'NON_NULL' ? ofType?.name : own,
  }));
  expect(columns.map(({ name }) => name)).toEqual(COLUMNS.trim().split(/\s+/));
  expect([...new Set(columns.map((column) => column.type))].sort()).toEqual([
    'DateTime',
    'Float',
    'ID',
    'String',
  ]);
});
