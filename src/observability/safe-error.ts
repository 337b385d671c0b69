import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';

/** What may be logged of an error: nothing that a third party wrote. */
export interface SafeError {
  name: string;
  code?: string | number;
  /** Only of errors whose every word is ours: others may quote untrusted input. */
  message?: string;
  providerCode?: string;
  /** Where it happened, innermost first. */
  stack?: string[];
  cause?: SafeError;
}

const MAX_CAUSES = 4;
const NAME = /^[A-Za-z]\w{0,49}$/;
/** PostgreSQL's have five characters, such as 53100. */
const CODE = /^(?:[A-Z][A-Z0-9_]{1,49}|\d[A-Z0-9]{4})$/;
const PROVIDER_CODE = /^(?:HTTP )?-?\d{1,10}$/;
/** One line of a stack: a function's name and a place in a file. */
const FRAME = /^ {4}at (?:[\w$.<># ]+(?: \[as [\w$.]+\])? \()?(?:file:\/\/|node:|\/)[^\s()]+:\d+:\d+\)?$/;

export function toSafeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { name: `not an error but of type ${typeof error}` };
  const isOurs = error instanceof UpstreamError || error instanceof BudgetSpentError;
  const code = toCode(error);
  const stack = toFrames(error);
  return {
    name: NAME.test(error.name) ? error.name : 'Error',
    ...(code !== null && { code }),
    ...(isOurs && { message: error.message }),
    ...(error instanceof UpstreamError &&
      error.providerCode !== null &&
      PROVIDER_CODE.test(error.providerCode) && { providerCode: error.providerCode }),
    ...(stack.length > 0 && { stack }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: toSafeError(error.cause, depth + 1) }),
  };
}

/** Such as ENOSPC, a database's error number, or an upstream code. */
function toCode(error: Error): string | number | null {
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode;
  if ('code' in error && typeof error.code === 'string' && CODE.test(error.code)) return error.code;
  return null;
}

/** The message, above the frames, may have several lines and look like anything. */
function toFrames({ stack = '', message }: Error): string[] {
  const end = message === '' ? -1 : stack.indexOf(message);
  const frames = end === -1 ? stack : stack.slice(end + message.length);
  return frames.split('\n').flatMap((line) => (FRAME.test(line) ? [line.slice('    at '.length)] : []));
}
