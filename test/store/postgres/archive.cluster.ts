import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LostLeaseError } from '../../../src/errors/store-error.ts';
import { FIND_MOMENT } from '../../../src/store/postgres/archive/find.ts';
import { selectMessages } from '../../../src/store/postgres/archive/read.ts';
import { PostgresArchiveTables } from '../../../src/store/postgres/archive/tables.ts';
import { createPool, toAddress } from '../../../src/store/postgres/connection.ts';
import { migrate } from '../../../src/store/postgres/migrate.ts';
import { POSTGRES_MIGRATIONS } from '../../../src/store/postgres/migrations/index.ts';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import { PostgresSql } from '../../../src/store/postgres/postgres-sql.ts';
import { createPostgresVault } from '../../../src/store/postgres/vault.ts';
import { createArchiveIndex } from '../../../src/store/sql/archive/index/archive-index.ts';
import { SqlMessageArchive } from '../../../src/store/sql/archive/message-archive.ts';
import { ArchiveSeals } from '../../../src/store/sql/archive/seals.ts';
import type { StoredQuery } from '../../../src/store/sql/archive/tables.ts';
import type { SqlRow, SqlValue } from '../../../src/store/sql.ts';
import type { ArchiveIndex, MessageArchive } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { toPage } from '../../../tools/archive-pages.ts';
import { createCommitCutter } from '../../support/commit-cutter.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { describeArchiveWork } from '../archive-work.ts';

