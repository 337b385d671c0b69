import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPool, toAddress } from '../../../src/store/postgres/connection.ts';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import { PostgresQuotaShares } from '../../../src/store/postgres/quota-shares.ts';
import { PostgresSql } from '../../../src/store/postgres/postgres-sql.ts';
import type { QuotaDemand, QuotaLimits, QuotaShares } from '../../../src/store/store.ts';
import { createPostgresVault } from '../../../src/store/postgres/vault.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { Random } from '../../../src/sandbox/random.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';

const LIMITS = of(100, 20);
const server = process.env['POSTGRES_URL'];

function of(callsPerSecond: number, maxConcurrent: number): QuotaLimits {
  return { callsPerSecond, maxConcurrent };
}

/** @param inUse left out: nothing */
function demand(needed: QuotaLimits, inUse = of(0, 0)): QuotaDemand {
  return { inUse, needed, wanted: needed, callers: 1 };
}

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

    /** As each process has it. */
    function start(): QuotaShares {
      const { log } = createMemoryLog();
      const pool = createPool(toAddress(url).config, log);
      const sql = new PostgresSql(pool, { clock: systemClock, log, name, isReadOnly: false });
      connections.push(sql);
      return new PostgresQuotaShares(sql, createPostgresVault(null));
    }

    function ask(shares: QuotaShares, wanted: QuotaDemand): Promise<unknown> {
      return shares.exchange('shop', LIMITS, wanted);
    }

    async function held(): Promise<unknown[]> {
      return runOn(
        url,
        `SELECT calls, concurrent, round(extract(epoch FROM until - clock_timestamp()))::int AS rest
         FROM quota_shares ORDER BY turn`,
      );
    }

    test('one has all, and gives a fair part to another as soon as its calls have ended', async () => {
      const [first, second] = [start(), start()];
      expect(await ask(first, demand(LIMITS))).toEqual({ ...LIMITS, goodForMs: 5_000 });
      expect(await ask(second, demand(LIMITS))).toMatchObject(of(0, 0));
      // Its calls are still under way: it may make no more, and the other gets none yet.
      expect(await ask(first, demand(LIMITS, LIMITS))).toMatchObject(of(50, 10));
      expect(await ask(second, demand(LIMITS))).toMatchObject(of(0, 0));
      expect(await ask(first, demand(LIMITS, of(50, 10)))).toMatchObject(of(50, 10));
      expect(await ask(second, demand(LIMITS))).toMatchObject(of(50, 10));
      expect(await held()).toEqual([
        { calls: 50, concurrent: 10, rest: 10 },
        { calls: 50, concurrent: 10, rest: 10 },
      ]);
    });

    test('one that needs nothing any more leaves nothing', async () => {
      const first = start();
      await ask(first, demand(LIMITS));
      await ask(first, demand(of(0, 0)));
      expect(await held()).toEqual([]);
    });

    test('what one had whose time is up is free, also when it comes back', async () => {
      const [dead, other] = [start(), start()];
      await ask(dead, demand(LIMITS));
      await runOn(url, 'UPDATE quota_shares SET until = clock_timestamp()');
      expect(await ask(other, demand(LIMITS))).toMatchObject(LIMITS);
      expect(await ask(dead, demand(LIMITS, LIMITS))).toMatchObject(of(0, 0));
    });

    test('accounts are apart from each other', async () => {
      const [first, second] = [start(), start()];
      await ask(first, demand(LIMITS));
      expect(await second.exchange('another', LIMITS, demand(LIMITS))).toMatchObject(LIMITS);
    });

    test('all together never have more than the limits, though all ask at the same moments', async () => {
      const random = new Random(7);
      const shares = new Map(Array.from({ length: 6 }, () => [start(), of(0, 0)]));
      for (let round = 0; round < 15; round++) {
        await Promise.all(
          [...shares].map(async ([one, before]) => {
            const inUse = of(
              random.between(0, before.callsPerSecond),
              random.between(0, before.maxConcurrent),
            );
            const needed = of(
              Math.min(100, inUse.callsPerSecond + random.between(0, 80)),
              Math.min(20, inUse.maxConcurrent + random.between(0, 20)),
            );
            shares.set(one, await one.exchange('shop', LIMITS, demand(needed, inUse)));
          }),
        );
        const [row] = await runOn(
          url,
          'SELECT sum(calls)::int AS calls, sum(concurrent)::int AS concurrent FROM quota_shares',
        );
        expect(row?.['calls']).toBeLessThanOrEqual(100);
        expect(row?.['concurrent']).toBeLessThanOrEqual(20);
      }
    });
  });
