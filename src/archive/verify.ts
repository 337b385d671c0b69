import type { CallBudget, MessageSource, Walk } from '../datasources/message-source.ts';
import type { ArchiveEntry, KeptPage, Lease, MessageArchive, TimeSpan } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { latestNow } from '../util/present.ts';
import { EVERYTHING } from './everything.ts';
import { toEntry } from './to-entry.ts';

export interface VerifyOptions {
  /** The provider's own. */
  source: MessageSource;
  archive: MessageArchive;
  clock: Clock;
  /** A fresh one for each page, of the gateway's own caller. */
  createBudget: () => CallBudget;
}

export interface Verified extends KeptPage {
  /** Messages that the source lists no more. */
  delisted: number;
}

/** What the source lists of a span. */
interface Listed {
  entries: Map<string, ArchiveEntry>;
  /** Nothing was left out, nor has anything expired: what is not among the entries was taken away. */
  isWhole: boolean;
}

const PAGE_SIZE = 500;

/**
 * Compares what is kept of a span with what the source lists now, and keeps the difference in one step: what is missing, what
 * has changed, and what is listed no more. A span that was not complete stays so.
 *
 * @param span short enough to be held in memory, and nothing that the channel's configuration cuts off
 * @returns null when the lease was lost before all of it was read
 * @throws LostLeaseError
 * @throws UpstreamError
 * @throws BudgetSpentError
 */
export async function verify(span: TimeSpan, options: VerifyOptions, lease: Lease): Promise<Verified | null> {
  const { archive, clock } = options;
  // Before it is read: what is kept meanwhile is not taken for delisted.
  const kept = await archive.keysIn(span);
  const listed = await list(span, options, lease);
  if (!listed) return null;
  const entries = [...listed.entries.values()].filter(({ key, record }) => kept.get(key) !== record);
  const delisted = listed.isWhole ? [...kept.keys()].filter((key) => !listed.entries.has(key)) : [];
  const page = { entries, delisted, readAt: latestNow(clock), covers: null, progress: null };
  return { ...(await archive.keep(page, lease)), delisted: delisted.length };
}

async function list(
  { since, until }: TimeSpan,
  { source, clock, createBudget }: VerifyOptions,
  lease: Lease,
): Promise<Listed | null> {
  const walk: Walk = {
    order: 'DESC',
    oldest: since,
    newest: until - 1,
    asOf: latestNow(clock),
    filter: EVERYTHING,
  };
  const listed: Listed = { entries: new Map(), isWhole: true };
  let position = source.start(walk);
  while (!lease.signal.aborted) {
    const slice = await source.read(position, walk, createBudget(), PAGE_SIZE);
    for (const message of slice.messages) {
      if (message.sentAt >= since && message.sentAt < until)
        listed.entries.set(message.key, toEntry(message));
    }
    if ((slice.isIncomplete ?? false) || slice.endReason === 'EXPIRED') listed.isWhole = false;
    const { watermark } = slice.next;
    if (slice.isEnd || (watermark !== null && watermark < since)) return listed;
    position = slice.next;
    // Cached pages are read without I/O, so other work would not run in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return null;
}
