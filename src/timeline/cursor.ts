import { hash, type KeyObject } from 'node:crypto';
import type { EndReason, Order, SourcePosition } from '../datasources/message-source.ts';
import { RequestError } from '../errors/request-error.ts';
import { BatchSealer } from '../util/batch-sealing.ts';
import { Sealer } from '../util/sealing.ts';

/**
 * Where a merged walk stands between two messages: for each source that it has read, its position there. Sources that
 * are not named have not been read.
 */
export interface TimelinePosition {
  /** The direction in which the walk that made it was reading. */
  order: Order;
  /** Unix ms: when the walk's first page was requested. */
  asOf: number;
  sources: Record<string, SourcePlace>;
  /** The source of the edge that the cursor belongs to; null for the cursor of a page that ended between edges. */
  edgeSource: string | null;
}

/** Null or a reason: the source has nothing more in that direction. Cursors of older versions have no reason. */
export type SourcePlace = SourcePosition | EndReason | null;

/** What the positions of one page have in common. */
export interface CursorPage extends Pick<TimelinePosition, 'order' | 'asOf'> {
  /** As `MessageSource.id`. */
  sources: readonly string[];
}

/** The rest of a position. */
export interface CursorPlace extends Pick<TimelinePosition, 'edgeSource'> {
  /** Of each of the page's sources. */
  places: readonly SourcePlace[];
}

/** Everything that a walk depends on besides its position; a cursor of one walk is refused in another. */
export type Binding = Readonly<Record<string, unknown>>;

/** What a cursor holds. It is not checked again when it is opened: what was sealed with a secret is what a gateway wrote. */
interface Payload {
  v: number;
  b: string;
  o: Order;
  t: number;
  e: string | null;
  s: Record<
    string,
    EndReason | null | [Order, SourcePosition['page'], string | null, boolean, number | null]
  >;
}

/** Raise it with each change of `Payload`. */
const VERSION = 1;

/** Seals positions into cursors, and opens them. Clients can neither read nor forge what a cursor holds. */
export class CursorCodec {
  readonly #sealer: BatchSealer;
  readonly #earlier: Sealer;

  /** @param purpose separates codecs: one cannot open what another sealed */
  constructor(secret: Buffer | KeyObject, purpose = 'timeline cursors') {
    this.#sealer = new BatchSealer(secret, `${purpose}, in batches`);
    this.#earlier = new Sealer(secret, purpose);
  }

  encode({ order, asOf, edgeSource, sources }: TimelinePosition, binding: Binding): string {
    const place = { edgeSource, places: Object.values(sources) };
    const [cursor] = this.encodeAll({ order, asOf, sources: Object.keys(sources) }, [place], binding);
    if (cursor === undefined) throw new Error('A place has no cursor');
    return cursor;
  }

  /** @returns the cursors of these places of one page, which cost little each when most sources stand where they stood */
  encodeAll(page: CursorPage, places: readonly CursorPlace[], binding: Binding): string[] {
    const begin = `{"v":${VERSION},"b":"${fingerprint(binding)}","o":"${page.order}","t":${page.asOf},"e":`;
    const ids = page.sources.map((id) => JSON.stringify(id));
    const known = new Map<SourcePlace, string>();
    const toJson = (place: SourcePlace): string => {
      let text = known.get(place);
      if (text === undefined) known.set(place, (text = JSON.stringify(toTuple(place))));
      return text;
    };
    return this.#sealer.sealAll(
      places.map(({ edgeSource, places: of }) => {
        let text = `${begin}${JSON.stringify(edgeSource)},"s":{`;
        for (const [index, place] of of.entries())
          text += `${index === 0 ? '' : ','}${ids[index]}:${toJson(place)}`;
        return `${text}}}`;
      }),
    );
  }

  /** @throws RequestError `BAD_CURSOR` */
  decode(cursor: string, binding: Binding): TimelinePosition {
    // Cursors of earlier versions are good for as long as clients keep them.
    const text = this.#sealer.open(cursor) ?? this.#earlier.open(cursor);
    if (text === null) {
      throw new RequestError(
        'BAD_CURSOR',
        'This cursor was not made by this gateway, or was changed or cut on the way. Use cursors exactly as they were returned, or start again without one.',
      );
    }
    const { v, b, o, t, e, s } = JSON.parse(text) as Payload;
    if (v !== VERSION) {
      throw new RequestError(
        'BAD_CURSOR',
        'This cursor is of another version of the gateway. Start again without it.',
      );
    }
    if (b !== fingerprint(binding)) {
      throw new RequestError(
        'BAD_CURSOR',
        'This cursor belongs to another filter or order. Use it with the arguments of the query that returned it, or start again without it.',
      );
    }
    const sources = Object.entries(s).map(([id, at]): [string, SourcePlace] => {
      if (at === null || typeof at === 'string') return [id, at];
      const [made, page, passed, isExcluded, watermark] = at;
      return [id, { order: made, page, passed, isPassedExcluded: isExcluded || id === e, watermark }];
    });
    return { order: o, asOf: t, edgeSource: e, sources: Object.fromEntries(sources) };
  }
}

function toTuple(place: SourcePlace): unknown {
  if (isEnd(place)) return place;
  return [place.order, place.page, place.passed, place.isPassedExcluded, place.watermark];
}

export function isEnd(place: SourcePlace): place is EndReason | null {
  return place === null || typeof place === 'string';
}

/** A cursor that this gateway made and that cannot be continued. */
export function foreignCursor(): RequestError {
  return new RequestError(
    'BAD_CURSOR',
    'This cursor was made while one of its channels was configured for something else. Start again without it.',
  );
}

/** All edges of a page have one binding. */
const fingerprints = new WeakMap<Binding, string>();

function fingerprint(binding: Binding): string {
  const known = fingerprints.get(binding);
  if (known !== undefined) return known;
  const made = hash('sha256', JSON.stringify(binding), 'base64url').slice(0, 22);
  fingerprints.set(binding, made);
  return made;
}
