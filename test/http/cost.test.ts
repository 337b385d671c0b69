import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const QUERY = '{ messages(first: 5) { nodes { text } sources { upstreamCalls } } }';

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 10, limits: { maxQueryCalls: 30, maxQueryRows: 5_000 } });
});
afterAll(() => world.close());

interface Answer {
  data: { messages: { sources: { upstreamCalls: number }[] } } | null;
  errors?: { extensions: unknown }[];
  extensions?: unknown;
}

async function ask(body: Record<string, unknown>): Promise<Answer> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

test('who asks for the cost gets what the operation could cost, and the calls that it made', async () => {
  const { data, extensions } = await ask({ query: QUERY, extensions: { cost: true } });
  const made = (data?.messages.sources ?? []).reduce((sum, { upstreamCalls }) => sum + upstreamCalls, 0);
  expect(made).toBeGreaterThan(0);
  expect(extensions).toEqual({
    cost: {
      calls: expect.any(Number) as number,
      maxCalls: 30,
      rows: expect.any(Number) as number,
      maxRows: 5_000,
      callsMade: made,
    },
  });
});

test.each([undefined, {}, { cost: 'true' }, { cost: false }])(
  'with the extensions %o nothing is told',
  async (extensions) => {
    expect(await ask({ query: QUERY, extensions })).not.toHaveProperty('extensions');
  },
);

test('an operation that would cost too much is refused with the same figures', async () => {
  const { errors } = await ask({
    query: '{ messages(first: 1000) { nodes { conversation { messages(first: 100) { nodes { id } } } } } }',
  });
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    cost: { maxCalls: 30, maxRows: 5_000 },
  });
});
