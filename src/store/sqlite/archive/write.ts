import { FACT_COLUMNS, toPeopleText } from '../../sql/archive/facts.ts';
import type { ArchiveWrites, DisplacedMessage, StoredMessage } from '../../sql/archive/tables.ts';
import type { SqlReader, SqlValue } from '../../sql.ts';
import { MessageIds } from './message-ids.ts';

const COLUMNS = [
  'id',
  'source',
  'sent_at',
  'sequence',
  'key',
  'version',
  'archived_seq',
  ...FACT_COLUMNS,
  'record',
];
const PUT = `INSERT INTO archive_message (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})`;

export async function writeMessages(tx: SqlReader, source: number, writes: ArchiveWrites): Promise<void> {
  const { readAt, displaced, delisted, replaced, revised, put } = writes;
  for (const { key, archivedSeq } of displaced)
    await tx.all('UPDATE archive_message SET archived_seq = $3 WHERE source = $1 AND key = $2', [
      source,
      key,
      archivedSeq,
    ]);
  for (const { key, archivedSeq } of delisted)
    await tx.all(
      'UPDATE archive_message SET delisted_at = $3, archived_seq = $4 WHERE source = $1 AND key = $2',
      [source, key, readAt, archivedSeq],
    );
  await takeMessages(tx, source, replaced);
  for (const { key, version, record } of revised)
    await tx.all(
      `INSERT INTO archive_revision (source, key, version, replaced_at, record) VALUES ($1, $2, $3, $4, $5)`,
      [source, key, version, readAt, record],
    );
  const ids = new MessageIds(tx);
  for (const message of put) {
    const id = await ids.next(message.sentAt);
    await tx.all(PUT, [id, source, ...toValues(message)]);
    await tx.all('INSERT INTO archive_terms (rowid, tokens) VALUES ($1, $2)', [id, message.tokens.join(' ')]);
  }
}

export async function displaceMessages(
  tx: SqlReader,
  source: number,
  displaced: readonly DisplacedMessage[],
): Promise<void> {
  for (const { key, sequence } of displaced)
    await tx.all('UPDATE archive_message SET sequence = $3 WHERE source = $1 AND key = $2', [
      source,
      key,
      sequence,
    ]);
}

export async function takeMessages(tx: SqlReader, source: number, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const [row] = await tx.all('DELETE FROM archive_message WHERE source = $1 AND key = $2 RETURNING id', [
      source,
      key,
    ]);
    if (row) await tx.all('DELETE FROM archive_terms WHERE rowid = $1', [Number(row['id'])]);
  }
}

export async function removeMessages(tx: SqlReader, source: number, keys: readonly string[]): Promise<void> {
  await takeMessages(tx, source, keys);
  for (const key of keys)
    await tx.all('DELETE FROM archive_revision WHERE source = $1 AND key = $2', [source, key]);
}

function toValues(message: StoredMessage): SqlValue[] {
  const { sentAt, sequence, key, version, archivedSeq, record } = message;
  const { conversation, conversationKind, people, direction, kind, customer, agent } = message;
  const facts = [conversation, conversationKind, toPeopleText(people), direction, kind, customer, agent];
  return [sentAt, sequence, key, version, archivedSeq, ...facts, record];
}
