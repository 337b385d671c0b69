/** Where a message stands in its source. */
export interface StoredPlace {
  /** Unix ms. */
  sentAt: number;
  /** As `toSequenceText` makes it. */
  sequence: string;
}
