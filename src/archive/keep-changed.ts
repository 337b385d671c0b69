import type { Awaitable } from '../datasources/message-source.ts';
import { withoutErased, type ErasedPeople } from '../domain/erasure.ts';
import { isSameRecord } from '../domain/media-urls.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { Fence, MessageArchive } from '../store/store.ts';
import { toEntry } from './to-entry.ts';

export interface KeepChangedOptions {
  /** Unix ms. */
  readAt: number;
  fence: Fence;
  /** Who was erased by now; null: no person. */
  readErased: () => Awaitable<ErasedPeople | null>;
}

/**
 * Keeps new versions of messages that are kept already; others are kept once they are listed, and in time. What is taken away meanwhile, or
 * taken out of a message, does not come back.
 *
 * @param messages as the source lists them, each once
 * @throws LostLeaseError
 */
export async function keepChanged(
  archive: MessageArchive,
  messages: readonly MessageRecord[],
  { readAt, fence, readErased }: KeepChangedOptions,
): Promise<void> {
  for (;;) {
    const replaces = await findRecords(archive, messages);
    // Then: an erasure that is not known yet changes its messages later, and one that has changed is not replaced.
    const erased = replaces.size === 0 ? null : await readErased();
    const entries = messages
      .filter(({ key }) => replaces.has(key))
      .flatMap((message) => (erased ? (withoutErased(message, erased) ?? []) : message))
      .map(toEntry)
      .filter(({ key, record }) => !isSameRecord(replaces.get(key) ?? '', record));
    if (entries.length === 0) return;
    const page = { entries, replaces, delisted: [], readAt, covers: null, progress: null };
    const { revised } = await archive.keep(page, fence);
    // Else some were written by others meanwhile.
    if (revised === entries.length) return;
  }
}

/** @returns by key, what is kept */
async function findRecords(
  archive: MessageArchive,
  messages: readonly MessageRecord[],
): Promise<Map<string, string>> {
  const records = new Map<string, string>();
  for (const { key } of messages) {
    const found = await archive.find(key);
    if (found) records.set(key, found.record);
  }
  return records;
}
