import type { MessageRecord } from '../domain/records.ts';
import { BudgetSpentError } from '../errors/upstream-error.ts';
import type { RequestBudget } from './request-budget.ts';
import type { TimelineQuery } from './timeline.ts';
import type { TimelinePage } from './timeline-page.ts';

/**
 * Reads a whole list within one request, page by page, and holds no more than one page of it.
 *
 * @param query its page is the first one; all others have the same size
 * @throws BudgetSpentError when the request's budget of calls or time ends before the list does
 * @throws UpstreamError when a source failed, or omits messages, and `onSourceFailure` is `FAIL`
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
    // Only a request that has used up its budget leaves a page short of what follows.
    if (nodes.length < page.size) throw new BudgetSpentError();
    page = { ...page, cursor: pageInfo.endCursor };
  }
}
