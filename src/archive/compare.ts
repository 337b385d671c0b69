import { isSameRecord } from '../domain/media-urls.ts';
import type { MessageRecord } from '../domain/records.ts';
import { readKept, withoutLost, type KeptMessage } from './kept-part.ts';
import { mayHaveExpiredUpTo, type ListedPart, type ListingOptions } from './listing.ts';

/** What an archive has otherwise than its source lists it. */
export interface Difference {
  /** Listed, and not kept. */
  missing: MessageRecord[];
  /** Listed with other content than kept. */
  changed: MessageRecord[];
  /** Listed again. */
  relisted: MessageRecord[];
  /** Keys of what is kept, and was taken away since. */
  delisted: string[];
}

/** @throws as `listParts` */
export async function compare(part: ListedPart, options: ListingOptions): Promise<Difference> {
  const { span, messages } = part;
  const newest = messages.reduce((moment, { sentAt }) => Math.max(moment, sentAt), span.until - 1);
  const kept = await readKept(options.archive, { since: span.since, until: newest + 1 });
  const shown = withoutLost(messages, kept);
  const gone = findGone(part, kept, new Set(shown.map(({ key }) => key)));
  return {
    missing: shown.filter(({ key }) => !kept.has(key)),
    changed: shown.filter((message) => {
      const before = kept.get(message.key);
      return before !== undefined && !isSameRecord(before.record, JSON.stringify(message));
    }),
    relisted: shown.filter(({ key }) => kept.get(key)?.isDelisted === true),
    delisted: await findDelisted(gone, part, options),
  };
}

/** What is to be kept of a difference, each once. */
export function toChanges({ missing, changed, relisted }: Difference): MessageRecord[] {
  return [...new Set([...missing, ...changed, ...relisted])];
}

function findGone(
  { span, messages, listed }: ListedPart,
  kept: ReadonlyMap<string, KeptMessage>,
  shown: ReadonlySet<string>,
): Map<string, KeptMessage> {
  if (listed === null) return new Map();
  const lost = new Set(messages.filter(({ key }) => !shown.has(key)).map(({ key }) => key));
  return new Map(
    [...kept].filter(
      ([key, { sentAt, isDelisted }]) =>
        sentAt < span.until && !isDelisted && (lost.has(key) || !listed.has(key)),
    ),
  );
}

/**
 * Of what is gone that which was taken away: not kept after the page was read, nor expired. What is newer than something that is
 * listed has not expired; what is older may have, with all that is older still.
 *
 * @returns keys
 */
async function findDelisted(
  gone: ReadonlyMap<string, KeptMessage>,
  { messages, version }: ListedPart,
  options: ListingOptions,
): Promise<string[]> {
  if (gone.size === 0 || (await options.archive.version()) !== version) return [];
  const oldest = messages.reduce((moment, { sentAt }) => Math.min(moment, sentAt), Infinity);
  const older = [...gone.values()].map(({ sentAt }) => sentAt).filter((sentAt) => sentAt < oldest);
  const newest = older.reduce((moment, sentAt) => Math.max(moment, sentAt), 0);
  const mayHaveExpired = older.length > 0 && (await mayHaveExpiredUpTo(newest, options));
  return [...gone].flatMap(([key, { sentAt }]) => (mayHaveExpired && sentAt < oldest ? [] : [key]));
}
