import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The form of it that Node.js loads for all others; two forms side by side would not know each other's classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores are what every machine that runs this has.
    maxWorkers: 2,
  },
});
