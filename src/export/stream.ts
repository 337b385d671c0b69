import { UpstreamError } from '../errors/upstream-error.ts';
import type { Clock } from '../util/clock.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { PageRequest } from '../timeline/page-request.ts';
import type { TimelinePage } from '../timeline/timeline-page.ts';
import { ExportError } from './export-error.ts';
import { RetryLimit } from './retry-limit.ts';
import { toFilter, type ExportWalk } from './walk.ts';
import type { FormatWriter, WrittenPage } from './written.ts';

/** A page that was read, and what could be written of it and earlier ones. */
export interface ExportChunk {
  /** May be empty. */
  bytes: Buffer;
  /** See `Checkpoint.groups`. */
  groups: readonly string[];
  /** How many messages the bytes hold. */
  written: number;
  /** How many messages were read. */
  messages: number;
  /** Unix ms, of the first and the last message; null when there is none. */
  firstSentAt: number | null;
  lastSentAt: number | null;
  /** Resumes after what is written; null when that is nothing at all. */
  cursor: string | null;
  /** Nothing follows. */
  isLast: boolean;
}

export interface ExportWait {
  milliseconds: number;
  /** What it waits for, in words. */
  reason: string;
}

export interface StreamOptions {
  walk: ExportWalk;
  writer: FormatWriter;
  /** Of an earlier chunk, to resume after it; null: from the beginning. */
  cursor: string | null;
  /** How many messages a chunk has at most. */
  pageSize?: number;
  /** How long providers may fail without any progress before the export ends with the error. */
  patienceMs: number;
  /** Ends the export after the current page, or at once while it waits. */
  signal: AbortSignal;
  /** Called when every chunk so far has been consumed. */
  onWait: (wait: ExportWait) => Promise<void> | void;
}

type Source = Pick<Gateway, 'timeline' | 'createRequestBudget'> & { clock: Clock };

/** Fits well into one request's timeout; a failing provider wastes the rest of a page, which is read again. */
const DEFAULT_PAGE_SIZE = 1_000;
/** While it waits, it checks this often whether it was ended. */
const LOOK_EVERY_MS = 200;

/**
 * Reads a walk from its oldest message to its newest, one page at a time without reading ahead. A message is either
 * in a chunk or still to come: the export waits for a failing provider and never skips it.
 *
 * @throws UpstreamError when a provider fails permanently, or for longer than `patienceMs`
 * @throws ExportError when it makes no progress
 * @throws RequestError `BAD_CURSOR`
 */
export async function* streamExport(source: Source, options: StreamOptions): AsyncGenerator<ExportChunk> {
  const { walk, writer, pageSize = DEFAULT_PAGE_SIZE, patienceMs, signal } = options;
  const retryLimit = new RetryLimit(patienceMs, source.clock);
  let { cursor, cursor: written } = options;
  let pending = 0;
  while (!signal.aborted) {
    const page = await readPage(source, walk, { size: pageSize, direction: 'forward', cursor });
    const isStuck = page instanceof UpstreamError || isUnmoved(page, cursor);
    if (isStuck) {
      await wait(page instanceof UpstreamError ? page : null, retryLimit, source.clock, options);
      continue;
    }
    retryLimit.renew();
    cursor = page.pageInfo.endCursor ?? cursor;
    const earlier = pending;
    const output = await writer.write(page.nodes, !page.pageInfo.hasNextPage);
    pending = output.pending;
    written = pending === 0 ? cursor : (cursorBefore(pending, page) ?? written);
    yield toChunk(output, page, written, earlier + page.nodes.length - pending);
    if (!page.pageInfo.hasNextPage) return;
  }
}

/** @returns the failure if it is temporary */
async function readPage(
  { timeline, createRequestBudget }: Source,
  walk: ExportWalk,
  page: PageRequest,
): Promise<TimelinePage | UpstreamError> {
  try {
    const filter = toFilter(walk);
    const query = { field: 'export', filter, order: 'ASC', page, onSourceFailure: 'FAIL' } as const;
    return await timeline.read(query, createRequestBudget());
  } catch (error) {
    if (error instanceof UpstreamError && error.isRetryable) return error;
    throw error;
  }
}

/** A page may be empty although more follows, but then its cursor lies further on. */
function isUnmoved({ nodes, pageInfo }: TimelinePage, cursor: string | null): boolean {
  return nodes.length === 0 && pageInfo.hasNextPage && pageInfo.endCursor === cursor;
}

/** @param failure null: a page was empty and made no progress */
async function wait(
  failure: UpstreamError | null,
  retryLimit: RetryLimit,
  clock: Clock,
  { signal, onWait }: StreamOptions,
): Promise<void> {
  const pauseMs = retryLimit.nextPauseMs((failure?.retryAfterSeconds ?? 0) * 1000);
  if (pauseMs === null) throw failure ?? new ExportError(NO_PROGRESS);
  await onWait({ milliseconds: pauseMs, reason: failure?.message ?? NO_PROGRESS });
  const end = clock.monotonic() + pauseMs;
  for (let left = pauseMs; left > 0 && !signal.aborted; left = end - clock.monotonic()) {
    await clock.sleep(Math.min(left, LOOK_EVERY_MS));
  }
}

const NO_PROGRESS =
  'No provider has answered within the time and the calls that the configuration allows a request: see limits.requestTimeoutMs and limits.upstreamCallsPerRequest';

/** @returns where the last messages begin; null: on an earlier page */
function cursorBefore(last: number, { edges }: TimelinePage): string | null {
  return edges[edges.length - 1 - last]?.cursor ?? null;
}

function toChunk(
  { bytes, groups }: WrittenPage,
  { nodes, pageInfo }: TimelinePage,
  cursor: string | null,
  written: number,
): ExportChunk {
  return {
    bytes,
    groups,
    written,
    messages: nodes.length,
    firstSentAt: nodes[0]?.sentAt ?? null,
    lastSentAt: nodes.at(-1)?.sentAt ?? null,
    cursor,
    isLast: !pageInfo.hasNextPage,
  };
}
