import { countConversations, type ChangedConversation } from './count-conversations.ts';
import {
  addConversations,
  deleteConversations,
  readConversationsById,
  updateConversations,
  type ConversationRow,
} from './conversations.ts';
import type { CountedMessage } from './facts.ts';
import { foldConversation, type ConversationFigures } from './fold.ts';
import type { ArchiveUnit } from './unit.ts';

/**
 * Changes conversations by what is gone of them and what comes. One without messages goes.
 *
 * @param known all rows that there are of the conversations of `come`, by sealed key
 * @param gone messages that are there no more
 * @param come messages that are yet to be written, by the sealed key of their conversation
 * @returns ids of conversations that are new, by sealed key
 */
export async function changeConversations(
  { tx, tables, source }: ArchiveUnit,
  known: ReadonlyMap<string, ConversationRow>,
  gone: readonly CountedMessage[],
  come: ReadonlyMap<string, readonly CountedMessage[]>,
): Promise<Map<string, number>> {
  const goneOf = Map.groupBy(gone, ({ conversation }) => conversation);
  const read = new Set([...known.values()].map(({ id }) => id));
  const others = [...goneOf.keys()].filter((id) => !read.has(id));
  const rows = [...known.values(), ...(await readConversationsById(tx, tables, others))];
  const changed = rows
    .map((row): ChangedConversation => ({
      row,
      gone: goneOf.get(row.id) ?? [],
      come: come.get(row.key) ?? [],
    }))
    .filter((each) => each.gone.length + each.come.length > 0);
  const counted = await countConversations(tx, changed);
  await updateConversations(
    tx,
    tables,
    source,
    counted.filter((row) => row !== null),
  );
  await deleteConversations(
    tx,
    tables,
    changed.flatMap(({ row }, index) => (counted[index] === null ? row.id : [])),
  );
  const created = new Map<string, ConversationFigures>();
  for (const [key, messages] of come) {
    const figures = known.has(key) ? null : foldConversation(null, messages);
    if (figures) created.set(key, figures);
  }
  return addConversations(tx, tables, source, created);
}
