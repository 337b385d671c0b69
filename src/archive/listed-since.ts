import type { MessageRecord } from '../domain/records.ts';
import type { ArchivedEntry, MessageArchive } from '../store/store.ts';
import { parseRecord } from './parse-record.ts';

/** How many delisted messages in a row are looked past. */
const MAX_DELISTED = 10;
/** Sources may list messages in another order than that of their times, by less than this. */
const MARGIN_MS = 60_000;

/** @returns what is kept of a message that the source still lists, of this moment or not long after; null when there is none */
export async function findListedSince(
  archive: Pick<MessageArchive, 'read'>,
  moment: number,
): Promise<ArchivedEntry | null> {
  const span = { since: moment, until: Number.MAX_SAFE_INTEGER };
  const query = { order: 'ASC', span, after: null, terms: [], limit: MAX_DELISTED } as const;
  return (await archive.read(query)).find(({ delistedAt }) => delistedAt === null) ?? null;
}

/**
 * As for `MessageSource.start`.
 *
 * @param newest Unix ms: nothing newer is wanted. @returns undefined when none is kept
 */
export async function findNewer(
  archive: Pick<MessageArchive, 'read'>,
  newest: number,
): Promise<MessageRecord | undefined> {
  const listed = await findListedSince(archive, newest + MARGIN_MS);
  return listed ? { ...parseRecord(listed.record), sequence: listed.sequence } : undefined;
}
