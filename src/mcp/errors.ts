import type { RequestErrorCode, StoreErrorCode, UpstreamErrorCode } from '../errors/catalogue.ts';
import type { ShownError } from './host.ts';

/** Of several, the first ones say what is wrong. */
const MAX_SHOWN = 3;
const MAX_LENGTH = 1_000;

const LATER = 'Try again later. Other channels may answer meanwhile: name them in the arguments.';
const OPERATORS = 'Do not try again. Tell the user that an operator of the gateway has to look at it.';

/** What a model can do about an error, by its code. */
const ADVICE: Record<RequestErrorCode | UpstreamErrorCode | StoreErrorCode, string> = {
  BAD_USER_INPUT: 'Correct the arguments, and call again.',
  BAD_CURSOR: 'Leave out "after" to begin again, and keep all other arguments the same from page to page.',
  QUERY_TOO_COMPLEX: 'Ask for less: a shorter time range, one channel, or a smaller "first".',
  UNAUTHENTICATED: OPERATORS,
  FORBIDDEN: 'Do not try again. Tell the user that the API key of this connection does not open it.',
  RATE_LIMITED: 'Wait before the next call.',
  UPSTREAM_RATE_LIMITED: LATER,
  UPSTREAM_TIMEOUT: LATER,
  UPSTREAM_UNAVAILABLE: LATER,
  UPSTREAM_AUTH_FAILED: OPERATORS,
  UPSTREAM_BAD_RESPONSE: OPERATORS,
  UPSTREAM_MISCONFIGURED: OPERATORS,
  STORE_UNAVAILABLE: 'Try again in some seconds.',
};

/** What a call found wrong, and what to do about it, for a model to read. */
export function describeErrors(errors: readonly ShownError[]): string {
  return errors.slice(0, MAX_SHOWN).map(describe).join('\n');
}

function describe({ message, code, retryAfterSeconds }: ShownError): string {
  const advices: Readonly<Record<string, string>> = ADVICE;
  const advice = Object.hasOwn(advices, code) ? advices[code] : OPERATORS;
  const wait = retryAfterSeconds === null ? '' : ` Wait ${Math.ceil(retryAfterSeconds)} seconds.`;
  return `${code}: ${message.slice(0, MAX_LENGTH)} ${advice ?? OPERATORS}${wait}`;
}
