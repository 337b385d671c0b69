import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildProgram } from '../../tools/build-program.ts';
import { startGateway } from './gateway-process.ts';

/** Within the project, so that packages that are optional are found from there, or not, as they are from the sources. */
const BUILDS = resolve(import.meta.dirname, '../../node_modules/.cache/test-programs');

/** Builds the program once a run, as it is published: tests start it more than a hundred times. */
export default async function setup(): Promise<() => Promise<void>> {
  const remove = await buildForRun();
  // Tests begin meanwhile.
  const filled = fillCompileCache();
  return async () => {
    await filled;
    remove();
  };
}

/** Builds the program that `startGateway` and `runProgram` start from then on. @returns removes it */
export async function buildForRun(): Promise<() => void> {
  mkdirSync(BUILDS, { recursive: true });
  const directory = mkdtempSync(join(BUILDS, 'build-'));
  // The workers of the tests inherit it.
  process.env['BUILT_PROGRAM'] = await buildProgram(directory);
  return () => {
    rmSync(directory, { recursive: true, force: true });
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
