import { pino } from 'pino';
import { Activity } from '../../src/datasources/activity.ts';
import { Accounts } from '../../src/datasources/kit/account.ts';
import { HttpClient } from '../../src/datasources/kit/http.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import { systemClock } from '../../src/util/clock.ts';
import type { CallerDemand } from './caller-demand.ts';
import { TestBudget } from './dependencies.ts';

/**
 * A process of its own that makes calls to one account. It is started with: the store, the provider's address, the quota's two limits,
 * and the demands as JSON. Without endless ones it ends when all calls are made.
 */
const [store = '', baseUrl = '', callsPerSecond, maxConcurrent, json = '[]'] = process.argv.slice(2);
const demands = JSON.parse(json) as CallerDemand[];
const log = pino({ level: 'fatal' });
const { store: opened } = await openPostgres(store, null, { clock: systemClock, log });
const { quotaShares: shares } = opened;
const accounts = new Accounts(systemClock, shares && { shares, log });
const client = new HttpClient(
  {
    channel: 'shop',
    provider: 'WECHAT',
    baseUrl,
    account: 'shop',
    quota: { callsPerSecond: Number(callsPerSecond), maxConcurrent: Number(maxConcurrent) },
  },
  { clock: systemClock, accounts, callTimeoutMs: 30_000 },
);
const end = new AbortController();
process.once('SIGTERM', () => {
  end.abort();
});
const callOn = async ({ caller, calls, background }: CallerDemand): Promise<void> => {
  for (let made = 0; made < (calls ?? Infinity) && !end.signal.aborted;) {
    const activity = new Activity(systemClock, background !== undefined);
    const budget = Object.assign(new TestBudget(Date.now()), {
      caller,
      background: background ?? null,
      activity,
    });
    try {
      const query = (): Record<string, string> => (caller === null ? {} : { caller });
      await client.call({ method: 'GET', path: '/call', query }, budget, (body) => body);
      made++;
    } catch (error) {
      if (error instanceof BudgetSpentError) continue;
      // On a busy machine the provider may seem to be out of order.
      if (!(error instanceof UpstreamError)) throw error;
      await systemClock.sleep(100, end.signal);
    }
  }
};
console.info('ready');
await Promise.all(demands.flatMap((demand) => Array.from({ length: demand.atOnce }, () => callOn(demand))));
await client.close();
await accounts.close();
await opened.close();
