import { pino } from 'pino';
import { Accounts } from '../../src/datasources/kit/account.ts';
import { HttpClient } from '../../src/datasources/kit/http.ts';
import { BudgetSpentError, UpstreamError } from '../../src/errors/upstream-error.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import { systemClock } from '../../src/util/clock.ts';
import { TestBudget } from './dependencies.ts';

/**
 * A process of its own that makes calls to one account, as many as it may, until it is told to end. It is started with:
 * the store, the provider's address, how many calls wait at a time, and the quota's two limits.
 */
const [store = '', baseUrl = '', demand, callsPerSecond, maxConcurrent] = process.argv.slice(2);
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
const callOn = async (caller: string): Promise<void> => {
  while (!end.signal.aborted) {
    const budget = Object.assign(new TestBudget(Date.now()), { caller, signal: end.signal });
    try {
      await client.call({ method: 'GET', path: '/call' }, budget, (body) => body);
    } catch (error) {
      if (error instanceof BudgetSpentError) continue;
      // On a busy machine the provider may seem to be out of order.
      if (!(error instanceof UpstreamError)) throw error;
      await systemClock.sleep(100, end.signal);
    }
  }
};
console.info('ready');
await Promise.all(Array.from({ length: Number(demand) }, (_, index) => callOn(`caller ${index % 3}`)));
await client.close();
await accounts.close();
await opened.close();
