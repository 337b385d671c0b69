import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { createScriptedServer, html, json, type Scene } from '../support/scripted-server.ts';
import { walkTimeline } from '../support/walk-timeline.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const EACH = 10;

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: EACH, weComReachDays: 365 });
});
afterAll(() => world.close());

interface Outcome {
  code: number;
  rows: string[][];
  stderr: string;
}

async function readMessages(args: readonly string[], apiKey = ''): Promise<Outcome> {
  const { code, stdout, stderr } = await promisify(execFile)(
    'python3',
    ['examples/python/read_messages.py', ...args],
    { env: { ...process.env, GATEWAY_API_KEY: apiKey } },
  ).then(
    (outcome) => ({ ...outcome, code: 0 }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  const rows = stdout.split('\n').slice(0, -1);
  return { code, rows: rows.map((row) => row.split('\t')), stderr };
}

test.runIf(hasPython)(
  'the example in Python prints every message once, in order, and where to go on',
  async () => {
    const { code, rows, stderr } = await readMessages([world.url, '--page-size', '7']);
    const expected = await walkTimeline(() => world.url, { direction: 'ASC' });
    expect(rows).toHaveLength(4 * EACH);
    expect(rows.map(([id]) => id)).toEqual(expected.map(({ id }) => id));
    expect(code).toBe(0);
    const cursor = /^end: (\S+)$/m.exec(stderr)?.[1] ?? '';
    world.sandbox.whatsApp.add({ contentType: 0, content: 'one more' });
    const later = await readMessages([world.url, '--after', cursor]);
    expect({ ...later, rows: later.rows.map((row) => [row[2], row[4], row[6]]) }).toMatchObject({
      rows: [['whatsapp', 'TEXT', 'one more']],
      code: 0,
      stderr: expect.stringMatching(/^end: \S+$/m) as string,
    });
  },
);

const empty = json({ data: { messages: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } });

function refusal(code: string, status: number): Scene {
  return json({ data: null, errors: [{ message: 'No', extensions: { code } }] }, status);
}

test.runIf(hasPython).each([['-aBc'], ['--after'], ['--aBc'], ['aBc']])(
  'the example in Python continues after the cursor %s, whatever it begins with',
  async (cursor) => {
    const server = await createScriptedServer(empty);
    const { code, stderr } = await readMessages([server.url, '--after', cursor]);
    await server.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: `end: ${cursor}\n` });
    expect(server.requests.map(({ body }) => body.variables?.['after'])).toEqual([cursor]);
  },
);

test.runIf(hasPython).each([
  [
    'a refused key',
    [refusal('UNAUTHENTICATED', 401)],
    1,
    /^failed: UNAUTHENTICATED: No\nnothing was read\n$/,
    1,
  ],
  ['another server', [html(404)], 1, /^failed: HTTP 404 without JSON: is the URL that of the gateway\?\n/, 1],
  ['a busy gateway', [html(503, { 'retry-after': '0' }), empty], 0, /^waiting 0\.0 s: HTTP 503/, 2],
] as const)('the example in Python is honest about %s', async (_, scenes, status, words, attempts) => {
  const server = await createScriptedServer(scenes[0], ...scenes.slice(1));
  const { code, rows, stderr } = await readMessages([server.url], 'chg_key');
  await server.close();
  expect(rows).toEqual([]);
  expect(stderr).toMatch(words);
  expect(code).toBe(status);
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
    Array(attempts).fill('Bearer chg_key'),
  );
});
