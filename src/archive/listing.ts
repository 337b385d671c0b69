import { BudgetSpentError } from '../errors/upstream-error.ts';
import { PositionError } from '../datasources/kit/position.ts';
import type { CallBudget, MessageSource, Slice, Walk } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { MessageArchive, TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import { EVERYTHING } from './everything.ts';
import { findNewer } from './listed-since.ts';
import { markAt, type ListedKey, type Mark } from './mark.ts';

export interface ListingOptions {
  /** The provider's own. */
  source: MessageSource;
  archive: MessageArchive;
  clock: Clock;
  /** A fresh one for each page, of the gateway's own caller. */
  createBudget: () => CallBudget;
  /** Asked when a page takes more than one budget: whether it is read on with another one at once. Left out: it is not. */
  readsOn?: () => boolean;
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
 * @throws BudgetSpentError when a page takes more than one budget, and is not read on
 */
export async function* listParts(
  from: Mark,
  until: number,
  { source, archive, clock, createBudget, readsOn = () => false }: ListingOptions,
  beforePage: () => Promise<void> = () => Promise.resolve(),
): AsyncGenerator<ListedPart> {
  const walk: Walk = {
    order: 'ASC',
    oldest: from.until,
    newest: until - 1,
    asOf: latestNow(clock),
    filter: EVERYTHING,
  };
  const begin = async (moment: number): Promise<Mark> => ({
    ...markAt(moment),
    position: source.start({ ...walk, oldest: moment }, await findNewer(archive, walk.newest)),
  });
  let mark = from;
  while (mark.until < until) {
    await beforePage();
    const lastChange = await archive.lastChange();
    const { position } = mark.position === null ? await begin(mark.until) : mark;
    if (position === null) return;
    let slice: Slice;
    try {
      slice = await source.read(position, walk, createBudget(), PAGE_SIZE);
    } catch (error) {
      if (error instanceof BudgetSpentError && readsOn()) continue;
      // The stored position is not one of the source any more.
      if (!(error instanceof PositionError) || mark.position === null) throw error;
      mark = await begin(mark.until);
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
  { source, archive, clock, createBudget }: ListingOptions,
): Promise<boolean> {
  const walk: Walk = {
    order: 'DESC',
    oldest: 0,
    newest: moment,
    asOf: latestNow(clock),
    filter: EVERYTHING,
  };
  const newer = await findNewer(archive, moment);
  const budget = createBudget();
  try {
    // A source may list nothing although more follows.
    for (let position = source.start(walk, newer); ;) {
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

/**
 * What a page lists. A page of a source that says it lists less than there is, and what it reaches, is not known; what is ahead of that is a
 * part of its own, for which the page is read again.
 */
function toPart(slice: Slice, mark: Mark, end: number, lastChange: number): ListedPart {
  const since = mark.until;
  // Nothing older is ahead.
  const edge = slice.next.watermark ?? slice.messages.at(-1)?.sentAt ?? since;
  const reached = slice.isEnd ? end : Math.min(end, Math.max(since, edge));
  const messages = slice.messages.filter(({ sentAt }) => sentAt >= since && sentAt < end);
  const sureFrom = slice.isIncomplete === true ? reachOf(messages, since, reached) : mark.sureFrom;
  const until = sureFrom > since ? Math.min(reached, sureFrom) : reached;
  const isRead = until === reached;
  const listed = [...mark.listed, ...messages.map(({ key, sentAt }): ListedKey => [key, sentAt])];
  const next: Mark = {
    until,
    position: isRead ? slice.next : mark.position,
    listed: (isRead ? listed : mark.listed).filter(([, sentAt]) => sentAt >= until),
    sureFrom: Math.max(sureFrom, until),
  };
  return {
    span: { since, until },
    messages: isRead ? messages : messages.filter(({ sentAt }) => sentAt < until),
    listed: sureFrom > since ? null : new Set(listed.map(([key]) => key)),
    lastChange,
    next: until === end ? markAt(end) : next,
  };
}

/** Unix ms: what a page lacks was sent before. */
function reachOf(messages: readonly MessageRecord[], since: number, reached: number): number {
  return messages.reduce((moment, { sentAt }) => Math.max(moment, sentAt + 1), Math.max(reached, since + 1));
}
