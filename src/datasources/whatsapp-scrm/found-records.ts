import type { PlacedRecord } from './to-message.ts';

/**
 * The records of some pages, each once, in the order in which they were found. It never changes: sets that continue each other
 * share a map, of which the first `size` entries are those of a set. So the pages of a range are put together once.
 */
export class FoundRecords {
  readonly size: number;
  readonly #map: Map<string, PlacedRecord>;

  private constructor(map: Map<string, PlacedRecord>) {
    this.#map = map;
    this.size = map.size;
  }

  static none(): FoundRecords {
    return new FoundRecords(new Map());
  }

  /** These and more; of two with one sequence the later one. */
  with(more: readonly PlacedRecord[]): FoundRecords {
    const isContinued = this.#map.size > this.size;
    const isReplaced = more.some((record) => (this.#map.get(record.sequence) ?? record) !== record);
    const map = isContinued || isReplaced ? new Map(this.#entries()) : this.#map;
    for (const record of more) map.set(record.sequence, record);
    return new FoundRecords(map);
  }

  values(): PlacedRecord[] {
    return [...this.#map.values()].slice(0, this.size);
  }

  #entries(): [string, PlacedRecord][] {
    return [...this.#map].slice(0, this.size);
  }
}
