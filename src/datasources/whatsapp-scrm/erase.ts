import type { Ledger } from '../../store/store.ts';
import type { ErasedParts, ErasedPerson } from '../message-source.ts';
import { toKeyOfPrefix, toPrefixAndOrdinal } from './message-key.ts';

/** What webhooks have told of a person, and of messages that are erased. The history does not tell who of a group spoke. */
export async function findErased(
  ledger: Ledger,
  { nativeId }: ErasedPerson,
  keys: ReadonlySet<string>,
): Promise<ErasedParts> {
  const spoken = await ledger.keysOfSpeaker(nativeId);
  const others = [...keys].flatMap((key) => toPrefixAndOrdinal(key) ?? []);
  const { ids, counts } = await ledger.findErased({
    customer: nativeId,
    keys: [...spoken, ...others],
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

/** Ids may have an address in them, such as `true_4915112345678@c.us_3EB0`. */
function isNamed(messageId: string, nativeId: string): boolean {
  return messageId.split(/[^A-Za-z0-9]+/).includes(nativeId) || messageId === nativeId;
}
