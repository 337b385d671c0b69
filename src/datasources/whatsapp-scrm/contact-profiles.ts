import type { Database, Statement } from '../../store/sqlite/database.ts';
import type { ColumnSeal } from '../../store/vault.ts';
import { contactProfile, type ContactProfile } from './contact-profile.ts';

export interface LedgerProfile extends ContactProfile {
  /** Unix ms. */
  heardAt: number;
}

/** The newest profile of each customer that a webhook has delivered. */
export class ContactProfiles {
  readonly #channel: string;
  readonly #customer: ColumnSeal;
  readonly #payload: ColumnSeal;
  readonly #put: Statement;
  readonly #find: Statement;
  readonly #prune: Statement;

  constructor(database: Database, channel: string) {
    this.#channel = channel;
    this.#customer = database.vault.key('whatsapp_profile.customer');
    this.#payload = database.vault.value('whatsapp_profile.payload');
    this.#put = database.prepare(
      `INSERT INTO whatsapp_profile (channel, customer, payload, heard_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (channel, customer) DO UPDATE SET payload = excluded.payload, heard_at = excluded.heard_at
       WHERE excluded.heard_at >= whatsapp_profile.heard_at`,
    );
    this.#find = database.prepare(
      'SELECT payload, heard_at FROM whatsapp_profile WHERE channel = ? AND customer = ?',
    );
    this.#prune = database.prepare('DELETE FROM whatsapp_profile WHERE channel = ? AND heard_at < ?');
  }

  /** @param customer normalised as in whatsapp-id.ts. @param recordedAt Unix ms: when the delivery came */
  record(customer: string, profile: ContactProfile, recordedAt: number): void {
    const payload = this.#payload.seal(JSON.stringify(profile));
    this.#put.run(this.#channel, this.#customer.seal(customer), payload, recordedAt);
  }

  find(customer: string): LedgerProfile | null {
    const row = this.#find.get(this.#channel, this.#customer.seal(customer));
    if (!row) return null;
    const profile = contactProfile.parse(JSON.parse(this.#payload.open(row['payload'])));
    return { ...profile, heardAt: Number(row['heard_at']) };
  }

  /** @param before Unix ms: profiles without an update since are pruned */
  prune(before: number): void {
    this.#prune.run(this.#channel, before);
  }
}
