/**
 * Tells whether a short page ends its list, if the provider does not say so and may have an unpublished page size of
 * its own.
 *
 * Such a provider cuts every long list at the same length. So a page shorter than one that was the whole rest of its
 * list cannot have been cut; only a page at least as long as every such one is in doubt: ask once more, and call
 * `sawEnd` when nothing came. After the first few lists hardly any page is in doubt.
 */
export class ShortPageRule {
  #longestEnd = 0;

  isEnd(length: number, requested: number): boolean {
    return length === 0 || (length < requested && length < this.#longestEnd);
  }

  /** A page of this length was the last of its list. */
  sawEnd(length: number): void {
    this.#longestEnd = Math.max(this.#longestEnd, length);
  }
}
