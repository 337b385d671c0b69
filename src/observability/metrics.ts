import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { UpstreamObserver } from '../domain/upstream-calls.ts';
import type { RequestInfo } from './request-info.ts';

/** An HTTP request and its outcome. */
export interface RequestEnd extends Pick<RequestInfo, 'operation' | 'outcome'> {
  /** As the server knows it, such as `/webhooks/:channel/:event`; `none` for unknown URLs. */
  route: string;
  status: number;
  durationMs: number;
}

export type SubscriptionTransport = 'websocket' | 'sse';

/**
 * What the gateway counts as it happens. Every label has few values, and none that a caller could choose; `gauges.ts`
 * has what is read at each scrape.
 */
export interface Metrics {
  readonly registry: Registry;
  readonly upstream: UpstreamObserver;
  requestEnded(request: RequestEnd): void;
  /** Counts an error shown to a caller. @param code one of the codes that `format-error.ts` knows */
  errorShown(code: string): void;
  /** Counts a call by an agent. @param tool one of the program's own */
  toolCalled(tool: string, outcome: 'OK' | 'ERROR'): void;
  /** @returns call it, at least once, when the subscriber is gone */
  subscribed(transport: SubscriptionTransport): () => void;
}

const REQUEST_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
const CALL_SECONDS = [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'gateway_requests_total',
    help: 'HTTP requests. operation and outcome are those of GraphQL, and "none" for other requests. Status 499: the client disconnected before the answer',
    labelNames: ['route', 'operation', 'outcome', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'gateway_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer; for event streams, how long the connection was open',
    labelNames: ['route', 'operation'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const errors = new Counter({
    name: 'gateway_errors_total',
    help: 'Errors in GraphQL answers, by extensions.code; requests refused earlier count in gateway_requests_total',
    labelNames: ['code'],
    registers,
  });
  const tools = new Counter({
    name: 'gateway_mcp_calls_total',
    help: 'Calls of tools over MCP, by outcome; requests refused earlier count in gateway_requests_total',
    labelNames: ['tool', 'outcome'],
    registers,
  });
  const subscribers = new Gauge({
    name: 'gateway_subscribers',
    help: 'Open subscriptions',
    labelNames: ['transport'],
    registers,
  });
  subscribers.set({ transport: 'websocket' }, 0);
  subscribers.set({ transport: 'sse' }, 0);
  return {
    registry,
    upstream: createUpstreamMetrics(registry),
    requestEnded: ({ route, operation, outcome, status, durationMs }) => {
      const of = { route, operation: operation ?? 'none' };
      requests.inc({ ...of, outcome: outcome ?? 'none', status });
      requestSeconds.observe(of, durationMs / 1000);
    },
    errorShown: (code) => {
      errors.inc({ code });
    },
    toolCalled: (tool, outcome) => {
      tools.inc({ tool, outcome });
    },
    subscribed: (transport) => {
      subscribers.inc({ transport });
      let isOver = false;
      return () => {
        if (!isOver) subscribers.dec({ transport });
        isOver = true;
      };
    },
  };
}

function createUpstreamMetrics(registry: Registry): UpstreamObserver {
  const registers = [registry];
  const labelNames = ['provider', 'channel', 'outcome'] as const;
  const calls = new Counter({
    name: 'gateway_upstream_calls_total',
    help: 'Calls to providers, by outcome',
    labelNames,
    registers,
  });
  const callSeconds = new Histogram({
    name: 'gateway_upstream_call_duration_seconds',
    help: 'From when a call left until its answer was complete',
    labelNames: ['provider', 'channel'],
    buckets: CALL_SECONDS,
    registers,
  });
  const waitSeconds = new Histogram({
    name: 'gateway_upstream_wait_seconds',
    help: 'How long a call waited in the queue before it left',
    labelNames: ['provider', 'channel'],
    buckets: CALL_SECONDS,
    registers,
  });
  const retries = new Counter({
    name: 'gateway_upstream_retries_total',
    help: 'Retries of calls that had failed temporarily',
    labelNames: ['provider', 'channel'],
    registers,
  });
  const refused = new Counter({
    name: 'gateway_upstream_refused_total',
    help: 'Calls that were not made: in a cooldown, with the circuit breaker open, or with the queue full',
    labelNames: ['provider', 'channel', 'reason'],
    registers,
  });
  return {
    called: ({ provider, channel, outcome, durationMs, waitedMs, isRetry }) => {
      calls.inc({ provider, channel, outcome });
      callSeconds.observe({ provider, channel }, durationMs / 1000);
      waitSeconds.observe({ provider, channel }, waitedMs / 1000);
      if (isRetry) retries.inc({ provider, channel });
    },
    refused: ({ provider, channel, reason }) => {
      refused.inc({ provider, channel, reason });
    },
  };
}
