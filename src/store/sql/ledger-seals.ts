import type { ColumnSeal, Vault } from '../vault.ts';

/** Of the columns of all tables of the ledger, some of which share one, since they are joined by it. */
export interface LedgerSeals {
  messageId: ColumnSeal;
  prefix: ColumnSeal;
  speaker: ColumnSeal;
  details: ColumnSeal;
  customer: ColumnSeal;
  profile: ColumnSeal;
}

export function ledgerSeals(vault: Vault): LedgerSeals {
  return {
    messageId: vault.key('whatsapp_message.message_id'),
    prefix: vault.key('whatsapp_message.stem'),
    speaker: vault.key('whatsapp_detail.speaker'),
    details: vault.value('whatsapp_detail.payload'),
    customer: vault.key('whatsapp_profile.customer'),
    profile: vault.value('whatsapp_profile.payload'),
  };
}
