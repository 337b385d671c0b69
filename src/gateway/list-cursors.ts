import { z } from 'zod';
import type { Sealer } from '../util/sealing.ts';

const place = z.array(z.union([z.string(), z.number()]));
export type Place = z.output<typeof place>;

/** Cursors of lists other than the timeline: a place in a list, sealed. */
export class ListCursors {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  /** @param at begins with the name of the list, so that another list can refuse it */
  encode(at: Place): string {
    return this.#sealer.seal(JSON.stringify(at));
  }

  /** @returns null when this gateway did not make it, or it was changed */
  decode(cursor: string): Place | null {
    const text = this.#sealer.open(cursor);
    return text === null ? null : place.parse(JSON.parse(text));
  }
}
