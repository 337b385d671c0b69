import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const { dependencies } = JSON.parse(readFileSync(`${import.meta.dirname}/package.json`, 'utf8')) as {
  dependencies: Record<string, string>;
};

export default defineConfig({
  root: import.meta.dirname,
  // The example that is tested has no packages of its own here.
  resolve: { dedupe: Object.keys(dependencies) },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
