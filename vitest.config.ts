import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { SlowestFiles } from './test/support/slowest-files.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new SlowestFiles()],
    globalSetup: 'test/support/program-build.ts',
    // For what hangs; whatever ends may take its time on a machine that is busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Node.js loads all modules itself, as it does in the program: nothing is transformed, and no test replaces a module.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Modules are loaded once in a worker, not once a file; so what a test replaces is put back after it.
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // As in the programs that operators run: libraries check more, and answer otherwise, for developers and under `test`.
    env: { NODE_ENV: 'production' },
    // Two cores are what every machine that runs this has; many files wait for other processes.
    maxWorkers: 4,
  },
});
