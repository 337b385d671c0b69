import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Alias } from 'vite';
import { aliases } from './playground-aliases.ts';

/** Builds the pages that the gateway serves, each unless it stands there already, built from what is here. */
interface Page {
  name: string;
  /** What else it is made of. */
  sources: string[];
  alias: readonly Alias[];
}
const PAGES: Page[] = [
  { name: 'playground', sources: ['tools/playground-aliases.ts'], alias: aliases },
  { name: 'inbox', sources: ['src/client/*.ts', 'src/generated/client.ts'], alias: [] },
];

process.chdir(`${import.meta.dirname}/..`);
for (const page of PAGES) {
  const output = `dist/${page.name}`;
  const stampFile = `${output}/.built-from`;
  const stamp = hashOf([
    'package-lock.json',
    'tools/build-pages.ts',
    ...globSync([`${page.name}/**/*.*`, ...page.sources], { exclude: [`${page.name}/node_modules`] }).sort(),
  ]);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) continue;
  process.stderr.write(`Building the ${page.name} …\n`);
  await buildPage(page, output);
  writeFileSync(stampFile, stamp);
}

async function buildPage({ name, alias }: Page, output: string): Promise<void> {
  // Only the page is built from these packages, so that all other work does without them. What npm says is no page.
  execFileSync('npm', ['run', `install:${name}`], {
    stdio: ['ignore', process.stderr, process.stderr],
    // Vite makes it "production" for the next page, and with that npm leaves out what pages are built from.
    env: { ...process.env, NODE_ENV: 'development' },
  });
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: name,
    // Relative, so that it works below a path of a proxy too.
    base: './',
    logLevel: 'warn',
    resolve: { alias: [...alias] },
    build: {
      outDir: `../${output}`,
      assetsDir: name,
      emptyOutDir: true,
      // What is passed on takes its licences along.
      license: true,
      // The playground's editor comes as one piece; it is fetched from the same machine, and once.
      chunkSizeWarningLimit: 5_000,
      // Libraries mark modules for compilers of React's that are not at work here.
      rolldownOptions: { checks: { moduleLevelDirective: false } },
    },
  });
  for (const file of globSync(`${output}/**/*.*`))
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
}

function hashOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}
