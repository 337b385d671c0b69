import type { Headers } from '../access/credentials.ts';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Where nobody has to say who he is, a page in somebody's browser must not get at the gateway under a name of its own that
 * it has pointed at this machine.
 */
export function isHostAllowed({ host }: Headers): boolean {
  return typeof host === 'string' && LOOPBACK.test(host);
}

/**
 * Browsers let any page open a socket to anywhere, and say where the page is from. Programs say nothing.
 *
 * @param allowed origins such as `https://app.example.com`, besides the gateway's own
 */
export function isOriginAllowed({ origin, host }: Headers, allowed: readonly string[]): boolean {
  if (typeof origin !== 'string') return true;
  return allowed.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}
