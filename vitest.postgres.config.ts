import { defineConfig } from 'vitest/config';
import { findTestsOnStores } from './test/support/tests-on-stores.ts';
import shared from './vitest.config.ts';

/** The tests whose stores may be of any engine, on a PostgreSQL server. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: ['test/support/program-build.ts', 'test/support/postgres-setup.ts'],
    include: findTestsOnStores(),
    // What hangs is found all the same.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { ...shared.test?.env, TEST_STORE: 'postgres' },
  },
});
