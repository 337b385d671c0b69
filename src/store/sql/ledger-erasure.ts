import type { Sql, SqlUnit } from '../sql.ts';
import type { ErasedLedgerRows, LedgerErasure, LedgerKey } from '../store.ts';
import { inBatches } from './in-batches.ts';
import type { LedgerSeals } from './ledger-seals.ts';

const BATCH = 1_000;
const TABLES = ['whatsapp_message', 'whatsapp_status', 'whatsapp_detail'] as const;

/** The messages of which a webhook has told that this person spoke. */
export async function keysOfSpeaker(
  sql: Sql,
  seals: LedgerSeals,
  channel: string,
  speaker: string,
): Promise<LedgerKey[]> {
  const rows = await sql.all(
    `SELECT stem, ordinal FROM whatsapp_message JOIN whatsapp_detail USING (channel, message_id)
     WHERE channel = $1 AND speaker = $2`,
    [channel, seals.speaker.seal(speaker)],
  );
  return rows.map((row) => ({ prefix: seals.prefix.open(row['stem']), ordinal: Number(row['ordinal']) }));
}

/** The rows of the messages and of the customer. */
export async function findErased(
  sql: Sql,
  seals: LedgerSeals,
  channel: string,
  { customer, keys, held, isNamedIn }: LedgerErasure,
): Promise<ErasedLedgerRows> {
  const ids = new Set<string>();
  const stay = new Set<string>();
  const wanted = new Set(keys.map(toName));
  const kept = new Set(held.map(toName));
  const add = (stored: unknown, isErased: (id: string) => boolean): void => {
    const id = seals.messageId.open(stored);
    if (isErased(id)) ids.add(id);
  };
  for (let after = -1, isFull = true; isFull;) {
    const rows = await sql.all(
      'SELECT id, message_id, stem, ordinal FROM whatsapp_message WHERE channel = $1 AND id > $2 ORDER BY id LIMIT $3',
      [channel, after, BATCH],
    );
    for (const row of rows) {
      const name = toName({ prefix: seals.prefix.open(row['stem']), ordinal: Number(row['ordinal']) });
      add(row['message_id'], (id) => isNamedIn(id) || wanted.has(name));
      if (kept.has(name)) stay.add(seals.messageId.open(row['message_id']));
    }
    isFull = rows.length === BATCH;
    after = Number(rows.at(-1)?.['id']);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Of messages that have not come, or have no details.
  for (const table of ['whatsapp_status', 'whatsapp_detail'])
    for (const row of await sql.all(`SELECT DISTINCT message_id FROM ${table} WHERE channel = $1`, [channel]))
      add(row['message_id'], isNamedIn);
  const spoken = await sql.all('SELECT message_id FROM whatsapp_detail WHERE channel = $1 AND speaker = $2', [
    channel,
    seals.speaker.seal(customer),
  ]);
  for (const row of spoken) add(row['message_id'], () => true);
  const gone = [...ids].filter((id) => !stay.has(id));
  return { ids: gone, counts: await count(sql, seals, channel, gone, customer) };
}

function toName({ prefix, ordinal }: LedgerKey): string {
  return `${prefix} ${ordinal}`;
}

async function count(
  sql: Sql,
  seals: LedgerSeals,
  channel: string,
  ids: readonly string[],
  customer: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    counts[table] = 0;
    for (const id of ids) {
      const [row] = await sql.all(
        `SELECT COUNT(*) AS count FROM ${table} WHERE channel = $1 AND message_id = $2`,
        [channel, seals.messageId.seal(id)],
      );
      counts[table] += Number(row?.['count']);
    }
  }
  const profiles = await sql.all('SELECT 1 FROM whatsapp_profile WHERE channel = $1 AND customer = $2', [
    channel,
    seals.customer.seal(customer),
  ]);
  return { ...counts, whatsapp_profile: profiles.length };
}

export async function eraseIn(
  tx: SqlUnit,
  seals: LedgerSeals,
  channel: string,
  ids: readonly string[],
  customer: string,
): Promise<void> {
  for (const some of inBatches(ids))
    for (const table of TABLES)
      for (const id of new Set(some))
        await tx.all(`DELETE FROM ${table} WHERE channel = $1 AND message_id = $2`, [
          channel,
          seals.messageId.seal(id),
        ]);
  await tx.all('DELETE FROM whatsapp_profile WHERE channel = $1 AND customer = $2', [
    channel,
    seals.customer.seal(customer),
  ]);
}
