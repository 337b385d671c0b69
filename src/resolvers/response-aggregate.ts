/** A slice of times is sorted within a millisecond. */
const SORTED_AT_ONCE = 8_192;

/** The figures of a group of turns: it keeps one number for each turn. */
export class ResponseAggregate {
  turns = 0;
  answered = 0;
  readonly #conversations = new Set<number>();
  readonly #sorted: Float64Array[] = [];
  #times: number[] = [];

  get conversations(): number {
    return this.#conversations.size;
  }

  /** @param ms whole ones until the answer; null: there is none */
  add(conversation: number, ms: number | null): void {
    this.turns++;
    this.#conversations.add(conversation);
    if (ms === null) return;
    this.answered++;
    this.#times.push(ms);
    if (this.#times.length === SORTED_AT_ONCE) this.#sort();
  }

  /**
   * By nearest rank: the least time within which that share of the answered turns were answered.
   *
   * @param shares above 0, at most 1
   * @returns seconds, in the order of the shares; null: none was answered
   */
  secondsWithin(...shares: number[]): (number | null)[] {
    if (this.#times.length > 0) this.#sort();
    if (this.answered === 0) return shares.map(() => null);
    const longest = Math.max(...this.#sorted.map((times) => times.at(-1) ?? 0));
    return shares.map((share) => {
      const rank = Math.ceil(share * this.answered);
      return least(longest, (ms) => this.#countWithin(ms) >= rank) / 1000;
    });
  }

  #countWithin(ms: number): number {
    return this.#sorted.reduce(
      (sum, times) => sum + least(times.length, (index) => (times[index] ?? Infinity) > ms),
      0,
    );
  }

  #sort(): void {
    this.#sorted.push(Float64Array.from(this.#times).sort());
    this.#times = [];
  }
}

/** @returns the first of 0, 1, … that is enough; `most` when none before it is */
function least(most: number, isEnough: (value: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
