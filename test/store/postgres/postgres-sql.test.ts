import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnreachableStoreError } from '../../../src/errors/store-error.ts';
import { createPool, toAddress } from '../../../src/store/postgres/connection.ts';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import { PostgresSql } from '../../../src/store/postgres/postgres-sql.ts';
import type { SqlReader, SqlRow } from '../../../src/store/sql.ts';
import { isStoreFailure } from '../../../src/store/store-failure.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createCommitCutter } from '../../support/commit-cutter.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';
import { TestClock } from '../../support/test-clock.ts';

const NOW = Date.UTC(2026, 2, 20);
const { log } = createMemoryLog();

class PausesClock extends TestClock {
  readonly pauses: number[] = [];

  override async sleep(milliseconds: number): Promise<void> {
    this.pauses.push(milliseconds);
    await super.sleep(milliseconds);
  }
}

let opened: PostgresSql[] = [];
afterEach(async () => {
  await Promise.all(opened.map((sql) => sql.close()));
  opened = [];
});

function openSql(url: string, clock = new PausesClock(NOW)): { sql: PostgresSql; clock: PausesClock } {
  const { config, name } = toAddress(url);
  const sql = new PostgresSql(createPool(config, log), { clock, log, name, isReadOnly: false });
  opened.push(sql);
  return { sql, clock };
}

