import type { Ledger } from '../../store/store.ts';
import { contactProfile, type ContactProfile } from './contact-profile.ts';

export interface LedgerProfile extends ContactProfile {
  /** Unix ms. */
  heardAt: number;
}

/** The newest profile that a webhook has delivered. @param customer normalised as in whatsapp-id.ts */
export async function findProfile(store: Ledger, customer: string): Promise<LedgerProfile | null> {
  const found = await store.profile(customer);
  return found && { ...contactProfile.parse(JSON.parse(found.profile)), heardAt: found.recordedAt };
}
