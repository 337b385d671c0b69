import type { ClientClock } from './clock.ts';
import { NetworkError, RequestFailedError } from './errors.ts';
import { toPauseMs, type RetryPolicy } from './retry.ts';

export interface FollowOptions {
  signal?: AbortSignal | undefined;
  /** Called when the gateway has accepted a connection: the first one, and each that replaces a broken one. */
  onConnect?: (() => void) | undefined;
  /** Called for each connection that failed or broke, with the pause before the next. */
  onReconnect?: ((error: RequestFailedError, pauseMs: number) => void) | undefined;
}

export interface Feed<T> {
  /** Follows from after a cursor, over one connection. @param onOpen called when the gateway has accepted it */
  connect: (after: string, signal: AbortSignal, onOpen: () => void) => AsyncIterable<T>;
  /** The cursor of now. */
  fetchCursor: (signal: AbortSignal) => Promise<string>;
  toCursor: (event: T) => string;
  policy: RetryPolicy;
  clock: ClientClock;
}

/**
 * Follows a feed over as many connections as needed, without gap or repetition: each connection resumes from the last
 * event's cursor, the first one from a cursor that was taken before it. Once a subscription was accepted, the client
 * reconnects for as long as it takes; before that it retries like any request.
 *
 * It ends when `return` is called, also while it waits.
 *
 * @throws GatewayError with code `BAD_CURSOR` when the events after the cursor are no longer kept
 * @throws the signal's reason
 */
export function follow<T>(
  feed: Feed<T>,
  after: string | null | undefined,
  { signal, ...callbacks }: FollowOptions,
): AsyncIterableIterator<T, void, undefined> {
  const stop = new AbortController();
  const source = generate(
    feed,
    after,
    signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    callbacks,
  );
  return {
    async next() {
      try {
        return await source.next();
      } catch (error) {
        if (stop.signal.aborted) return { done: true, value: undefined };
        throw error;
      }
    },
    // A plain generator would wait for its next event first.
    return() {
      stop.abort();
      return source.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* generate<T>(
  { connect, fetchCursor, toCursor, policy, clock }: Feed<T>,
  after: string | null | undefined,
  signal: AbortSignal,
  { onConnect, onReconnect }: Omit<FollowOptions, 'signal'>,
): AsyncGenerator<T, void, undefined> {
  let cursor = after || (await fetchCursor(signal));
  let maxFailures = policy.maxRetries;
  for (let failures = 0; ; failures++) {
    const connectedAt = clock.monotonic();
    let ending: unknown = new NetworkError('The gateway ended the stream');
    try {
      const events = connect(cursor, signal, () => {
        maxFailures = Infinity;
        onConnect?.();
      });
      for await (const event of events) {
        cursor = toCursor(event);
        failures = 0;
        yield event;
      }
    } catch (error) {
      ending = error;
    }
    signal.throwIfAborted();
    // A quiet feed sends nothing for hours, and proxies close it now and then.
    if (clock.monotonic() - connectedAt >= policy.maxDelayMs) failures = 0;
    const pauseMs = failures < maxFailures ? toPauseMs(ending, failures, policy, clock) : null;
    if (pauseMs === null || !(ending instanceof RequestFailedError)) throw ending;
    onReconnect?.(ending, pauseMs);
    await clock.sleep(pauseMs, signal);
  }
}
