import type { MessageRecord } from '../domain/records.ts';
import type { MessageArchive, TimeSpan } from '../store/store.ts';
import { parseRecord } from './parse-record.ts';

/** A message as it is kept, to be compared with what the source lists. */
export interface KeptMessage extends Pick<MessageRecord, 'sentAt' | 'availability'> {
  sequence: string;
  /** JSON. */
  record: string;
  isDelisted: boolean;
}

const BATCH = 500;

/** What is kept of a span, delisted messages too, by key. @param span short enough to be held in memory */
export async function readKept(archive: MessageArchive, span: TimeSpan): Promise<Map<string, KeptMessage>> {
  const kept = new Map<string, KeptMessage>();
  let rest: TimeSpan | null = span;
  let after: string | null = null;
  while (rest !== null) {
    const entries = await archive.read({ order: 'ASC', span: rest, after, terms: [], limit: BATCH });
    for (const { sequence, sentAt, record, delistedAt } of entries) {
      const { key, availability } = parseRecord(record);
      kept.set(key, { sequence, sentAt, availability, record, isDelisted: delistedAt !== null });
    }
    const last = entries.at(-1);
    rest = last && entries.length === BATCH ? { since: last.sentAt, until: rest.until } : null;
    after = last?.sequence ?? null;
  }
  return kept;
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
  const places = new Set(
    [...kept.values()].filter(isHeld).map(({ sentAt, sequence }) => `${sentAt} ${sequence}`),
  );
  return messages.filter(({ key, sentAt, sequence, availability }) => {
    if (availability !== 'UNAVAILABLE') return true;
    const before = kept.get(key);
    return before ? !isHeld(before) : !places.has(`${sentAt} ${sequence}`);
  });
}

/** The same, with what is kept of their moments, which is read if it has to be. */
export async function withoutLostOf(
  archive: MessageArchive,
  messages: readonly MessageRecord[],
): Promise<readonly MessageRecord[]> {
  const moments = messages.flatMap(({ availability, sentAt }) =>
    availability === 'UNAVAILABLE' ? [sentAt] : [],
  );
  const [first] = moments;
  if (first === undefined) return messages;
  const since = moments.reduce((a, b) => Math.min(a, b), first);
  const until = moments.reduce((a, b) => Math.max(a, b), first) + 1;
  return withoutLost(messages, await readKept(archive, { since, until }));
}

function isHeld({ availability }: KeptMessage): boolean {
  return availability !== 'UNAVAILABLE';
}
