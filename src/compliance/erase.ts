import { toEntry } from '../archive/to-entry.ts';
import type { ChatChannel, ErasedParts, ErasedPerson } from '../datasources/message-source.ts';
import { withoutErased } from '../domain/erasure.ts';
import type { LiveEvent, NewEvent } from '../domain/events.ts';
import type { JsonValue, MessageRecord } from '../domain/records.ts';
import type { EventLog, Inbox, MessageArchive } from '../store/store.ts';
import { findArchived, positionsWithout, type ArchivedOfPerson } from './find-archived.ts';

/** Where a person is looked for. */
export interface ErasureTarget {
  /** The provider's own, which hides nothing. */
  channel: ChatChannel;
  /** Of its sources. */
  archives: readonly MessageArchive[];
  events: Pick<EventLog, 'rewrite'>;
  inbox: Pick<Inbox, 'erase'>;
}

/** What is kept of a person in a channel. */
export interface FoundInChannel {
  channel: string;
  /** How many rows go, by table; and under `names` how many messages of others lose the person's name. */
  counts: Record<string, number>;
  /** How many messages stay, since they are held. */
  held: number;
  /** Of messages that are the person's without naming them in every record: to be noted before they go. */
  keys: string[];
  /** @param now Unix ms */
  erase(now: number): Promise<void>;
}

const BATCH = 100;

/** Looks for a person in all that is kept of a channel, and changes nothing. */
export async function findInChannel(target: ErasureTarget, person: ErasedPerson): Promise<FoundInChannel> {
  const { channel, archives } = target;
  const told = await channel.findErased?.(person, new Set(), new Set());
  const unnamedKeys = told?.unnamedKeys ?? null;
  const unnamed = new Set(unnamedKeys);
  const all = toAll(person, unnamed);
  const archived: ArchivedOfPerson[] = [];
  for (const archive of archives) archived.push(await findArchived(archive, all, unnamedKeys === null));
  const gone = archived.flatMap((found) => found.gone);
  const held = new Set(archived.flatMap((found) => found.held));
  const keys = new Set(
    [...gone.map(({ key }) => key), ...(told?.keys ?? [])].filter((key) => !held.has(key)),
  );
  const published = await findEvents(target, all, keys);
  const parts = await channel.findErased?.(all, keys, held);
  const isErasedItem = toIsErasedItem(target, all, parts);
  let items = 0;
  await target.inbox.erase(channel.name, (...item) => {
    if (isErasedItem(...item)) items++;
    return false;
  });
  return {
    channel: channel.name,
    counts: {
      archive_message: gone.length,
      archive_revision: sum(archived.map(({ revisions }) => revisions)),
      ...parts?.counts,
      events: published.events,
      inbox: items,
      names: sum(archived.map(({ others }) => others.length)) + published.names,
    },
    held: sum(archived.map((found) => found.held.length)) + (parts?.held ?? 0),
    keys: [
      ...unnamed,
      ...(parts?.ids ?? []),
      ...gone.filter(({ conversation }) => conversation.kind !== 'DIRECT').map(({ key }) => key),
    ],
    erase: async (now) => {
      for (const [index, archive] of archives.entries()) {
        const found = archived[index];
        if (found) await eraseArchived(archive, found, now);
      }
      await target.events.rewrite(channel.name, toChange(all, keys));
      await target.inbox.erase(channel.name, isErasedItem);
      await parts?.erase();
    },
  };
}

/** Whether anything of a person is left to be taken away. */
export function isAnythingFound(found: readonly FoundInChannel[]): boolean {
  return rowsOf(found) > 0;
}

/** How many rows of it there are to be taken away. */
export function rowsOf(found: readonly FoundInChannel[]): number {
  return sum(found.flatMap(({ counts }) => Object.values(counts)));
}

function toAll(person: ErasedPerson, unnamed: ReadonlySet<string>): ErasedPerson {
  const { erased, role, nativeId } = person;
  return {
    ...person,
    erased: {
      ...erased,
      hasMessage: (key, sentAt) => unnamed.has(key) || erased.hasMessage(key, sentAt),
      // A hold on the person holds these, too.
      isHeld: (message) =>
        erased.isHeld(message) ||
        (unnamed.has(message.key) &&
          erased.isHeld({ ...message, sender: { ...message.sender, role, nativeId } })),
    },
  };
}

async function eraseArchived(archive: MessageArchive, found: ArchivedOfPerson, now: number): Promise<void> {
  const { gone, others } = found;
  for (const [job, position] of await positionsWithout(archive, gone))
    await archive.keep({
      entries: [],
      delisted: [],
      readAt: now,
      covers: null,
      progress: { job, position },
    });
  for (const some of inBatches(others)) await archive.replace(some.map(toEntry), now);
  for (const some of inBatches(gone)) await archive.remove(some.map(({ key }) => key));
}

async function findEvents(
  { channel, events }: ErasureTarget,
  person: ErasedPerson,
  keys: Set<string>,
): Promise<{ events: number; names: number }> {
  const counts = { events: 0, names: 0 };
  const count = (event: LiveEvent): LiveEvent => {
    const next = toChange(person, keys)(event);
    if (next === null) counts.events++;
    else if (next !== event) counts.names++;
    if (next === null && event.type === 'message') keys.add(event.message.key);
    return event;
  };
  await events.rewrite(channel.name, count);
  return counts;
}

/** What becomes of an event. As an archive does, the log keeps the events of held messages. */
function toChange(
  { nativeId, erased }: ErasedPerson,
  keys: ReadonlySet<string>,
): (event: LiveEvent) => NewEvent | null {
  return (event) => {
    if (event.type === 'status') {
      const { messageKey, messageId } = event.status;
      const isErased = (messageKey !== null && keys.has(messageKey)) || namesWhole(messageId, nativeId);
      return isErased ? null : event;
    }
    const { message } = event;
    if (keys.has(message.key) && !erased.isHeld(message)) return null;
    const left: MessageRecord | null = withoutErased(message, erased);
    return left === message ? event : left && { ...event, message: left };
  };
}

/** Deliveries that tell of the person, and what is left of those that did. */
function toIsErasedItem(
  { channel: { push } }: ErasureTarget,
  { nativeId, erased }: ErasedPerson,
  parts: ErasedParts | undefined,
): (key: string, payload: JsonValue) => boolean {
  const ids = new Set(parts?.ids);
  return (key, payload) => {
    const subject = payload === null ? null : (push?.subjectOf?.(payload) ?? null);
    if (subject?.people.some((person) => erased.has(person, subject.peopleAt))) return true;
    return key.split(':').some((part) => ids.has(part)) || namesWhole(key, nativeId);
  };
}

/** Whether a text has the id in it, and not as a part of a longer one. */
function namesWhole(text: string, nativeId: string): boolean {
  for (let at = text.indexOf(nativeId); at >= 0; at = text.indexOf(nativeId, at + 1)) {
    const around = `${text[at - 1] ?? ''}${text[at + nativeId.length] ?? ''}`;
    if (!/[A-Za-z0-9]/.test(around)) return true;
  }
  return false;
}

function* inBatches<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += BATCH) yield values.slice(from, from + BATCH);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
