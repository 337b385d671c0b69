import { expect, test } from 'vitest';
import { RequestError } from '../../src/errors/request-error.ts';
import { toPageRequest, type PagingArguments } from '../../src/timeline/page-request.ts';

const sizes = { defaultPageSize: 50, maxPageSize: 1000 };

test.each<[PagingArguments, ReturnType<typeof toPageRequest>]>([
  [{}, { size: 50, direction: 'forward', cursor: null }],
  [
    { first: null, after: null },
    { size: 50, direction: 'forward', cursor: null },
  ],
  [
    { first: 7, after: 'x' },
    { size: 7, direction: 'forward', cursor: 'x' },
  ],
  [{ first: 0 }, { size: 0, direction: 'forward', cursor: null }],
  [{ after: '' }, { size: 50, direction: 'forward', cursor: null }],
  [
    { first: 3, before: '' },
    { size: 3, direction: 'forward', cursor: null },
  ],
  [
    { last: 7, before: 'x' },
    { size: 7, direction: 'backward', cursor: 'x' },
  ],
  [{ last: 1000 }, { size: 1000, direction: 'backward', cursor: null }],
  [
    { last: 2, after: '' },
    { size: 2, direction: 'backward', cursor: null },
  ],
  [{ before: 'x' }, { size: 50, direction: 'backward', cursor: 'x' }],
])('%j is understood', (input, expected) => {
  expect(toPageRequest(input, sizes)).toEqual(expected);
});

test.each<[PagingArguments, string]>([
  [{ first: 1001 }, '"first" may be at most 1000; it was 1001. Page on with cursors.'],
  [{ last: 1001 }, '"last" may be at most 1000; it was 1001. Page on with cursors.'],
  [{ first: -1 }, '"first" must not be negative; it was -1.'],
  [{ last: -5 }, '"last" must not be negative; it was -5.'],
  [
    { first: 1, last: 1 },
    '"first" and "last" cannot be used together: "first" pages forward, "last" backward.',
  ],
  [{ after: 'x', last: 1 }, '"after" goes with "first"; to page backward use "last" and "before".'],
  [{ after: 'x', before: 'y' }, '"after" goes with "first"; to page backward use "last" and "before".'],
  [{ first: 1, before: 'x' }, '"before" goes with "last"; to page forward use "first" and "after".'],
])('%j is refused, saying why', (input, message) => {
  expect(() => toPageRequest(input, sizes)).toThrow(new RequestError('BAD_USER_INPUT', message));
});
