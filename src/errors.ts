/** The errors that the gateway itself raises to its callers; `datasources/errors.ts` has those of the providers. */

export type RequestErrorCode = 'BAD_USER_INPUT' | 'BAD_CURSOR';

/** Something that the caller sent is wrong; the message says what, and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
