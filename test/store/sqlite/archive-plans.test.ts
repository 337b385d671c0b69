import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArchiveSeals } from '../../../src/store/sql/archive/seals.ts';
import { SqlMessageArchive } from '../../../src/store/sql/archive/message-archive.ts';
import type { StoredQuery } from '../../../src/store/sql/archive/tables.ts';
import { ARCHIVE_MIGRATIONS } from '../../../src/store/sqlite/archive/migrations.ts';
import {
  selectByPlace,
  selectByTokens,
  selectMoment,
  type Selection,
} from '../../../src/store/sqlite/archive/read.ts';
import { SqliteArchiveTables } from '../../../src/store/sqlite/archive/tables.ts';
import { openDatabase, type Database } from '../../../src/store/sqlite/database.ts';
import { SqliteSql } from '../../../src/store/sqlite/sqlite-sql.ts';
import { createVault } from '../../../src/store/vault.ts';
import { toPage } from '../../../tools/archive-pages.ts';

const MESSAGES = 100_000;
const IDS = { first: 0, end: Number.MAX_SAFE_INTEGER };
const directory = mkdtempSync(join(tmpdir(), 'gateway-plans-'));
let database: Database;

beforeAll(async () => {
  database = openDatabase(join(directory, 'a.archive'), 'NORMAL', null, ARCHIVE_MIGRATIONS);
  const sql = new SqliteSql(database);
  const archive = new SqlMessageArchive(sql, database.vault, new SqliteArchiveTables(sql), 'shop', 'shop');
  for (let first = 0; first < MESSAGES; first += 5_000) await archive.keep(toPage(first, 5_000));
});
afterAll(() => {
  database.close();
  rmSync(directory, { recursive: true });
});

const { toToken } = new ArchiveSeals(createVault(null));
const COMMON = [[toToken(1, 'k:TEXT')]];
const MOMENT = Date.UTC(2026, 0, 12);

function toQuery(order: 'ASC' | 'DESC', tokens: string[][], after: string | null = null): StoredQuery {
  const span =
    order === 'ASC' ? { since: MOMENT, until: Number.MAX_SAFE_INTEGER } : { since: 0, until: MOMENT + 1 };
  return { order, span, after, tokens, limit: 50 };
}

function explain([text, values]: Selection): string[] {
  return database
    .statement(`EXPLAIN QUERY PLAN ${text}`)
    .all(...values)
    .map(({ detail }) => String(detail));
}

test('when a message was sent is found by the index of sequences', () => {
  expect(explain(selectMoment(1, `${MOMENT}.0000000000`))).toEqual([
    'SEARCH message USING COVERING INDEX archive_message_by_sequence (source=? AND sequence=?)',
  ]);
});

for (const order of ['ASC', 'DESC'] as const) {
  test(`messages are read by the index of their places, without sorting (${order})`, () => {
    expect(explain(selectByPlace(1, toQuery(order, [])))).toEqual([
      'SEARCH message USING INDEX sqlite_autoindex_archive_message_1 (source=? AND sent_at>? AND sent_at<?)',
    ]);
    const after = {
      ASC: '(sent_at,sequence)>(?,?) AND sent_at<?',
      DESC: 'sent_at>? AND (sent_at,sequence)<(?,?)',
    }[order];
    expect(explain(selectByPlace(1, toQuery(order, [], `${MOMENT}.0000000000`)))).toEqual([
      `SEARCH message USING INDEX sqlite_autoindex_archive_message_1 (source=? AND ${after})`,
    ]);
  });

  test(`messages with terms are read by the index of terms from one end, without sorting (${order})`, () => {
    expect(explain(selectByTokens(1, toQuery(order, COMMON), IDS, 50))).toEqual([
      expect.stringMatching(/^SCAN archive_terms VIRTUAL TABLE INDEX \d+:M1><$/),
      'SEARCH message USING INTEGER PRIMARY KEY (rowid=?)',
    ]);
  });
}
