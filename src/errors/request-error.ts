/** The errors that the gateway itself returns to its callers; `upstream-error.ts` has those of the providers. */

/** The HTTP status of a request that is refused as a whole, by code. */
export const REQUEST_ERROR_STATUS = {
  BAD_USER_INPUT: 400,
  BAD_CURSOR: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
} as const;
export type RequestErrorCode = keyof typeof REQUEST_ERROR_STATUS;

/** The caller sent an invalid request; the message says what is wrong, and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
