import type { ServerResponse } from 'node:http';
import type { GatewayContext } from '../gateway/context.ts';

/**
 * Calls `then` once, when the connection of a response has ended; at once if it has ended already, which emits no
 * further event.
 */
export function onceClosed(response: ServerResponse, then: () => void): void {
  if (response.destroyed) then();
  else response.once('close', then);
}

/** Aborts the work for a request when its client disconnects before the answer. */
export function abortOnDisconnect(response: ServerResponse, context: GatewayContext): void {
  onceClosed(response, () => {
    if (!response.writableFinished) context.abort();
  });
}
