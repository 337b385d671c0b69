import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { describeDamage } from './describe-damage.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-damage-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

for (const key of [null, createSecretKey(randomBytes(32))])
  describeDamage({
    name: key === null ? 'SQLite' : 'encrypted SQLite',
    open: () =>
      openStore('sqlite:gateway.db', directory, key, { clock: systemClock, log: pino({ enabled: false }) }),
    run: (sql) => {
      using database = new DatabaseSync(join(directory, 'gateway.db'));
      database.exec(sql);
      return Promise.resolve();
    },
  });
