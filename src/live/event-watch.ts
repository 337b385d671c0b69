import type { EventLog } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { untilAborted } from '../util/until-aborted.ts';
import { followEvents } from './follow.ts';
import type { NewestEvents } from './newest-events.ts';
import { Retries } from './retries.ts';

export interface EventWatchOptions {
  channel: string;
  events: EventLog;
  newest: NewestEvents;
  clock: Clock;
  /** Ends the watch. */
  signal: AbortSignal;
  /** There is, or may be, an event since the last call. */
  onEvent: () => void;
  /** Events cannot be read, which is tried again. */
  onFailure: (error: unknown) => void;
}

const RETRY_MS = 60_000;

/** Tells of each event of a channel from now on, whichever process has published it. Never fails. */
export async function watchEvents(options: EventWatchOptions): Promise<void> {
  const { channel, events, newest, clock, signal, onEvent, onFailure } = options;
  const retries = new Retries();
  while (!signal.aborted) {
    try {
      const followed = await followEvents(events, new Set([channel]), null, newest);
      // Also when it was aborted meanwhile.
      void untilAborted(signal).then(() => followed.return?.());
      for (let next = await followed.next(); next.done !== true; next = await followed.next()) {
        retries.next(null, RETRY_MS);
        onEvent();
      }
    } catch (error) {
      const { isNew, pauseMs } = retries.next(error, RETRY_MS);
      if (isNew) onFailure(error);
      await clock.sleep(pauseMs, signal);
      // What was published meanwhile is not told of.
      onEvent();
    }
  }
}
