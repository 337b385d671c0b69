import type { MessageSource, ToldMessages } from '../datasources/message-source.ts';
import { isSameRecord } from '../domain/media-urls.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { Fence, MessageArchive, TimeSpan } from '../store/store.ts';
import { keptPages, type KeptMessage } from './kept-part.ts';
import { parseRecord } from './parse-record.ts';
import { toEntry } from './to-entry.ts';

/**
 * Keeps what webhooks have told of messages that are kept already. What is delisted stays so.
 *
 * @param second Unix s: in which they were sent. @param readAt Unix ms
 * @throws LostLeaseError
 */
export async function keepTold(
  archive: MessageArchive,
  told: ToldMessages,
  second: number,
  readAt: number,
  fence: Fence,
): Promise<void> {
  const span = { since: second * 1_000, until: (second + 1) * 1_000 };
  for await (const page of keptPages(archive, span, 'ASC')) {
    const kept = page.map(({ record, sequence }): MessageRecord => ({ ...parseRecord(record), sequence }));
    const complete = await told.complete(kept);
    const changed = complete.flatMap((message, index) => {
      const before = page[index];
      const isSame = before === undefined || isSameRecord(before.record, JSON.stringify(message));
      return isSame ? [] : [{ before, message }];
    });
    if (changed.length === 0) continue;
    const common = { covers: null, progress: null };
    const entries = changed.map(({ message }) => toEntry(message));
    await archive.keep({ ...common, entries, delisted: [], readAt }, fence);
    for (const { key, delistedAt } of changed.map(({ before }) => before))
      if (delistedAt !== null)
        await archive.keep({ ...common, entries: [], delisted: [key], readAt: delistedAt }, fence);
  }
}

/** Messages as they are listed, with what only their kept versions have of what webhooks told: webhooks' details are not kept for ever. */
export function withFormers(
  messages: readonly MessageRecord[],
  { told }: Pick<MessageSource, 'told'>,
  kept: ReadonlyMap<string, KeptMessage>,
): readonly MessageRecord[] {
  if (!told) return messages;
  return messages.map((message) => {
    const former = told.isOpen(message) ? kept.get(message.key) : undefined;
    return former ? told.withFormer(message, parseRecord(former.record)) : message;
  });
}

/** The same, with what is kept of them, which is read if it has to be. */
export async function withFormersOf(
  messages: readonly MessageRecord[],
  source: Pick<MessageSource, 'told'>,
  archive: MessageArchive,
): Promise<readonly MessageRecord[]> {
  const open = messages.filter((message) => source.told?.isOpen(message));
  const span = toSpan(open);
  if (span === null) return messages;
  const keys = new Set(open.map(({ key }) => key));
  const kept = new Map<string, KeptMessage>();
  for await (const page of keptPages(archive, span, 'ASC'))
    for (const message of page) if (keys.has(message.key)) kept.set(message.key, message);
  return withFormers(messages, source, kept);
}

function toSpan(messages: readonly MessageRecord[]): TimeSpan | null {
  const [first] = messages;
  if (!first) return null;
  const since = messages.reduce((moment, { sentAt }) => Math.min(moment, sentAt), first.sentAt);
  const newest = messages.reduce((moment, { sentAt }) => Math.max(moment, sentAt), first.sentAt);
  return { since, until: newest + 1 };
}
