import { GatewayError, type FollowOptions, type Following } from '../../src/client/index.ts';
import { isTemporary } from './pager.ts';
import { repeat } from './repeat.ts';

const RETRY_MS = 5_000;

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'refused';

interface Subscription<T> {
  /** Subscribes, after a cursor or from now on. */
  subscribe: (after: string | null, options: FollowOptions) => Following<T>;
  take: (event: T) => void;
  /** Called with each change. At `live`, what was sent before may have been missed, unless the subscription resumed. */
  onState: (state: LiveState) => void;
  /** Called when events after the last one are no longer kept, so that some are missed. */
  onGap: () => void;
}

/**
 * Follows a subscription while the page is in sight: a browser has six connections to a host for all its tabs. It resumes after the
 * last event, and from now on where events so old are no longer kept.
 */
export function keepFollowing<T extends { cursor: string }>(
  { subscribe, take, onState, onGap }: Subscription<T>,
  closing: AbortSignal,
): void {
  let after: string | null = null;
  void repeat(async () => {
    const hiding = new AbortController();
    const hide = (): void => {
      if (document.visibilityState === 'hidden') hiding.abort();
    };
    document.addEventListener('visibilitychange', hide);
    const signal = AbortSignal.any([closing, hiding.signal]);
    try {
      onState('connecting');
      const events = subscribe(after, {
        signal,
        onConnect: () => {
          onState('live');
        },
        onReconnect: () => {
          onState('reconnecting');
        },
      });
      for await (const event of events) {
        after = event.cursor;
        take(event);
      }
    } catch (error) {
      if (!signal.aborted) onState(isTemporary(error) ? 'reconnecting' : 'refused');
      if (error instanceof GatewayError && error.code === 'BAD_CURSOR') {
        after = null;
        onGap();
      }
    } finally {
      document.removeEventListener('visibilitychange', hide);
    }
    return hiding.signal.aborted ? 0 : RETRY_MS;
  }, closing);
}
