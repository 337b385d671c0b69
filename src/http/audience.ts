import type { FastifyRequest } from 'fastify';
import { isHostAllowed } from './allowed-hosts.ts';

/** Headers that a proxy adds to the requests that it forwards. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'via'];

/**
 * Who may see metrics and the states of channels. `all` clients, on a server for operators only; on the API's own
 * port clients of this machine, without a proxy and under its own name; else `none`.
 */
export type Audience = 'all' | 'this machine' | 'none';

export function isAdmitted(audience: Audience, { headers }: FastifyRequest): boolean {
  switch (audience) {
    case 'all':
      return true;
    case 'this machine':
      return isHostAllowed(headers) && PROXY_HEADERS.every((name) => headers[name] === undefined);
    case 'none':
      return false;
  }
}
