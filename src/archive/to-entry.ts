import type { ArchiveEntry } from '../store/store.ts';
import type { MessageRecord } from '../domain/records.ts';
import { termsOf } from './terms.ts';

/** A message as it is kept, with the fields that only its provider has. */
export function toEntry(message: MessageRecord): ArchiveEntry {
  const { key, sequence, sentAt } = message;
  return { key, sequence, sentAt, terms: termsOf(message), record: JSON.stringify(message) };
}
