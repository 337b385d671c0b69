import type { ArchiveEntry, ArchivePage, ParticipantKey } from '../../ports/message-archive.ts';
import type { StoredFacts } from './facts.ts';
import { comparePlaces } from './fold.ts';
import type { PagePlan } from './plan-page.ts';
import type { ArchiveSeals } from './seals.ts';
import { toSequenceText } from './sequence-text.ts';
import type { ArchiveTables, ArchiveWrites, StoredMessage } from './tables.ts';
import type { StoredPlace } from './stored-place.ts';

/** Between two chances for other requests: to seal so many takes a millisecond. */
const MESSAGES_AT_A_TIME = 10;

/** A page with what its columns will hold, which takes processor time and is made before its unit begins. */
export interface SealedPage {
  page: ArchivePage;
  /** Of entries and of what is delisted. */
  keys: readonly string[];
  places: readonly StoredPlace[];
  messages: ReadonlyMap<ArchiveEntry, SealedMessage>;
}

/** What a message's columns hold of itself. */
type SealedMessage = Omit<StoredMessage, 'version' | 'archivedSeq' | keyof StoredFacts>;

export async function sealPage(
  given: ArchivePage,
  source: number,
  seals: ArchiveSeals,
  tables: Pick<ArchiveTables, 'toShown'>,
): Promise<SealedPage> {
  const page = toWellFormed(given);
  const messages = new Map<ArchiveEntry, SealedMessage>();
  for (const [index, entry] of page.entries.entries()) {
    if (index % MESSAGES_AT_A_TIME === MESSAGES_AT_A_TIME - 1)
      await new Promise((resolve) => setImmediate(resolve));
    messages.set(entry, {
      key: seals.key(entry.key),
      sentAt: entry.sentAt,
      sequence: toSequenceText(entry.sequence),
      record: seals.record.seal(entry.record),
      shown: tables.toShown(entry.record),
      tokens: entry.terms.map((term) => seals.toToken(source, term)),
    });
  }
  const places = [...messages.values()].map(({ sentAt, sequence }) => ({ sentAt, sequence }));
  const listed = [...messages.values()].map(({ key }) => key);
  return { page, keys: [...listed, ...page.delisted.map((key) => seals.key(key))], places, messages };
}

/** Half a character is stored as U+FFFD, and compared with what is stored. */
function toWellFormed(page: ArchivePage): ArchivePage {
  return {
    ...page,
    entries: page.entries.map((entry) => ({
      ...entry,
      key: entry.key.toWellFormed(),
      record: entry.record.toWellFormed(),
      conversation: { ...entry.conversation, key: entry.conversation.key.toWellFormed() },
      participants: entry.participants.map(toWellFormedKey),
      customer: entry.customer && toWellFormedKey(entry.customer),
      agent: entry.agent && toWellFormedKey(entry.agent),
    })),
    delisted: page.delisted.map((key) => key.toWellFormed()),
  };
}

function toWellFormedKey({ role, nativeId }: ParticipantKey): ParticipantKey {
  return { role, nativeId: nativeId.toWellFormed() };
}

/**
 * What a plan writes. Nothing of it depends on having been written before.
 *
 * @param factsOf of each that it puts
 * @param lastSeq the greatest number that was given to a change; each change gets the next one
 */
export function toWrites(
  plan: PagePlan,
  { page, messages }: SealedPage,
  seals: ArchiveSeals,
  factsOf: ReadonlyMap<ArchiveEntry, StoredFacts>,
  lastSeq: number,
): ArchiveWrites {
  let archivedSeq = lastSeq;
  return {
    readAt: page.readAt,
    displaced: plan.displaced.map(({ key }) => ({ key: seals.key(key), archivedSeq: ++archivedSeq })),
    delisted: plan.delisted.map(({ key }) => ({ key: seals.key(key), archivedSeq: ++archivedSeq })),
    replaced: plan.replaced.map(({ key }) => seals.key(key)),
    revised: plan.revised.map(({ key, version, record }) => ({
      key: seals.key(key),
      version,
      record: seals.record.seal(record),
    })),
    put: plan.put
      .flatMap(({ entry, version }) => {
        const message = messages.get(entry);
        const facts = factsOf.get(entry);
        return message && facts ? [{ ...message, ...facts, version }] : [];
      })
      // Newest first, indexes would be left half empty.
      .sort(comparePlaces)
      .map((message) => ({ ...message, archivedSeq: ++archivedSeq })),
  };
}

/** How many numbers `toWrites` gives. */
export function countChanges({ displaced, delisted, put }: PagePlan): number {
  return displaced.length + delisted.length + put.length;
}
