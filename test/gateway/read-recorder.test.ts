import { expect, test } from 'vitest';
import { ANONYMOUS } from '../../src/access/caller.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { RequestError } from '../../src/errors/request-error.ts';
import { createReadRecorder, readRecorded, toOutcome, type Read } from '../../src/gateway/read-recorder.ts';
import { currentRequest } from '../../src/observability/request-info.ts';
import { NOW, openViewWorld } from '../support/view-world.ts';

const what = { field: 'Query.node', channels: ['shop'] };

test('a read is recorded with the caller, the time and the request in whose course it was', async () => {
  const { options, recorded, clock } = await openViewWorld();
  const record = createReadRecorder({ ...ANONYMOUS, name: 'bi' }, options.audit, clock);
  const read: Read = {
    ...what,
    conversationId: null,
    sentAtGte: 5,
    sentAtLt: null,
    count: 3,
    outcome: 'OK',
  };
  const request = {
    id: 'r-1',
    caller: 'bi',
    operation: 'query',
    operationName: 'Names',
    outcome: null,
    span: null,
  } as const;
  await currentRequest.run({ ...request }, () => record(read));
  await record({ ...read, count: 4 });
  expect(await recorded()).toMatchObject([
    { at: NOW, caller: 'bi', ...read, requestId: 'r-1', operation: 'Names' },
    { caller: 'bi', ...read, count: 4, requestId: '', operation: null },
  ]);
});

test('what is handed out was recorded before, with how much it is', async () => {
  const reads: Read[] = [];
  const steps: string[] = [];
  const record = (read: Read): Promise<void> => {
    steps.push('recorded');
    reads.push(read);
    return Promise.resolve();
  };
  const people = await readRecorded(
    record,
    what,
    () => {
      steps.push('read');
      return ['a', 'b'];
    },
    ({ length }) => length,
  );
  expect([people, steps]).toEqual([
    ['a', 'b'],
    ['read', 'recorded'],
  ]);
  expect(reads).toEqual([
    { ...what, conversationId: null, sentAtGte: null, sentAtLt: null, count: 2, outcome: 'OK' },
  ]);
});

test('what cannot be recorded is not handed out, and a read that fails is recorded as such', async () => {
  const full = new Error('disk full');
  await expect(
    readRecorded(
      () => Promise.reject(full),
      what,
      () => 'x',
      () => 1,
    ),
  ).rejects.toBe(full);
  const reads: Read[] = [];
  const record = (read: Read): Promise<void> => Promise.resolve(void reads.push(read));
  const failure = new BudgetSpentError();
  await expect(
    readRecorded(
      record,
      what,
      () => Promise.reject(failure),
      () => 1,
    ),
  ).rejects.toBe(failure);
  expect(reads).toMatchObject([{ ...what, count: 0, outcome: 'QUERY_TOO_COMPLEX' }]);
});

test.each([
  [new RequestError('BAD_CURSOR', ''), 'BAD_CURSOR'],
  [
    new UpstreamError('a', 'WECOM', { code: 'UPSTREAM_TIMEOUT', isRetryable: true, advice: '' }),
    'UPSTREAM_TIMEOUT',
  ],
  [new BudgetSpentError(), 'QUERY_TOO_COMPLEX'],
  [new TypeError('x'), 'INTERNAL_SERVER_ERROR'],
  ['x', 'INTERNAL_SERVER_ERROR'],
])('%s is recorded as %s', (error, outcome) => {
  expect(toOutcome(error)).toBe(outcome);
});
