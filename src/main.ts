#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Not in the system's directory for temporary files, as is the default: other users could put code there. Only users who can
// change the program anyway can write beside it.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/chat-history-gateway'));
// What is to come from the cache, or go into it, has to be loaded after that.
const { runProgram } = await import('./commands/program.ts');
await runProgram();
