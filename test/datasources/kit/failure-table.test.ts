import { expect, test } from 'vitest';
import { createFailureTable, hasCode } from '../../../src/datasources/kit/failure-table.ts';
import { UpstreamError } from '../../../src/errors/upstream-error.ts';

const UNKNOWN = { code: 'UPSTREAM_BAD_RESPONSE', isRetryable: true, advice: 'unknown' } as const;
const BUSY = { code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, advice: 'busy' } as const;
const find = createFailureTable([[[-1, 7], BUSY]], UNKNOWN);

test('codes of one row mean the same, each under its own name, and others are unknown', () => {
  expect([-1, 7, '7', 8, 'constructor'].map((code) => find(code))).toEqual([
    { ...BUSY, providerCode: '-1' },
    { ...BUSY, providerCode: '7' },
    { ...BUSY, providerCode: '7' },
    { ...UNKNOWN, providerCode: '8' },
    { ...UNKNOWN, providerCode: 'constructor' },
  ]);
});

test('a code that a provider sends is shown as far as codes are long', () => {
  expect(find('x'.repeat(1_000)).providerCode).toBe('x'.repeat(20));
});

test('an error is told by its code', () => {
  const error = new UpstreamError('desk', 'ANY', find(7));
  expect([hasCode(error, 7), hasCode(error, 1, 7), hasCode(error, 8), hasCode(new Error('7'), 7)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
