import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';
import { startGateway } from './gateway-process.ts';

const PROGRAM = resolve(import.meta.dirname, '../../src/main.ts');
/** Within the project, so that packages that are optional are found from there, or not, as they are from the sources. */
const BUILDS = resolve(import.meta.dirname, '../../node_modules/.cache/test-programs');

/**
 * Puts the program together once a run: tests start it more than a hundred times, which takes half the time when its modules
 * and packages are few files. It is the program otherwise: what it reads beside its modules is read from where that is.
 */
export default async function buildProgram(): Promise<() => Promise<void>> {
  mkdirSync(BUILDS, { recursive: true });
  const outDir = mkdtempSync(join(BUILDS, 'build-'));
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
      ssr: PROGRAM,
      outDir,
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        output: { entryFileNames: 'src/[name].js', chunkFileNames: 'src/[name]-[hash].js' },
      },
    },
    plugins: [keepPlaces],
  });
  // Otherwise Node.js reads each file twice, since nothing else says which kind of module it is.
  writeFileSync(join(outDir, 'package.json'), JSON.stringify({ type: 'module' }));
  // The workers of the tests inherit it.
  process.env['BUILT_PROGRAM'] = join(outDir, 'src/main.js');
  // Tests begin meanwhile.
  const filled = fillCompileCache();
  return async () => {
    await filled;
    rmSync(outDir, { recursive: true, force: true });
  };
}

/** A process that is killed leaves nothing in Node.js's cache of compiled code, and most of those that tests start are. */
async function fillCompileCache(): Promise<void> {
  const gateway = await startGateway(['demo', '--port', '0'], { LOG_LEVEL: 'fatal' });
  // Not by a helper of the tests, which would load the program into this process too.
  const query = '{ messages(first: 50) { nodes { id sentAt text } sources { state } } }';
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await answer.text();
  await gateway.stop('SIGTERM');
}

/** Each module says where it was before it was put together with others. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  transform(code, id) {
    if (id === PROGRAM || !code.includes('import.meta')) return null;
    return code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};
