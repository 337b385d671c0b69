import { UpstreamError, type UpstreamFailure } from '../../errors/upstream-error.ts';

/** What a code means, in terms that clients and operators can act on. */
export type Meaning = Omit<UpstreamFailure, 'providerCode'>;

/** Codes that mean the same stand together. */
export type FailureRow = readonly [codes: readonly (string | number)[], meaning: Meaning];

/** Untrusted, and shown to clients: a code is short. */
const MAX_CODE_LENGTH = 20;

/**
 * Makes a provider's table of error codes.
 *
 * @param unknown what a code means that is not in the table
 */
export function createFailureTable(
  rows: readonly FailureRow[],
  unknown: Meaning,
): (code: string | number) => UpstreamFailure {
  const meanings = new Map(rows.flatMap(([codes, meaning]) => codes.map((code) => [String(code), meaning])));
  return (code) => ({
    ...(meanings.get(String(code)) ?? unknown),
    providerCode: String(code).slice(0, MAX_CODE_LENGTH),
  });
}

/** Whether a call failed with one of these codes of the provider. */
export function hasCode(error: unknown, ...codes: number[]): error is UpstreamError {
  return error instanceof UpstreamError && codes.some((code) => String(code) === error.providerCode);
}
