import { createSecretKey, randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MONTH_CHECK } from '../../../src/store/postgres/archive/months.ts';
import { keepPostgresViews, openPostgres } from '../../../src/store/postgres/open.ts';
import { MAY_KNOW, ROLES } from '../../../src/store/postgres/views/expressions.ts';
import { VIEWS, VIEWS_VERSION } from '../../../src/store/postgres/views/index.ts';
import { ENCRYPTED } from '../../../src/store/postgres/views/to-words.ts';
import { toStatements } from '../../../src/store/postgres/views/view.ts';
import type { MessageArchive, Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { toPage } from '../../../tools/archive-pages.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import {
  createDatabase,
  dropDatabase,
  findPostgres,
  runOn,
  startPostgres,
  type PostgresServer,
} from '../../support/postgres.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = VIEWS.map(({ name }) => name).sort();
const COMPLETE = ['has views for analysts in its schema bi.'];
const { log, lines } = createMemoryLog();
const surroundings = { clock: systemClock, log };

const bin = findPostgres();
if (process.env['POSTGRES_URL'] !== undefined && bin !== null)
  // Of their own: roles belong to a server.
  describe('on a server that has no roles for analysts', () => {
    let server: PostgresServer;
    let name = '';
    /** Of a user who owns the database, and may do nothing else. */
    let url = '';
    let admin = '';
    beforeAll(async () => {
      server = await startPostgres(bin);
      await runOn(server.url, 'CREATE ROLE owner LOGIN');
    });
    afterAll(() => server.remove());
    beforeEach(async () => {
      name = `made_${randomBytes(6).toString('hex')}`;
      admin = await createDatabase(server.url, name);
      await runOn(server.url, `ALTER DATABASE ${name} OWNER TO owner`);
      await runOn(admin, 'GRANT CREATE ON SCHEMA public TO owner');
      const address = new URL(admin);
      address.username = 'owner';
      url = address.href;
    });
    afterEach(async () => {
      await dropDatabase(server.url, name);
      for (const role of Object.values(ROLES)) await runOn(server.url, `DROP ROLE IF EXISTS ${role}`);
    });

    async function openAndClose(at = url): Promise<void> {
      await (await openPostgres(at, null, surroundings)).store.close();
    }

    async function readViews(): Promise<unknown[]> {
      const rows = await runOn(
        admin,
        `SELECT viewname AS name FROM pg_views WHERE schemaname = 'bi' ORDER BY viewname`,
      );
      return rows.map((row) => row['name']);
    }

    /** Which views a group may read. */
    async function readRights(role: string): Promise<unknown[]> {
      const rows = await runOn(
        admin,
        `SELECT relname AS name FROM pg_class JOIN pg_namespace AS schema ON schema.oid = relnamespace AND nspname = 'bi'
         WHERE has_schema_privilege('${role}', schema.oid, 'USAGE') AND has_table_privilege('${role}', pg_class.oid, 'SELECT')
         ORDER BY relname`,
      );
      return rows.map((row) => row['name']);
    }

    test('a user who may make roles makes them, with rights to all views', async () => {
      await openAndClose(admin);
      expect(await keepPostgresViews(admin, null, log, false)).toEqual(COMPLETE);
      const roles = await runOn(
        admin,
        `SELECT rolname AS name, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolinherit FROM pg_roles
         WHERE rolname LIKE 'chat_history%' ORDER BY 1`,
      );
      expect(roles).toEqual(
        Object.values(ROLES).map((role) => ({
          name: role,
          rolcanlogin: false,
          rolsuper: false,
          rolcreaterole: false,
          rolcreatedb: false,
          rolbypassrls: false,
          rolinherit: true,
        })),
      );
      for (const role of Object.values(ROLES)) expect(await readRights(role)).toEqual(NAMES);
    });

    test('where the user may not make roles, the views are there, and an administrator is told what to run', async () => {
      expect(await keepPostgresViews(url, null, log, true)).toEqual([
        'has no views for analysts: this program makes them, or those of its own version.',
      ]);
      expect(await readViews()).toEqual([]);
      await openAndClose();
      expect(await readViews()).toEqual(NAMES);
      const words = await keepPostgresViews(url, null, log, false);
      expect(words).toEqual([
        'has views for analysts in its schema bi, but its user may not create the roles that open them. As an administrator of the server run this, then migrate again:',
        'CREATE ROLE chat_history_analyst NOLOGIN;',
        'CREATE ROLE chat_history_analyst_unmasked NOLOGIN;',
      ]);
      await runOn(admin, words.slice(1).join('\n'));
      expect(await keepPostgresViews(url, null, log, true)).toEqual([
        'has views for analysts that this program completes.',
      ]);
      expect(await keepPostgresViews(url, null, log, false)).toEqual(COMPLETE);
      for (const role of Object.values(ROLES)) expect(await readRights(role)).toEqual(NAMES);
    });

    test('where the user may not make schemas, an administrator is told what to run', async () => {
      await runOn(admin, `ALTER DATABASE ${name} OWNER TO CURRENT_USER`);
      await openAndClose();
      const words = await keepPostgresViews(url, null, log, false);
      expect(words).toEqual([
        'has no views for analysts: its user may not create schemas. As an administrator of the database run this, then migrate again:',
        'CREATE SCHEMA bi AUTHORIZATION owner;',
      ]);
      await runOn(admin, words.slice(1).join('\n'));
      await openAndClose();
      expect(await readViews()).toEqual(NAMES);
    });

    test.each([
      ['of another user', `CREATE SCHEMA bi`],
      ['with something in it', `CREATE SCHEMA bi AUTHORIZATION owner; CREATE TABLE bi.messages (own text)`],
    ])('a schema %s is left as it is, and the store works', async (_, statements) => {
      await runOn(admin, statements);
      await openAndClose();
      expect(await readViews()).toEqual([]);
      expect(await keepPostgresViews(url, null, log, false)).toEqual([
        'has no views for analysts: its database has a schema bi of another owner or program. Rename that one, then migrate again.',
      ]);
    });

    test('a second store of the same database leaves the views to the first one', async () => {
      await openAndClose();
      await runOn(url, 'CREATE SCHEMA second');
      const second = `${url}?options=-c%20search_path%3Dsecond`;
      await openAndClose(second);
      expect((await keepPostgresViews(second, null, log, false))[0]).toContain(
        'a schema bi of another owner',
      );
      expect(await runOn(url, 'SELECT count(*)::integer AS count FROM bi.messages')).toEqual([{ count: 0 }]);
    });

    test('an encrypted store has none, and says so', async () => {
      const key = createSecretKey(randomBytes(32));
      await (await openPostgres(admin, key, surroundings)).store.close();
      expect(await keepPostgresViews(admin, key, log, false)).toEqual([ENCRYPTED]);
      const rows = await runOn(admin, `SELECT FROM pg_namespace WHERE nspname = 'bi'`);
      expect(rows).toEqual([]);
      expect(await runOn(admin, `SELECT FROM pg_class WHERE relname = 'analyst_views'`)).toEqual([]);
    });

    test('gateways that start at the same moment make them once, in several databases too', async () => {
      const other = `${name}_other`;
      const elsewhere = await createDatabase(server.url, other);
      await Promise.all([admin, elsewhere, admin, elsewhere, admin, elsewhere].map(openAndClose));
      expect(await keepPostgresViews(admin, null, log, true)).toEqual(COMPLETE);
      expect(await keepPostgresViews(elsewhere, null, log, true)).toEqual(COMPLETE);
      await dropDatabase(server.url, other);
    });

    test('ids of two stores have nothing in common, so they follow from nothing that is known', async () => {
      const other = `${name}_other`;
      const ids = [];
      for (const at of [admin, await createDatabase(server.url, other)]) {
        const { store } = await openPostgres(at, null, surroundings);
        await store.messageArchive('WECHAT wx shop', 'WECHAT wx shop').keep(toPage(0, 5));
        await store.close();
        const rows = await runOn(at, 'SELECT id, conversation_id, customer_id, agent_id FROM bi.messages');
        ids.push(new Set(rows.flatMap((row) => Object.values(row))));
      }
      const [own = new Set(), others = new Set()] = ids;
      expect(own.size).toBeGreaterThan(10);
      expect(own.size).toBe(others.size);
      expect([...own].filter((id) => others.has(id))).toEqual([]);
      await dropDatabase(server.url, other);
    });

    test('those of an earlier version are replaced; what stands on them, ids and what an administrator has revoked stay', async () => {
      await openAndClose(admin);
      const [salt] = await runOn(admin, 'SELECT salt FROM analyst_views');
      const [messages] = VIEWS;
      if (!messages) throw new Error('There is no view');
      const before = { ...messages, columns: messages.columns.slice(0, 5), comment: 'Before' };
      const script = [
        'DROP VIEW bi.messages, bi.responses',
        ...toStatements(before, MAY_KNOW),
        `GRANT SELECT ON bi.messages TO ${ROLES.unmasked}`,
        'CREATE VIEW public.report AS SELECT channel, count(*) FROM bi.messages GROUP BY 1',
        'UPDATE analyst_views SET version = 0',
      ];
      await runOn(admin, script.join(';\n'));
      await openAndClose(admin);
      expect(await readViews()).toEqual(NAMES);
      const columns = await runOn(
        admin,
        `SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'bi.messages'::regclass AND attnum > 0 ORDER BY attnum`,
      );
      expect(columns.map((column) => column['name'])).toEqual(messages.columns.map((column) => column.name));
      expect(await runOn(admin, 'SELECT * FROM public.report')).toEqual([]);
      expect(await runOn(admin, 'SELECT salt, version FROM analyst_views')).toEqual([
        { ...salt, version: VIEWS_VERSION },
      ]);
      expect(await readRights(ROLES.masked)).toEqual(NAMES.filter((view) => view !== 'messages'));
      expect(await readRights(ROLES.unmasked)).toEqual(NAMES);
    });

    test('a view that cannot be replaced now stays, the gateway starts, and the next one replaces it', async () => {
      await openAndClose(admin);
      await runOn(admin, 'UPDATE analyst_views SET version = 0');
      const client = new pg.Client({ connectionString: admin });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('BEGIN; SELECT count(*) FROM bi.daily');
      await openAndClose(admin);
      expect(lines()).toContainEqual(
        expect.objectContaining({
          msg: 'The views for analysts could not be made; the gateway works without them',
          err: expect.objectContaining({ code: '55P03' }) as unknown,
        }),
      );
      const [words = ''] = await keepPostgresViews(admin, null, log, false);
      expect(words).toBe(
        'could not get its views for analysts, and has what it had: canceling statement due to lock timeout',
      );
      expect(await readViews()).toEqual(NAMES);
      await client.end();
      expect(await keepPostgresViews(admin, null, log, false)).toEqual(COMPLETE);
    }, 60_000);

    describe('on a filled archive of a program of before', () => {
      const ALWAYS = { since: 0, until: Number.MAX_SAFE_INTEGER };
      const MONTHS = [0, 150_000, 300_000];
      let other: Store;
      let archive: MessageArchive;
      let analyst: pg.Client;
      beforeEach(async () => {
        ({ store: other } = await openPostgres(admin, null, surroundings));
        archive = other.messageArchive('WECHAT wx shop', 'WECHAT wx shop');
        for (const first of MONTHS) await archive.keep(toPage(first, 2_000));
        const months = await runOn(
          admin,
          `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'archive_message'::regclass`,
        );
        expect(months).toHaveLength(MONTHS.length);
        const script = [
          'DROP SCHEMA bi CASCADE',
          'DROP TABLE analyst_views',
          'DROP INDEX archive_message_moment, archive_aggregate_day',
          ...months.map((month) => `ALTER TABLE ${String(month['name'])} DROP CONSTRAINT ${MONTH_CHECK}`),
        ];
        await runOn(admin, script.join(';\n'));
        analyst = new pg.Client({ connectionString: admin });
        await analyst.connect();
      });
      afterEach(async () => {
        await analyst.end();
        await other.close();
      });

      /** The process of the session that builds an index; null: none does. */
      async function findBuilding(): Promise<number | null> {
        const [row] = await runOn(
          admin,
          `SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'`,
        );
        return row ? Number(row['pid']) : null;
      }

      async function expectComplete(): Promise<void> {
        expect(await keepPostgresViews(admin, null, log, true)).toEqual(COMPLETE);
        expect(await runOn(admin, 'SELECT FROM pg_index WHERE NOT indisvalid')).toEqual([]);
        const rows = await runOn(
          admin,
          `SELECT count(*)::integer AS months FROM pg_constraint WHERE conname = '${MONTH_CHECK}' AND convalidated`,
        );
        expect(rows).toEqual([{ months: MONTHS.length }]);
        const indexed = await runOn(
          admin,
          `SELECT count(*)::integer AS months FROM pg_inherits WHERE inhparent = 'archive_message_moment'::regclass`,
        );
        expect(indexed).toEqual([{ months: MONTHS.length }]);
      }

      test('other gateways write and read each month, and start, while the first one builds indexes', async () => {
        // An index is complete once all that it may have been read in before has ended.
        await analyst.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
        const starting = openAndClose(admin);
        await waitUntil(async () => (await findBuilding()) !== null);
        for (const first of MONTHS) await archive.keep(toPage(first + 2_000, 10));
        const found = await archive.read({
          order: 'ASC',
          span: ALWAYS,
          after: null,
          terms: [],
          limit: 9_000,
        });
        expect(found).toHaveLength(MONTHS.length * 2_010);
        await openAndClose(admin);
        expect(await findBuilding()).not.toBeNull();
        await analyst.query('COMMIT');
        await starting;
        await expectComplete();
        expect(await runOn(admin, 'SELECT count(*)::integer AS count FROM bi.messages')).toEqual([
          { count: MONTHS.length * 2_010 },
        ]);
      });

      test('an index that was interrupted is built again by the next one', async () => {
        await analyst.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
        const killed = openAndClose(admin).catch((error: unknown) => String(error));
        await waitUntil(async () => (await findBuilding()) !== null);
        await runOn(admin, `SELECT pg_terminate_backend(${await findBuilding()})`);
        expect(await killed).toContain('does not answer');
        expect(await runOn(admin, 'SELECT FROM pg_index WHERE NOT indisvalid')).toHaveLength(1);
        await analyst.query('COMMIT');
        await openAndClose(admin);
        await expectComplete();
      });
    });

    test('months of a program of before come to say what they hold', async () => {
      const { store } = await openPostgres(admin, null, surroundings);
      await store.messageArchive('WECHAT wx shop', 'WECHAT wx shop').keep(toPage(0, 2));
      await runOn(admin, `ALTER TABLE archive_message_2026_01 DROP CONSTRAINT ${MONTH_CHECK}`);
      await store.close();
      await openAndClose(admin);
      const [{ definition = '' } = {}] = (await runOn(
        admin,
        `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = '${MONTH_CHECK}' AND convalidated`,
      )) as { definition?: string }[];
      expect(definition).toContain(String(Date.UTC(2026, 1)));
    });
  });
