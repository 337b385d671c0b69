import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** What needs a PostgreSQL or a Redis server; apart, since not every machine has it. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: [
      'test/support/program-build.ts',
      'test/support/postgres-setup.ts',
      'test/support/redis-setup.ts',
    ],
    include: [
      'test/**/*.cluster.ts',
      'test/store/store.test.ts',
      'test/store/postgres/*.test.ts',
      'test/app/stores.test.ts',
    ],
  },
});
