import type { Span } from '@opentelemetry/api';
import { noObserver, type UpstreamObserver } from '../domain/upstream-calls.ts';
import type { RequestEnd } from './metrics.ts';

export interface TelemetryConfig {
  /** The collector; spans go to `/v1/traces` under it. */
  otlpEndpoint?: string | undefined;
  serviceName: string;
  /** Share of the requests without a caller's trace, 0 to 1. */
  sampleRatio: number;
}

/** Spans of requests and of their calls to providers. */
export interface Telemetry {
  readonly upstream: UpstreamObserver;
  /** @param traceparent the header with which a caller names its own span */
  startRequest(method: string, traceparent: unknown): Span | null;
  endRequest(span: Span, requestId: string, end: RequestEnd): void;
  /** Sends the remaining spans. */
  close(): Promise<void>;
}

export const noTelemetry: Telemetry = {
  upstream: noObserver,
  startRequest: () => null,
  endRequest: () => undefined,
  close: () => Promise.resolve(),
};
