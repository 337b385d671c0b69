import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditedRead, AuditOutcome } from '../audit/entry.ts';
import { StoreUnavailableError } from '../errors/store-error.ts';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import { RequestError } from '../errors/request-error.ts';
import { currentRequest } from '../observability/request-info.ts';
import type { Caller } from '../access/caller.ts';

/** A read, without what the recorder adds. */
export type Read = AuditedRead;
export type RecordRead = (read: Read) => Promise<void>;

/** Records what one caller reads. A read that could not be recorded must not be returned. */
export function createReadRecorder({ name }: Caller, audit: AuditLog, clock: Clock): RecordRead {
  return (read) => {
    const request = currentRequest.getStore();
    return audit.record(read, {
      at: clock.now(),
      caller: name,
      requestId: request?.id ?? '',
      operation: request?.operationName ?? null,
    });
  };
}

/**
 * Reads personal data other than through the timeline, and records that before it returns.
 *
 * @param of `field`: what is read, as a schema coordinate such as `Query.node`; of which times, where it is bounded
 * @param countOf how many people, sessions and the like are returned
 */
export async function readRecorded<T>(
  recordRead: RecordRead,
  of: Pick<Read, 'field' | 'channels'> & Partial<Pick<Read, 'conversationId' | 'sentAtGte' | 'sentAtLt'>>,
  read: () => T | Promise<T>,
  countOf: (value: T) => number,
): Promise<T> {
  const entry = { conversationId: null, sentAtGte: null, sentAtLt: null, ...of };
  let value: T;
  try {
    value = await read();
  } catch (error) {
    await recordRead({ ...entry, count: 0, outcome: toOutcome(error) });
    throw error;
  }
  await recordRead({ ...entry, count: countOf(value), outcome: 'OK' });
  return value;
}

/** How a failed read is recorded. */
export function toOutcome(error: unknown): AuditOutcome {
  if (
    error instanceof RequestError ||
    error instanceof UpstreamError ||
    error instanceof StoreUnavailableError
  )
    return error.code;
  return error instanceof BudgetSpentError ? 'QUERY_TOO_COMPLEX' : 'INTERNAL_SERVER_ERROR';
}
