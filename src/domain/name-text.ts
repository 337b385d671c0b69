import type { MessageRecord } from './records.ts';

/** The text of a contact card is its name: no participant wrote it, and callers who may not see names are shown a mask. */
export function isNameText({ kind }: Pick<MessageRecord, 'kind'>): boolean {
  return kind === 'CONTACT_CARD';
}
