import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { compressAnswers, SMALLEST_BYTES } from '../../src/http/compress-answers.ts';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const GZIP = { 'accept-encoding': 'gzip, deflate, br' };
const PADDED = { least: 2, most: 101 };

let world: GatewayWorld;
beforeAll(async () => {
  world = await createGatewayWorld({
    messages: 100,
    settings: { server: { allowedOrigins: ['https://app.example'] } },
  });
});
afterAll(() => world.close());

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  bytes: Buffer;
}

async function ask(
  app: FastifyInstance,
  url: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' = 'GET',
): Promise<Answer> {
  const {
    statusCode,
    headers: answered,
    rawPayload,
  } = await app.inject({
    method,
    url,
    headers: { host: 'localhost', ...headers },
  });
  return { status: statusCode, headers: answered, bytes: rawPayload };
}

const graphql = (query: string): string => `/graphql?${new URLSearchParams({ query }).toString()}`;
const PAGE = graphql(
  '{ messages(first: 100, filter: { sentAt: { lt: "2100-01-01T00:00:00Z" } }) { nodes { sentAt provider direction kind text } } }',
);

/** An app with one route. */
function serve(answer: () => unknown, type = 'application/json'): FastifyInstance {
  const app = fastify();
  onTestFinished(() => app.close());
  compressAnswers(app);
  app.get('/', (_, reply) => reply.type(type).send(answer()));
  return app;
}

test.each([
  ['a page of messages', PAGE],
  ['the schema', '/schema.graphql'],
])('%s is the same in gzip, with its length', async (_, url) => {
  const plain = await ask(world.server, url);
  const { status, headers, bytes } = await ask(world.server, url, GZIP);
  expect(gunzipSync(bytes)).toEqual(plain.bytes);
  expect({ status, ...headers }).toMatchObject({
    status: 200,
    'content-type': plain.headers['content-type'],
    'content-encoding': 'gzip',
    'content-length': String(bytes.length),
    vary: 'Origin, accept-encoding',
  });
  expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
  expect(plain.headers).toMatchObject({ vary: 'Origin, accept-encoding' });
  expect(plain.headers).not.toHaveProperty('content-encoding');
});

test.each(['ndjson', 'csv'])('an export as %s is the same in gzip', async (format) => {
  const url = `/export?format=${format}&until=2100-01-01T00:00:00Z`;
  const { headers, bytes } = await ask(world.server, url, GZIP);
  expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Origin, accept-encoding' });
  expect(headers).not.toHaveProperty('content-length');
  expect(gunzipSync(bytes)).toEqual((await ask(world.server, url)).bytes);
});

test.each([
  ['what is short', graphql('{ __typename }')],
  ['Parquet, which is compressed within', '/export?format=parquet'],
  [
    'events',
    `/graphql/stream?${new URLSearchParams({ query: '{ __schema { types { name description } } }' }).toString()}`,
  ],
])('%s stays as it is', async (_, url) => {
  const { status, headers } = await ask(world.server, url, {
    ...GZIP,
    accept: url.includes('stream') ? 'text/event-stream' : '*/*',
  });
  expect(status).toBe(200);
  // Of event streams it is `none`, which keeps proxies from compressing them.
  expect(headers['content-encoding']).not.toBe('gzip');
});

test('HEAD has the headers of GET', async () => {
  const got = await ask(world.server, '/schema.graphql', GZIP);
  const { headers, bytes } = await ask(world.server, '/schema.graphql', GZIP, 'HEAD');
  expect(bytes).toHaveLength(0);
  for (const name of ['content-encoding', 'content-length', 'content-type', 'vary'])
    expect(headers[name]).toBe(got.headers[name]);
});

test('the configuration can switch it off', async () => {
  const off = await createGatewayWorld({ messages: 1, settings: { server: { compression: false } } });
  onTestFinished(() => off.close());
  const { headers } = await ask(off.server, '/schema.graphql', GZIP);
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers['vary']).toBe('Origin');
});

test.each([
  ['Basic a2V5', 'cross-site', undefined],
  ['basic a2V5', 'same-site', undefined],
  ['Basic a2V5', 'same-origin', 'gzip'],
  ['Basic a2V5', undefined, 'gzip'],
  ['Bearer key', 'cross-site', 'gzip'],
])('with %s from %s it is %s', async (authorization, site, encoding) => {
  const app = serve(() => 'x'.repeat(SMALLEST_BYTES));
  const sent = { ...GZIP, authorization, ...(site !== undefined && { 'sec-fetch-site': site }) };
  expect((await ask(app, '/', sent)).headers['content-encoding']).toBe(encoding);
});

test('answers are compressed from a size on', async () => {
  for (const [length, encoding] of [
    [SMALLEST_BYTES - 1, undefined],
    [SMALLEST_BYTES, 'gzip'],
  ] as const) {
    const app = serve(() => Buffer.alloc(length, 'x'));
    expect((await ask(app, '/', GZIP)).headers['content-encoding']).toBe(encoding);
  }
});

test('lengths are padded, each content always alike, so that they do not tell what stands in it', async () => {
  let digit = 0;
  const app = serve(() => `${String(digit)}${'x'.repeat(SMALLEST_BYTES)}`);
  const paddings: number[] = [];
  for (digit = 0; digit < 10; digit++) {
    const [once_, again] = [await ask(app, '/', GZIP), await ask(app, '/', GZIP)];
    expect(again.bytes).toEqual(once_.bytes);
    const text = gunzipSync(once_.bytes);
    paddings.push(once_.bytes.length - gzipSync(text, { level: 4 }).length);
  }
  expect(Math.min(...paddings)).toBeGreaterThanOrEqual(PADDED.least);
  expect(Math.max(...paddings)).toBeLessThanOrEqual(PADDED.most);
  expect(new Set(paddings).size).toBeGreaterThan(3);
});

test('a chunk of a stream arrives before the next one is there', async () => {
  const next = Promise.withResolvers<string>();
  const app = serve(
    () =>
      Readable.from(
        (async function* () {
          yield 'first\n';
          yield await next.promise;
        })(),
      ),
    'text/csv',
  );
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const { body, headers } = await fetch(origin);
  expect(headers.get('content-encoding')).toBe('gzip');
  if (!body) throw new Error('The answer has no body');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader.read()).toEqual({ done: false, value: 'first\n' });
  next.resolve('second\n');
  expect(await reader.read()).toEqual({ done: false, value: 'second\n' });
  expect(await reader.read()).toEqual({ done: true, value: undefined });
});

test('a stream that fails before its first chunk is an error that can be read', async () => {
  const app = serve(() =>
    Readable.from(
      (async function* () {
        await Promise.resolve();
        throw new Error('It failed');
      })(),
    ),
  );
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(origin);
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ message: 'It failed' });
});

test('a client that disconnects meanwhile stops the stream and harms no other', async () => {
  let isStopped = false;
  const app = serve(
    () =>
      Readable.from(
        (async function* () {
          try {
            for (let line = 0; ; line++)
              yield await Promise.resolve(`${String(line)} ${'ä'.repeat(1_000)}\n`);
          } finally {
            isStopped = true;
          }
        })(),
      ),
    'text/csv',
  );
  app.get('/whole', () => ({ text: 'x'.repeat(5_000_000) }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  for (const path of ['/', '/whole']) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n`);
    if (path === '/') await once(socket, 'data');
    else await once(app.server, 'request');
    socket.destroy();
  }
  await expect.poll(() => isStopped).toBe(true);
  expect(gunzipSync((await ask(app, '/whole', GZIP)).bytes)).toHaveLength(5_000_011);
});
