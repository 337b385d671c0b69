import { toIsHeld, type IsHeld } from '../domain/hold.ts';
import type { ComplianceStore } from '../store/store.ts';

/** What is held now, by all holds that are not released. */
export async function readIsHeld(store: Pick<ComplianceStore, 'holds'>): Promise<IsHeld> {
  const holds = (await store.holds()).filter(({ releasedAt }) => releasedAt === null);
  return toIsHeld(holds.map(({ scope }) => scope));
}
