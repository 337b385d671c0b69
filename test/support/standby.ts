import { runOn, startPostgres, type PostgresServer } from './postgres.ts';
import { waitUntil } from './wait-until.ts';

const NAME = 'standby';

/**
 * Starts a standby that has all that is committed on the primary from now on, before that is acknowledged.
 *
 * @param bin as from `findPostgres`
 */
export async function startSynchronousStandby(bin: string, primary: PostgresServer): Promise<PostgresServer> {
  const source = new URL(primary.url);
  source.searchParams.set('application_name', NAME);
  const standby = await startPostgres(bin, [], { standbyOf: source.href });
  // Not before: nothing could be committed until it is there, and once it is promoted it would wait for a standby too.
  await runOn(primary.url, `ALTER SYSTEM SET synchronous_standby_names = '${NAME}'`);
  await runOn(primary.url, 'SELECT pg_reload_conf()');
  await waitUntil(async () => {
    const rows = await runOn(
      primary.url,
      `SELECT sync_state FROM pg_stat_replication WHERE application_name = '${NAME}'`,
    );
    return rows.some((row) => row['sync_state'] === 'sync');
  });
  return standby;
}

/** From then on it is a primary, which accepts writes. */
export async function promote(standby: PostgresServer): Promise<void> {
  await runOn(standby.url, 'SELECT pg_promote()');
  const [row] = await runOn(standby.url, 'SELECT pg_is_in_recovery() AS is_standby');
  if (row?.['is_standby'] !== false) throw new Error('The standby was not promoted');
}