test('a server that is not there is tried a few times, and then it is an error that may be told apart', async () => {
  const { sql, clock } = openSql(`postgres://gateway:s3cret@127.0.0.1:${await findClosedPort()}/gateway`);
  const failing = sql.unit((tx) => tx.all('SELECT 1'));
  const error: unknown = await failing.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreachableStoreError);
  expect(String(error)).toMatch(
    /postgres:\/\/127\.0\.0\.1:\d+\/gateway does not answer: connect ECONNREFUSED/,
  );
  expect(String(error)).not.toContain('s3cret');
  expect(isStoreFailure(error)).toBe(true);
  expect(clock.pauses).toEqual([10, 20, 40, 80, 160]);
});

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('with a server', () => {
    let name = '';
    let url = '';
    beforeEach(async () => {
      name = `sql_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
      await (await openPostgres(url, null, { clock: systemClock, log })).store.close();
    });
    afterEach(async () => {
      await Promise.all(opened.map((sql) => sql.close()));
      await dropDatabase(server, name);
    });

    const insert = (tx: SqlReader, key: string): Promise<SqlRow[]> =>
      tx.all(
        "INSERT INTO settings (name, value) VALUES ($1, '') ON CONFLICT (name) DO NOTHING RETURNING name",
        [key],
      );
    const namesIn = async (sql: SqlReader): Promise<unknown[]> =>
      (await sql.all('SELECT name FROM settings ORDER BY name')).map((row) => row['name']);

    test('integers are numbers as long as those hold them, and bytes are bytes', async () => {
      const { sql } = openSql(url);
      const values = [Number.MAX_SAFE_INTEGER, -(2n ** 63n), Uint8Array.of(0, 92, 255), 'é\\', null];
      const [row] = await sql.all(
        'SELECT $1::bigint AS safe, $2::bigint AS large, $3::bytea AS bytes, $4::text AS words, $5::text AS nothing, COUNT(*) AS count',
        values,
      );
      expect(row).toEqual({
        safe: Number.MAX_SAFE_INTEGER,
        large: -(2n ** 63n),
        bytes: Buffer.of(0, 92, 255),
        words: 'é\\',
        nothing: null,
        count: 1,
      });
    });

    test('a COMMIT whose answer is lost is kept once, and the unit is run again', async () => {
      const cutter = await createCommitCutter(url);
      const { sql, clock } = openSql(cutter.url);
      await sql.all('SELECT 1');
      const added: number[] = [];
      cutter.cutNext();
      const result = await sql.unit(async (tx) => {
        added.push((await insert(tx, 'a')).length);
        return 'done';
      });
      expect([result, added, clock.pauses]).toEqual(['done', [1, 0], [10]]);
      expect(await namesIn(sql)).toEqual(['a']);
      await sql.close();
      await cutter.close();
    });

    test('subscribers are told of events whose COMMIT was not answered, and those are published once', async () => {
      const cutter = await createCommitCutter(url);
      const { store } = await openPostgres(cutter.url, null, { clock: systemClock, log });
      const { inbox, events } = await store.openLive({ maxInboxItems: 10, maxChannelInboxItems: 10 });
      let told = 0;
      events.onAppend(() => told++);
      cutter.cutNext();
      const status = {
        messageId: 'm',
        status: 'SENT' as const,
        changedAt: NOW,
        messageKey: null,
        ownFields: {},
      };
      await inbox.finish([], [{ type: 'status', channel: 'desk', status }], NOW);
      expect(told).toBeGreaterThan(0);
      expect(await events.read(0, 10)).toHaveLength(1);
      await store.close();
      await cutter.close();
    });

    test('a connection that breaks in a unit is replaced, and the unit run again', async () => {
      const { sql, clock } = openSql(url);
      let runs = 0;
      await sql.unit(async (tx) => {
        await insert(tx, `run ${++runs}`);
        if (runs === 1) await tx.all('SELECT pg_terminate_backend(pg_backend_pid())');
      });
      expect(await namesIn(sql)).toEqual(['run 2']);
      expect(clock.pauses).toEqual([10]);
    });

    test('connections that were ended while they were idle are replaced', async () => {
      const { sql } = openSql(url);
      await Promise.all(Array.from({ length: 5 }, () => sql.all('SELECT 1')));
      await runOn(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
      await sql.unit((tx) => insert(tx, 'a'));
      expect(await namesIn(sql)).toEqual(['a']);
    });

    test('of two units that wait for each other one is run again', async () => {
      const { sql, clock } = openSql(url);
      await sql.unit((tx) => insert(tx, 'x').then(() => insert(tx, 'y')));
      const touch = (tx: SqlReader, key: string): Promise<unknown> =>
        tx.all('UPDATE settings SET value = value || $2 WHERE name = $1', [key, Uint8Array.of(1)]);
      let holding = 0;
      const both = Promise.withResolvers<undefined>();
      const lock = (first: string, second: string): Promise<void> =>
        sql.unit(async (tx) => {
          await touch(tx, first);
          if (++holding === 2) both.resolve(undefined);
          await both.promise;
          await touch(tx, second);
        });
      await Promise.all([lock('x', 'y'), lock('y', 'x')]);
      const rows = await sql.all('SELECT name, length(value) AS times FROM settings ORDER BY name');
      expect(rows).toEqual([
        { name: 'x', times: 2 },
        { name: 'y', times: 2 },
      ]);
      // On a busy machine they may meet again.
      expect(clock.pauses.length).toBeGreaterThan(0);
      expect(clock.pauses).toEqual([10, 20, 40, 80, 160].slice(0, clock.pauses.length));
    });

    test('an error of its own is not tried again, nor is a broken constraint, and the store is well', async () => {
      const { sql, clock } = openSql(url);
      let runs = 0;
      const failing = sql.unit(async (tx) => {
        await insert(tx, 'a');
        runs++;
        throw new Error('not this one');
      });
      await expect(failing).rejects.toThrow('not this one');
      const broken: unknown = await sql
        .unit((tx) => tx.all("INSERT INTO settings (name) VALUES ('b')"))
        .catch((reason: unknown) => reason);
      expect(broken).toMatchObject({ code: '23502' });
      expect(isStoreFailure(broken)).toBe(false);
      const missing: unknown = await sql.all('SELECT * FROM nowhere').catch((reason: unknown) => reason);
      expect(isStoreFailure(missing)).toBe(true);
      expect([runs, clock.pauses, await namesIn(sql)]).toEqual([1, [], []]);
    });

    test('a unit that goes on after a failed statement keeps nothing, and says what has failed', async () => {
      const { sql } = openSql(url);
      const failing = sql.unit(async (tx) => {
        await insert(tx, 'a');
        await tx.all('SELECT 1 / 0').catch(() => []);
      });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await namesIn(sql)).toEqual([]);
    });

    test('a unit that has ended can write no more', async () => {
      const { sql } = openSql(url);
      let kept: SqlReader | undefined;
      await sql.unit((tx) => {
        kept = tx;
        return Promise.resolve();
      });
      await expect(kept?.all('SELECT 1')).rejects.toThrow('The unit has ended');
    });

    test('units that claim one topic run one after the other, and others beside them', async () => {
      const { sql } = openSql(url);
      const order: string[] = [];
      const release = Promise.withResolvers<undefined>();
      const claimed = Promise.withResolvers<undefined>();
      const first = sql.unit(async (tx) => {
        await tx.claim('a');
        claimed.resolve(undefined);
        await release.promise;
        order.push('first');
      });
      await claimed.promise;
      const second = sql.unit(async (tx) => {
        await tx.claim('a');
        order.push('second');
      });
      await sql.unit(async (tx) => {
        await tx.claim('b');
        order.push('other');
      });
      release.resolve(undefined);
      await Promise.all([first, second]);
      expect(order).toEqual(['other', 'first', 'second']);
      expect([
        await sql.foreignVersion('a'),
        await sql.foreignVersion('b'),
        await sql.foreignVersion('c'),
      ]).toEqual(['2', '1', '0']);
    });

    test('one that must not wait fails while another has locked what it changes', async () => {
      const { sql, clock } = openSql(url);
      const locked = Promise.withResolvers<undefined>();
      const release = Promise.withResolvers<undefined>();
      const first = sql.unit(async (tx) => {
        await tx.claim('a');
        locked.resolve(undefined);
        await release.promise;
      });
      await locked.promise;
      const urgent = sql.unit((tx) => tx.claim('a'), { isUrgent: true });
      await expect(urgent).rejects.toThrow(UnreachableStoreError);
      const patient = sql.unit((tx) => tx.claim('a'));
      release.resolve(undefined);
      await Promise.all([first, patient]);
      expect([await sql.foreignVersion('a'), clock.pauses]).toEqual(['2', []]);
    });

    test('only a unit that may wait for a later sync is not synced', async () => {
      const { sql } = openSql(url);
      const synchronous = async (tx: SqlReader): Promise<unknown> =>
        (await tx.all('SHOW synchronous_commit'))[0]?.['synchronous_commit'];
      expect(await sql.unit(synchronous, { isLazy: true })).toBe('off');
      expect(await sql.unit(synchronous)).toBe('on');
    });

    test('after a server was promoted or restored no id is given again', async () => {
      const { store } = await openPostgres(url, null, { clock: systemClock, log });
      const { inbox, events } = await store.openLive({ maxInboxItems: 10, maxChannelInboxItems: 10 });
      const publish = (messageId: string): Promise<void> => {
        const status = {
          messageId,
          status: 'SENT' as const,
          changedAt: NOW,
          messageKey: null,
          ownFields: {},
        };
        return inbox.finish([], [{ type: 'status', channel: 'desk', status }], NOW);
      };
      await publish('a');
      await runOn(url, 'UPDATE event_log SET timeline = timeline + 1');
      await publish('b');
      await publish('c');
      expect((await events.read(0, 10)).map(({ id }) => id)).toEqual([1, 1_000_002, 1_000_003]);
      await store.close();
    });
  });

async function findClosedPort(): Promise<number> {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  return port;
}
