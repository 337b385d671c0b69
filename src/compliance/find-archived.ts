import { EVERYTHING } from '../archive/everything.ts';
import { parseRecord } from '../archive/parse-record.ts';
import { termsOfFilter } from '../archive/terms.ts';
import { isObject } from '../datasources/kit/json-value.ts';
import type { ErasedPerson } from '../datasources/message-source.ts';
import { withoutErased, withoutHolds } from '../domain/erasure.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { ArchiveQuery, MessageArchive, TimeSpan } from '../store/store.ts';

/** What an archive keeps of a person. */
export interface ArchivedOfPerson {
  /** They go whole. */
  gone: MessageRecord[];
  /** Messages of others, as they are to be. */
  others: MessageRecord[];
  /** `MessageRecord.key` of those that stay, since they are held. */
  held: string[];
  /** How many earlier versions go. */
  revisions: number;
}

const BATCH = 500;
const EVER: TimeSpan = { since: Number.MIN_SAFE_INTEGER, until: Number.MAX_SAFE_INTEGER };
/** In direct conversations it is clear who sent what. */
const OF_SEVERAL = termsOfFilter({ ...EVERYTHING, conversationKinds: ['GROUP', 'BROADCAST'] });

/** Their parts may name people who are not in the conversation. */
const OF_PARTS = termsOfFilter({
  ...EVERYTHING,
  kinds: ['CONTACT_CARD', 'CUSTOM', 'FORWARD', 'MIXED', 'QUOTE', 'UNSUPPORTED'],
});

/**
 * Looks through all conversations in which the person is named, or has messages that were erased by themselves.
 *
 * @param namesSenders whether every record tells who sent it, so that no other message is the person's
 */
export async function findArchived(
  archive: MessageArchive,
  person: ErasedPerson,
  namesSenders: boolean,
): Promise<ArchivedOfPerson> {
  const erased = withoutHolds(person.erased);
  const conversations = new Set<string>();
  const participant = { role: person.role, nativeId: person.nativeId };
  for await (const { conversation } of readAll(archive, termsOfFilter({ ...EVERYTHING, participant })))
    conversations.add(conversation.key);
  // A hash does not tell of which message it is.
  if (!namesSenders)
    for await (const { key, sentAt, conversation } of readAll(archive, OF_SEVERAL))
      if (person.erased.hasMessage(key, sentAt)) conversations.add(conversation.key);
  for await (const message of readAll(archive, OF_PARTS))
    if (withoutErased(message, erased) !== message) conversations.add(message.conversation.key);
  const found: ArchivedOfPerson = { gone: [], others: [], held: [], revisions: 0 };
  for (const conversationKey of conversations)
    for await (const message of readAll(archive, termsOfFilter({ ...EVERYTHING, conversationKey }))) {
      const left = withoutErased(message, erased);
      if (left === message) continue;
      if (person.erased.isHeld(message)) {
        found.held.push(message.key);
        continue;
      }
      if (left === null) found.gone.push(message);
      else found.others.push(left);
      found.revisions += (await archive.revisions(message.key)).length;
    }
  return found;
}

/** Where jobs of an archive are to begin, so that their positions name no message that is gone. */
export async function positionsWithout(
  archive: MessageArchive,
  gone: readonly MessageRecord[],
): Promise<Map<string, string | null>> {
  const positions = await archive.positions();
  const isNamed = (position: string): boolean =>
    gone.some(
      ({ key, sequence }) =>
        position.includes(JSON.stringify(key).slice(1, -1)) || position.includes(sequence),
    );
  return new Map(
    [...positions]
      .filter(([, position]) => isNamed(position))
      .map(([job, position]) => [job, restart(position)]),
  );
}

/** A pass goes on where its last page began; all else begins anew. */
function restart(position: string): string | null {
  const value: unknown = JSON.parse(position);
  if (!isObject(value) || typeof value['until'] !== 'number') return null;
  return JSON.stringify({ until: value['until'] });
}

async function* readAll(
  archive: MessageArchive,
  terms: ArchiveQuery['terms'],
): AsyncGenerator<MessageRecord> {
  let span = EVER;
  for (let after: string | null = null; ;) {
    const entries = await archive.read({ order: 'ASC', span, after, terms, limit: BATCH });
    for (const { sequence, record } of entries) yield { ...parseRecord(record), sequence };
    const last = entries.at(-1);
    if (!last || entries.length < BATCH) return;
    span = { ...EVER, since: last.sentAt };
    after = last.sequence;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
