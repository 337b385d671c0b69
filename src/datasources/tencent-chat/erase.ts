import type { RecallStore } from '../../store/store.ts';
import type { ErasedParts } from '../message-source.ts';
import { parseRecordKey } from './record-key.ts';

/** What is noted of erased messages that were recalled. @param recallsOf of an official account */
export async function findErased(
  officialAccounts: readonly string[],
  recallsOf: (officialAccount: string) => RecallStore,
  keys: ReadonlySet<string>,
): Promise<ErasedParts> {
  const references = [...keys].flatMap((key) => parseRecordKey(key) ?? []);
  const noted = await Promise.all(
    officialAccounts.map(async (account) => {
      const recalls = recallsOf(account);
      const erased = new Set(
        references
          .filter(({ officialAccount }) => officialAccount === account)
          .map(({ messageKey }) => messageKey),
      );
      const known = erased.size === 0 ? [] : await recalls.keys();
      return { recalls, keys: known.filter((key) => erased.has(key)) };
    }),
  );
  return {
    counts: { tencent_chat_recall: noted.reduce((sum, each) => sum + each.keys.length, 0) },
    held: 0,
    keys: [],
    unnamedKeys: null,
    ids: [],
    erase: async () => {
      for (const each of noted) if (each.keys.length > 0) await each.recalls.forget(each.keys);
    },
  };
}
