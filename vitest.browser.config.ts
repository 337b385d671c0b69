import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** What needs Chromium to be seen; apart, since not every machine has it. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['test/browser/*.browser.ts'],
    testTimeout: 120_000,
    // Each keeps a core busy, and some of what they measure is for people who wait.
    maxWorkers: 2,
  },
});
