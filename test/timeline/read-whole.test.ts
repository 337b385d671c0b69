import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../src/errors/upstream-error.ts';
import { NO_FILTER } from '../../src/timeline/filter.ts';
import { readWhole } from '../../src/timeline/read-whole.ts';
import { RequestBudget } from '../../src/timeline/request-budget.ts';
import type { TimelineQuery } from '../../src/timeline/timeline.ts';
import type { TimelinePage } from '../../src/timeline/timeline-page.ts';
import { MemoryChannel } from '../support/memory-channel.ts';
import { TestClock } from '../support/test-clock.ts';

const clock = new TestClock(0);
const budget = new RequestBudget({ upstreamCallsPerRequest: 1, requestTimeoutMs: 1_000 }, clock);
const channel = new MemoryChannel();
const messages = Array.from({ length: 5 }, (_, index) => channel.add(index));
const query: TimelineQuery = {
  filter: NO_FILTER,
  order: 'ASC',
  page: { size: 2, direction: 'forward', cursor: null },
  onSourceFailure: 'FAIL',
};

/** A timeline whose cursors are the numbers of messages, and whose pages are no longer than its budget allows. */
function timelineOf(
  pageLimit: number,
  asked: TimelineQuery[] = [],
): { read: (page: TimelineQuery) => Promise<TimelinePage> } {
  return {
    read: (page) => {
      asked.push(page);
      const start = Number(page.page.cursor ?? 0);
      const nodes = messages.slice(start, start + Math.min(page.page.size, pageLimit));
      const endCursor = String(start + nodes.length);
      const hasNextPage = start + nodes.length < messages.length;
      const pageInfo = { hasNextPage, hasPreviousPage: start > 0, startCursor: null, endCursor };
      const selection = { filter: page.filter, span: { since: 0, until: 0 }, isArchiveOnly: false };
      return Promise.resolve({ edges: [], nodes, pageInfo, sources: [], selection });
    },
  };
}

test('a list comes page by page, each from where the last one ended, with everything else as asked', async () => {
  const asked: TimelineQuery[] = [];
  const pages: unknown[] = [];
  for await (const page of readWhole(timelineOf(9, asked), query, budget)) pages.push(page);
  expect(pages).toEqual([messages.slice(0, 2), messages.slice(2, 4), messages.slice(4)]);
  expect(asked).toEqual(
    [null, '2', '4'].map((cursor) => ({ ...query, page: { size: 2, direction: 'forward', cursor } })),
  );
});

test('a page that is short of what follows is an error, after what it has', async () => {
  const pages = readWhole(timelineOf(1), query, budget);
  expect(await pages.next()).toEqual({ done: false, value: messages.slice(0, 1) });
  await expect(pages.next()).rejects.toBeInstanceOf(BudgetSpentError);
});
