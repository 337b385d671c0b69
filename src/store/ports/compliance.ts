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
  /** Another one when any of it may have changed, whatever process has changed it. */
  version(): Promise<string>;
  /** Those that were released, too; oldest first. */
  holds(): Promise<Hold[]>;
  /** @param now Unix ms. @returns its id */
  placeHold(reason: string, scope: HoldScope, now: number): Promise<number>;
  /** @param now Unix ms. @returns false when there is none with this id that still holds */
  releaseHold(id: number, now: number): Promise<boolean>;
  /** Who and what was erased: keyed hashes, and Unix ms, inclusive: what was sent until then. */
  erasures(): Promise<ReadonlyMap<string, number>>;
  /** Adds some, or moves them on: the later moment stays. Killed meanwhile, it has noted the first of them. @param until Unix ms, inclusive */
  noteErasures(subjects: readonly string[], until: number): Promise<void>;
  /** The key of these hashes, sealed; null: there is none yet. */
  erasureKey(): Promise<string | null>;
  /** Keeps it, unless there is one. @returns which one is kept */
  keepErasureKey(sealed: string): Promise<string>;
  /** Puts it in the place of the one that is kept. */
  replaceErasureKey(sealed: string): Promise<void>;
}
