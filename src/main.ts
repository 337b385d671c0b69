#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Whoever can write there can change the program as well, which cannot be said of a directory for all users.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/chat-history-gateway'));
// What is to come from the cache, or go into it, has to be loaded after that.
const { runProgram } = await import('./commands/program.ts');
await runProgram();
