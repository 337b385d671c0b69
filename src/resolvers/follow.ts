import { RequestError } from '../errors/request-error.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveEvent } from '../domain/events.ts';
import { admitsChannel, type TimelineFilter } from '../timeline/filter.ts';
import { mapEvents } from '../util/iterators.ts';

/** @returns the cursor of the newest event */
export function readLiveCursor(gateway: Gateway): string {
  return toCursor(gateway.live.lastId(), gateway);
}

/** Follows the log with what `pick` makes of its events; events for which it returns null are skipped. */
export function follow<T>(
  gateway: Gateway,
  filter: TimelineFilter,
  after: string | null | undefined,
  pick: (event: LiveEvent) => T | null,
): AsyncIterableIterator<T> {
  const channels = [...gateway.channels.values()].filter((channel) => admitsChannel(filter, channel));
  const events = gateway.live.follow(
    channels.map(({ name }) => name),
    after ? fromCursor(after, gateway) : null,
  );
  return mapEvents(events, pick);
}

/** @returns the cursor of an event, by its id */
export function toCursor(id: number, { listCursors, live }: Gateway): string {
  return listCursors.encode(['event', live.logName, id]);
}

function fromCursor(cursor: string, { listCursors, live }: Gateway): number {
  const [of, log, id] = listCursors.decode(cursor) ?? [];
  if (of === 'event' && log === live.logName && typeof id === 'number') return id;
  throw new RequestError(
    'BAD_CURSOR',
    'This cursor does not belong to an event. Use the cursor of an event exactly as it was received, or subscribe without one.',
  );
}
