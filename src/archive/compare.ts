import { isSameRecord } from '../domain/media-urls.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { TimeSpan } from '../store/store.ts';
import { withFormers } from './keep-told.ts';
import { keptPages, toPlace, withoutLost, type KeptMessage } from './kept-part.ts';
import { mayHaveExpiredUpTo, type ListedPart, type ListingOptions } from './listing.ts';

/** So many records are compared at a time. */
const SLICE = 50;

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
  /** False: some of what is not listed was kept only after the page was read, which has to be compared again. */
  isCertain: boolean;
}

/** Reads the archive in pages, and holds of it what the part lists, and keys of what it does not. @throws as `listParts` */
export async function compare(part: ListedPart, options: ListingOptions): Promise<Difference> {
  const { archive } = options;
  const { span, messages } = part;
  const newest = messages.reduce((moment, { sentAt }) => Math.max(moment, sentAt), span.until - 1);
  const compared = { since: await findBeginning(part, options), until: newest + 1 };
  const { kept, unlisted } = await readCompared(part, compared, options);
  const shown = withFormers(withoutLost(messages, kept), options.source, kept);
  const gone = part.listed === null ? [] : [...unlisted, ...findLost(part, kept, shown)];
  const keptSince = new Set(gone.length === 0 ? [] : await archive.changedIn(compared, part.lastChange));
  const delisted = gone.filter((key) => !keptSince.has(key));
  return {
    missing: shown.filter(({ key }) => !kept.has(key)),
    changed: await findChanged(shown, kept),
    relisted: shown.filter(({ key }) => kept.get(key)?.isDelisted === true),
    delisted,
    isCertain: delisted.length === gone.length,
  };
}

/** Where URLs are signed anew, records have to be parsed. */
async function findChanged(
  shown: readonly MessageRecord[],
  kept: ReadonlyMap<string, KeptMessage>,
): Promise<MessageRecord[]> {
  const changed: MessageRecord[] = [];
  for (const [index, message] of shown.entries()) {
    if (index % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    const before = kept.get(message.key);
    if (before && !isSameRecord(before.record, JSON.stringify(message))) changed.push(message);
  }
  return changed;
}

/** What is to be kept of a difference, each once. */
export function toChanges({ missing, changed, relisted }: Difference): MessageRecord[] {
  return [...new Set([...missing, ...changed, ...relisted])];
}

/**
 * From where on a part is compared. What is older than all that it lists may have expired, and then all that is older still has, too; what is
 * newer than something that is listed was taken away.
 *
 * @returns Unix ms
 */
async function findBeginning(
  { span, messages, listed }: ListedPart,
  options: ListingOptions,
): Promise<number> {
  const oldest = messages.reduce((moment, { sentAt }) => Math.min(moment, sentAt), span.until);
  if (listed === null) return span.since;
  for await (const page of keptPages(options.archive, { since: span.since, until: oldest }, 'DESC')) {
    const newest = page.find(({ key, isDelisted }) => !isDelisted && !listed.has(key));
    if (newest) return (await mayHaveExpiredUpTo(newest.sentAt, options)) ? oldest : span.since;
  }
  return span.since;
}

/** @returns by key what is kept of what the part lists, or in the place of that, and keys of what is kept and not listed */
async function readCompared(
  { span, messages, listed }: ListedPart,
  compared: TimeSpan,
  { archive }: ListingOptions,
): Promise<{ kept: Map<string, KeptMessage>; unlisted: string[] }> {
  const keys = new Set(messages.map(({ key }) => key));
  const places = new Set(messages.map(toPlace));
  const kept = new Map<string, KeptMessage>();
  const unlisted: string[] = [];
  for await (const page of keptPages(archive, compared, 'ASC'))
    for (const message of page) {
      const { key, sentAt, isDelisted } = message;
      if (keys.has(key) || places.has(toPlace(message))) kept.set(key, message);
      if (sentAt < span.until && !isDelisted && listed?.has(key) === false) unlisted.push(key);
    }
  return { kept, unlisted };
}

/** Keys of what is kept, and of which the source lists no more than a hole. */
function findLost(
  { span, messages }: ListedPart,
  kept: ReadonlyMap<string, KeptMessage>,
  shown: readonly MessageRecord[],
): string[] {
  const isShown = new Set(shown.map(({ key }) => key));
  return messages.flatMap(({ key }) => {
    const before = isShown.has(key) ? undefined : kept.get(key);
    return before && before.sentAt < span.until && !before.isDelisted ? key : [];
  });
}
