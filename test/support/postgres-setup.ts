import { findPostgres, startPostgres } from './postgres.ts';

/** A server for the whole run, unless `POSTGRES_URL` names one. Without either it fails: nothing would be tested. */
export default async function startServer(): Promise<() => Promise<void>> {
  if (process.env['POSTGRES_URL'] !== undefined) return () => Promise.resolve();
  const bin = findPostgres();
  if (bin === null)
    throw new Error(
      'There is no PostgreSQL server: install it (Debian: apt-get install postgresql), or set POSTGRES_URL to one for tests only, with a user that may create databases',
    );
  // Each of the tests that run at a time has pools of its own.
  const server = await startPostgres(bin, ['max_connections=500']);
  // The workers of the tests inherit it.
  process.env['POSTGRES_URL'] = server.url;
  return () => server.remove();
}
