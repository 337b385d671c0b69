import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The form of it that Node.js loads for all others; two forms side by side would not know each other's classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/program-build.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Modules are loaded once in a worker, not once a file; so what a test replaces is put back after it.
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Two cores are what every machine that runs this has; many files wait for other processes.
    maxWorkers: 3,
  },
});
