import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LostLeaseError } from '../../../src/errors/store-error.ts';
import { createPool, toAddress } from '../../../src/store/postgres/connection.ts';
import { PostgresLeases } from '../../../src/store/postgres/leases.ts';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import { PostgresSql } from '../../../src/store/postgres/postgres-sql.ts';
import type { Lease, Leases } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';
import { StepClock } from '../../support/step-clock.ts';
import { createTcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** A process that shares the store. */
interface Replica {
  leases: Leases;
  sql: PostgresSql;
  clock: StepClock;
  log: ReturnType<typeof createMemoryLog>;
}

/** What a holder sees of its lease. */
interface Hold {
  /** Those that it had, in their order. */
  leases: Lease[];
  letGo: () => Promise<void>;
}

const NEVER = new AbortController().signal;
const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('leases in PostgreSQL', () => {
    let name = '';
    let url = '';
    const replicas: Replica[] = [];
    const holds: Hold[] = [];
    beforeEach(async () => {
      name = `leases_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
      const { log } = createMemoryLog();
      await (await openPostgres(url, null, { clock: systemClock, log })).store.close();
    });
    afterEach(async () => {
      await Promise.all(holds.splice(0).map(({ letGo }) => letGo()));
      await Promise.all(replicas.splice(0).map(({ sql }) => sql.close()));
      await dropDatabase(server, name);
    });

    function start(to = url): Replica {
      const log = createMemoryLog();
      const clock = new StepClock();
      const { config } = toAddress(to);
      const sql = new PostgresSql(createPool(config, log.log), {
        // Whose pauses are real ones.
        clock: systemClock,
        log: log.log,
        name,
        isReadOnly: false,
      });
      const replica = { leases: new PostgresLeases(sql, { clock, log: log.log }), sql, clock, log };
      replicas.push(replica);
      return replica;
    }

    function hold({ leases }: Replica, lease = 'tail:shop'): Hold {
      const had: Lease[] = [];
      const letGo = leases.hold(lease, async (own) => {
        had.push(own);
        await new Promise<void>((resolve) => {
          own.signal.addEventListener('abort', () => {
            resolve();
          });
        });
      });
      const holding = { leases: had, letGo };
      holds.push(holding);
      return holding;
    }

    /** The server's clock has passed the end of it. */
    async function expire(lease = 'tail:shop'): Promise<void> {
      await runOn(url, `UPDATE leases SET until = clock_timestamp() WHERE name = '${lease}'`);
    }

    async function restOf(lease = 'tail:shop'): Promise<number> {
      const [row] = await runOn(
        url,
        `SELECT extract(epoch FROM until - clock_timestamp())::float AS rest FROM leases WHERE name = '${lease}'`,
      );
      return Number(row?.['rest']);
    }

    /** Lets the waiting one look again and again, until it has a lease. */
    async function untilHeld({ clock }: Replica, { leases }: Hold, count = 1): Promise<void> {
      await waitUntil(async () => {
        await clock.advance(100);
        // The server takes real time: a clock that ran ahead of it would end the lease before it is there.
        await sleep(50);
        return leases.length >= count;
      });
    }

    /** Whether something was written with it. */
    async function write({ sql }: Replica, lease: Lease, value: number): Promise<void> {
      await sql.unit(
        (tx) =>
          tx.all(
            `INSERT INTO probe ("only", written_at) VALUES (1, $1) ON CONFLICT ("only") DO UPDATE SET written_at = $1`,
            [value],
          ),
        { fence: lease },
      );
    }

    async function written(): Promise<unknown> {
      return (await runOn(url, 'SELECT written_at::int AS value FROM probe'))[0]?.['value'];
    }

    test('each says which leases it has and which it waits for', async () => {
      const [a, b] = [start(), start()];
      const first = hold(a);
      await waitUntil(() => first.leases.length === 1);
      const second = hold(b);
      const states = (): unknown[] => [a, b].map(({ leases }) => leases.states());
      expect(states()).toEqual([
        [{ name: 'tail:shop', isHeld: true }],
        [{ name: 'tail:shop', isHeld: false }],
      ]);
      await first.letGo();
      await untilHeld(b, second);
      expect(states()).toEqual([[], [{ name: 'tail:shop', isHeld: true }]]);
      // One that is lost is not held, although its work has not ended yet.
      await runOn(url, "UPDATE leases SET token = token + 1 WHERE name = 'tail:shop'");
      await b.clock.advance(3_000);
      await waitUntil(() => second.leases[0]?.signal.aborted === true);
      expect(states()).toEqual([[], [{ name: 'tail:shop', isHeld: false }]]);
    });

    test('one of two has it, and the other once it was let go, with a greater token', async () => {
      const [a, b] = [start(), start()];
      const first = hold(a);
      await waitUntil(() => first.leases.length === 1);
      const second = hold(b);
      for (let look = 0; look < 5; look++) {
        await b.clock.advance(1_000);
        await sleep(20);
      }
      expect(second.leases).toEqual([]);
      // Others are free.
      const other = hold(b, 'tail:corp');
      await waitUntil(() => other.leases.length === 1);
      await first.letGo();
      await untilHeld(b, second);
      const [own, next] = [first.leases[0], second.leases[0]];
      expect([own?.signal.aborted, next?.signal.aborted]).toEqual([true, false]);
      expect(next?.token).toBeGreaterThan(own?.token ?? Infinity);
    });

    test('a holder that lives keeps it: it is renewed every three seconds, for ten each', async () => {
      const a = start();
      const { leases } = hold(a);
      await waitUntil(() => leases.length === 1);
      for (let round = 0; round < 10; round++) {
        await runOn(url, "UPDATE leases SET until = until - interval '5 seconds'");
        await a.clock.advance(3_000);
        await waitUntil(async () => (await restOf()) > 6);
        expect(await restOf()).toBeLessThanOrEqual(10);
      }
      expect(leases.map(({ signal }) => signal.aborted)).toEqual([false]);
    });

    test('a holder that stalls loses it, writes nothing any more, and stops as soon as it goes on', async () => {
      const [a, b] = [start(), start()];
      const stalled = hold(a);
      await waitUntil(() => stalled.leases.length === 1);
      const [lease] = stalled.leases;
      if (!lease) return expect.unreachable();
      await write(a, lease, 1);
      const waiting = hold(b);
      await expire();
      await untilHeld(b, waiting);
      await expect(write(a, lease, 2)).rejects.toThrow(LostLeaseError);
      expect(await written()).toBe(1);
      const [next] = waiting.leases;
      if (!next) return expect.unreachable();
      await write(b, next, 3);
      expect(lease.signal.aborted).toBe(false);
      await a.clock.advance(3_000);
      await waitUntil(() => lease.signal.aborted);
      await expect(write(a, lease, 4)).rejects.toThrow(LostLeaseError);
      expect(await written()).toBe(3);
      expect(next.signal.aborted).toBe(false);
    });

    test('what a holder was writing when its time was up is kept, before the next holder begins', async () => {
      const [a, b] = [start(), start()];
      const first = hold(a);
      await waitUntil(() => first.leases.length === 1);
      const [lease] = first.leases;
      if (!lease) return expect.unreachable();
      const inside = Promise.withResolvers<undefined>();
      const goOn = Promise.withResolvers<undefined>();
      const writing = a.sql.unit(
        async (tx) => {
          inside.resolve(undefined);
          await goOn.promise;
          await tx.all('INSERT INTO probe ("only", written_at) VALUES (1, 1)');
        },
        { fence: lease },
      );
      await inside.promise;
      const second = hold(b);
      const expiring = expire();
      await sleep(100);
      expect(second.leases).toEqual([]);
      goOn.resolve(undefined);
      await Promise.all([writing, expiring]);
      await untilHeld(b, second);
      expect(await written()).toBe(1);
    });

    test('a holder that died is followed when its time is up, and not before', async () => {
      const [a, b] = [start(), start()];
      const first = hold(a);
      await waitUntil(() => first.leases.length === 1);
      // Nothing of it will ever reach the server again.
      await a.sql.close();
      const second = hold(b);
      for (let look = 0; look < 5; look++) {
        await b.clock.advance(1_000);
        await sleep(20);
      }
      expect(second.leases).toEqual([]);
      await expire();
      await untilHeld(b, second);
      expect(second.leases).toHaveLength(1);
    });

    test('a holder whose renewals get no answer stops two seconds before its lease ends', async () => {
      const proxy = await createTcpProxy(() => url);
      const a = start(url.replace(/:\d+\//, `:${new URL(proxy.url).port}/`));
      const holding = hold(a);
      await waitUntil(() => holding.leases.length === 1);
      const [lease] = holding.leases;
      proxy.freeze();
      await a.clock.advance(3_000);
      await a.clock.advance(4_999);
      expect(lease?.signal.aborted).toBe(false);
      await a.clock.advance(1);
      expect(lease?.signal.aborted).toBe(true);
      proxy.cut();
      // Once the server can be reached again, it gets a lease of its own.
      await untilHeld(a, holding, 2);
      expect(holding.leases[1]?.token).toBeGreaterThan(lease?.token ?? Infinity);
      await holding.letGo();
      await proxy.close();
    });

    test('a lease that could not be let go, since the store did not answer, is let go once it does', async () => {
      const NOWHERE = 'postgres://127.0.0.1:9/none';
      let target = url;
      const proxy = await createTcpProxy(() => target);
      const { leases, clock } = start(url.replace(/:\d+\//, `:${new URL(proxy.url).port}/`));
      const until = (): Promise<unknown> => runOn(url, "SELECT until FROM leases WHERE name = 'once'");
      await leases.take('once', NEVER, () => {
        target = NOWHERE;
        proxy.cut();
        return Promise.resolve();
      });
      const before = await until();
      await clock.advance(500);
      expect(await until()).toEqual(before);
      target = url;
      await waitUntil(async () => {
        await clock.advance(100);
        await sleep(50);
        return JSON.stringify(await until()) !== JSON.stringify(before);
      });
      await proxy.close();
    });

    test('what is done with a lease for a moment is done by one at a time, however many want to', async () => {
      const all = [start(), start(), start()];
      let inside = 0;
      let most = 0;
      const tokens: number[] = [];
      const counting = Promise.all(
        all.flatMap(({ leases }) =>
          Array.from({ length: 4 }, () =>
            leases.take('wecom', NEVER, async ({ token }) => {
              most = Math.max(most, ++inside);
              tokens.push(token);
              const [row] = await runOn(url, 'SELECT written_at::int AS value FROM probe');
              const value = Number(row?.['value'] ?? 0) + 1;
              await runOn(
                url,
                `INSERT INTO probe ("only", written_at) VALUES (1, ${value}) ON CONFLICT ("only") DO UPDATE SET written_at = ${value}`,
              );
              inside--;
            }),
          ),
        ),
      );
      const state = { isDone: false };
      void counting.finally(() => (state.isDone = true));
      await waitUntil(async () => {
        await Promise.all(all.map(({ clock }) => clock.advance(100)));
        return state.isDone;
      });
      await counting;
      expect([most, await written()]).toEqual([1, 12]);
      expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
      expect(new Set(tokens).size).toBe(12);
    });

    test('one that waits stops when it is told to, and what failed lets the lease go', async () => {
      const [a, b] = [start(), start()];
      await expect(
        a.leases.take('wecom', NEVER, () => Promise.reject(new Error('interrupted'))),
      ).rejects.toThrow('interrupted');
      const working = Promise.withResolvers<undefined>();
      const held = a.leases.take('wecom', NEVER, () => working.promise);
      await waitUntil(async () => (await restOf('wecom')) > 1);
      const giving = new AbortController();
      const waiting = b.leases.take('wecom', giving.signal, () => Promise.resolve());
      giving.abort(new Error('too late'));
      await expect(waiting).rejects.toThrow('too late');
      working.resolve(undefined);
      await held;
    });
  });
