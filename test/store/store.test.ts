import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { createDatabase, dropDatabase, dumpDatabase, runOn, toDatabase } from '../support/postgres.ts';
import { describeStore } from './describe-store.ts';

const KEY = createSecretKey(randomBytes(32));
const surroundings = { clock: systemClock, log: createMemoryLog().log };

const directory = mkdtempSync(join(tmpdir(), 'gateway-store-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Of a server with no other use; its databases come and go. Where there is one, the others have been tested without. */
const server = process.env['POSTGRES_URL'];
if (server === undefined) describeEmbedded();
else describeServer(server);

function describeEmbedded(): void {
  describeStore({
    name: 'a store in memory',
    open: (_place, key = null) => openStore('memory:', directory, key, surroundings),
    remove: () => Promise.resolve(),
    capabilities: { isShared: false, isForReplicas: false, read: null, key: null },
  });

  for (const own of [null, KEY])
    describeStore({
      name: own === null ? 'a store in SQLite' : 'an encrypted store in SQLite',
      open: (place, key = own) => openStore(`sqlite:${place}.db`, directory, key, surroundings),
      remove: (place) => {
        for (const file of filesOf(place)) rmSync(file);
        return Promise.resolve();
      },
      capabilities: {
        isShared: true,
        isForReplicas: false,
        read: (place) =>
          Promise.resolve(
            filesOf(place)
              .map((file) => readFileSync(file, 'latin1'))
              .join('\n'),
          ),
        key: own,
      },
    });
}

function describeServer(url: string): void {
  for (const own of [null, KEY])
    describeStore({
      name: own === null ? 'a store in PostgreSQL' : 'an encrypted store in PostgreSQL',
      open: (place, key = own) => openIn(url, place, key),
      remove: (place) => dropDatabase(url, place),
      capabilities: {
        isShared: true,
        isForReplicas: true,
        read: (place) => dumpDatabase(toDatabase(url, place)),
        key: own,
      },
    });
}

function filesOf(place: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith(`${place}.`))
    .map((name) => join(directory, name));
}

async function openIn(url: string, place: string, key: KeyObject | null): Promise<Store> {
  const found = await runOn(url, `SELECT 1 FROM pg_database WHERE datname = '${place}'`);
  if (found.length === 0) await createDatabase(url, place);
  return openStore(toDatabase(url, place), directory, key, surroundings);
}
