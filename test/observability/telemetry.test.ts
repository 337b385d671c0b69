import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { isOnServer } from '../support/test-store.ts';
import { toParentContext } from '../../src/observability/traceparent.ts';
import { trace } from '@opentelemetry/api';

const NEWEST = '{ messages(first: 3) { nodes { id text } } }';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

interface OtlpSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code: number };
}

/** A collector that takes OTLP over HTTP, as JSON. */
interface Collector {
  url: string;
  bodies: string[];
  spans(): OtlpSpan[];
  close(): Promise<void>;
}

async function startCollector(status = 200): Promise<Collector> {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    spans: () =>
      bodies.flatMap((body) => {
        const { resourceSpans } = JSON.parse(body) as {
          resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
        };
        return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

let collector: Collector | undefined;
let world: GatewayWorld | undefined;
afterEach(async () => {
  await world?.close();
  await collector?.close();
  world = undefined;
  collector = undefined;
});

function attributesOf(span: OtlpSpan | undefined): Record<string, unknown> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

test("a request's span is a child of the caller's, and the calls to providers are its children", async () => {
  collector = await startCollector();
  world = await createGatewayWorld({
    messages: 10,
    settings: { telemetry: { otlpEndpoint: collector.url } },
  });
  const answer = await fetch(world.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'traced-01',
      traceparent: `00-${TRACE}-${SPAN}-01`,
    },
    body: JSON.stringify({ query: `query CanaryName ${NEWEST}` }),
  });
  const { data } = (await answer.json()) as { data: { messages: { nodes: { text: string | null }[] } } };
  await world.close();
  world = undefined;

  const spans = collector.spans();
  const request = spans.find(({ kind }) => kind === 2);
  expect(request).toMatchObject({ name: 'query', traceId: TRACE, parentSpanId: SPAN });
  expect(attributesOf(request)).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
    'gateway.request_id': 'traced-01',
    'graphql.operation.type': 'query',
    'gateway.outcome': 'OK',
  });
  const calls = spans.filter(({ kind }) => kind === 3);
  expect(new Set(calls.map((span) => attributesOf(span)['gateway.channel']))).toEqual(
    new Set(['shop', 'corp', 'broadcast', 'whatsapp']),
  );
  for (const call of calls) {
    expect(call).toMatchObject({ traceId: TRACE, parentSpanId: request?.spanId });
    expect(attributesOf(call)).toMatchObject({ 'gateway.outcome': 'OK', 'gateway.is_retry': false });
    expect(call.name).toMatch(/^[A-Z_]+ \/[\w/.-]+$/);
  }
  const sent = collector.bodies.join();
  expect(sent).toContain('chat-history-gateway');
  for (const { text } of data.messages.nodes) if (text) expect(sent).not.toContain(text);
  expect(sent).not.toContain('CanaryName');
});

test('a provider that fails is seen in its span', async () => {
  collector = await startCollector();
  world = await createGatewayWorld({
    messages: 5,
    settings: { telemetry: { otlpEndpoint: `${collector.url}/` } },
  });
  world.sandbox.wechat.server.knobs.fault = 'server-error';
  await world.query(NEWEST);
  await world.close();
  world = undefined;
  const failed = collector.spans().filter(({ status }) => status.code === 2);
  expect(failed.length).toBeGreaterThan(0);
  expect(attributesOf(failed[0])).toMatchObject({
    'gateway.channel': 'shop',
    'gateway.outcome': 'UPSTREAM_UNAVAILABLE',
  });
});

test('of requests without a trace of their own, a share is traced; a caller who does not want one gets none', async () => {
  collector = await startCollector();
  const telemetry = { otlpEndpoint: collector.url, sampleRatio: 0 };
  world = await createGatewayWorld({ messages: 5, settings: { telemetry } });
  await world.query(NEWEST);
  await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-${SPAN}-00` },
    body: JSON.stringify({ query: NEWEST }),
  });
  await world.close();
  world = undefined;
  expect(collector.spans()).toEqual([]);
});

test('a collector that fails is logged, and harms no request', async () => {
  collector = await startCollector(400);
  const memory = createMemoryLog('warn');
  world = await createGatewayWorld({
    messages: 5,
    log: memory.log,
    settings: { telemetry: { otlpEndpoint: collector.url } },
  });
  expect((await world.query(NEWEST)).errors).toEqual([]);
  await world.close();
  world = undefined;
  const told = memory.lines().map(({ msg }) => String(msg));
  // A server may be slow to answer, and says that it has no standby.
  expect(told.filter((msg) => !isOnServer || /traces/i.test(msg))).toEqual([
    'Traces could not be sent',
    'The last traces could not be sent',
  ]);
});

test.each([
  [`00-${TRACE}-${SPAN}-01`, 1],
  [`00-${TRACE}-${SPAN}-00`, 0],
  [`00-${TRACE}-${SPAN}-03`, 1],
  [`01-${TRACE}-${SPAN}-01-more`, 1],
  [`00-${TRACE}-${SPAN}-01-more`, null],
  [`ff-${TRACE}-${SPAN}-01`, null],
  [`00-${'0'.repeat(32)}-${SPAN}-01`, null],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, null],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`, null],
  [undefined, null],
])('traceparent %j is taken for what it is', (header, flags) => {
  const parent = trace.getSpanContext(toParentContext(header));
  expect(parent).toEqual(
    flags === null ? undefined : { traceId: TRACE, spanId: SPAN, traceFlags: flags, isRemote: true },
  );
});
