import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { currentRequest } from './request-info.ts';
import type { Telemetry, TelemetryConfig } from './telemetry.ts';
import { toParentContext } from './traceparent.ts';

/** The gateway must not take longer to close than its requests may. */
const EXPORT_TIMEOUT_MS = 2_000;

/**
 * Sends spans to a collector. Nothing is registered with the process, so that several gateways in one process do not
 * share them.
 */
export function createTracing(
  { otlpEndpoint, serviceName, sampleRatio }: TelemetryConfig,
  log: Logger,
): Telemetry {
  const exporter = new OTLPTraceExporter({
    timeoutMillis: EXPORT_TIMEOUT_MS,
    ...(otlpEndpoint !== undefined && { url: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces` }),
  });
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: withFailuresLogged(exporter, log) })],
  });
  const tracer = provider.getTracer('chat-history-gateway');
  return {
    upstream: {
      called: ({ provider: of, channel, operation, outcome, durationMs, waitedMs, isRetry }) => {
        const parent = currentRequest.getStore()?.span;
        const endTime = Date.now();
        const span = tracer.startSpan(
          `${of} ${operation}`,
          {
            kind: SpanKind.CLIENT,
            startTime: endTime - durationMs,
            attributes: {
              'gateway.provider': of,
              'gateway.channel': channel,
              'gateway.operation': operation,
              'gateway.outcome': outcome,
              'gateway.waited_ms': waitedMs,
              'gateway.is_retry': isRetry,
            },
          },
          parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
        );
        if (outcome !== 'OK' && outcome !== 'ABANDONED') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(endTime);
      },
      refused: ({ channel, reason }) => {
        currentRequest
          .getStore()
          ?.span?.addEvent('upstream call refused', { 'gateway.channel': channel, 'gateway.reason': reason });
      },
    },
    startRequest: (method, traceparent) =>
      tracer.startSpan(
        method,
        { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
        toParentContext(traceparent),
      ),
    endRequest: (span, requestId, { route, operation, outcome, status }) => {
      span.updateName(operation ?? route);
      span.setAttributes({
        'http.route': route,
        'http.response.status_code': status,
        'gateway.request_id': requestId,
        ...(operation !== null && { 'graphql.operation.type': operation }),
        ...(outcome !== null && { 'gateway.outcome': outcome }),
      });
      if (status >= 500 || outcome === 'ERROR') span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    close: async () => {
      try {
        await provider.shutdown();
      } catch (error) {
        log.warn({ err: error }, 'The last traces could not be sent');
      }
    },
  };
}

/** Without this, the library would drop spans that it cannot send without a log line. */
function withFailuresLogged(exporter: SpanExporter, log: Logger): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error) log.warn({ err: result.error, count: spans.length }, 'Traces could not be sent');
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
