import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { aliases } from './playground-aliases.ts';

/** Builds the playground, unless it stands there already, built from what is here. */
const OUTPUT = 'dist/playground';
const STAMP = `${OUTPUT}/.built-from`;

process.chdir(`${import.meta.dirname}/..`);
const stamp = hashOf([
  'package-lock.json',
  'tools/build-playground.ts',
  'tools/playground-aliases.ts',
  ...globSync('playground/**/*.*', { exclude: ['playground/node_modules'] }).sort(),
]);
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  process.stderr.write('Building the playground …\n');
  // Only the page is built from these packages, so that all other work does without them. What npm says is no page.
  execFileSync('npm', ['run', 'install:playground'], { stdio: ['ignore', process.stderr, process.stderr] });
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: 'playground',
    // Relative, so that it works below a path of a proxy too.
    base: './',
    logLevel: 'warn',
    resolve: { alias: aliases },
    build: {
      outDir: `../${OUTPUT}`,
      assetsDir: 'playground',
      emptyOutDir: true,
      // What is passed on takes its licences along.
      license: true,
      // The editor comes as one piece; it is fetched from the same machine, and once.
      chunkSizeWarningLimit: 5_000,
      // Libraries mark modules for compilers of React's that are not at work here.
      rolldownOptions: { checks: { moduleLevelDirective: false } },
    },
  });
  for (const file of globSync(`${OUTPUT}/**/*.*`))
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  writeFileSync(STAMP, stamp);
}

function hashOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}
