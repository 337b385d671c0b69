import Keyv from 'keyv';
import type { PageRequest } from '../../src/datasources/kit/page-fetch.ts';
import { PageStore } from '../../src/datasources/kit/page-store.ts';
import type { SharedFetches } from '../../src/store/store.ts';
import { latestNow } from '../../src/util/present.ts';
import { TestBudget } from './dependencies.ts';
import { TestClock } from './test-clock.ts';

export const HOUR = 3_600_000;
export const NOW = 1_000 * HOUR;

export interface PagesSetup {
  pages: PageStore;
  clock: TestClock;
  errors: unknown[];
  read: (request?: Partial<PageRequest<string>>) => Promise<string>;
  fetched: () => number;
}

/** A page store, and how often its provider was asked. */
export function setUpPages(
  store = new Keyv(),
  clock = new TestClock(NOW),
  fetches: SharedFetches | null = null,
  mayStore?: () => Promise<boolean>,
): PagesSetup {
  const errors: unknown[] = [];
  const pages = new PageStore(store, clock, (error) => errors.push(error), { fetches, mayStore });
  let fetched = 0;
  const read = (request: Partial<PageRequest<string>> = {}): Promise<string> =>
    pages.read({
      key: 'page',
      notBefore: latestNow(clock),
      coversUntil: NOW - HOUR,
      fetch: () => Promise.resolve(`answer ${++fetched}`),
      budget: new TestBudget(clock.now()),
      weigh: () => 1,
      ...request,
    });
  return { pages, clock, errors, read, fetched: () => fetched };
}
