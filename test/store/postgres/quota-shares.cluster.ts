import { createSecretKey, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnreachableStoreError } from '../../../src/errors/store-error.ts';
import { createPool, toAddress } from '../../../src/store/postgres/connection.ts';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import { PostgresQuotaShares } from '../../../src/store/postgres/quota-shares.ts';
import { PostgresSql } from '../../../src/store/postgres/postgres-sql.ts';
import type { QuotaDemand, QuotaShares } from '../../../src/store/store.ts';
import { createPostgresVault } from '../../../src/store/postgres/vault.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';
import { describeQuotaShares } from '../../support/quota-shares-suite.ts';
import { createTcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

const LIMITS = { callsPerSecond: 4, maxConcurrent: 4 };
const server = process.env['POSTGRES_URL'];

if (server !== undefined)
  describe('quota shares in PostgreSQL', () => {
    let name = '';
    let url = '';
    const connections: PostgresSql[] = [];
    beforeEach(async () => {
      name = `quota_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
      const { log } = createMemoryLog();
      await (await openPostgres(url, null, { clock: systemClock, log })).store.close();
    });
    afterEach(async () => {
      await Promise.all(connections.splice(0).map((sql) => sql.close()));
      await dropDatabase(server, name);
    });

    function connect(location = url): PostgresSql {
      const { log } = createMemoryLog();
      const pool = createPool(toAddress(location).config, log);
      const sql = new PostgresSql(pool, { clock: systemClock, log, name, isReadOnly: false });
      connections.push(sql);
      return sql;
    }

    /** As each process has it. */
    function start(key: Buffer | null = null, location = url): QuotaShares {
      return new PostgresQuotaShares(connect(location), createPostgresVault(key && createSecretKey(key)));
    }

    /** @returns lets it go */
    async function lock(account: string): Promise<() => Promise<void>> {
      const locked = Promise.withResolvers<undefined>();
      const release = Promise.withResolvers<undefined>();
      const unit = connect().unit(async (tx) => {
        await tx.claim(`quota ${account}`);
        locked.resolve(undefined);
        await release.promise;
      });
      await locked.promise;
      return () => {
        release.resolve(undefined);
        return unit;
      };
    }

    const isWaiting = async (): Promise<boolean> => {
      const [row] = await runOn(
        url,
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return row !== undefined;
    };

    const expire = async (): Promise<void> => {
      await runOn(url, 'UPDATE quota_shares SET until = clock_timestamp()');
    };

    describeQuotaShares(() => ({
      start,
      expire,
      async held() {
        const [row] = await runOn(
          url,
          'SELECT sum(calls)::int AS calls, sum(concurrent)::int AS concurrent FROM quota_shares',
        );
        return { callsPerSecond: Number(row?.['calls']), maxConcurrent: Number(row?.['concurrent']) };
      },
    }));

    test('accounts are apart from each other', async () => {
      const all = demandOf('a', 4);
      const [first, second] = [start(), start()];
      await first.exchange('shop', LIMITS, all);
      expect(await second.exchange('another', LIMITS, all)).toMatchObject({ ...LIMITS, permits: null });
    });

    test('one that hangs while it has the account delays others by about a second', async () => {
      const proxy = await createTcpProxy(() => url);
      const behind = new URL(url);
      behind.host = new URL(proxy.url).host;
      const [hung, other] = [start(null, behind.href), start()];
      const release = await lock('shop');
      const lost = hung.exchange('shop', LIMITS, demandOf('a', 4)).catch((error: unknown) => error);
      await waitUntil(isWaiting);
      proxy.freeze();
      const began = performance.now();
      await release();
      // Else the other one could come first.
      await waitUntil(async () => !(await isWaiting()));
      const share = await other.exchange('shop', LIMITS, demandOf('b', 4));
      const tookMs = performance.now() - began;
      await proxy.close();
      expect(await lost).toBeInstanceOf(UnreachableStoreError);
      expect(share).toMatchObject({ ...LIMITS, permits: null });
      // It had it.
      expect(tookMs).toBeGreaterThan(900);
      expect(tookMs).toBeLessThan(3_000);
    });

    test('none waits long for an account that stays locked, since its answer would be too old', async () => {
      const other = start();
      const release = await lock('shop');
      const began = performance.now();
      try {
        await expect(other.exchange('shop', LIMITS, demandOf('b', 4))).rejects.toThrow(UnreachableStoreError);
      } finally {
        await release();
      }
      expect(performance.now() - began).toBeLessThan(4_000);
    });

    test('with a key, no name of an account or caller can be read in the tables', async () => {
      const key = randomBytes(32);
      const [first, second] = [start(key), start(key)];
      await first.exchange('shop', LIMITS, demandOf('some caller', 4));
      await second.exchange('shop', LIMITS, demandOf('another caller', 9));
      const used = { ...demandOf('some caller', 1), inUse: { callsPerSecond: 0, maxConcurrent: 0 } };
      await first.exchange('shop', LIMITS, used);
      const rows = await runOn(
        url,
        'SELECT to_jsonb(s) AS row FROM quota_shares s UNION ALL SELECT to_jsonb(r) FROM quota_rotations r',
      );
      expect(rows).toHaveLength(3);
      expect(JSON.stringify(rows)).not.toMatch(/some caller|another caller|shop/);
      // They open again.
      const { permits } = await second.exchange('shop', LIMITS, demandOf('another caller', 9));
      expect(new Set(permits?.callers)).toEqual(new Set(['another caller']));
    });
  });

function demandOf(caller: string, calls: number): QuotaDemand {
  const needed = { callsPerSecond: Math.min(4, calls), maxConcurrent: Math.min(4, calls) };
  return {
    inUse: { callsPerSecond: 0, maxConcurrent: 0 },
    needed,
    wanted: needed,
    waiting: [{ caller, calls, waitedMs: 0 }],
    unused: [],
  };
}
