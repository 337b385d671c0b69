import type { ParticipantKey } from '../../../ports/message-archive.ts';
import type { SqlReader, SqlRow } from '../../../sql.ts';
import { allOfKeys } from '../../all-of-keys.ts';
import { NO_PARTICIPANT, roles } from '../codes.ts';
import { findParticipants, toRow } from '../people.ts';
import type { ArchiveSeals } from '../seals.ts';

export type NamedParticipant = ParticipantKey & { account: string };

/** @returns by id. */
export async function nameParticipants(
  sql: SqlReader,
  seals: ArchiveSeals,
  ids: Iterable<number>,
): Promise<Map<number, NamedParticipant>> {
  const wanted = [...new Set(ids)].filter((id) => id !== NO_PARTICIPANT);
  const rows = await allOfKeys(
    { all: (text, values) => sql.all(text, values), hasIndexedTuples: false },
    {
      columns: ['participant.id'],
      toText: (isOneOf) =>
        `SELECT participant.id AS participant, role, key AS participant_key, name AS account_name
         FROM archive_participant AS participant JOIN archive_account ON archive_account.id = account WHERE ${isOneOf}`,
      values: [],
    },
    wanted.map((id) => [id]),
  );
  return new Map(rows.map((row) => [Number(row['participant']), toParticipant(row, seals)]));
}

/** @param row with `role`, `participant_key` and `account_name` */
export function toParticipant(row: SqlRow, seals: ArchiveSeals): NamedParticipant {
  return {
    account: seals.openAccountName(row['account_name']),
    role: roles.decode(row['role']),
    nativeId: seals.participant.open(row['participant_key']),
  };
}

/** @returns the ids of those that there are in an account */
export async function idsOfParticipants(
  sql: SqlReader,
  seals: ArchiveSeals,
  account: number,
  participants: readonly ParticipantKey[],
): Promise<number[]> {
  const wanted = participants.map((participant) => toRow(participant, seals));
  const names = new Set(wanted.map(({ role, key }) => `${role} ${key}`));
  const rows = await findParticipants(sql, account, wanted);
  const found = rows.filter((row) => names.has(`${Number(row['role'])} ${String(row['key'])}`));
  return [...new Set(found.map((row) => Number(row['id'])))];
}
