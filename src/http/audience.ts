import type { FastifyRequest } from 'fastify';
import { isHostAllowed } from './allowed-hosts.ts';

/** What a proxy adds to the requests that it passes on. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'via'];

/**
 * Who may see metrics and the states of channels: everybody, where the server is for operators only; on the API's own
 * port those on this machine, and so nobody who comes in through a proxy or under another name; else nobody.
 */
export type Audience = 'everybody' | 'this machine' | 'none';

export function isAdmitted(audience: Audience, { headers }: FastifyRequest): boolean {
  switch (audience) {
    case 'everybody':
      return true;
    case 'this machine':
      return isHostAllowed(headers) && PROXY_HEADERS.every((name) => headers[name] === undefined);
    case 'none':
      return false;
  }
}
