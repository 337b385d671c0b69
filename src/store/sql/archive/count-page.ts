import type { ArchiveEntry } from '../../ports/message-archive.ts';
import type { SqlReader } from '../../sql.ts';
import { conversationKinds, directions, kinds, NO_PARTICIPANT, roles } from './codes.ts';
import {
  addConversations,
  readConversations,
  updateConversations,
  type ConversationRow,
} from './conversations.ts';
import { addDerived } from './derived-rows.ts';
import { areSameFacts, type CountedMessage, type StoredFacts } from './facts.ts';
import { foldConversation, toQuarter, type ConversationFigures } from './fold.ts';
import { identifyParticipants, type ParticipantIds } from './people.ts';
import type { KeptMessage, PagePlan } from './plan-page.ts';
import type { Recounted } from './recount.ts';
import type { ArchiveSeals } from './seals.ts';
import { toSequenceText } from './sequence-text.ts';
import type { ArchiveTables } from './tables.ts';

export interface CountedPage {
  /** Of each message that is put. */
  factsOf: ReadonlyMap<ArchiveEntry, StoredFacts>;
  /** To be derived anew once the messages are written. */
  recounted: Recounted;
}

/** A message that is put. The conversation among its facts is 0 as long as it has no row. */
interface Draft {
  entry: ArchiveEntry;
  before: KeptMessage | null;
  /** Of its conversation, sealed. */
  key: string;
  facts: StoredFacts;
}

interface Unit {
  tx: SqlReader;
  tables: ArchiveTables;
  seals: ArchiveSeals;
  source: number;
  account: number;
}

/**
 * Adds new messages to what is derived from those that are there. A conversation that loses a message, or in which one changes
 * what it counts as, is derived anew instead. Before the messages are written: they name rows that are made here.
 */
export async function countPage(unit: Unit, plan: PagePlan): Promise<CountedPage> {
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
  const recounted = toRecounted(drafts, plan.displaced);
  // What a conversation that is derived anew gets here is overwritten then.
  const added = drafts.filter(({ before, facts }) => before === null || facts.conversation === 0);
  const created = await addToConversations(unit, known, added);
  for (const draft of drafts)
    draft.facts = { ...draft.facts, conversation: draft.facts.conversation || (created.get(draft.key) ?? 0) };
  const roleOf = new Map(plan.put.flatMap(participantsOf).map((person) => [ids.of(person), person.role]));
  await addDerived(tx, tables, source, added.map(toCounted), (participant) =>
    roles.encode(roleOf.get(participant) ?? 'UNKNOWN'),
  );
  return { factsOf: new Map(drafts.map(({ entry, facts }) => [entry, facts])), recounted };
}

/** What is derived anew once these messages are gone. */
export function recountedWithout(messages: readonly KeptMessage[]): Recounted {
  return toRecounted([], messages);
}

/** @param moved they leave their place, or all places */
function toRecounted(drafts: readonly Draft[], moved: readonly KeptMessage[]): Recounted {
  const recounted = new Map<number, Set<number>>();
  const add = (conversation: number, sentAt: number): void => {
    recounted.set(conversation, (recounted.get(conversation) ?? new Set()).add(toQuarter(sentAt)));
  };
  const hasChanged = ({ before, entry, facts }: Draft): boolean =>
    before !== null &&
    !(
      areSameFacts(before.facts, facts) &&
      before.sentAt === entry.sentAt &&
      before.sequence === entry.sequence
    );
  const changed = drafts.filter(hasChanged);
  for (const { facts, sentAt } of [...moved, ...changed.flatMap(({ before }) => before ?? [])])
    add(facts.conversation, sentAt);
  // Those that have no row yet have lost nothing.
  for (const { facts, entry } of changed) if (facts.conversation !== 0) add(facts.conversation, entry.sentAt);
  return recounted;
}

/** @returns ids of conversations that are new, by sealed key */
async function addToConversations(
  { tx, tables, source }: Unit,
  known: ReadonlyMap<string, ConversationRow>,
  added: readonly Draft[],
): Promise<Map<string, number>> {
  const created = new Map<string, ConversationFigures>();
  const updated: ConversationRow[] = [];
  for (const [key, drafts] of Map.groupBy(added, (draft) => draft.key)) {
    const row = known.get(key);
    const figures = foldConversation(row ?? null, drafts.map(toCounted));
    if (figures && row) updated.push({ ...figures, id: row.id, key });
    else if (figures) created.set(key, figures);
  }
  await updateConversations(tx, tables, source, updated);
  return addConversations(tx, tables, source, created);
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
