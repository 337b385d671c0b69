import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

/** What the README of the package promises. */
const MAX_BYTES = 15_000;

/** The client as a web page would load it, all of it in one file. */
async function bundle(): Promise<Rolldown.OutputChunk[]> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry: 'src/client/index.ts', formats: ['es'] },
      rolldownOptions: { external: ['graphql'] },
    },
  });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  return outputs.filter((output) => output.type === 'chunk');
}

test('the client is one small file, which loads graphql when a caller needs it, and nothing else', async () => {
  const chunks = await bundle();
  expect(chunks.map(({ imports, dynamicImports }) => [imports, dynamicImports])).toEqual([[[], ['graphql']]]);
  const bytes = gzipSync(chunks[0]?.code ?? '').length;
  console.info(`The client takes ${bytes} bytes, minified and compressed`);
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(MAX_BYTES);
});
