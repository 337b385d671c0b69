import type { KeptMessage } from './plan-page.ts';
import { toSequenceText } from './sequence-text.ts';
import { Values } from './index/statement.ts';
import type { ArchiveUnit } from './unit.ts';

/**
 * Moves messages directly behind the place that another one takes, and tells those who name them as their newest. They come next after
 * that place, so they are the newest of all that they were the newest of.
 */
export async function displace(
  { tx, tables, seals, source }: ArchiveUnit,
  displaced: readonly KeptMessage[],
): Promise<void> {
  if (displaced.length === 0) return;
  const moved = displaced.map((kept) => ({ kept, sequence: seals.toDisplaced(kept) }));
  await tables.displace(
    tx,
    source,
    moved.map(({ kept, sequence }) => ({ key: seals.key(kept.key), sequence })),
  );
  for (const { kept, sequence } of moved) {
    const { facts, sentAt } = kept;
    const place = [sentAt, toSequenceText(kept.sequence), sequence];
    await tx.all(
      `UPDATE archive_conversation SET ${['last', 'inbound', 'outbound'].map(toRenamed).join(', ')} WHERE id = $1`,
      [facts.conversation, ...place],
    );
    const values = new Values();
    const isOne = `source = ${values.add(source)} AND participant IN (${values.list(facts.people)})`;
    const isThere = `last_at = ${values.add(sentAt)} AND last_sequence = ${values.add(toSequenceText(kept.sequence))}`;
    await tx.all(
      `UPDATE archive_presence SET last_sequence = ${values.add(sequence)} WHERE ${isOne} AND ${isThere}`,
      values.all,
    );
  }
}

function toRenamed(end: string): string {
  const isThere = `${end}_at = $2 AND ${end}_sequence = $3`;
  return `${end}_sequence = CASE WHEN ${isThere} THEN $4 ELSE ${end}_sequence END`;
}
