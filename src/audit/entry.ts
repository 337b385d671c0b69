import { z } from 'zod';
import type { RequestErrorCode, StoreErrorCode, UpstreamErrorCode } from '../errors/catalogue.ts';
import type { AuditRow, NewAuditRow } from '../store/store.ts';

/** How a read ended. `PARTIAL`: some of its sources failed, and the messages of the others were returned. */
export type AuditOutcome =
  | 'OK'
  | 'PARTIAL'
  | RequestErrorCode
  | UpstreamErrorCode
  | StoreErrorCode
  | 'QUERY_TOO_COMPLEX'
  | 'INTERNAL_SERVER_ERROR';

/** What was read: messages or other personal data, and how many. Holds no text and no native id. */
export interface AuditedRead {
  /** What was read, as a schema coordinate such as `Query.messages`; for a command, its name. */
  field: string;
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
  /** Whom or what a command was about: a keyed hash, or a number. Left out: it was about no single one. */
  subject?: string;
}

/** Who was given it. */
export interface ReadBy {
  /** Unix ms: when the read ended. */
  at: number;
  /** The caller's name in the configuration. */
  caller: string;
  /** As in the answer's `X-Request-Id` and in the log. */
  requestId: string;
  /** The operation name that the caller gave; null if none. Cut when it is very long. */
  operation: string | null;
}

/** One read by one caller. */
export interface AuditEntry extends AuditedRead, ReadBy {}

type Content = Pick<AuditRow, 'at' | 'caller' | 'body'>;
/** What a record tells, and the callers that it is found by. */
export type AuditContent = Content & Pick<NewAuditRow, 'callers'>;

const MAX_OPERATION_LENGTH = 100;
/** Instead of the caller of a record with several readers, which its body names. */
const SEVERAL = '';

/** A record of all who were given the same, its keys always in the same order. */
export function toContent(read: AuditedRead, readers: readonly [ReadBy, ...ReadBy[]]): AuditContent {
  const [{ at, caller, requestId, operation }] = readers;
  const { field, channels, conversationId, sentAtGte, sentAtLt, count, outcome, subject } = read;
  const what = {
    channels,
    conversationId,
    sentAtGte,
    sentAtLt,
    count,
    outcome,
    ...(subject === undefined ? {} : { subject }),
  };
  const callers = new Set(readers.map((by) => by.caller));
  if (readers.length === 1) {
    const body = JSON.stringify({ requestId, field, operation: cut(operation), ...what });
    return { at, caller, body, callers };
  }
  const tuples = readers.map((by) => [by.caller, by.requestId, cut(by.operation), by.at - at]);
  return { at, caller: SEVERAL, body: JSON.stringify({ field, ...what, readers: tuples }), callers };
}

function cut(operation: string | null): string | null {
  return operation?.slice(0, MAX_OPERATION_LENGTH) ?? null;
}

/** The last is how many ms after the record's `at`. */
const storedReader = z.tuple([z.string(), z.string(), z.string().nullable(), z.number()]);
/** Newer gateways may write more. */
const storedBody = z.looseObject({
  sentAtGte: z.number().nullable(),
  sentAtLt: z.number().nullable(),
  readers: z.array(storedReader).optional(),
});

/** An entry as it was stored, by this version or another one. */
export interface StoredEntry {
  at: number;
  caller: string;
  sentAtGte: number | null;
  sentAtLt: number | null;
  [more: string]: unknown;
}

/** The entries of a record, one for each reader. @throws Error when its body is not what a gateway writes */
export function toEntries({ at, caller, body }: Content): StoredEntry[] {
  const { readers, ...what } = storedBody.parse(JSON.parse(body));
  if (!readers) return [{ ...what, at, caller }];
  return readers.map(([name, requestId, operation, later]) => ({
    ...what,
    at: at + later,
    caller: name,
    requestId,
    operation,
  }));
}

/** The callers that a record names, each once. @throws Error as `toEntries` */
export function callersOf({ caller, body }: Content): ReadonlySet<string> {
  if (caller !== SEVERAL) return new Set([caller]);
  return new Set(storedBody.parse(JSON.parse(body)).readers?.map(([name]) => name) ?? [caller]);
}
