import type { Headers } from '../access/credentials.ts';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Without authentication, a web page must not reach the gateway under a host name of its own that it has pointed at
 * this machine (DNS rebinding).
 */
export function isHostAllowed({ host }: Headers): boolean {
  return typeof host === 'string' && LOOPBACK.test(host);
}

/**
 * Browsers let any page open a socket to any host, and send the page's origin. Programs send none.
 *
 * @param allowed origins such as `https://app.example.com`, besides the gateway's own
 */
export function isOriginAllowed({ origin, host }: Headers, allowed: readonly string[]): boolean {
  if (typeof origin !== 'string') return true;
  return allowed.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}
