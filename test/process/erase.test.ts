import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'vitest';
import { expectErased, type ErasureStore } from '../support/erasure-suite.ts';
import { countPacked, withReadableRecord } from '../support/packed-records.ts';
import { findCanaries } from '../support/planted-canaries.ts';

/** The campaign plants a thousand. */
const CANARIES = Number(process.env['CANARIES'] ?? 25);

function filesOf(isReadable: boolean): Pick<ErasureStore, 'read' | 'search' | 'countPacked' | 'isReadable'> {
  return {
    isReadable,
    read: (directory, text) => {
      const file = join(directory, 'gateway.db.archive');
      if (!existsSync(file)) return Promise.resolve([]);
      using database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare(text).all();
      return Promise.resolve(isReadable ? rows.map(withReadableRecord) : rows);
    },
    // The store, its archive, its pages, and the logs of them.
    search: (directory, canaries) => Promise.resolve(findCanaries(directory, canaries)),
    countPacked: (directory, records) =>
      countPacked(
        readdirSync(directory).map((file) => join(directory, file)),
        records,
      ),
  };
}

test(`${CANARIES} canaries of a person are in no file of a store after it was erased, and do not come back`, async () => {
  await expectErased({ ...filesOf(true), settings: { store: 'sqlite:./data/gateway.db' } }, CANARIES);
});

test('neither are those of an encrypted store, in which nothing could be read before', async () => {
  const encryptionKey = randomBytes(32).toString('base64');
  await expectErased(
    {
      ...filesOf(false),
      settings: { store: { location: 'sqlite:./data/gateway.db', encryptionKey } },
    },
    25,
  );
});
