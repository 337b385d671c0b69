import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError, UnreachableStoreError, UnreadableStoreError } from '../../../src/errors/store-error.ts';
import { toAddress } from '../../../src/store/postgres/connection.ts';
import { POSTGRES_MIGRATIONS } from '../../../src/store/postgres/migrations/index.ts';
import { openPostgres, openPostgresForReading } from '../../../src/store/postgres/open.ts';
import { checkSettings, type ServerSettings } from '../../../src/store/postgres/server-settings.ts';
import type { Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import {
  createDatabase,
  dropDatabase,
  findPostgres,
  runOn,
  startPostgres,
  toDatabase,
} from '../../support/postgres.ts';

const OWN = POSTGRES_MIGRATIONS.length;

const SAFE: ServerSettings = {
  version: 150_004,
  encoding: 'UTF8',
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
  standbys: '',
  isStandby: false,
  mayCreate: true,
};

test.each<[Partial<ServerSettings>, string]>([
  [{ fsync: 'off' }, 'fsync is off'],
  [{ fullPageWrites: 'off' }, 'full_page_writes is off'],
  [{ synchronousCommit: 'off' }, 'synchronous_commit is off'],
  [{ synchronousCommit: 'local' }, 'synchronous_commit is local'],
  [{ version: 120_017 }, 'its server is of version 12, and must be 13 or newer'],
  [{ encoding: 'LATIN1' }, 'its encoding is LATIN1'],
  [{ isStandby: true }, 'its server is a standby'],
  [{ mayCreate: false }, 'its user may not create tables'],
  [{ mayCreate: null }, 'its user may not create tables'],
  [{ fsync: 'off', encoding: 'SQL_ASCII' }, 'its encoding is SQL_ASCII'],
])('a server with %j is refused in words', (changes, words) => {
  const check = (): void => {
    checkSettings({ ...SAFE, ...changes }, 'postgres://db/gateway', false);
  };
  expect(check).toThrow(StoreError);
  expect(check).toThrow('postgres://db/gateway cannot hold a store: ');
  expect(check).toThrow(words);
});

test.each<Partial<ServerSettings>>([
  {},
  { version: 130_000 },
  { synchronousCommit: 'remote_apply' },
  { synchronousCommit: 'remote_write' },
])('a server with %j can hold a store', (changes) => {
  expect(() => {
    checkSettings({ ...SAFE, ...changes }, 'postgres://db/gateway', false);
  }).not.toThrow();
});

test('a standby can be read', () => {
  expect(() => {
    checkSettings({ ...SAFE, isStandby: true, mayCreate: false }, 'postgres://db/gateway', true);
  }).not.toThrow();
});

test('an address is named without user and password, and its own parameters hold before ours', () => {
  const { name, config } = toAddress(
    'postgresql://me:s3cret@db.example:6432/chats?sslmode=verify-full&options=-c%20search_path%3Dgateway',
  );
  expect(name).toBe('postgres://db.example:6432/chats');
  expect(config.options).toBe('-c search_path=gateway -c TimeZone=UTC -c standard_conforming_strings=on');
  expect(config.connectionString).toBe('postgresql://me:s3cret@db.example:6432/chats?sslmode=verify-full');
});

test('what is no URL is refused, and not repeated', () => {
  const refused = (): unknown => toAddress('postgres://me:s3/cr#et@db:port/chats');
  expect(refused).toThrow('store.location is not a URL such as postgres://');
  expect(refused).not.toThrow('s3');
});

test('a certificate that cannot be read is named', async () => {
  const { log } = createMemoryLog();
  const opening = openPostgres('postgres://me@127.0.0.1:1/chats?sslrootcert=/nowhere/ca.pem', null, {
    clock: systemClock,
    log,
  });
  await expect(opening).rejects.toThrow(
    /^postgres:\/\/127\.0\.0\.1:1\/chats cannot be opened: .*\/nowhere\/ca\.pem/,
  );
});

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('with a server', () => {
    const { log, lines } = createMemoryLog();
    const surroundings = { clock: systemClock, log };
    let name = '';
    let url = '';
    beforeEach(async () => {
      name = `open_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
    });
    afterEach(async () => {
      await dropDatabase(server, name);
    });

    async function openAndClose(location = url): Promise<void> {
      await (await openPostgres(location, null, surroundings)).store.close();
    }

    test('a missing standby is told, and the session says whose it is', async () => {
      const { store } = await openPostgres(url, null, surroundings);
      expect(lines().map(({ msg }) => msg)).toContain(
        'The store has no synchronous standby: what it has acknowledged is lost with its machine',
      );
      await store.probe.writeAndRead(1);
      const sessions = await runOn(
        url,
        `SELECT DISTINCT application_name FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      expect(sessions).toEqual([{ application_name: 'chat-history-gateway' }]);
      await store.close();
    });

    test('a user whose commits may be lost is refused', async () => {
      const lossy = new URL(url);
      lossy.searchParams.set('options', '-c synchronous_commit=off');
      await expect(openAndClose(lossy.href)).rejects.toThrow('synchronous_commit is off');
    });

    test('a user who may not create tables is refused', async () => {
      const role = `${name}_reader`;
      await runOn(url, `CREATE ROLE ${role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
      const limited = new URL(url);
      limited.username = role;
      await expect(openAndClose(limited.href)).rejects.toThrow('its user may not create tables');
      await runOn(url, `DROP ROLE ${role}`);
    });

    test('a database of another encoding is refused', async () => {
      await dropDatabase(server, name);
      await runOn(
        server,
        `CREATE DATABASE ${name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
      );
      await expect(openAndClose()).rejects.toThrow('its encoding is LATIN1');
    });

    test('a database that is not there is named', async () => {
      await expect(openAndClose(toDatabase(server, `${name}_nowhere`))).rejects.toThrow(
        `${name}_nowhere has no such database`,
      );
    });

    test('those that open a new store at the same moment make it once', async () => {
      const stores = await Promise.all(
        Array.from({ length: 5 }, () => openPostgres(url, null, surroundings)),
      );
      expect(await runOn(url, 'SELECT version, minimum_program FROM store_version')).toEqual([
        { version: OWN, minimum_program: 10 },
      ]);
      await Promise.all(stores.map(({ store }) => store.close()));
    });

    test('a store that a newer program has migrated is refused only when it needs that one', async () => {
      await openAndClose();
      await runOn(url, `UPDATE store_version SET version = ${OWN + 2}`);
      await openAndClose();
      await runOn(url, `UPDATE store_version SET minimum_program = ${OWN + 1}`);
      const refused = openAndClose();
      await expect(refused).rejects.toThrow(UnreadableStoreError);
      await expect(refused).rejects.toThrow(
        `${name} is of version ${OWN + 2}, which needs programs of version ${OWN + 1} or newer, and this program's is ${OWN}`,
      );
      expect(await runOn(url, 'SELECT version FROM store_version')).toEqual([{ version: OWN + 2 }]);
    });

    test('tables of another program with names of ours are left as they are', async () => {
      await runOn(url, 'CREATE TABLE inbox (theirs text)');
      await expect(openAndClose()).rejects.toThrow(
        'could not be migrated from version 0 to 1, and is unchanged: relation "inbox" already exists',
      );
      expect(await runOn(url, "SELECT to_regclass('settings') AS found")).toEqual([{ found: null }]);
    });

    test('a store is read without changing anything, and only when it is there', async () => {
      await expect(openPostgresForReading(url, null, surroundings)).rejects.toThrow(
        `${name} has no store: start the gateway with it once, which makes it`,
      );
      await openAndClose();
      const store: Store = await openPostgresForReading(url, null, surroundings);
      expect(await store.audit.change((audit) => audit.count())).toBe(0);
      await expect(store.probe.writeAndRead(1)).rejects.toThrow('read-only transaction');
      await store.close();
    });
  });

const bin = findPostgres();
if (server !== undefined && bin !== null)
  test('what was accepted outlives a crash of the server, and the store is back once that is', async () => {
    const surroundings = { clock: systemClock, log: createMemoryLog().log };
    const own = await startPostgres(bin);
    const { store } = await openPostgres(own.url, null, surroundings);
    const { inbox } = await store.openLive({ maxInboxItems: 10, maxChannelInboxItems: 10 });
    const accept = (key: string): Promise<string> => inbox.accept('desk', [{ key, payload: key }], 1);
    expect(await accept('before')).toBe('KEPT');
    await own.stop('SIGQUIT');
    await expect(accept('meanwhile')).rejects.toThrow(UnreachableStoreError);
    await own.start();
    expect(await accept('after')).toBe('KEPT');
    expect((await inbox.waiting('desk', 10)).map(({ payload }) => payload)).toEqual(['before', 'after']);
    await store.close();
    await own.remove();
  });

if (server !== undefined && bin !== null)
  test('a server that does not sync to disk is refused', async () => {
    const own = await startPostgres(bin, ['fsync=off']);
    const opening = openPostgres(own.url, null, { clock: systemClock, log: createMemoryLog().log });
    await expect(opening).rejects.toThrow('fsync is off');
    await own.remove();
  });
