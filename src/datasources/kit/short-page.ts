/**
 * Tells whether a page that is shorter than asked for ends its list, where the provider does not say so and may have
 * a smaller page of its own that nobody published.
 *
 * Such a provider cuts every long list at the same length. So a page shorter than one that was the whole rest of its
 * list cannot have been cut, and only a page at least as long as every such one is in doubt: ask once more, and tell
 * `sawEnd` when nothing came. After the first few lists hardly any page is in doubt.
 */
export class ShortPageRule {
  #longestEnd = 0;

  isEnd(length: number, requested: number): boolean {
    return length === 0 || (length < requested && length < this.#longestEnd);
  }

  /** A page of this length turned out to be the last of its list. */
  sawEnd(length: number): void {
    this.#longestEnd = Math.max(this.#longestEnd, length);
  }
}
