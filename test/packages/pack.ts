import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The files that would be published. */
    tarballs: { gateway: string; client: string };
    /** The program of a Node.js 20. */
    node20: string;
  }
}

/** Builds and packs both packages as `npm publish` does, and gets a Node.js that is too old for the gateway. */
export default function setup({ provide }: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-packages-'));
  provide('tarballs', { gateway: pack('.', directory), client: pack('packages/client', directory) });
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', '--no-save', '--prefix', directory, `${name}@20`], { stdio: 'pipe' });
  provide('node20', join(directory, 'node_modules', name, 'bin/node'));
  return () => {
    rmSync(directory, { recursive: true });
  };
}

/** @returns the file */
function pack(project: string, directory: string): string {
  const before = globSync('*.tgz', { cwd: directory });
  // What its scripts print is of use when one fails.
  execFileSync('npm', ['pack', '--pack-destination', directory], {
    cwd: resolve(project),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [name = ''] = globSync('*.tgz', { cwd: directory }).filter((file) => !before.includes(file));
  const file = join(directory, name);
  process.stdout.write(`${name}: ${Math.ceil(statSync(file).size / 1_000)} kB\n`);
  return file;
}
