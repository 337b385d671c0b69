import { isObject } from '../datasources/kit/json-value.ts';
import type { Lease, MessageArchive, TimeSpan } from '../store/store.ts';
import { joined } from './coverage-gaps.ts';

/** Kept like the position of a job, since no message tells of it. */
const JOB = 'expired';

/**
 * The spans that were covered when the provider no longer listed anything of them: there is nothing to be read, and they are not
 * complete. Oldest first, apart.
 */
export async function readExpired(archive: Pick<MessageArchive, 'progress'>): Promise<TimeSpan[]> {
  const text = await archive.progress(JOB);
  const value: unknown = text === null ? [] : JSON.parse(text);
  return Array.isArray(value) ? value.filter(isSpan) : [];
}

/** @throws LostLeaseError */
export async function keepExpired(
  archive: MessageArchive,
  span: TimeSpan,
  readAt: number,
  lease: Lease,
): Promise<void> {
  const spans = joined([...(await readExpired(archive)), span]);
  const progress = { job: JOB, position: JSON.stringify(spans) };
  await archive.keep({ entries: [], delisted: [], readAt, covers: null, progress }, lease);
}

function isSpan(value: unknown): value is TimeSpan {
  return isObject(value) && typeof value['since'] === 'number' && typeof value['until'] === 'number';
}
