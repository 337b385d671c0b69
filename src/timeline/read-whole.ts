import type { MessageRecord } from '../domain/records.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { RequestBudget } from './request-budget.ts';
import type { TimelinePage, TimelineQuery } from './timeline.ts';

/**
 * Reads a whole list within one request, page by page, and holds no more than one page of it.
 *
 * @param query its page is the first one; all others are as long
 * @throws BudgetSpentError when the request's calls or time end before the list does
 * @throws UpstreamError when a source failed, or is short of messages, and `onSourceFailure` is `FAIL`
 */
export async function* readWhole<Query extends TimelineQuery>(
  timeline: { read(query: Query, requestBudget: RequestBudget): Promise<TimelinePage> },
  query: Query,
  requestBudget: RequestBudget,
): AsyncGenerator<readonly MessageRecord[]> {
  let { page } = query;
  for (;;) {
    const { nodes, pageInfo } = await timeline.read({ ...query, page }, requestBudget);
    yield nodes;
    if (!pageInfo.hasNextPage) return;
    // Only a request that has used itself up leaves a page short of what follows.
    if (nodes.length < page.size) throw new BudgetSpentError();
    page = { ...page, cursor: pageInfo.endCursor };
  }
}
