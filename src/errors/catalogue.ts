/** Every code that stands in `extensions.code` and is not GraphQL's own, with what it means on other surfaces. */

/** What the caller sent is wrong. */
export const REQUEST_ERRORS = {
  BAD_USER_INPUT: { status: 400 },
  BAD_CURSOR: { status: 400 },
  QUERY_TOO_COMPLEX: { status: 400 },
  UNAUTHENTICATED: { status: 401 },
  FORBIDDEN: { status: 403 },
  RATE_LIMITED: { status: 429 },
} as const;
export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** A provider failed. `sourceState` is the state of a source with this failure; none of it is the caller's fault, so no status is 4xx. */
export const UPSTREAM_ERRORS = {
  UPSTREAM_RATE_LIMITED: { status: 503, sourceState: 'RATE_LIMITED' },
  UPSTREAM_TIMEOUT: { status: 504, sourceState: 'TIMED_OUT' },
  UPSTREAM_UNAVAILABLE: { status: 503, sourceState: 'UNAVAILABLE' },
  UPSTREAM_AUTH_FAILED: { status: 502, sourceState: 'AUTH_FAILED' },
  UPSTREAM_BAD_RESPONSE: { status: 502, sourceState: 'UNAVAILABLE' },
  UPSTREAM_MISCONFIGURED: { status: 502, sourceState: 'MISCONFIGURED' },
} as const;
export type UpstreamErrorCode = keyof typeof UPSTREAM_ERRORS;
export type FailedSourceState = (typeof UPSTREAM_ERRORS)[UpstreamErrorCode]['sourceState'];

/** The gateway's own store failed: no provider did, and the caller did nothing wrong. The same may succeed a little later. */
export const STORE_ERRORS = {
  STORE_UNAVAILABLE: { status: 503 },
} as const;
export type StoreErrorCode = keyof typeof STORE_ERRORS;

/** @returns the HTTP status of a request that fails as a whole with this code; 500 for one that is not here */
export function toHttpStatus(code: unknown): number {
  const known: Record<string, { status: number }> = {
    ...REQUEST_ERRORS,
    ...UPSTREAM_ERRORS,
    ...STORE_ERRORS,
  };
  return typeof code === 'string' && Object.hasOwn(known, code) ? (known[code]?.status ?? 500) : 500;
}
