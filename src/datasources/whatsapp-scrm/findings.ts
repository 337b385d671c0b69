import { FoundRecords } from './found-records.ts';
import type { ReadPlace } from './page-reader.ts';
import type { WireMessagePage } from './wire.ts';

/** What has been found of a range, beside how much the provider says that there is. */
export class Findings {
  records = FoundRecords.none();
  readonly pages: WireMessagePage[] = [];
  readonly places: ReadPlace[] = [];
  /** The records that the provider claims to have; 0 when it says nothing that can be used. */
  claimed = 0;
  /** Listed records that have no time. */
  unplacedCount = 0;

  get count(): number {
    return this.records.size + this.unplacedCount;
  }

  get missing(): number {
    return Math.max(0, this.claimed - this.count);
  }

  /** Pages that list anything. */
  get filledPages(): number {
    return this.pages.filter(({ records, unplacedCount }) => records.length + unplacedCount > 0).length;
  }

  /** Whether the provider was asked beyond its last page, and listed nothing. */
  get isEndSeen(): boolean {
    const last = this.pages.at(-1);
    return last !== undefined && last.records.length + last.unplacedCount === 0;
  }

  /** The result of another reading of the range, or of a part of it. */
  add(other: Findings): void {
    this.records = this.records.with(other.records.values());
    this.pages.push(...other.pages);
    this.places.push(...other.places);
    this.unplacedCount = Math.max(this.unplacedCount, other.unplacedCount);
  }
}
