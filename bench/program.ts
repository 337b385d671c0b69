import { fileURLToPath } from 'node:url';
import { buildProgram } from '../tools/build-program.ts';

/** Always the same, so that Node.js finds what it compiled when this was built before. */
const DIRECTORY = fileURLToPath(new URL('../node_modules/.cache/bench', import.meta.url));

let built: Promise<string> | undefined;

/** @returns the path of the gateway as it is published, built once a run */
export function builtProgram(): Promise<string> {
  return (built ??= buildProgram(DIRECTORY));
}
