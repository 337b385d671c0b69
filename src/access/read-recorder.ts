import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditEntry, AuditOutcome } from '../audit/entry.ts';
import { BudgetSpentError, UpstreamError } from '../datasources/errors.ts';
import type { Clock } from '../datasources/kit/clock.ts';
import { RequestError } from '../errors.ts';
import { currentRequest } from '../request-info.ts';
import type { Caller } from './caller.ts';

/** A read as far as it knows itself. */
export type Read = Omit<AuditEntry, 'at' | 'caller' | 'requestId' | 'operation'>;
export type RecordRead = (read: Read) => Promise<void>;

/** Records what one caller reads. What could not be recorded must not be handed out. */
export function createReadRecorder({ name }: Caller, audit: AuditLog, clock: Clock): RecordRead {
  return (read) => {
    const request = currentRequest.getStore();
    return audit.record({
      ...read,
      at: clock.now(),
      caller: name,
      requestId: request?.id ?? '',
      operation: request?.operationName ?? null,
    });
  };
}

/** What a read that failed is recorded as. */
export function toOutcome(error: unknown): AuditOutcome {
  if (error instanceof RequestError || error instanceof UpstreamError) return error.code;
  return error instanceof BudgetSpentError ? 'QUERY_TOO_COMPLEX' : 'INTERNAL_SERVER_ERROR';
}
