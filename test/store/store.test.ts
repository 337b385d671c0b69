import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { describeStore } from './describe-store.ts';

const KEY = createSecretKey(Buffer.alloc(32, 3));

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-store-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

describeStore({ name: 'in memory', open: () => openStore('memory:', directory, null), isShared: false });
describeStore({
  name: 'in a file of SQLite',
  open: () => openStore('sqlite:gateway.db', directory, null),
  isShared: true,
});
describeStore({
  name: 'in an encrypted file of SQLite',
  open: () => openStore('sqlite:gateway.db', directory, KEY),
  isShared: true,
});
