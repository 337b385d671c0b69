/** The figures of a group of turns: it keeps one number for each turn. */
export class ResponseAggregate {
  turns = 0;
  readonly #times: number[] = [];
  readonly #conversations = new Set<string>();

  get answered(): number {
    return this.#times.length;
  }

  get conversations(): number {
    return this.#conversations.size;
  }

  /** @param conversation names it. @param ms until the answer; null: there is none */
  add(conversation: string, ms: number | null): void {
    this.turns++;
    this.#conversations.add(conversation);
    if (ms !== null) this.#times.push(ms);
  }

  /**
   * By nearest rank: the least time within which that share of the answered turns were answered.
   *
   * @param shares above 0, at most 1
   * @returns seconds, in the order of the shares; null: none was answered
   */
  secondsWithin(...shares: number[]): (number | null)[] {
    const sorted = Float64Array.from(this.#times).sort();
    return shares.map((share) => {
      const ms = sorted[Math.ceil(share * sorted.length) - 1];
      return ms === undefined ? null : ms / 1000;
    });
  }
}
