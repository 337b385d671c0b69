import { UpstreamError } from '../errors/upstream-error.ts';
import { isObject } from '../datasources/kit/json-value.ts';
import type { ArchiveFailure } from '../datasources/message-source.ts';
import type { Lease, MessageArchive } from '../store/store.ts';

/** Kept like the position of a job, for other processes to see. */
const JOB = 'failure';

/** @param error null: all went well. @throws LostLeaseError */
export async function keepFailure(
  archive: MessageArchive,
  error: unknown,
  now: number,
  lease: Lease,
): Promise<void> {
  const before = await readFailure(archive);
  const code = error === null ? null : toCode(error);
  if (code === (before?.code ?? null)) return;
  const failure: ArchiveFailure | null = code === null ? null : { since: now, code };
  await archive.keep(
    {
      entries: [],
      delisted: [],
      readAt: now,
      covers: null,
      progress: { job: JOB, position: failure && JSON.stringify(failure) },
    },
    lease,
  );
}

/** @returns null: the last run went well, or was not allowed to end */
export async function readFailure(archive: MessageArchive): Promise<ArchiveFailure | null> {
  const text = await archive.progress(JOB);
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isObject(value)) return null;
  const { since, code } = value;
  return typeof since === 'number' && typeof code === 'string' ? { since, code } : null;
}

/** Constant words, which quote nothing of the provider. */
function toCode(error: unknown): string {
  return error instanceof UpstreamError ? error.code : 'INTERNAL_SERVER_ERROR';
}