const MESSAGES = 100_000;
const JANUARY = { since: Date.UTC(2026, 0), until: Date.UTC(2026, 1) };
const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER };
const { log } = createMemoryLog();
const surroundings = { clock: systemClock, log };
const vault = createPostgresVault(null);

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('an archive in PostgreSQL', () => {
    const name = `archive_${randomBytes(6).toString('hex')}`;
    let url = '';
    let opened: PostgresSql[] = [];
    let sources = 0;
    beforeAll(async () => {
      url = await createDatabase(server, name);
      await (await openPostgres(url, null, surroundings)).store.close();
    });
    afterEach(async () => {
      await Promise.all(opened.map((sql) => sql.close()));
      opened = [];
    });
    afterAll(() => dropDatabase(server, name));

    function openSql(at = url): PostgresSql {
      const { config, name: shown } = toAddress(at);
      const sql = new PostgresSql(createPool(config, log), {
        ...surroundings,
        name: shown,
        isReadOnly: false,
      });
      opened.push(sql);
      return sql;
    }

    function openArchive(source: string, at = url): MessageArchive {
      const sql = openSql(at);
      return new SqlMessageArchive(sql, vault, new PostgresArchiveTables(sql, true), source, 'shop');
    }

    test('gateways that need the same new months at the same moment make each once, while others read', async () => {
      const archives = Array.from({ length: 5 }, () => openArchive(`source ${++sources}`));
      // Every page has a message of each of twelve months, in another order.
      const pages = archives.map((_, index) => {
        const entries = Array.from({ length: 12 }, (__, month) => month).map((month) => {
          const [entry] = toPage(month * 130_000, 1).entries;
          return entry ?? [];
        });
        const rotated = [...entries.slice(index), ...entries.slice(0, index)];
        return { ...toPage(0, 0), entries: rotated.flat() };
      });
      const kept = Promise.all(archives.map((archive, index) => archive.keep(pages[index] ?? toPage(0, 0))));
      const read = Promise.all(
        archives.map((archive) =>
          archive.read({ order: 'ASC', span: ALWAYS, after: null, terms: [], limit: 9 }),
        ),
      );
      expect(await kept).toEqual(archives.map(() => ({ added: 12, revised: 0 })));
      await read;
      const months = await runOn(
        url,
        `SELECT 1 FROM pg_inherits WHERE inhparent = 'archive_message'::regclass`,
      );
      expect(months).toHaveLength(
        new Set(pages[0]?.entries.map(({ sentAt }) => new Date(sentAt).toISOString().slice(0, 7))).size,
      );
    });

    test('one who has lost the lease writes nothing', async () => {
      await runOn(
        url,
        `INSERT INTO leases VALUES ('archive', gen_random_uuid(), 7, clock_timestamp() + interval '1 minute')`,
      );
      const archive = openArchive(`source ${++sources}`);
      const page = {
        ...toPage(0, 3),
        covers: { since: 1, until: 2 },
        progress: { job: 'backfill', position: '1' },
      };
      await archive.keep(toPage(3, 1), { name: 'archive', token: 7 });
      await expect(archive.keep(page, { name: 'archive', token: 6 })).rejects.toThrow(LostLeaseError);
      expect(await archive.count()).toBe(1);
      expect([await archive.coverage(), await archive.progress('backfill')]).toEqual([[], null]);
      expect(await archive.keep(page, { name: 'archive', token: 7 })).toEqual({ added: 3, revised: 0 });
    });

    test('a page whose COMMIT was answered to a broken connection is kept once', async () => {
      const cutter = await createCommitCutter(url);
      const archive = openArchive(`source ${++sources}`, cutter.url);
      await archive.keep(toPage(0, 1));
      cutter.cutNext();
      // The second attempt finds what the first has committed.
      expect(await archive.keep(toPage(0, 4))).toEqual({ added: 3, revised: 0 });
      expect(await archive.count()).toBe(4);
      await Promise.all(opened.splice(0).map((sql) => sql.close()));
      await cutter.close();
    });

    test('messages whose removal was answered to a broken connection were removed', async () => {
      const cutter = await createCommitCutter(url);
      const archive = openArchive(`source ${++sources}`, cutter.url);
      const { entries } = toPage(0, 4);
      await archive.keep(toPage(0, 4));
      cutter.cutNext();
      expect(await archive.remove(entries.map(({ key }) => key))).toBe(4);
      expect(await archive.count()).toBe(0);
      await Promise.all(opened.splice(0).map((sql) => sql.close()));
      await cutter.close();
    });

    test('while units of archives wait for each other, webhooks are accepted', async () => {
      const { store } = await openPostgres(url, null, surroundings);
      const { inbox } = await store.openLive({ maxInboxItems: 1_000, maxChannelInboxItems: 1_000 });
      const archives = Array.from({ length: 24 }, (_, index) =>
        store.messageArchive(`waiting ${index}`, 'waiting'),
      );
      await archives[0]?.keep(toPage(0, 1));
      const other = openSql();
      const locked = Promise.withResolvers<undefined>();
      const released = Promise.withResolvers<undefined>();
      const holding = other.unit(async (tx) => {
        await tx.all(`SELECT 1 FROM topics WHERE name LIKE 'archive account %' FOR UPDATE`);
        locked.resolve(undefined);
        await released.promise;
      });
      await locked.promise;
      const kept = Promise.all(archives.map((archive) => archive.keep(toPage(1, 1))));
      // All that may take a connection has taken it.
      await waitUntil(async () => {
        const waiting = await runOn(url, `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
        return waiting.length > 1;
      });
      expect(await inbox.accept('shop', [{ key: 'k', payload: 1 }], 1)).toBe('KEPT');
      const waiting = await runOn(url, `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
      expect(waiting).toHaveLength(2);
      released.resolve(undefined);
      await holding;
      expect(await kept).toEqual(archives.map(() => ({ added: 1, revised: 0 })));
      await store.close();
    });

    describe('figures of a request that is over', () => {
      const index = (sql: PostgresSql): ArchiveIndex =>
        createArchiveIndex(sql, vault, new PostgresArchiveTables(sql, true));
      const isCounting = async (): Promise<boolean> => {
        const found = await runOn(
          url,
          `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%FROM archive_aggregate%' AND pid <> pg_backend_pid()`,
        );
        return found.length > 0;
      };

      /** While `ask` runs, figures of this source take as long as it likes. */
      async function whileSlow(ask: (source: string) => Promise<void>): Promise<void> {
        const source = `source ${++sources}`;
        await openArchive(source).keep(toPage(0, 3));
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        await client.query('BEGIN; LOCK TABLE archive_aggregate IN ACCESS EXCLUSIVE MODE');
        try {
          await ask(source);
        } finally {
          await client.end();
        }
      }

      test('are ended by the server when its time is over', async () => {
        await whileSlow(async (source) => {
          const asked = index(openSql()).within({ msLeft: 300 }).stats([source], ALWAYS, { by: 'KIND' });
          await expect(asked).rejects.toThrow('This request has used up its budget');
          expect(await isCounting()).toBe(false);
        });
      });

      test('are cancelled when the client is gone, and the connection is of use to others', async () => {
        const sql = openSql();
        await whileSlow(async (source) => {
          const gone = new AbortController();
          const limit = { msLeft: 20_000, signal: gone.signal };
          const asked = index(sql).within(limit).stats([source], ALWAYS, { by: 'KIND' });
          const failed = expect(asked).rejects.toThrow('This request has used up its budget');
          await waitUntil(isCounting);
          gone.abort();
          await failed;
          expect(await isCounting()).toBe(false);
        });
        expect(await sql.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      });

      test('are a failure of the store where an operator has ended them', async () => {
        await whileSlow(async (source) => {
          const asked = index(openSql()).within({ msLeft: 20_000 }).stats([source], ALWAYS, { by: 'KIND' });
          const failed = expect(asked).rejects.toMatchObject({ code: '57014' });
          await waitUntil(isCounting);
          await runOn(
            url,
            `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%FROM archive_aggregate%' AND pid <> pg_backend_pid()`,
          );
          await failed;
        });
      });
    });

    test('ids of sources are not given again by the migration that drops what was kept before', async () => {
      const earlier = await createDatabase(server, `${name}_earlier`);
      const client = new pg.Client({ connectionString: earlier });
      await client.connect();
      await migrate(client, {
        store: 'earlier',
        vault,
        hasKey: false,
        migrations: POSTGRES_MIGRATIONS.slice(0, 8),
      });
      await client.query(`INSERT INTO archive_source (name) VALUES ('one'), ('two')`);
      await client.query('INSERT INTO archive_coverage VALUES (2, 0, 9)');
      await client.end();
      const { store } = await openPostgres(earlier, null, surroundings);
      const archive = store.messageArchive('two', 'shop');
      await archive.keep(toPage(0, 1));
      // A program of before, which runs on, says that it has read what there is of the source that it knows by this id.
      await runOn(earlier, 'INSERT INTO archive_coverage VALUES (1, 0, 9), (2, 0, 9)');
      expect(await archive.coverage()).toEqual([]);
      await store.close();
      await dropDatabase(server, `${name}_earlier`);
    });

    describeArchiveWork((source) => {
      const sql = openSql();
      const archive = new SqlMessageArchive(
        sql,
        vault,
        new PostgresArchiveTables(sql, true),
        source,
        'measured',
      );
      // One statement after the other, so all of them are on one connection.
      const countRead = async (): Promise<number> => {
        await sql.all('SELECT pg_stat_force_next_flush()');
        const [row] = await sql.all(
          `SELECT sum(idx_tup_fetch + seq_tup_read) AS rows FROM pg_stat_user_tables WHERE relname LIKE 'archive_%'`,
        );
        return Number(row?.['rows']);
      };
      return Promise.resolve({ archive, countRead });
    });

    describe(`with ${MESSAGES} messages`, () => {
      let source = 0;
      beforeAll(async () => {
        const archive = openArchive('large');
        for (let first = 0; first < MESSAGES; first += 2_000) await archive.keep(toPage(first, 2_000));
        await runOn(url, 'ANALYZE archive_message');
        const [row] = await runOn(url, `SELECT id FROM archive_source WHERE name = 'large'`);
        source = Number(row?.['id']);
      });

      /** The nodes of a plan, and how many rows each has given. */
      async function explain(query: Partial<StoredQuery>): Promise<[node: string, rows: number][]> {
        const whole = { order: 'DESC' as const, span: JANUARY, after: null, tokens: [], limit: 50, ...query };
        return explainText(...selectMessages(source, whole));
      }

      async function explainText(text: string, values: SqlValue[]): Promise<[node: string, rows: number][]> {
        const rows: SqlRow[] = await openSql().all(
          `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${text}`,
          values,
        );
        const lines = rows.map((row) => String(row['QUERY PLAN']));
        return lines.flatMap((line): [string, number][] => {
          const [, node, given] = /^\W*(\w.*?) \(actual rows=(\d+)/.exec(line) ?? [];
          return node === undefined ? [] : [[node, Number(given)]];
        });
      }

      const BY_PLACE = 'using archive_message_2026_01_pkey on archive_message_2026_01 archive_message';

      test.each(['ASC', 'DESC'] as const)(
        'messages are read by the index of their places, without sorting (%s)',
        async (order) => {
          const scan = order === 'ASC' ? 'Index Scan' : 'Index Scan Backward';
          const expected = [
            ['Limit', 50],
            [`${scan} ${BY_PLACE}`, 50],
          ];
          expect(await explain({ order })).toEqual(expected);
          const moment = Date.UTC(2026, 0, 12);
          const span = order === 'ASC' ? { ...JANUARY, since: moment } : { ...JANUARY, until: moment + 1 };
          expect(await explain({ order, span, after: `${moment}.0000000000` })).toEqual(expected);
        },
      );

      test('when a message was sent is found by the index of sequences', async () => {
        const nodes = await explainText(FIND_MOMENT, [source, `${Date.UTC(2026, 0, 12)}.0000000000`]);
        expect(nodes.map(([node]) => node)).toEqual([
          'Limit',
          'Index Scan using archive_key_sequence on archive_key',
        ]);
        expect(Math.max(...nodes.map(([, rows]) => rows))).toBeLessThanOrEqual(1);
      });

      test('messages with a rare term are found by the index of terms, in one month', async () => {
        const { toToken } = new ArchiveSeals(vault);
        const nodes = await explain({ tokens: [[toToken(source, 'p:customer-777')]] });
        expect(nodes.map(([node]) => node.replace(/ on .*/, ''))).toEqual([
          'Limit',
          'Sort',
          'Bitmap Heap Scan',
          'Bitmap Index Scan',
        ]);
        const most = Math.max(...nodes.map(([, rows]) => rows));
        expect(most).toBeLessThan(200);
      });

      test('messages with a common term are found without reading all of them', async () => {
        const { toToken } = new ArchiveSeals(vault);
        const nodes = await explain({ tokens: [[toToken(source, 'k:TEXT')]] });
        expect(nodes).toEqual([
          ['Limit', 50],
          [`Index Scan Backward ${BY_PLACE}`, 50],
        ]);
      });
    });
  });
