import { RequestError } from '../errors/request-error.ts';
import { EventStream } from '../gateway/event-stream.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { LiveEvent } from '../domain/events.ts';
import { admitsChannel, type TimelineFilter } from '../timeline/filter.ts';

/** @returns the cursor of the newest event */
export async function readLiveCursor(gateway: Gateway): Promise<string> {
  return toCursor(await gateway.live.lastId(), gateway);
}

/**
 * Follows the log with what `pick` makes of its events; events for which it returns null are skipped.
 *
 * @param pick depends on the field, the filter and what the caller sees, and on nothing else
 */
export async function follow<T extends object>(
  gateway: Gateway,
  field: string,
  filter: TimelineFilter,
  after: string | null | undefined,
  pick: (event: LiveEvent) => T | null,
): Promise<EventStream<T>> {
  const channels = [...gateway.channels.values()].filter((channel) => admitsChannel(filter, channel));
  const events = await gateway.live.follow(
    channels.map(({ name }) => name),
    after ? fromCursor(after, gateway) : null,
  );
  return new EventStream(events, JSON.stringify([field, filter]), pick);
}

const cursors = new WeakMap<LiveEvent, string>();

/** @returns the cursor of an event, sealed once for all its readers */
export function cursorOf(event: LiveEvent, gateway: Gateway): string {
  const sealed = cursors.get(event) ?? toCursor(event.id, gateway);
  cursors.set(event, sealed);
  return sealed;
}

function toCursor(id: number, { listCursors, live }: Gateway): string {
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
