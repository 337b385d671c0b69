import { defaultTextMapGetter, ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const propagator = new W3CTraceContextPropagator();

/**
 * @param traceparent the header as a caller sent it
 * @returns the caller's span as the parent of what follows; none when the header is invalid
 * @see https://www.w3.org/TR/trace-context/
 */
export function toParentContext(traceparent: unknown): Context {
  const context = propagator.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);
  const caller = trace.getSpanContext(context);
  if (!caller) return context;
  // The library keeps flags that only later versions of the header define.
  return trace.setSpanContext(context, { ...caller, traceFlags: caller.traceFlags & TraceFlags.SAMPLED });
}
