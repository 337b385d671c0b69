import { isObject } from '../datasources/kit/json-value.ts';
import type { Lease, MessageArchive, TimeSpan } from '../store/store.ts';
import { joined } from './coverage-gaps.ts';

/** Kept like the positions of jobs, since no message tells of it: each span by itself, so that two processes may keep some at a time. */
const JOB = 'expired';

/**
 * The spans that were covered when the provider no longer listed anything of them: there is nothing to be read, and they are not
 * complete. Oldest first, apart.
 */
export async function readExpired(archive: Pick<MessageArchive, 'positions'>): Promise<TimeSpan[]> {
  const positions = [...(await archive.positions())];
  return joined(
    positions.flatMap(([job, position]) => (job.split(' ', 1)[0] === JOB ? parseSpans(position) : [])),
  );
}

/** @throws LostLeaseError */
export async function keepExpired(
  archive: MessageArchive,
  span: TimeSpan,
  readAt: number,
  lease: Lease,
): Promise<void> {
  const { since, until } = span;
  const progress = { job: `${JOB} ${since} ${until}`, position: JSON.stringify([span]) };
  await archive.keep({ entries: [], delisted: [], readAt, covers: null, progress }, lease);
}

function parseSpans(position: string): TimeSpan[] {
  const value: unknown = JSON.parse(position);
  return Array.isArray(value) ? value.filter(isSpan) : [];
}

function isSpan(value: unknown): value is TimeSpan {
  return isObject(value) && typeof value['since'] === 'number' && typeof value['until'] === 'number';
}
