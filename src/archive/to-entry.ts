import type { ArchiveEntry, ParticipantKey } from '../store/store.ts';
import { toAgent, toCustomer } from '../domain/message-people.ts';
import type { MessageRecord, ParticipantRecord } from '../domain/records.ts';
import { termsOf } from './terms.ts';

/** A message as it is kept, with the fields that only its provider has. */
export function toEntry(message: MessageRecord): ArchiveEntry {
  const { key, sequence, sentAt, conversation, direction, kind, sender, recipients } = message;
  const people = [sender, ...(recipients ?? [])];
  const participants = new Map(people.map((person) => [`${person.role} ${person.nativeId}`, person]));
  return {
    key,
    sequence,
    sentAt,
    terms: termsOf(message),
    conversation: { key: conversation.key, kind: conversation.kind },
    participants: [...participants.values()].map(toKey),
    direction,
    kind,
    customer: orNull(toCustomer(message)),
    agent: orNull(toAgent(message)),
    record: JSON.stringify(message),
  };
}

function orNull(person: ParticipantRecord | null): ParticipantKey | null {
  return person && toKey(person);
}

function toKey({ role, nativeId }: ParticipantRecord): ParticipantKey {
  return { role, nativeId };
}
