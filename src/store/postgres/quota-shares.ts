import { randomUUID } from 'node:crypto';
import type { Sql } from '../sql.ts';
import type { QuotaCaller, QuotaDemand, QuotaLimits, QuotaShare, QuotaShares } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';
import { exchangeQuota, SHARE_MS } from './exchange-quota.ts';
import { keepQuota, readQuota } from './quota-rows.ts';

/** Shares and permits as rows of a table, which one process at a time reads and changes, account by account. */
export class PostgresQuotaShares implements QuotaShares {
  readonly #sql: Sql;
  readonly #account: ColumnSeal;
  readonly #caller: ColumnSeal;
  readonly #holder = randomUUID();

  constructor(sql: Sql, vault: Vault) {
    this.#sql = sql;
    this.#account = vault.key('quota_shares.account');
    this.#caller = vault.key('quota_shares.caller');
  }

  async exchange(name: string, limits: QuotaLimits, demand: QuotaDemand): Promise<QuotaShare> {
    const account = String(this.#account.seal(name));
    const sealed: QuotaDemand = {
      ...demand,
      waiting: demand.waiting.map((one) => ({ ...one, caller: this.#seal(one.caller) })),
      unused: demand.unused.map((caller) => this.#seal(caller)),
    };
    const share = await this.#sql.unit(
      async (tx) => {
        await tx.claim(`quota ${account}`);
        const { state, now } = await readQuota(tx, account);
        const exchange = exchangeQuota(state, this.#holder, limits, sealed, now);
        await keepQuota(tx, account, state, exchange.state);
        return exchange.share;
      },
      { isContended: true },
    );
    const { permits } = share;
    return permits === null
      ? share
      : { ...share, permits: { ...permits, callers: permits.callers.map((caller) => this.#open(caller)) } };
  }

  async leave(name: string, inMs: number): Promise<void> {
    await this.#sql.all(
      `UPDATE quota_shares SET until = LEAST(until, clock_timestamp() + $1 * interval '1 millisecond')
       WHERE account = $2 AND holder = $3`,
      [Math.ceil(Math.min(inMs, SHARE_MS)), String(this.#account.seal(name)), this.#holder],
    );
  }

  /** As JSON, since a name may have half a surrogate pair, which no text of PostgreSQL can hold. */
  #seal(caller: QuotaCaller): QuotaCaller {
    return caller === null ? null : String(this.#caller.seal(JSON.stringify(caller)));
  }

  #open(caller: QuotaCaller): QuotaCaller {
    return caller === null ? null : String(JSON.parse(this.#caller.open(caller)));
  }
}
