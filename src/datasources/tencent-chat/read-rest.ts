import { BudgetSpentError } from '../../errors/upstream-error.ts';
import type { Slice } from '../message-source.ts';
import { boundBeyond } from './batch.ts';
import type { HistoryPage } from './pages.ts';
import { parsePlace, toPage, toPositionBelow, type Span } from './paging.ts';
import { isAhead, readOn, type SourceReading } from './read-on.ts';
import { inOrder, toNumber, toPlaced } from './run.ts';
import { goBack } from './search.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

/** What is left of a batch: whatever else there is by now, it comes after all of it. */
export async function readRest(batch: Span, reading: SourceReading): Promise<Slice> {
  const { pages, gap, position, walk, budget } = reading;
  const { order } = walk;
  const { before: above } = parsePlace(position);
  const inBatch = new Map<string, TencentChatMessageRecord>();
  const collect = ({ messages }: HistoryPage): void => {
    for (const message of messages) {
      const number = toNumber(message);
      if (number >= batch.from && number < batch.until) inBatch.set(message.sequence, message);
    }
  };
  const { before, page } = await goBack(pages, {
    from: above,
    isFound: (visited) => {
      collect(visited);
      return visited.messages.some((message) => toNumber(message) <= batch.from);
    },
    maxPages: Infinity,
    notBefore: budget.freshSince(walk.asOf),
    newestNotBefore: budget.freshSince(walk.asOf),
    budget,
  });
  if (!page) throw new BudgetSpentError();
  // The oldest of all ends the search without a look.
  collect(page);
  const rest = [...inBatch.values()].filter((message) => isAhead(gap, message, order));
  const bounds = [...inBatch.values()].map(toPlaced);
  const watermark = bounds.length > 0 ? boundBeyond(bounds, order) : position.watermark;
  const next =
    order === 'DESC'
      ? toPositionBelow(batch.from, before, order, watermark)
      : toPositionBelow(batch.until, above, order, watermark);
  if (rest.length === 0) return readOn({ ...reading, gap: gap.at(next), position: next });
  const isLast = page.next === null && !page.messages.some((message) => toNumber(message) < batch.from);
  return {
    page: toPage({ before: above, span: batch }),
    messages: inOrder(rest, order),
    next,
    isEnd: order === 'DESC' && isLast,
    ...(page.end ? { endReason: page.end } : {}),
  };
}
