import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** What measures real time, which a busy machine has less of: run apart, when nothing else runs. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ['test/**/*.campaign.ts'], testTimeout: 300_000, fileParallelism: false },
});
