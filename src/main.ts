#!/usr/bin/env node
import nodeModule from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { describeMissingNode } from './util/node-version.ts';

// An older Node.js lacks modules that the program imports, so it gets here and no further.
const missing = describeMissingNode(process.versions.node);
if (missing === null) {
  // V8 otherwise lets the heap grow to several times what is in use, so that a long export, which allocates fast, takes more and more
  // memory. The flag is read at each garbage collection; a gateway that serves sets another one.
  setFlagsFromString('--heap-growing-percent=60');
  // Not in the system's directory for temporary files, as is the default: other users could put code there. Only users who can
  // change the program anyway can write beside it.
  nodeModule.enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/chat-history-gateway'));
  // What is to come from the cache, or go into it, has to be loaded after that.
  const { runProgram } = await import('./commands/program.ts');
  await runProgram();
} else {
  process.stderr.write(`${missing}\n`);
  process.exitCode = 1;
}
