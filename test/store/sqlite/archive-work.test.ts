import { afterAll, describe } from 'vitest';
import { SqlMessageArchive } from '../../../src/store/sql/archive/message-archive.ts';
import type { Sql, SqlRow } from '../../../src/store/sql.ts';
import { ARCHIVE_MIGRATIONS } from '../../../src/store/sqlite/archive/migrations.ts';
import { SqliteArchiveTables } from '../../../src/store/sqlite/archive/tables.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';
import { SqliteSql } from '../../../src/store/sqlite/sqlite-sql.ts';
import { describeArchiveWork } from '../archive-work.ts';

const database = openDatabase(':memory:', 'NORMAL', null, ARCHIVE_MIGRATIONS);
afterAll(() => {
  database.close();
});

describe('an archive in SQLite', () => {
  describeArchiveWork((source) => {
    const sql = new SqliteSql(database);
    let rows = 0;
    const count = async (found: Promise<SqlRow[]>): Promise<SqlRow[]> => {
      rows += (await found).length;
      return found;
    };
    const counted: Pick<Sql, 'all' | 'unit'> = {
      all: (...statement) => sql.all(...statement),
      unit: (change, options) =>
        sql.unit(
          (tx) =>
            change({
              transaction: tx.transaction,
              claim: (topic) => tx.claim(topic),
              all: (...statement) => count(tx.all(...statement)),
            }),
          options,
        ),
    };
    const archive = new SqlMessageArchive(
      counted,
      database.vault,
      new SqliteArchiveTables(sql),
      source,
      'shop',
    );
    return Promise.resolve({ archive, countRead: () => Promise.resolve(rows) });
  });
});
