import type { ServerResponse } from 'node:http';
import type { GatewayContext } from './resolvers/context.ts';

/** Ends what is done for a request when its connection ends before its answer: nobody would read it. */
export function giveUpWhenGone(response: ServerResponse, context: GatewayContext): void {
  response.once('close', () => {
    if (!response.writableFinished) context.giveUp();
  });
}
