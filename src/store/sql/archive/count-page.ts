import type { ArchiveEntry } from '../../ports/message-archive.ts';
import { conversationKinds, directions, kinds, NO_PARTICIPANT, roles } from './codes.ts';
import { changeConversations } from './change-conversations.ts';
import { readConversations } from './conversations.ts';
import { addDerived } from './derived-rows.ts';
import { areSameFacts, type CountedMessage, type StoredFacts } from './facts.ts';
import { forgetAbsent, identifyParticipants, type ParticipantIds } from './people.ts';
import type { KeptMessage, PagePlan } from './plan-page.ts';
import { toSequenceText } from './sequence-text.ts';
import { subtract } from './subtract.ts';
import type { ArchiveUnit } from './unit.ts';

/** A message that is put. The conversation among its facts is 0 as long as it has no row. */
interface Draft {
  entry: ArchiveEntry;
  before: KeptMessage | null;
  /** Of its conversation, sealed. */
  key: string;
  facts: StoredFacts;
}

/**
 * Changes what is derived from messages by what a page brings, and takes away the rows of messages that count as something else from now
 * on. Before messages are written: they name rows that are made here.
 *
 * @returns facts of each message that is put
 */
export async function countPage(
  unit: ArchiveUnit,
  plan: PagePlan,
): Promise<ReadonlyMap<ArchiveEntry, StoredFacts>> {
  const { tx, tables, seals, source, account } = unit;
  const ids = await identifyParticipants(tx, tables, seals, account, plan.put.flatMap(participantsOf));
  const keys = new Map(
    plan.put.map(({ entry }) => [entry, String(seals.conversation.seal(entry.conversation.key))]),
  );
  const known = await readConversations(tx, tables, source, [...new Set(keys.values())]);
  const drafts = plan.put.map(({ entry, before }): Draft => {
    const key = keys.get(entry) ?? '';
    return { entry, before, key, facts: toFacts(entry, known.get(key)?.id ?? 0, ids) };
  });
  const changed = drafts.filter(hasChanged);
  const left = changed.flatMap(({ before }) => before ?? []);
  await tables.take(
    tx,
    source,
    left.map(({ key }) => seals.key(key)),
  );
  const gone = left.map(toCountedBefore);
  await subtract(unit, gone, changed.map(toCounted));
  const come = Map.groupBy(changed, ({ key }) => key);
  const created = await changeConversations(
    unit,
    known,
    gone,
    new Map([...come].map(([key, of]) => [key, of.map(toCounted)])),
  );
  for (const draft of drafts)
    draft.facts = { ...draft.facts, conversation: draft.facts.conversation || (created.get(draft.key) ?? 0) };
  const roleOf = new Map(plan.put.flatMap(participantsOf).map((person) => [ids.of(person), person.role]));
  await addDerived(tx, tables, source, changed.map(toCounted), (participant) =>
    roles.encode(roleOf.get(participant) ?? 'UNKNOWN'),
  );
  await forgetAbsent(
    tx,
    account,
    gone.flatMap(({ people }) => people),
  );
  return new Map(drafts.map(({ entry, facts }) => [entry, facts]));
}

/** The same where messages are gone, and none comes. */
export async function countWithout(unit: ArchiveUnit, messages: readonly KeptMessage[]): Promise<void> {
  const gone = messages.map(toCountedBefore);
  await subtract(unit, gone, []);
  await changeConversations(unit, new Map(), gone, new Map());
  await forgetAbsent(
    unit.tx,
    unit.account,
    gone.flatMap(({ people }) => people),
  );
}

/** Whether it counts otherwise than before, or elsewhere. */
function hasChanged({ before, entry, facts }: Draft): boolean {
  return (
    before === null ||
    !areSameFacts(before.facts, facts) ||
    before.sentAt !== entry.sentAt ||
    before.sequence !== entry.sequence
  );
}

function participantsOf({ entry }: PagePlan['put'][number]): ArchiveEntry['participants'] {
  return entry.participants;
}

function toFacts(entry: ArchiveEntry, conversation: number, ids: ParticipantIds): StoredFacts {
  const { customer, agent } = entry;
  return {
    conversation,
    conversationKind: conversationKinds.encode(entry.conversation.kind),
    people: entry.participants.map((participant) => ids.of(participant)),
    direction: directions.encode(entry.direction),
    kind: kinds.encode(entry.kind),
    customer: customer ? ids.of(customer) : NO_PARTICIPANT,
    agent: agent ? ids.of(agent) : NO_PARTICIPANT,
  };
}

function toCounted({ entry, facts }: Draft): CountedMessage {
  return { ...facts, sentAt: entry.sentAt, sequence: toSequenceText(entry.sequence) };
}

function toCountedBefore({ facts, sentAt, sequence }: KeptMessage): CountedMessage {
  return { ...facts, sentAt, sequence: toSequenceText(sequence) };
}
