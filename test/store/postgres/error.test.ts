import { DatabaseError } from 'pg';
import { expect, test, vi } from 'vitest';
import { UnreachableStoreError } from '../../../src/errors/store-error.ts';
import { Retries } from '../../../src/live/retries.ts';
import { toSafeError } from '../../../src/observability/safe-error.ts';
import { StoreProbe } from '../../../src/observability/store-probe.ts';
import { toCallerError } from '../../../src/store/postgres/error.ts';
import { isStoreFailure } from '../../../src/store/store-failure.ts';
import type { Probe } from '../../../src/store/store.ts';
import { TestClock } from '../../support/test-clock.ts';

const REGULAR_MS = 60_000;
const NAME = 'postgres://db/gateway';

/** As the driver makes it of the server's answer. */
function answerOf(code: string): DatabaseError {
  const words = `could not extend file "base/1/2": canary ${code}`;
  return Object.assign(new DatabaseError(words, words.length, 'error'), { severity: 'ERROR', code });
}

/** @returns what operators, the background and `/health/ready` make of it */
async function effectsOf(error: unknown): Promise<Record<string, unknown>> {
  const writeAndRead = vi.fn<Probe['writeAndRead']>().mockRejectedValue(error);
  const probe = new StoreProbe({ writeAndRead }, new TestClock(0));
  return {
    isStoreFailure: isStoreFailure(error),
    pauseMs: new Retries().next(error, REGULAR_MS).pauseMs,
    problem: await probe.problem(),
  };
}

test.each(['53000', '53200', '53300'])(
  'what the server lacks for now (%s) is a store that does not answer, which is tried again soon',
  async (code) => {
    const cause = answerOf(code);
    const error = toCallerError(cause, NAME);
    expect(error).toEqual(new UnreachableStoreError(`${NAME} does not answer: ${cause.message}`, { cause }));
    expect(await effectsOf(error)).toEqual({
      isStoreFailure: true,
      pauseMs: 1_000,
      problem: 'The store cannot be written: it does not answer',
    });
  },
);

test.each([
  ['53100', "the server's disk is full"],
  ['53400', 'it is closed or broken'],
  ['57014', 'it is closed or broken'],
])(
  'what would fail again at once (%s) is a store that fails, and is tried again at the regular time',
  async (code, reason) => {
    const cause = answerOf(code);
    const error = toCallerError(cause, NAME);
    expect(error).toBe(cause);
    expect(toSafeError(error)).toMatchObject({ name: 'error', code });
    expect(JSON.stringify(toSafeError(error))).not.toContain('canary');
    expect(await effectsOf(error)).toEqual({
      isStoreFailure: true,
      pauseMs: REGULAR_MS,
      problem: `The store cannot be written: ${reason}`,
    });
  },
);
