import { PositionError } from '../datasources/kit/position.ts';
import type { Order, SourcePosition } from '../datasources/message-source.ts';
import type { JsonValue } from '../domain/records.ts';
import type { Edge, Gap } from './gap.ts';

/** Where the provider is read on. */
export interface NativePlace {
  position: SourcePosition;
  /**
   * Reading began at the moment of the gap, and has come to none of the messages ahead yet: what lies behind the gap is
   * still to be dropped.
   */
  isSearch: boolean;
}

/** Where a walk stands, on whichever side it is read on. */
export interface Place {
  /** Null: in a cursor from before the archive only the provider can tell. */
  gap: Gap | null;
  /** Null: the provider has not been read here. */
  native: NativePlace | null;
}

type JsonObject = Record<string, JsonValue>;

/** Marks a page as the archive's, so no provider's page may have a field of this name. */
const OWN = 'archived';

/**
 * The page of a slice.
 *
 * @param span of its messages, both ends inclusive, in Unix ms
 * @param native the provider's page; left out: they come from the archive
 */
export function toPage([oldest, newest]: readonly [number, number], native?: JsonValue): JsonValue {
  return { [OWN]: [oldest, newest], ...(native === undefined ? {} : { native: [native] }) };
}

/** A position between two slices. @param watermark as in `SourcePosition` */
export function toPosition(
  { gap, native }: { gap: Gap; native: NativePlace | null },
  order: Order,
  watermark: number,
): SourcePosition {
  const page: JsonObject = { [OWN]: [gap.oldest, gap.newest] };
  if (gap.edge) page['edge'] = [gap.edge.sequence, gap.edge.isNewer];
  if (native) {
    const { isSearch, position } = native;
    page['native'] = [position.page, position.order, position.passed, position.isPassedExcluded, isSearch];
  }
  return { order, page, passed: null, isPassedExcluded: false, watermark };
}

/**
 * @param order in which it is read on
 * @throws PositionError when it was not made here, and cannot have been made before the archive
 */
export function toPlace(position: SourcePosition, order: Order): Place {
  const { page } = position;
  if (!isJsonObject(page) || page[OWN] === undefined) return toNativePlace(position, order);
  const { [OWN]: span, edge, native, ...others } = page;
  if (Object.keys(others).length > 0 || !Array.isArray(span) || span.length !== 2) throw foreign();
  const [oldest, newest] = span;
  if (!isMoment(oldest) || !isMoment(newest)) throw foreign();
  const gap = { oldest, newest, edge: toEdge(position, order) ?? parseEdge(edge) };
  // A gap is next to a message, which was sent in the span, or between two moments, where nothing is.
  if (gap.edge === null ? newest !== oldest - 1 : newest < oldest) throw foreign();
  return { gap, native: native === undefined ? null : parseNative(native, position, order) };
}

/** Any moment: when the edge was sent is not known. */
const ANY_MOMENT = { oldest: 0, newest: Number.MAX_SAFE_INTEGER };

/** The position was made before there was an archive. */
function toNativePlace(position: SourcePosition, order: Order): Place {
  const edge = toEdge(position, order);
  return {
    gap: edge && { ...ANY_MOMENT, edge },
    native: { position, isSearch: false },
  };
}

/** Whether a cursor from before the archive has not told when its edge was sent. */
export function isOfAnyMoment({ oldest, newest }: Gap): boolean {
  return oldest === ANY_MOMENT.oldest && newest === ANY_MOMENT.newest;
}

/** Where the edge of a cursor is excluded, it lies behind in whichever order. */
function toEdge({ order: made, passed, isPassedExcluded }: SourcePosition, order: Order): Edge | null {
  if (passed === null) return null;
  return { sequence: passed, isNewer: (isPassedExcluded ? order : made) === 'DESC' };
}

function parseEdge(edge: JsonValue | undefined): Edge | null {
  if (edge === undefined) return null;
  const [sequence, isNewer] = Array.isArray(edge) ? edge : [];
  if (typeof sequence !== 'string' || typeof isNewer !== 'boolean') throw foreign();
  return { sequence, isNewer };
}

function parseNative(native: JsonValue, outer: SourcePosition, order: Order): NativePlace | null {
  const [page, made, passed, isPassedExcluded, isSearch] = Array.isArray(native) ? native : [];
  if (page === undefined) throw foreign();
  // After a message of a slice.
  if (outer.passed !== null) return { position: { ...outer, page }, isSearch: false };
  const isText = passed === null || typeof passed === 'string';
  const isOrder = made === 'ASC' || made === 'DESC';
  if (!isText || !isOrder || typeof isPassedExcluded !== 'boolean' || typeof isSearch !== 'boolean')
    throw foreign();
  // A search has found nothing, so in the other order there is nothing to read again.
  if (isSearch && outer.order !== order) return null;
  return { position: { ...outer, order: made, page, passed, isPassedExcluded }, isSearch };
}

function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMoment(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value);
}

function foreign(): PositionError {
  return new PositionError('Not a position in an archived history');
}
