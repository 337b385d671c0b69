import type { EventLog, LiveEvent } from '../store/event-log.ts';
import { RequestError } from '../errors/request-error.ts';

const BATCH = 100;

/**
 * Yields every event of these channels after an id, first those that were missed, then each as it comes, without gap or repetition. It is
 * read from the log as the reader asks for it, so a slow reader costs no memory.
 *
 * The iterator ends when `return` is called, also while it waits.
 *
 * @throws RequestError `BAD_CURSOR` when events after this id have been forgotten
 */
export function followEvents(
  events: EventLog,
  channels: ReadonlySet<string>,
  afterId: number,
): AsyncIterableIterator<LiveEvent> {
  if (!events.reaches(afterId)) {
    throw new RequestError(
      'BAD_CURSOR',
      'What followed this cursor is not kept here any more. Read what was missed with "messages", and subscribe without "after".',
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
    // Events that nobody wants are passed by without any I/O that others could run in between.
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
