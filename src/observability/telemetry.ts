import type { Span } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { silentObserver, type UpstreamObserver } from '../domain/upstream-calls.ts';
import type { RequestEnd } from './metrics.ts';

export interface TelemetryConfig {
  /** The collector; spans go to `/v1/traces` under it. */
  otlpEndpoint?: string | undefined;
  serviceName: string;
  /** Of the requests that come without a caller's trace, 0 to 1. */
  sampleRatio: number;
}

/** Spans of requests and of the calls to providers that they cause. */
export interface Telemetry {
  readonly upstream: UpstreamObserver;
  /** @param traceparent the header by which a caller names its own span */
  startRequest(method: string, traceparent: unknown): Span | null;
  endRequest(span: Span, requestId: string, end: RequestEnd): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

export const noTelemetry: Telemetry = {
  upstream: silentObserver,
  startRequest: () => null,
  endRequest: () => undefined,
  close: () => Promise.resolve(),
};

/**
 * Traces are collected when the configuration, or the environment by OpenTelemetry's own names, says where to; else this
 * costs nothing, and OpenTelemetry's SDK is not even loaded.
 */
export async function createTelemetry(
  config: TelemetryConfig,
  environment: NodeJS.ProcessEnv,
  log: Logger,
): Promise<Telemetry> {
  const isWanted =
    config.otlpEndpoint ??
    environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ??
    environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (!isWanted) return noTelemetry;
  const { createTracing } = await import('./tracing.ts');
  return createTracing(config, log);
}
