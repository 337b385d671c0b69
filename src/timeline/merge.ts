import type { Order } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { Lane } from './lane.ts';
import type { RequestScope } from './request-scope.ts';

/** The order of the whole timeline, oldest first: time, then channel, then the source's own sequence. */
export function compareMessages(a: MessageRecord, b: MessageRecord): number {
  return a.sentAt - b.sentAt || compareTexts(a.channel, b.channel) || compareTexts(a.sequence, b.sequence);
}

/** By code unit: the same on every machine, whatever its locale. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Merges lanes into one ordered stream and takes up to `count` messages from it.
 *
 * A lane is read only when the merge gets to what it may have (its horizon), and all lanes that are needed at one point
 * are read side by side. A failed lane is passed by. The merge stops early when a lane that is needed is paused.
 *
 * @param take called after each message with the lane that it came from, while every lane's position is that of the edge
 */
export async function mergeLanes(
  lanes: readonly Lane[],
  order: Order,
  count: number,
  scope: RequestScope,
  take: (message: MessageRecord, lane: Lane) => void,
): Promise<void> {
  for (let taken = 0; taken < count;) {
    const first = firstLane(lanes, order);
    const needed = lanesToRead(lanes, first?.head ?? null, order);
    if (needed.length > 0) {
      await Promise.all(needed.map((lane) => lane.read(scope)));
      if (needed.some((lane) => lane.state === 'paused')) return;
      continue;
    }
    if (!first) return;
    take(first.take(), first);
    first.settle();
    taken++;
  }
}

function firstLane(lanes: readonly Lane[], order: Order): Lane | null {
  let first: Lane | null = null;
  for (const lane of lanes) {
    if (lane.state === 'failed' || lane.head === undefined) continue;
    if (first?.head === undefined) first = lane;
    else {
      const difference = compareMessages(lane.head, first.head);
      if (order === 'DESC' ? difference > 0 : difference < 0) first = lane;
    }
  }
  return first;
}

/** Lanes that reach about as far ahead as the furthest are read with it, side by side. */
const ABREAST_MS = 86_400_000;

/** With nothing at hand, those that reach furthest ahead: the others may not be needed for long. */
function lanesToRead(lanes: readonly Lane[], head: MessageRecord | null, order: Order): Lane[] {
  const needed = lanes.filter((lane) => lane.isNeededBefore(head));
  if (head !== null) return needed;
  const horizons = needed.flatMap(({ position }) => position.horizon ?? []);
  const furthest = order === 'DESC' ? Math.max(...horizons) : Math.min(...horizons);
  return needed.filter(
    ({ position: { horizon } }) => horizon === null || Math.abs(horizon - furthest) <= ABREAST_MS,
  );
}
