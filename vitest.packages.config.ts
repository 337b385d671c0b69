import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** What installs the packages as they are published; apart, since it needs a registry. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: 'test/packages/pack.ts',
    include: ['test/packages/*.packages.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
