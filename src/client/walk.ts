import type { ClientClock } from './clock.ts';
import { pauseFor, type RetryPolicy } from './retry.ts';
import { longest } from './seconds.ts';

/** What a walk needs of a page, as `MessageConnection` has it. */
export interface WalkedPage {
  nodes: readonly unknown[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  sources: readonly WalkedSource[];
}

/** What a walk needs to know of a channel, as `SourceStatus` has it. */
export interface WalkedSource {
  channel: { name: string };
  errorCode: string | null;
  retryAfterSeconds: number | null;
  reachedStart: boolean | null;
}

/** What a walk could not read. */
export interface IncompleteWalk<TSource extends WalkedSource> {
  /** The channels whose providers fail. */
  sources: readonly TSource[];
  /** A walk from here reads their messages, once they answer. */
  cursor: string;
}

/**
 * What a walk does when a provider fails. It never skips a provider's messages without telling.
 *
 * - `WAIT` (the default): continues with the other channels; the failed one's messages come later in the walk, out of
 *   order, once its provider answers. The walk waits as long as the gateway asks for, and by the retry policy when nothing
 *   else is left to read; then it throws `IncompleteWalkError`.
 * - `PARTIAL`: continues with the other channels and waits for none; at the end, it calls `onIncomplete` with what is
 *   missing.
 * - `FAIL`: keeps the order. The walk retries an incomplete page by the retry policy; then it throws `GatewayError`.
 */
export type SourceFailureHandling<TSource extends WalkedSource> =
  | { onSourceFailure?: 'WAIT' | 'FAIL' | undefined }
  | { onSourceFailure: 'PARTIAL'; onIncomplete: (missing: IncompleteWalk<TSource>) => void };

/** A walk has read all that it could; some providers failed to the end. */
export class IncompleteWalkError extends Error implements IncompleteWalk<WalkedSource> {
  override readonly name = 'IncompleteWalkError';
  readonly sources: readonly WalkedSource[];
  readonly cursor: string;

  constructor({ sources, cursor }: IncompleteWalk<WalkedSource>) {
    const failures = sources.map(({ channel, errorCode }) => `${channel.name} (${errorCode ?? ''})`);
    super(`Messages are missing: ${failures.join(', ')} failed. Resume the walk from "cursor" later.`);
    this.sources = sources;
    this.cursor = cursor;
  }
}

export interface Walk<TPage extends WalkedPage> {
  fetchPage: (after: string | null) => Promise<TPage>;
  after: string | null;
  policy: RetryPolicy;
  clock: ClientClock;
  signal: AbortSignal | undefined;
}

/**
 * Walks all pages. Short and empty pages are yielded like any other: only `hasNextPage` tells the end.
 *
 * @throws IncompleteWalkError
 */
export async function* walk<TPage extends WalkedPage>(
  { fetchPage, after, policy, clock, signal }: Walk<TPage>,
  handling: SourceFailureHandling<TPage['sources'][number]>,
): AsyncGenerator<TPage, void, undefined> {
  const maxWaits = handling.onSourceFailure === 'PARTIAL' ? 0 : policy.maxRetries;
  let cursor = after;
  let wasStuck = false;
  let waits = 0;
  for (;;) {
    const page = await fetchPage(cursor);
    yield page;
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage) return;
    if (endCursor === null) throw new Error('The gateway says that more follows, but gave no cursor for it');
    cursor = endCursor;

    const failed = page.sources.filter(hasFailed);
    const isStuck = failed.length > 0 && page.nodes.length === 0 && page.sources.every(bringsNoMore);
    // Channels that did not recover in the meantime get all their attempts again at the end.
    if (failed.length === 0 || (isStuck && !wasStuck)) waits = 0;
    wasStuck = isStuck;
    const pauseMs = waits < maxWaits ? toPauseMs(failed, isStuck, waits, policy, clock) : null;
    if (pauseMs !== null) {
      waits++;
      await clock.sleep(pauseMs, signal);
    } else if (isStuck) {
      const missing = { sources: failed, cursor };
      if (handling.onSourceFailure !== 'PARTIAL') throw new IncompleteWalkError(missing);
      handling.onIncomplete(missing);
      return;
    }
  }
}

/** Only an operator can correct these, so the walk does not wait. */
const HOPELESS: readonly (string | null)[] = ['UPSTREAM_AUTH_FAILED', 'UPSTREAM_MISCONFIGURED'];

/** @returns null when there is nothing to wait for */
function toPauseMs(
  failed: readonly WalkedSource[],
  isStuck: boolean,
  waits: number,
  policy: RetryPolicy,
  clock: ClientClock,
): number | null {
  const hopeful = failed.filter(({ errorCode }) => !HOPELESS.includes(errorCode));
  const askedFor = longest(hopeful.map(({ retryAfterSeconds }) => retryAfterSeconds));
  // While other channels still bring messages, a wait that the gateway did not ask for would only delay them.
  if (hopeful.length === 0 || (askedFor === null && !isStuck)) return null;
  return pauseFor(askedFor, waits, policy, clock);
}

function hasFailed({ errorCode }: WalkedSource): boolean {
  return errorCode !== null;
}

function bringsNoMore(source: WalkedSource): boolean {
  return hasFailed(source) || source.reachedStart === true;
}
