import type { Ledger, LedgerKey } from '../../store/store.ts';
import type { ErasedParts, ErasedPerson } from '../message-source.ts';
import { toKeyOfPrefix, toPrefixAndOrdinal } from './message-key.ts';
import { peopleInMessageId } from './whatsapp-id.ts';

/**
 * What webhooks have told of a person, and of messages that are erased. The history does not tell who of a group spoke: of a message that is
 * held this is all that does, and it is kept.
 */
export async function findErased(
  ledger: Ledger,
  { nativeId }: ErasedPerson,
  keys: ReadonlySet<string>,
  held: ReadonlySet<string>,
): Promise<ErasedParts> {
  const spoken = await ledger.keysOfSpeaker(nativeId);
  const { ids, counts } = await ledger.findErased({
    customer: nativeId,
    keys: [...spoken, ...toLedgerKeys(keys)],
    held: toLedgerKeys(held),
    isNamedIn: (id) => isNamed(id, nativeId),
  });
  const unnamedKeys = spoken.map(({ prefix, ordinal }) => toKeyOfPrefix(prefix, ordinal));
  return {
    counts,
    held: 0,
    keys: unnamedKeys,
    unnamedKeys,
    ids,
    erase: () => ledger.erase(ids, nativeId),
  };
}

function toLedgerKeys(keys: ReadonlySet<string>): LedgerKey[] {
  return [...keys].flatMap((key) => toPrefixAndOrdinal(key) ?? []);
}

function isNamed(messageId: string, nativeId: string): boolean {
  return (
    messageId === nativeId ||
    messageId.split(/[^A-Za-z0-9]+/).includes(nativeId) ||
    peopleInMessageId(messageId).includes(nativeId)
  );
}
