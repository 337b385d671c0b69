import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';

/** What is known of the request that is being answered, for the log, the metrics, the traces and the audit. */
export interface RequestInfo {
  /** In the answer's `X-Request-Id`, and in every line that the log has of it. */
  readonly id: string;
  /** The name under which the configuration knows the caller. */
  caller: string;
  /** Null as long as it is not known, and for what is not GraphQL. */
  operation: 'query' | 'mutation' | 'subscription' | null;
  /** What the caller called it; null when it did not, and over WebSocket. */
  operationName: string | null;
  /** How the GraphQL operation ended; null when none was carried out. */
  outcome: 'OK' | 'PARTIAL' | 'ERROR' | null;
  /** Null when no traces are collected. */
  span: Span | null;
}

/** The request in whose course the code runs that asks; none for what the gateway does of itself. */
export const currentRequest = new AsyncLocalStorage<RequestInfo>();
