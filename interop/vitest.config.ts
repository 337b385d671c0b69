import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  test: {
    // One program for all projects, which share what it provides.
    globalSetup: 'support/demo.ts',
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...timeouts,
          name: 'clients',
          include: ['*/*.test.ts'],
          // The first runs under Jest, which it is written for; the second once for each version, as follows.
          exclude: ['apollo-server/**', 'codegen/**'],
        },
      },
      ...['graphql-16.9', 'graphql-16.11', 'graphql-17.1'].map((name) => ({
        test: { ...timeouts, name, include: ['codegen/*.test.ts'] },
        resolve: {
          alias: {
            generated: `${import.meta.dirname}/codegen/${name}/generated/graphql.ts`,
            graphql: `${import.meta.dirname}/codegen/${name}/node_modules/graphql/index.js`,
          },
        },
      })),
    ],
  },
});
