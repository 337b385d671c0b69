import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

/** Says at the end which files took longest. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return;
    const slowest = modules
      .map((module) => ({ file: module.relativeModuleId, ms: module.diagnostic().duration }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, SHOWN);
    console.info(`The ${SHOWN} slowest files`);
    for (const { file, ms } of slowest) console.info(`  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}`);
  }
}
