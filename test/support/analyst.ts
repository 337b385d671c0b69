import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ROLES } from '../../src/store/postgres/views/expressions.ts';
import { runOn } from './postgres.ts';

/** Who reads the views of a store with an SQL client. */
export interface Analyst {
  query(text: string): Promise<Record<string, unknown>[]>;
  /** What the server has said beside rows since it was asked last. */
  takeNotices(): string[];
  /** Ends the connection, and the user. */
  close(): Promise<void>;
}

/** A user of one group, as an administrator makes one. Numbers of 64 bits are numbers. */
export async function openAnalyst(url: string, group: keyof typeof ROLES): Promise<Analyst> {
  const user = `analyst_${randomBytes(6).toString('hex')}`;
  await runOn(url, `CREATE ROLE ${user} LOGIN IN ROLE ${ROLES[group]}`);
  const address = new URL(url);
  address.username = user;
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  types.setTypeParser(pg.types.builtins.DATE, String);
  const client = new pg.Client({ connectionString: address.href, types });
  let notices: string[] = [];
  client.on('notice', ({ message = '' }) => notices.push(message));
  await client.connect();
  return {
    query: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
    takeNotices: () => {
      const taken = notices;
      notices = [];
      return taken;
    },
    close: async () => {
      await client.end();
      await runOn(url, `DROP OWNED BY ${user}; DROP ROLE ${user}`);
    },
  };
}
