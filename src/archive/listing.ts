import { BudgetSpentError } from '../errors/upstream-error.ts';
import { PositionError } from '../datasources/kit/position.ts';
import type { CallBudget, MessageSource, Slice, Walk } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { MessageArchive, TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import { EVERYTHING } from './everything.ts';
import type { Mark } from './mark.ts';

export interface ListingOptions {
  /** The provider's own. */
  source: MessageSource;
  archive: MessageArchive;
  clock: Clock;
  /** A fresh one for each page, of the gateway's own caller. */
  createBudget: () => CallBudget;
}

/** What a source lists of a piece of time: one page. */
export interface ListedPart {
  span: TimeSpan;
  /** Sent in the span, or at its end: of that moment more may follow. */
  messages: readonly MessageRecord[];
  /** Keys of all that is listed in the span. Null: not all of it is known, or the source says that it lists less than there is. */
  listed: ReadonlySet<string> | null;
  /** `MessageArchive.lastChange` before the page was read. */
  lastChange: number;
  next: Mark;
}

const PAGE_SIZE = 500;

/**
 * Lists a span page by page, oldest first, and in pieces that are apart.
 *
 * @param from where it begins. @param until Unix ms, excluded
 * @param beforePage done before each page
 * @throws UpstreamError
 * @throws BudgetSpentError when a page takes more than one budget
 */
export async function* listParts(
  from: Mark,
  until: number,
  { source, archive, clock, createBudget }: ListingOptions,
  beforePage: () => Promise<void> = () => Promise.resolve(),
): AsyncGenerator<ListedPart> {
  const walk: Walk = {
    order: 'ASC',
    oldest: from.until,
    newest: until - 1,
    asOf: latestNow(clock),
    filter: EVERYTHING,
  };
  const begin = (moment: number): Mark => ({
    until: moment,
    position: source.start({ ...walk, oldest: moment }),
    listed: [],
  });
  let mark = from;
  while (mark.until < until) {
    await beforePage();
    const lastChange = await archive.lastChange();
    const { position } = mark.position === null ? begin(mark.until) : mark;
    if (position === null) return;
    let slice: Slice;
    try {
      slice = await source.read(position, walk, createBudget(), PAGE_SIZE);
    } catch (error) {
      // The stored position is not one of the source any more.
      if (!(error instanceof PositionError) || mark.position === null) throw error;
      mark = begin(mark.until);
      continue;
    }
    const part = toPart(slice, mark, until, lastChange);
    mark = part.next;
    yield part;
    // Cached pages are read without I/O, so other work would not run in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Whether what was sent up to a moment may have expired: the source lists nothing of it any more, or it takes more calls than a budget
 * has to know.
 *
 * @param moment Unix ms
 * @throws UpstreamError
 */
export async function mayHaveExpiredUpTo(
  moment: number,
  { source, clock, createBudget }: ListingOptions,
): Promise<boolean> {
  const walk: Walk = {
    order: 'DESC',
    oldest: 0,
    newest: moment,
    asOf: latestNow(clock),
    filter: EVERYTHING,
  };
  const budget = createBudget();
  try {
    // A source may list nothing although more follows.
    for (let position = source.start(walk); ;) {
      const slice = await source.read(position, walk, budget, 1);
      if (slice.messages.some(({ sentAt }) => sentAt <= moment)) return false;
      if (slice.isEnd) return slice.endReason === 'EXPIRED';
      position = slice.next;
    }
  } catch (error) {
    if (error instanceof BudgetSpentError) return true;
    throw error;
  }
}

function toPart(slice: Slice, mark: Mark, end: number, lastChange: number): ListedPart {
  const since = mark.until;
  // Nothing older is ahead.
  const edge = slice.next.watermark ?? slice.messages.at(-1)?.sentAt ?? since;
  const until = slice.isEnd ? end : Math.min(end, Math.max(since, edge));
  const messages = slice.messages.filter(({ sentAt }) => sentAt >= since && sentAt < end);
  const isWhole = mark.listed !== null && slice.isIncomplete !== true;
  const listed = new Set([...(mark.listed ?? []), ...messages.map(({ key }) => key)]);
  const ofEdge = messages.filter(({ sentAt }) => sentAt >= until).map(({ key }) => key);
  const next: Mark =
    until === end
      ? { until, position: null, listed: [] }
      : {
          until,
          position: slice.next,
          listed: isWhole ? (until === since ? [...listed] : ofEdge) : null,
        };
  return { span: { since, until }, messages, listed: isWhole ? listed : null, lastChange, next };
}
