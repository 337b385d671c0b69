import type { HoldScope } from '../../domain/hold.ts';

/** Keeps messages from being taken away. */
export interface Hold {
  id: number;
  reason: string;
  scope: HoldScope;
  /** Unix ms. */
  placedAt: number;
  /** Unix ms; null: it still holds. */
  releasedAt: number | null;
}

/** What must be kept, and what must not. */
export interface ComplianceStore {
  /** Those that were released, too; oldest first. */
  holds(): Promise<Hold[]>;
  /** @param now Unix ms. @returns its id */
  placeHold(reason: string, scope: HoldScope, now: number): Promise<number>;
  /** @param now Unix ms. @returns false when there is none with this id that still holds */
  releaseHold(id: number, now: number): Promise<boolean>;
}
