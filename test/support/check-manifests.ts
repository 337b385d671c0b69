import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export interface Resource {
  apiVersion: string;
  kind: string;
}

/** Within the project, so that the compiler finds the types. */
const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache');
const run = promisify(execFile);

/**
 * Compares resources with the schemas of Kubernetes, as types: a field that is missing, unknown or of another type is a compiler's error.
 *
 * @returns what the compiler says; empty when all is well
 */
export async function checkManifests(resources: readonly Resource[]): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(join(CACHE, 'manifests-'));
  try {
    const lines = resources.flatMap(({ apiVersion, kind, ...rest }, index) => {
      const group = apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`;
      const resource = JSON.stringify({ apiVersion, kind, ...rest }, null, 2);
      return [
        `import type { ${kind} as Kind${index} } from 'kubernetes-types/${group}';`,
        `export const resource${index}: Kind${index} = ${resource};`,
      ];
    });
    writeFileSync(join(directory, 'resources.ts'), lines.join('\n'));
    const compilerOptions = {
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      types: [],
    };
    writeFileSync(
      join(directory, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['resources.ts'] }),
    );
    const { stdout } = await run(resolve('node_modules/.bin/tsc'), ['-p', directory]).catch(
      (error: unknown) => error as { stdout: string },
    );
    return stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
