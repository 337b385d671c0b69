import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { ARCHIVE_MIGRATIONS } from '../../../src/store/sqlite/archive/migrations.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { toPage } from '../../../tools/archive-pages.ts';
import { createMemoryLog } from '../../support/memory-log.ts';

test('an archive whose messages have no facts is empty once it is migrated, and is filled anew', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-archive-'));
  const [first] = ARCHIVE_MIGRATIONS;
  const earlier = openDatabase(join(directory, 'gateway.db.archive'), 'FULL', null, [first]);
  earlier.exec(`
    INSERT INTO archive_source (name, messages) VALUES ('shop', 1);
    INSERT INTO archive_message (id, source, sent_at, sequence, key, version, record) VALUES (1, 1, 1, '1', 'k', 2, '{}');
    INSERT INTO archive_terms (rowid, tokens) VALUES (1, '1xkz3az54z45z58z54');
    INSERT INTO archive_revision VALUES (1, 'k', 1, 1, '{}');
    INSERT INTO archive_coverage VALUES (1, 0, 9);
    INSERT INTO archive_job VALUES (1, 'backfill', '1');
  `);
  earlier.close();
  const store = await openStore('sqlite:gateway.db', directory, null, {
    clock: systemClock,
    log: createMemoryLog().log,
  });
  const archive = store.messageArchive('shop', 'shop');
  const span = { since: 0, until: Number.MAX_SAFE_INTEGER };
  const readAll = async (): Promise<unknown[]> => [
    await archive.count(),
    (await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 9 })).length,
    (await archive.read({ order: 'ASC', span, after: null, terms: [['k:TEXT']], limit: 9 })).length,
    await archive.revisions('k'),
    await archive.coverage(),
    await archive.progress('backfill'),
  ];
  expect(await readAll()).toEqual([0, 0, 0, [], [], null]);
  await archive.keep({ ...toPage(0, 3), covers: { since: 0, until: 5 } });
  expect(await readAll()).toEqual([3, 3, 3, [], [{ since: 0, until: 5 }], null]);
  await store.close();
  rmSync(directory, { recursive: true });
});
