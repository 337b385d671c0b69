import type { ServerResponse } from 'node:http';
import type { GatewayContext } from '../gateway/context.ts';

/** Calls `then` once, when the connection of a response has ended; at once if it has ended already, which it never tells again. */
export function onceClosed(response: ServerResponse, then: () => void): void {
  if (response.destroyed) then();
  else response.once('close', then);
}

/** Ends what is done for a request when its connection ends before its answer: nobody would read it. */
export function abortOnDisconnect(response: ServerResponse, context: GatewayContext): void {
  onceClosed(response, () => {
    if (!response.writableFinished) context.abort();
  });
}
