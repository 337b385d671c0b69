import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { ArchiveEntry } from '../../../src/store/store.ts';
import { SOME_FACTS } from '../../support/archive-entry.ts';
import { openTestLocation } from '../../support/test-store.ts';

const NOW = Date.UTC(2026, 2, 20);

test('a message that is replaced keeps the number of its version', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-versions-'));
  const file = join(directory, 'gateway.db');
  const store = await openTestLocation(`sqlite:${file}`);
  const archive = store.messageArchive('source', 'account');
  const toEntry = (text: string): ArchiveEntry => ({
    ...SOME_FACTS,
    key: 'm1',
    sequence: 's1',
    sentAt: NOW,
    terms: [],
    record: JSON.stringify({ text }),
  });
  const page = { delisted: [], readAt: NOW, covers: null, progress: null };
  for (const text of ['one', 'two', 'three']) await archive.keep({ ...page, entries: [toEntry(text)] });
  await archive.replace([toEntry('without her')], NOW);
  await archive.keep({ ...page, entries: [toEntry('four')] });
  expect(await archive.revisions('m1')).toEqual([{ record: '{"text":"without her"}', replacedAt: NOW }]);
  await store.close();
  const database = new DatabaseSync(`${file}.archive`, { readOnly: true });
  const versions = database
    .prepare('SELECT version FROM archive_message UNION SELECT version FROM archive_revision')
    .all();
  database.close();
  expect(versions.map(({ version }) => version)).toEqual([3, 4]);
  rmSync(directory, { recursive: true });
});
