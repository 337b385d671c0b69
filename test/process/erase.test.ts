import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'vitest';
import { expectErased, type ErasureStore } from '../support/erasure-suite.ts';
import { findCanaries } from '../support/planted-canaries.ts';

/** The campaign plants a thousand. */
const CANARIES = Number(process.env['CANARIES'] ?? 25);

const FILES: Pick<ErasureStore, 'read' | 'search'> = {
  read: (directory, text) => {
    const file = join(directory, 'gateway.db.archive');
    if (!existsSync(file)) return Promise.resolve([]);
    using database = new DatabaseSync(file, { readOnly: true });
    return Promise.resolve(database.prepare(text).all());
  },
  // The store, its archive, its pages, and the logs of them.
  search: (directory, canaries) => Promise.resolve(findCanaries(directory, canaries)),
};

test(`${CANARIES} canaries of a person are in no file of a store after it was erased, and do not come back`, async () => {
  await expectErased(
    { ...FILES, settings: { store: 'sqlite:./data/gateway.db' }, isReadable: true },
    CANARIES,
  );
});

test('neither are those of an encrypted store, in which nothing could be read before', async () => {
  const encryptionKey = randomBytes(32).toString('base64');
  await expectErased(
    {
      ...FILES,
      settings: { store: { location: 'sqlite:./data/gateway.db', encryptionKey } },
      isReadable: false,
    },
    25,
  );
});
