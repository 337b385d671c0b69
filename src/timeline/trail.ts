import type { Order } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { CursorPlace, SourcePlace } from './cursor.ts';
import type { MergeInput } from './merge-input.ts';

/** An input stands elsewhere than before. */
interface Step {
  /** The message that was taken then, by its index. */
  readonly at: number;
  /** The input, by its index. */
  readonly input: number;
  readonly place: SourcePlace;
}

/**
 * Which messages were taken from a merge, and where its inputs stood after each. Kept as steps: most pages need the places of
 * one or two messages, of which each is one in every input.
 */
export class Trail {
  /** In the order of reading. */
  readonly nodes: MessageRecord[] = [];
  readonly #inputs: readonly MergeInput[];
  readonly #order: Order;
  readonly #sources: string[] = [];
  readonly #steps: Step[] = [];
  readonly #first: readonly SourcePlace[];
  readonly #last: SourcePlace[];

  constructor(inputs: readonly MergeInput[], order: Order) {
    this.#inputs = inputs;
    this.#order = order;
    this.#first = this.#places();
    this.#last = [...this.#first];
  }

  /** Call it for each message that is taken, while the position of its input is that of the edge. */
  add(message: MessageRecord, { source }: MergeInput): void {
    const at = this.nodes.length;
    for (const [index, input] of this.#inputs.entries()) {
      const place = this.#placeOf(input);
      if (place === this.#last[index]) continue;
      this.#steps.push({ at, input: index, place });
      this.#last[index] = place;
    }
    this.nodes.push(message);
    this.#sources.push(source.id);
  }

  /** Where the merge stands now, between messages. */
  end(): CursorPlace {
    return { edgeSource: null, places: this.#places() };
  }

  /** Where it stood after messages. @param from the index of the first of them. @param end the index after the last one */
  placesAfter(from: number, end: number): CursorPlace[] {
    const places = [...this.#first];
    const found: CursorPlace[] = [];
    let step = 0;
    for (let at = 0; at < end; at++) {
      for (let next = this.#steps[step]; next?.at === at; next = this.#steps[++step])
        places[next.input] = next.place;
      if (at >= from) found.push({ edgeSource: this.#sources[at] ?? null, places: [...places] });
    }
    return found;
  }

  #places(): SourcePlace[] {
    return this.#inputs.map((input) => this.#placeOf(input));
  }

  #placeOf(input: MergeInput): SourcePlace {
    // The newest end is not final: an ASC walk may return to it.
    return input.state === 'ended' && this.#order === 'DESC' ? input.endReason : input.position;
  }
}
