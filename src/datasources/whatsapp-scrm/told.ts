import DataLoader from 'dataloader';
import type { Ledger } from '../../store/store.ts';
import { toStatus, type PushedStatus } from './delivery-status.ts';
import { toDetails, type MessageDetails } from './ledger-details.ts';
import { toPrefixAndOrdinal } from './message-key.ts';
import type { WhatsAppMessageRecord } from './to-message.ts';

/** How far webhooks have told that a message got. */
export interface LedgerDelivery {
  whatsAppMessageId: string;
  /** Null: no status has come yet. */
  status: PushedStatus | null;
}

/** What webhooks have told of a message, each null when they have not. */
export interface Told {
  delivery: LedgerDelivery | null;
  details: MessageDetails | null;
}

/** The second key is for where the webhook did not identify the group. */
type Keys = Pick<WhatsAppMessageRecord, 'key' | 'unnamedKey'>;

/**
 * What webhooks have told of messages, in its latest state. All messages of a page are looked up together, and again
 * only when something may have been told since, whatever process has recorded it.
 */
export class ToldOfMessages {
  readonly #store: Ledger;
  readonly #kept = new WeakMap<WhatsAppMessageRecord, { told: Told; version: string }>();
  readonly #loader: DataLoader<WhatsAppMessageRecord, Told>;

  constructor(store: Ledger) {
    this.#store = store;
    this.#loader = new DataLoader((messages) => {
      // It is a cache for one look only.
      this.#loader.clearAll();
      return this.#look(messages);
    });
  }

  of(message: WhatsAppMessageRecord): Promise<Told> {
    return this.#loader.load(message);
  }

  async #look(messages: readonly WhatsAppMessageRecord[]): Promise<Told[]> {
    // Before the look: what is recorded meanwhile makes it outdated.
    const version = await this.#store.anyVersion();
    const kept = messages.map((message) => {
      const known = this.#kept.get(message);
      return known?.version === version ? known.told : null;
    });
    const outdated = messages.filter((_, index) => kept[index] === null);
    const found = await findTold(this.#store, outdated);
    for (const [index, message] of outdated.entries()) {
      const told = found[index];
      if (told) this.#kept.set(message, { told, version });
    }
    const next = found.values();
    return kept.flatMap((told) => told ?? next.next().value ?? []);
  }
}

/** What webhooks have told of each of these messages, looked up at once. */
export async function findTold(store: Ledger, messages: readonly Keys[]): Promise<Told[]> {
  const keys = messages.flatMap(({ key, unnamedKey }) => [key, unnamedKey]);
  const parts = keys.map((key) => (key === null ? null : toPrefixAndOrdinal(key)));
  const wanted = parts.filter((part) => part !== null);
  const found = (wanted.length === 0 ? [] : await store.find(wanted)).values();
  const findings = parts.map((part) => (part && found.next().value) ?? null);
  return messages.map((_, index) => {
    const [own, unnamed] = findings.slice(2 * index);
    const first = own ?? unnamed;
    return {
      delivery: first ? { whatsAppMessageId: first.messageId, status: toStatus(first.rank) } : null,
      details: toDetails(own?.details ?? []) ?? toDetails(unnamed?.details ?? []),
    };
  });
}
