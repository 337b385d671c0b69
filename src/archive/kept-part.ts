import type { MessageRecord } from '../domain/records.ts';
import type { ArchivedEntry, MessageArchive, TimeSpan } from '../store/store.ts';
import { parseRecord } from './parse-record.ts';

/** A message as it is kept, to be compared with what the source lists. */
export interface KeptMessage extends Pick<MessageRecord, 'key' | 'sentAt' | 'sequence' | 'availability'> {
  /** JSON. */
  record: string;
  isDelisted: boolean;
  /** Unix ms; null: it is listed. */
  delistedAt: number | null;
}

const PAGE_SIZE = 500;

/** What is kept of a span, delisted messages too, in pages, of which none is empty. */
export async function* keptPages(
  archive: Pick<MessageArchive, 'read'>,
  { since, until }: TimeSpan,
  order: 'ASC' | 'DESC',
): AsyncGenerator<KeptMessage[]> {
  let span: TimeSpan = { since, until };
  let after: string | null = null;
  while (span.since < span.until) {
    const entries = await archive.read({ order, span, after, terms: [], limit: PAGE_SIZE });
    if (entries.length > 0) yield entries.map(toKept);
    const last = entries.at(-1);
    if (!last || entries.length < PAGE_SIZE) return;
    span = order === 'ASC' ? { since: last.sentAt, until } : { since, until: last.sentAt + 1 };
    after = last.sequence;
    // An embedded database answers at once, and other requests wait.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function toKept({ sequence, sentAt, record, delistedAt }: ArchivedEntry): KeptMessage {
  const { key, availability } = parseRecord(record);
  return { key, sequence, sentAt, availability, record, isDelisted: delistedAt !== null, delistedAt };
}

export function toPlace({ sentAt, sequence }: Pick<MessageRecord, 'sentAt' | 'sequence'>): string {
  return `${sentAt} ${sequence}`;
}

/**
 * What a provider has lost, such as a hole in place of a message that has expired, replaces nothing that is kept.
 *
 * @returns the other messages
 */
export function withoutLost(
  messages: readonly MessageRecord[],
  kept: ReadonlyMap<string, KeptMessage>,
): MessageRecord[] {
  const places = new Set([...kept.values()].filter(isHeld).map(toPlace));
  return messages.filter((message) => {
    if (message.availability !== 'UNAVAILABLE') return true;
    const before = kept.get(message.key);
    return before ? !isHeld(before) : !places.has(toPlace(message));
  });
}

/** The same, with what is kept of them and in their places, which is read if it has to be. */
export async function withoutLostOf(
  archive: MessageArchive,
  messages: readonly MessageRecord[],
): Promise<readonly MessageRecord[]> {
  const holes = messages.filter(({ availability }) => availability === 'UNAVAILABLE');
  const [first] = holes;
  if (!first) return messages;
  const since = holes.reduce((moment, { sentAt }) => Math.min(moment, sentAt), first.sentAt);
  const until = holes.reduce((moment, { sentAt }) => Math.max(moment, sentAt), first.sentAt) + 1;
  const keys = new Set(holes.map(({ key }) => key));
  const places = new Set(holes.map(toPlace));
  const kept = new Map<string, KeptMessage>();
  for await (const page of keptPages(archive, { since, until }, 'ASC'))
    for (const message of page)
      if (keys.has(message.key) || places.has(toPlace(message))) kept.set(message.key, message);
  return withoutLost(messages, kept);
}

function isHeld({ availability }: KeptMessage): boolean {
  return availability !== 'UNAVAILABLE';
}
