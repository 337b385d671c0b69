import type { UpstreamErrorCode } from '../errors/catalogue.ts';
import type { RequestErrorCode } from '../errors/catalogue.ts';

/** How a read ended. `PARTIAL`: some of its sources failed, and the messages of the others were returned. */
export type AuditOutcome =
  'OK' | 'PARTIAL' | RequestErrorCode | UpstreamErrorCode | 'QUERY_TOO_COMPLEX' | 'INTERNAL_SERVER_ERROR';

/** One read of messages or other personal data: who read how many of what. Holds no text and no native id. */
export interface AuditEntry {
  /** Unix ms: when the read ended. */
  at: number;
  /** The caller's name in the configuration. */
  caller: string;
  /** As in the answer's `X-Request-Id` and in the log. */
  requestId: string;
  /** What was read, as a schema coordinate such as `Query.messages`; for a command, its name. */
  field: string;
  /** The operation name that the caller gave; null if none. Cut when it is very long. */
  operation: string | null;
  /** Names of the channels that were read. */
  channels: readonly string[];
  /** The global id of the conversation that was read; null unless it was exactly one. */
  conversationId: string | null;
  /** Unix ms, inclusive: the requested range; null where it was open. */
  sentAtGte: number | null;
  /** Unix ms, exclusive. */
  sentAtLt: number | null;
  /** Messages returned, or people, sessions and the like. */
  count: number;
  outcome: AuditOutcome;
}

const MAX_OPERATION_LENGTH = 100;

/** The entry's part of a row, always in the same order. */
export function toRowBody(entry: AuditEntry): string {
  const { requestId, field, operation, channels, conversationId, sentAtGte, sentAtLt, count, outcome } =
    entry;
  const name = operation?.slice(0, MAX_OPERATION_LENGTH) ?? null;
  return JSON.stringify({
    requestId,
    field,
    operation: name,
    channels,
    conversationId,
    sentAtGte,
    sentAtLt,
    count,
    outcome,
  });
}
