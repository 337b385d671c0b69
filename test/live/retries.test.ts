import { expect, test } from 'vitest';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { Retries } from '../../src/live/retries.ts';

const away = new UnreachableStoreError('postgres://db does not answer');
const source = new UpstreamError(
  'shop',
  'WECHAT',
  { code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, advice: '' },
  { cause: away },
);

test('what fails for the sake of the store is tried again every second, and told once until something else comes', () => {
  const retries = new Retries();
  const outcomes = [away, source, away, new TypeError('x'), away, null, source].map((error) => {
    const { pauseMs, isNew } = retries.next(error, 60_000);
    return [pauseMs, isNew];
  });
  expect(outcomes).toEqual([
    [1_000, true],
    [1_000, false],
    [1_000, false],
    [60_000, true],
    [1_000, true],
    [60_000, true],
    [1_000, true],
  ]);
});

test.each([
  ['is full', 13],
  ['cannot be read or written', 10],
  ['may not be written', 8],
  ['is damaged', 11],
])('a store that %s is no outage that ends by itself, and has the regular pause', (_, errcode) => {
  const error = Object.assign(new Error('SQLite'), { errcode });
  expect(new Retries().next(error, 60_000)).toEqual({ pauseMs: 60_000, isNew: true });
});

test('a pause that is shorter anyway stays', () => {
  expect(new Retries().next(away, 200).pauseMs).toBe(200);
});
