import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';

/** What is known of the current request, for the log, the metrics, the traces and the audit. */
export interface RequestInfo {
  /** In the answer's `X-Request-Id`, and in every log line of the request. */
  readonly id: string;
  /** The caller's name in the configuration. */
  caller: string;
  /** Null until it is known, and for requests other than GraphQL. */
  operation: 'query' | 'mutation' | 'subscription' | null;
  /** The operation name that the caller gave; null if none, and over WebSocket. */
  operationName: string | null;
  /** How the GraphQL operation ended; null if none ran. */
  outcome: 'OK' | 'PARTIAL' | 'ERROR' | null;
  /** Null when no traces are collected. */
  span: Span | null;
}

/** The request that the current code runs for; none for the gateway's own work. */
export const currentRequest = new AsyncLocalStorage<RequestInfo>();
