import type { ParticipantKey } from '../../ports/message-archive.ts';
import type { SqlReader } from '../../sql.ts';
import { allOfKeys } from '../all-of-keys.ts';
import { inBatches } from '../in-batches.ts';
import { roles } from './codes.ts';
import { Values } from './index/statement.ts';
import type { ArchiveSeals } from './seals.ts';
import type { ArchiveTables } from './tables.ts';

/** The ids of participants in an account. */
export class ParticipantIds {
  /** By role and sealed key. */
  readonly #ids: ReadonlyMap<string, number>;
  readonly #seals: ArchiveSeals;

  constructor(ids: ReadonlyMap<string, number>, seals: ArchiveSeals) {
    this.#ids = ids;
    this.#seals = seals;
  }

  /** @throws Error for one that was not asked for */
  of(participant: ParticipantKey): number {
    const { role, key } = toRow(participant, this.#seals);
    const id = this.#ids.get(`${role} ${key}`);
    if (id === undefined) throw new Error('A participant has no id');
    return id;
  }
}

/** Gives ids to those that have none yet. Units of one account run one after the other. */
export async function identifyParticipants(
  tx: SqlReader,
  tables: ArchiveTables,
  seals: ArchiveSeals,
  account: number,
  participants: Iterable<ParticipantKey>,
): Promise<ParticipantIds> {
  const wanted = new Map<string, { account: number; role: number; key: string }>();
  for (const participant of participants) {
    const { role, key } = toRow(participant, seals);
    wanted.set(`${role} ${key}`, { account, role, key });
  }
  const ids = new Map<string, number>();
  const from = {
    table: 'archive_participant',
    columns: ['account', 'role', 'key'],
    texts: ['key'],
  } as const;
  for (const row of await tables.select(tx, from, [...wanted.values()]))
    ids.set(`${Number(row['role'])} ${String(row['key'])}`, Number(row['id']));
  const missing = [...wanted].filter(([name]) => !ids.has(name)).map(([, row]) => row);
  const added = await tables.insert(
    tx,
    {
      table: 'archive_participant',
      columns: ['account', 'role', 'key'],
      texts: ['key'],
      then: 'RETURNING id, role, key',
    },
    missing,
  );
  for (const row of added) ids.set(`${Number(row['role'])} ${String(row['key'])}`, Number(row['id']));
  return new ParticipantIds(ids, seals);
}

/** Those of these who are in no message of the account any more are forgotten. */
export async function forgetAbsent(
  tx: SqlReader,
  account: number,
  participants: Iterable<number>,
): Promise<void> {
  for (const some of inBatches(new Set(participants))) {
    const values = new Values();
    await tx.all(
      `DELETE FROM archive_participant WHERE id IN (${values.list(some)}) AND NOT EXISTS (
         SELECT 1 FROM archive_presence
         WHERE participant = archive_participant.id AND source IN (SELECT id FROM archive_source WHERE account = ${values.add(account)})
       )`,
      values.all,
    );
  }
}

/** @returns rows with `id`, `role` and `key`; where an engine looks each column up by itself, some more than were asked for */
export function findParticipants(
  sql: SqlReader,
  account: number,
  wanted: readonly { role: number; key: string }[],
): ReturnType<SqlReader['all']> {
  return allOfKeys(
    { all: (text, values) => sql.all(text, values), hasIndexedTuples: false },
    {
      columns: ['role', 'key'],
      toText: (isOneOf) => `SELECT id, role, key FROM archive_participant WHERE account = $1 AND ${isOneOf}`,
      values: [account],
    },
    wanted.map(({ role, key }) => [role, key]),
  );
}

export function toRow(
  { role, nativeId }: ParticipantKey,
  seals: ArchiveSeals,
): { role: number; key: string } {
  return { role: roles.encode(role), key: String(seals.participant.seal(nativeId)) };
}
