import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { pino, type Logger } from 'pino';
import { Pool } from 'undici';
import { z } from 'zod';
import { parseConfig } from '../config/read-config.ts';
import type { GatewayConfig } from '../config/settings.ts';
import type { Sample } from '../datasources/provider.ts';
import { observeAll } from '../domain/upstream-calls.ts';
import { ChannelStates } from '../observability/channel-states.ts';
import { createMetrics } from '../observability/metrics.ts';
import { noTelemetry } from '../observability/telemetry.ts';
import type { ServedProvider } from '../resolvers/provider.ts';
import { providers as knownProviders } from '../resolvers/providers.ts';
import { systemClock } from '../util/clock.ts';
import { connectTo } from '../util/in-process.ts';
import { createApi } from './api.ts';
import type { Observability } from './observability.ts';

/** A start takes no longer for it. */
const LONGEST_MS = 1_000;
/** Of all that is called here; there is no such host. */
const PROVIDERS_URL = 'http://provider.invalid';
/** What most clients ask for. A source that fails fails the whole page. */
const QUERY = `query ($first: Int) {
  messages(first: $first, onSourceFailure: FAIL) {
    nodes { ...message }
    edges { cursor node { ...message } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
fragment message on Message {
  __typename id provider nativeId sentAt direction kind availability text
  channel { id name displayName provider }
  conversation { id kind nativeId title }
  sender { ...participant }
  recipients { ...participant }
  parts {
    __typename
    ... on TextPart { text }
    ... on MediaPart { kind url mimeType fileName caption byteSize width height durationSeconds }
  }
}
fragment participant on Participant { id channelName nativeId role displayName }`;
const FIRST = 120;

const page = z.object({
  errors: z.undefined().optional(),
  data: z.object({ messages: z.object({ nodes: z.array(z.looseObject({})).min(1) }) }),
});

/**
 * Answers a request for a page of sample messages with a gateway of its own, all of which lies in memory, so that the first request of
 * a client finds code compiled and validators ready. It shares nothing but code with the gateway that is about to start, and calls
 * no provider. Neither a failure nor a delay of it keeps that one from starting.
 */
export async function rehearse(
  config: GatewayConfig,
  log: Logger,
  providers: readonly ServedProvider[] = knownProviders,
  longestMs = LONGEST_MS,
): Promise<void> {
  const ended = new AbortController();
  const rehearsal = readSamples(config, providers)
    .catch((error: unknown) => {
      log.warn({ err: error }, 'The rehearsal before the start failed; the first request will be slower');
    })
    .finally(() => {
      ended.abort();
    });
  await Promise.race([rehearsal, systemClock.sleep(longestMs, ended.signal)]);
}

/** @returns the messages, as a client gets them; none when no configured provider has a sample */
export async function readSamples(
  config: GatewayConfig,
  providers: readonly ServedProvider[] = knownProviders,
): Promise<Record<string, unknown>[]> {
  const used = new Set(config.channels.map(({ provider }) => provider));
  const now = systemClock.now();
  const samples = providers
    .filter(({ provider }) => used.has(provider))
    // A channel may have the name of its provider.
    .flatMap(({ provider: name, toSample }) => (toSample ? { name, ...toSample(now) } : []));
  if (samples.length === 0) return [];
  const channels = samples.map(({ name, config: entry }) => ({ ...entry, name, baseUrl: PROVIDERS_URL }));
  const own = parseConfig(JSON.stringify({ channels, executor: config.executor }), {
    source: 'the rehearsal',
    directory: config.directory,
    environment: {},
    providers,
  });
  // No path is that of two providers.
  const answers = new Map(samples.flatMap((sample) => Object.entries(sample.answers)));
  const { server } = await createApi(
    { ...own, store: { ...config.store, location: 'memory:' } },
    pino({ enabled: false }),
    systemClock,
    providers,
    { connect: connectTo(createProvider(answers)), observability: unobserved() },
  );
  try {
    await server.ready();
    return await ask(server.server);
  } finally {
    await server.close();
  }
}

async function ask(server: Server): Promise<Record<string, unknown>[]> {
  const client = new Pool('http://localhost', { connect: connectTo(server) });
  try {
    const { body } = await client.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, variables: { first: FIRST } }),
    });
    return page.parse(await body.json()).data.messages.nodes;
  } finally {
    await client.destroy();
  }
}

/** Answers as all providers. */
function createProvider(answers: ReadonlyMap<string, Sample['answers'][string]>): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', PROVIDERS_URL);
    toJson(request)
      .then((body) => response.end(JSON.stringify(answers.get(pathname)?.(body) ?? null)))
      // The call that it answers fails then, and with it the rehearsal.
      .catch(() => response.destroy());
  });
}

async function toJson(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  return body === '' ? null : JSON.parse(body);
}

/** Metrics and states that are thrown away, and no traces. */
function unobserved(): Observability {
  const metrics = createMetrics();
  const states = new ChannelStates(systemClock);
  return { metrics, telemetry: noTelemetry, states, observer: observeAll([metrics.upstream, states]) };
}
