import type { MessageRecord } from '../domain/records.ts';
import type { Fence, MessageArchive } from '../store/store.ts';
import { toEntry } from './to-entry.ts';

/**
 * Keeps new versions of messages that are kept already; others are kept once they are listed, and in time.
 *
 * @param messages as the source lists them. @param readAt Unix ms
 * @throws LostLeaseError
 */
export async function keepChanged(
  archive: MessageArchive,
  messages: readonly MessageRecord[],
  readAt: number,
  fence: Fence,
): Promise<void> {
  const known: MessageRecord[] = [];
  for (const message of messages) if (await archive.find(message.key)) known.push(message);
  if (known.length === 0) return;
  await archive.keep(
    { entries: known.map(toEntry), delisted: [], readAt, covers: null, progress: null },
    fence,
  );
}
