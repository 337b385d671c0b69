import type { CallBudget, Order, Slice, SourcePosition, Walk } from '../message-source.ts';
import { boundBeyond } from './batch.ts';
import type { Gap } from './gap.ts';
import type { HistoryPage, HistoryPages } from './pages.ts';
import { parsePlace, toMoved, toPage, type Anchor } from './paging.ts';
import { append, toBatch, toLength, toNumber, toPlaced, type Run } from './run.ts';
import { goBack } from './search.ts';
import type { TencentChatMessageRecord } from './to-message.ts';

/** One request's reading on from one position. */
export interface SourceReading {
  pages: HistoryPages;
  gap: Gap;
  position: SourcePosition;
  walk: Walk;
  budget: CallBudget;
}

/** A read looks at so many pages before it comes back with only its progress, so that its caller can watch the time. */
const MAX_PAGES_PER_READ = 32;

/** Reads the next batch that lies ahead of the gap. */
export function readOn(reading: SourceReading): Promise<Slice> {
  return reading.walk.order === 'DESC' ? readOlder(reading) : readNewer(reading);
}

async function readOlder({ pages, gap, position, walk, budget }: SourceReading): Promise<Slice> {
  const run: Run = { order: 'DESC', messages: [], anchors: [] };
  let from = parsePlace(position).before;
  for (;;) {
    const oldestYet = run.messages.at(-1);
    const isWanted = (message: TencentChatMessageRecord): boolean =>
      isAhead(gap, message, 'DESC') && (!oldestYet || toNumber(message) < toNumber(oldestYet));
    const { before, page } = await goBack(pages, {
      from,
      isFound: ({ messages }) => messages.some(isWanted),
      maxPages: MAX_PAGES_PER_READ,
      notBefore: budget.freshSince(walk.asOf),
      newestNotBefore: budget.freshSince(walk.asOf),
      budget,
    });
    if (!page) {
      if (run.messages.length > 0) return toBatch(run, run.messages.length, before);
      // Nothing between the position and here lies ahead, so what does is older than this.
      const bounds = [position.watermark, before && boundBeyond([before], 'DESC')].filter(
        (at) => at !== null,
      );
      const watermark = bounds.length > 0 ? Math.min(...bounds) : null;
      return toProgress({ ...position, watermark }, before);
    }
    append(run, page.messages.filter(isWanted).toReversed(), before);
    if (page.next === null) {
      const { length } = run.messages;
      const slice = length > 0 ? toBatch(run, length, before) : toProgress(position, before);
      return { ...slice, isEnd: true, endReason: page.end ?? 'BEGINNING' };
    }
    const length = toLength(run);
    if (length > 0) return toBatch(run, length, page.next);
    from = page.next;
  }
}

async function readNewer({ pages, gap, position, walk, budget }: SourceReading): Promise<Slice> {
  const run: Run = { order: 'ASC', messages: [], anchors: [] };
  let from = parsePlace(position).before;
  let isFound = ({ messages: [oldest] }: HistoryPage): boolean =>
    oldest !== undefined && gap.isReachedBy(toPlaced(oldest));
  const notBefore = budget.freshSince(walk.asOf);
  const present = budget.freshSince(budget.arrivedAt);
  let newestNotBefore = notBefore;
  for (;;) {
    const found = { isFound, maxPages: MAX_PAGES_PER_READ, notBefore, newestNotBefore, budget };
    const { before, page } = await goBack(pages, { from, ...found });
    if (!page) return toProgress(position, before);
    const newestYet = run.messages.at(-1);
    const isWanted = (message: TencentChatMessageRecord): boolean =>
      isAhead(gap, message, 'ASC') && (!newestYet || toNumber(message) > toNumber(newestYet));
    append(run, page.messages.filter(isWanted), before);
    const length = before === null ? run.messages.length : toLength(run);
    if (length > 0) return toBatch(run, length, before);
    if (before) {
      // Upwards: to the page that lists the anchor itself.
      from = await pages.findAnchorAbove(before.messageSequence, budget);
      isFound = ({ messages: [oldest] }) =>
        oldest !== undefined && toNumber(oldest) <= before.messageSequence;
    } else if (newestNotBefore < present) {
      // Since the walk began, newer messages may have come.
      newestNotBefore = present;
    } else {
      return { ...toProgress(position, null), isEnd: true };
    }
  }
}

/** Nothing was found up to here, but what was looked at need not be looked at again. */
function toProgress(position: SourcePosition, before: Anchor | null): Slice {
  return { page: toPage({ before }), messages: [], next: toMoved(position, before), isEnd: false };
}

export function isAhead(gap: Gap, message: TencentChatMessageRecord, order: Order): boolean {
  return gap.isAhead(toPlaced(message), order);
}
