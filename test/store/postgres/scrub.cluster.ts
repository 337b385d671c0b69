import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scrubPostgres } from '../../../src/store/postgres/open.ts';
import { scrubTables } from '../../../src/store/postgres/scrub.ts';
import {
  createDatabase,
  dropDatabase,
  findPostgres,
  runOn,
  startPostgres,
  type PostgresServer,
} from '../../support/postgres.ts';

const log = pino({ enabled: false });
const PHONE = '8613912345678';
const NOTHING_LEFT = { left: 0 };

const bin = findPostgres();
if (process.env['POSTGRES_URL'] !== undefined && bin !== null)
  // Of its own: a transaction of another test would be in the way.
  describe('what was deleted on a server', () => {
    let server: PostgresServer;
    let name = '';
    let url = '';
    beforeAll(async () => {
      server = await startPostgres(bin, ['max_prepared_transactions=2']);
      await runOn(server.url, 'CREATE ROLE plain LOGIN');
    });
    afterAll(() => server.remove());
    beforeEach(async () => {
      name = `scrub_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server.url, name);
      await runOn(url, 'GRANT CREATE ON SCHEMA public TO plain');
    });
    afterEach(() => dropDatabase(server.url, name));

    function asPlain(): string {
      const address = new URL(url);
      address.username = 'plain';
      return address.href;
    }

    async function fill(at = url): Promise<void> {
      await runOn(at, 'CREATE TABLE person (id bigint, phone text)');
      await runOn(at, `INSERT INTO person SELECT n, '${PHONE}' FROM generate_series(1, 50) AS n`);
      await runOn(at, 'ANALYZE person');
    }

    /** How large the file of a table is. */
    async function pagesOf(table: string): Promise<number> {
      const [row] = await runOn(url, `SELECT pg_relation_size('${table}') / 8192 AS pages`);
      return Number(row?.['pages']);
    }

    async function noted(): Promise<Record<string, unknown>> {
      const [row = {}] = await runOn(
        url,
        `SELECT count(*)::integer AS left FROM pg_stats
         WHERE most_common_vals::text LIKE '%${PHONE}%' OR histogram_bounds::text LIKE '%${PHONE}%'`,
      );
      return row;
    }

    async function scrub(waitMs: number): Promise<void> {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await scrubTables(client, 'the store', true, waitMs);
      } finally {
        await client.end();
      }
    }

    test('is gone, and from the statistics of tables that are empty, or have parts', async () => {
      await fill();
      await runOn(url, 'CREATE TABLE message (id bigint, phone text) PARTITION BY RANGE (id)');
      await runOn(url, 'CREATE TABLE message_1 PARTITION OF message FOR VALUES FROM (0) TO (100)');
      await runOn(url, `INSERT INTO message SELECT n, '${PHONE}' FROM generate_series(1, 50) AS n`);
      await runOn(url, `INSERT INTO message VALUES (60, 'another')`);
      await runOn(url, 'ANALYZE message');
      await runOn(url, `DELETE FROM message WHERE phone = '${PHONE}'`);
      await runOn(url, 'DELETE FROM person');
      await scrubPostgres(url, log, true);
      expect([await noted(), await pagesOf('person'), await pagesOf('message_1')]).toEqual([
        NOTHING_LEFT,
        0,
        1,
      ]);
    });

    test('is no success while a transaction may still read it, which is named', async () => {
      await fill();
      const reader = new pg.Client({ connectionString: url, application_name: 'dashboard' });
      await reader.connect();
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class');
      await runOn(url, 'DELETE FROM person');
      await expect(scrub(0)).rejects.toThrow(
        /still in its files: it may still be read by .*the process \d+ of the user gateway \(dashboard\)/,
      );
      // It waits for those that end.
      const scrubbed = scrub(60_000);
      await reader.end();
      await scrubbed;
      expect(await pagesOf('person')).toBe(0);
    });

    test('is no success while an older transaction is prepared', async () => {
      await fill();
      await runOn(url, `BEGIN; INSERT INTO person VALUES (0, 'x'); PREPARE TRANSACTION 'half'`);
      await runOn(url, 'DELETE FROM person');
      await expect(scrub(0)).rejects.toThrow(/the prepared transaction half of the user gateway/);
      await runOn(url, `ROLLBACK PREPARED 'half'`);
      await scrub(60_000);
      expect(await pagesOf('person')).toBe(0);
    });

    test('is no success while a table is in use, for which gateways would wait, too', async () => {
      await fill();
      await runOn(url, 'DELETE FROM person');
      const user = new pg.Client({ connectionString: url });
      await user.connect();
      await user.query('BEGIN; LOCK TABLE person IN ACCESS SHARE MODE');
      await expect(scrub(0)).rejects.toThrow(/still in its files: "person" is in use all the time/);
      const scrubbed = scrub(60_000);
      await user.end();
      await scrubbed;
      expect(await pagesOf('person')).toBe(0);
    });

    test('is no success where the user may not do it, which the server only warns of', async () => {
      await fill(asPlain());
      await runOn(asPlain(), `DELETE FROM person WHERE id > 10`);
      await expect(scrubPostgres(asPlain(), log, true)).rejects.toThrow(
        /still in its files: .*"pg_statistic"/,
      );
      // What stays readable in free space is another matter.
      await scrubPostgres(asPlain(), log, false);
      await runOn(asPlain(), 'DELETE FROM person');
      await expect(scrubPostgres(asPlain(), log, true)).rejects.toThrow(
        /the server has noted values that they had \(person\), which a superuser alone can take away/,
      );
    });
  });
