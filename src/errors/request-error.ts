import type { RequestErrorCode } from './catalogue.ts';

/** The caller sent an invalid request; the message says what is wrong, and what to do. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
