import { isSpanContextValid, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';

/** Version, trace, span, flags; future versions may have more fields, but not version 00. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * @param header `traceparent` as a caller sent it
 * @returns the caller's span as the parent of what follows; none when the header is invalid
 * @see https://www.w3.org/TR/trace-context/
 */
export function toParentContext(header: unknown): Context {
  const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  const [, version, traceId = '', spanId = '', flags = '', more] = match ?? [];
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
  const isOne = match !== null && isSpanContextValid(span) && (version !== '00' || more === undefined);
  return isOne ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT;
}
