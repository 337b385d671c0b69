/** The errors that the gateway itself raises to its callers; `datasources/errors.ts` has those of the providers. */

/** Each with the HTTP status of a request that is refused for it as a whole. */
export const REQUEST_ERROR_STATUS = {
  BAD_USER_INPUT: 400,
  BAD_CURSOR: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
} as const;
export type RequestErrorCode = keyof typeof REQUEST_ERROR_STATUS;

/** Something that the caller sent is wrong; the message says what, and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
