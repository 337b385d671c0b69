import { readFileSync, writeFileSync } from 'node:fs';
import { createSchema } from '../src/schema/load.ts';
import { printSdl } from '../src/schema/print.ts';

/** Writes `schema.graphql`; with `--check`, fails when it is not what would be written. */
const file = new URL('../schema.graphql', import.meta.url);
const sdl = printSdl(createSchema());

if (!process.argv.includes('--check')) {
  writeFileSync(file, sdl);
} else if (readFileSync(file, 'utf8') !== sdl) {
  process.stderr.write('schema.graphql is not up to date: run "npm run codegen"\n');
  process.exitCode = 1;
}
