import { randomUUID } from 'node:crypto';
import type { Sql, SqlRow, SqlUnit } from '../sql.ts';
import type { QuotaDemand, QuotaLimits, QuotaShare, QuotaShares } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import { allot, type Allotment, type Sharer } from './allot-quota.ts';

/** By the server's clock: no other process gets the share before. */
const SHARE_MS = 10_000;
/** By the process's own clock. Half: it may stall for so long between looking at its share and making a call. */
const GOOD_FOR_MS = 5_000;

/** Shares as rows of a table, which one process at a time reads and changes, account by account. */
export class PostgresQuotaShares implements QuotaShares {
  readonly #sql: Sql;
  readonly #account: ColumnSeal;
  readonly #holder = randomUUID();

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql;
    this.#account = vault.key('quota_shares.account');
  }

  exchange(name: string, limits: QuotaLimits, demand: QuotaDemand): Promise<QuotaShare> {
    const account = String(this.#account.seal(name));
    return this.#sql.unit(async (tx) => {
      await tx.claim(`quota ${account}`);
      await tx.all('DELETE FROM quota_shares WHERE account = $1 AND until <= clock_timestamp()', [account]);
      const rows = await tx.all('SELECT * FROM quota_shares WHERE account = $1', [account]);
      const own = rows.find((row) => row['holder'] === this.#holder);
      const others = rows.filter((row) => row !== own).map(toSharer);
      const allotment = allot(limits, demand, others, own && toSharer(own));
      await this.#keep(tx, account, demand, allotment);
      return { ...allotment.share, goodForMs: GOOD_FOR_MS };
    });
  }

  async leave(name: string, inMs: number): Promise<void> {
    await this.#sql.all(
      `UPDATE quota_shares SET until = LEAST(until, clock_timestamp() + $1 * interval '1 millisecond')
       WHERE account = $2 AND holder = $3`,
      [Math.ceil(Math.min(inMs, SHARE_MS)), String(this.#account.seal(name)), this.#holder],
    );
  }

  async #keep(
    tx: SqlUnit,
    account: string,
    { needed, callers }: QuotaDemand,
    { held, turn }: Allotment,
  ): Promise<void> {
    const isOver = held.callsPerSecond + held.maxConcurrent + needed.callsPerSecond === 0;
    if (isOver) {
      await tx.all('DELETE FROM quota_shares WHERE account = $1 AND holder = $2', [account, this.#holder]);
      return;
    }
    await tx.all(
      `INSERT INTO quota_shares
         (account, holder, calls, concurrent, calls_needed, concurrent_needed, callers, turn, until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + interval '${SHARE_MS} milliseconds')
       ON CONFLICT (account, holder) DO UPDATE SET
         calls = excluded.calls, concurrent = excluded.concurrent, calls_needed = excluded.calls_needed,
         concurrent_needed = excluded.concurrent_needed, callers = excluded.callers, turn = excluded.turn,
         until = excluded.until`,
      [
        account,
        this.#holder,
        held.callsPerSecond,
        held.maxConcurrent,
        needed.callsPerSecond,
        needed.maxConcurrent,
        callers,
        turn,
      ],
    );
  }
}

function toSharer(row: SqlRow): Sharer {
  return {
    held: { callsPerSecond: Number(row['calls']), maxConcurrent: Number(row['concurrent']) },
    needed: {
      callsPerSecond: Number(row['calls_needed']),
      maxConcurrent: Number(row['concurrent_needed']),
    },
    callers: Number(row['callers']),
    turn: Number(row['turn']),
  };
}
