import { expect, test } from 'vitest';
import { z } from 'zod';
import { UpstreamError } from '../../src/errors/upstream-error.ts';
import { RequestError } from '../../src/errors/request-error.ts';
import { createLogger, toApolloLogger } from '../../src/observability/log.ts';
import { currentRequest } from '../../src/observability/request-info.ts';
import { createMemoryLog } from '../support/memory-log.ts';

const CANARY = 'canary-13800138000';

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

test('only fields that are known are written, and of those no objects', () => {
  const { log, lines } = createMemoryLog();
  log.info(
    { channel: 'shop', text: CANARY, count: 3, event: { text: CANARY }, type: 'x'.repeat(301) },
    'Words',
  );
  const { time, pid, hostname, ...first } = lines()[0] ?? {};
  expect([typeof time, typeof pid, typeof hostname]).toEqual(['number', 'number', 'string']);
  expect(first).toEqual({ level: 30, channel: 'shop', count: 3, msg: 'Words' });
  log.child({ token: CANARY, channel: 'corp' }).info('More words');
  expect(lines()[1]).toMatchObject({ channel: 'corp', msg: 'More words' });
  expect(lines()[1]).not.toHaveProperty('token');
});

test.each<[string, () => unknown]>([
  ['JSON.parse', () => JSON.parse(CANARY) as unknown],
  ['zod', () => z.literal('a').parse(CANARY)],
  ['a URL', () => new URL(CANARY)],
  [
    'our own, which quotes the caller',
    () => Promise.reject(new RequestError('BAD_USER_INPUT', `No "${CANARY}"`)),
  ],
  [
    'a message of many lines that look like a stack',
    () => {
      throw new Error(`x\n    at ${CANARY} (file:///${CANARY}.ts:1:1)`);
    },
  ],
  [
    'one with a cause',
    () => {
      throw new Error('x', { cause: new Error(CANARY, { cause: CANARY }) });
    },
  ],
  [
    'one with a name and a code',
    () => {
      throw Object.assign(new Error('x'), { name: CANARY, code: CANARY, text: CANARY });
    },
  ],
])('nothing that %s says in an error is written', async (_, action) => {
  const memory = createMemoryLog();
  let error: unknown;
  try {
    await action();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeDefined();
  const { log } = memory;
  log.error({ err: error, channel: 'shop' }, 'It broke');
  log.error({ err: error });
  log.error({ err: error }, 'It broke: %s', CANARY);
  log.error(error instanceof Error ? error : {});
  toApolloLogger(log).error(`Unexpected error: ${String(error)}`);
  expect(memory.lines()).toHaveLength(5);
  expect(memory.text()).not.toContain(CANARY);
});

test('what was thrown and is no error is not written', () => {
  const { log, text } = createMemoryLog();
  log.error({ err: CANARY }, 'It broke');
  expect(text()).toContain('of type string');
  expect(text()).not.toContain(CANARY);
});

test('an error is written with its name, its code, and where it happened', () => {
  const { log, lines } = createMemoryLog();
  log.error({ err: errorOf(() => JSON.parse('{')) }, 'It broke');
  const failure = new UpstreamError(
    'shop',
    'WECHAT',
    {
      code: 'UPSTREAM_MISCONFIGURED',
      providerCode: '40164',
      isRetryable: false,
      advice: 'Add the address to the allow-list',
    },
    { cause: Object.assign(new Error(CANARY), { code: 'ECONNRESET' }) },
  );
  log.warn({ err: failure }, 'It failed');
  const [broken, failed] = lines().map(({ err }) => err as { stack: string[]; cause: { stack: string[] } });
  expect(broken).toMatchObject({ name: 'SyntaxError' });
  expect(broken?.stack.some((frame) => frame.includes('log.test.ts'))).toBe(true);
  expect(failed).toMatchObject({
    name: 'UpstreamError',
    code: 'UPSTREAM_MISCONFIGURED',
    message: 'shop (WECHAT): UPSTREAM_MISCONFIGURED: Add the address to the allow-list',
    providerCode: '40164',
    cause: { name: 'Error', code: 'ECONNRESET' },
  });
});

test('lines of a request say which, and whose', () => {
  const { log, lines } = createMemoryLog();
  const request = {
    id: 'request-1',
    caller: 'bi',
    operation: null,
    operationName: null,
    outcome: null,
    span: null,
  } as const;
  currentRequest.run(request, () => {
    log.warn('Words');
  });
  expect(lines()[0]).toMatchObject({ requestId: 'request-1', caller: 'bi', msg: 'Words' });
});

test('a level that there is not is refused, without a word of it', () => {
  expect(() => createLogger(CANARY)).toThrow(
    'The environment has a problem:\n  - LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
  );
});
