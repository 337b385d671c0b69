import { LostLeaseError } from '../../errors/store-error.ts';
import type { SqlReader } from '../sql.ts';
import type { Fence } from '../store.ts';

/** By the server's clock: no other process has the lease before. */
export const LEASE_MS = 10_000;
const UNTIL = `clock_timestamp() + interval '${LEASE_MS} milliseconds'`;

/**
 * @param holder tells this holder from all others, and is the same when it asks again: its answer may have got lost
 * @returns the token; null: another has the lease
 */
export async function acquire(sql: SqlReader, name: string, holder: string): Promise<number | null> {
  // First only looking: a row that cannot be had is not locked again and again.
  const held = await sql.all(
    'SELECT 1 FROM leases WHERE name = $1 AND holder <> $2 AND until > clock_timestamp()',
    [name, holder],
  );
  if (held.length > 0) return null;
  const [row] = await sql.all(
    `INSERT INTO leases (name, holder, token, until) VALUES ($1, $2, 1, ${UNTIL})
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = leases.token + 1, until = ${UNTIL}
     WHERE leases.holder = excluded.holder OR leases.until <= clock_timestamp()
     RETURNING token`,
    [name, holder],
  );
  return row ? Number(row['token']) : null;
}

/** @returns false: another has got the lease */
export async function renew(sql: SqlReader, { name, token }: Fence): Promise<boolean> {
  const rows = await sql.all(
    `UPDATE leases SET until = ${UNTIL} WHERE name = $1 AND token = $2 RETURNING 1`,
    [name, token],
  );
  return rows.length > 0;
}

/** The row stays, so that its token goes on growing. */
export async function release(sql: SqlReader, { name, token }: Fence): Promise<void> {
  await sql.all('UPDATE leases SET until = clock_timestamp() WHERE name = $1 AND token = $2', [name, token]);
}

/**
 * Until the transaction ends, no other process gets the lease: taking it over changes the row.
 *
 * @throws LostLeaseError when another has got it
 */
export async function lockFence(sql: SqlReader, { name, token }: Fence): Promise<void> {
  const rows = await sql.all('SELECT 1 FROM leases WHERE name = $1 AND token = $2 FOR SHARE', [name, token]);
  if (rows.length === 0) throw new LostLeaseError('Another process has got the lease; nothing was written');
}
