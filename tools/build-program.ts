import { copyFileSync, globSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'vite';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'src');
/** Modules that threads start with; each stays in its folder. */
const THREADS = ['store/sqlite/archive/worker'];

/**
 * Puts the program and the packages that it needs together in a few files: Node.js starts it in less than half the time that
 * it takes to find a thousand modules.
 *
 * @param directory holds the project, or becomes a copy of what the program reads there; the program is its `dist/main.js`
 * @returns the path of the program
 */
export async function buildProgram(directory: string = ROOT): Promise<string> {
  const outDir = join(directory, 'dist');
  for (const file of globSync(['*.js', ...THREADS.map((thread) => `${thread}.js`)], { cwd: outDir }))
    rmSync(join(outDir, file));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      // The form of it that Node.js loads; two forms side by side would not know each other's classes.
      alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
      mainFields: ['main', 'module'],
    },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      // The pages and the client's package stand there too.
      emptyOutDir: false,
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: Object.fromEntries(['main', ...THREADS].map((name) => [name, join(SOURCES, `${name}.ts`)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
    plugins: [keepPlaces],
  });
  mkdirSync(join(outDir, 'schema'), { recursive: true });
  for (const file of globSync(join(SOURCES, 'schema/*.graphql')))
    copyFileSync(file, join(outDir, 'schema', basename(file)));
  if (directory !== ROOT) copySurroundings(directory);
  return join(outDir, 'main.js');
}

/** What the program reads from where its package stands. */
function copySurroundings(directory: string): void {
  for (const file of ['package.json', 'schema.graphql'])
    copyFileSync(join(ROOT, file), join(directory, file));
  for (const page of ['dist/playground', 'dist/inbox']) {
    rmSync(join(directory, page), { force: true });
    symlinkSync(join(ROOT, page), join(directory, page));
  }
}

/** A module still finds the files beside it: `dist` has them where `src` has them. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform(code, id) {
    if (!id.startsWith(SOURCES) || !code.includes('import.meta')) return null;
    const place = relative(SOURCES, id);
    return code
      .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(place)}`)})`)
      .replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url)`);
  },
};

if (import.meta.main) await buildProgram();
