import type { LiveEvent } from '../domain/events.ts';
import type { EventLog } from '../store/event-log.ts';
import { RequestError } from '../errors/request-error.ts';

const BATCH = 100;

/**
 * Yields every event of these channels after an id, first the missed ones, then each new one, without gap or
 * repetition. It reads an event from the log when the subscriber requests it, so a slow subscriber costs no memory.
 *
 * The iterator ends when `return` is called, also while it waits.
 *
 * @throws RequestError `BAD_CURSOR` when events after this id have been pruned
 */
export function followEvents(
  events: EventLog,
  channels: ReadonlySet<string>,
  afterId: number,
): AsyncIterableIterator<LiveEvent> {
  if (!events.reaches(afterId)) {
    throw new RequestError(
      'BAD_CURSOR',
      'The gateway no longer keeps the events after this cursor. Read what you missed with "messages", and subscribe without "after".',
    );
  }
  const closed = Promise.withResolvers<undefined>();
  const state = { isClosed: false };
  const source = generate(events, channels, afterId, state, closed.promise);
  return {
    next: () => source.next(),
    return: () => {
      state.isClosed = true;
      closed.resolve(undefined);
      return source.return(undefined);
    },
    throw: (error) => source.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* generate(
  events: EventLog,
  channels: ReadonlySet<string>,
  afterId: number,
  state: { isClosed: boolean },
  closed: Promise<undefined>,
): AsyncGenerator<LiveEvent, undefined> {
  let last = afterId;
  while (!state.isClosed) {
    const announcement = events.nextAnnouncement;
    const batch = events.read(last, BATCH);
    for (const event of batch) {
      if (channels.has(event.channel)) yield event;
      last = event.id;
    }
    if (batch.length < BATCH) await Promise.race([announcement, closed]);
    // Skipping events that the subscriber does not want does no I/O, so other work would not run in between.
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
