import { Activity } from '../../src/datasources/activity.ts';
import { systemClock } from '../../src/util/clock.ts';
import Keyv from 'keyv';
import { pino } from 'pino';
import type { ChannelDependencies } from '../../src/datasources/dependencies.ts';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import { Accounts } from '../../src/datasources/kit/account.ts';
import type { Clock } from '../../src/util/clock.ts';
import { PageStore } from '../../src/datasources/kit/page-store.ts';
import type { CallBudget } from '../../src/datasources/message-source.ts';
import type { SqlReader } from '../../src/store/sql.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestStore } from './test-store.ts';

/** What outlives a process: give the same to two `createDependencies` to play a restart. */
export interface Stores {
  pages: Keyv;
  store: Store;
  /** To look into the store. */
  sql: SqlReader;
}

export function createStores(): Stores {
  return { pages: new Keyv(), ...openTestStore() };
}

/** What one process would have; call it again with the same stores to play a restart. */
export function createDependencies(clock: Clock, stores: Stores = createStores()): ChannelDependencies {
  return {
    clock,
    pages: new PageStore(stores.pages, clock, (error) => {
      throw error;
    }),
    store: stores.store,
    accounts: new Accounts(clock),
    log: pino({ enabled: false }),
    callTimeoutMs: 5_000,
    directory: process.cwd(),
  };
}

/** Counts calls; with a limit, refuses the one after. */
export class TestBudget implements CallBudget {
  readonly arrivedAt: number;
  readonly #limit: number;
  readonly signal = new AbortController().signal;
  readonly isOver = false;
  readonly deadline = Infinity;
  readonly caller = 'test';
  readonly activity = new Activity(systemClock);
  calls = 0;

  constructor(arrivedAt: number, limit = Infinity) {
    this.arrivedAt = arrivedAt;
    this.#limit = limit;
  }

  readonly freshSince = (time: number): number => time;

  spend(): void {
    if (this.calls >= this.#limit) throw new BudgetSpentError();
    this.calls++;
    this.activity.called();
  }
}
