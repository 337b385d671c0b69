import type { ClientBase } from 'pg';
import { StoreError } from '../../errors/store-error.ts';
import type { SqlRow } from '../sql.ts';
import { query } from './query.ts';

/** What decides whether a store may stand there. */
export interface ServerSettings {
  /** Such as 150004. */
  version: number;
  encoding: string;
  fsync: string;
  fullPageWrites: string;
  synchronousCommit: string;
  /** Empty: what is committed is on one machine only. */
  standbys: string;
  isStandby: boolean;
  /** Null: no schema of the search path exists. */
  mayCreate: boolean | null;
}

const OLDEST = 130_000;

export async function readSettings(client: ClientBase): Promise<ServerSettings> {
  const [row = {}] = await query(
    client,
    `SELECT current_setting('server_version_num')::integer AS version,
            current_setting('server_encoding') AS encoding,
            current_setting('fsync') AS fsync,
            current_setting('full_page_writes') AS full_page_writes,
            current_setting('synchronous_commit') AS synchronous_commit,
            current_setting('synchronous_standby_names') AS standbys,
            pg_is_in_recovery() AS is_standby,
            has_schema_privilege(current_schema(), 'CREATE') AS may_create`,
  );
  return {
    version: Number(row['version']),
    encoding: textOf(row, 'encoding'),
    fsync: textOf(row, 'fsync'),
    fullPageWrites: textOf(row, 'full_page_writes'),
    synchronousCommit: textOf(row, 'synchronous_commit'),
    standbys: textOf(row, 'standbys'),
    isStandby: row['is_standby'] === true,
    mayCreate: typeof row['may_create'] === 'boolean' ? row['may_create'] : null,
  };
}

/**
 * What is acknowledged must be durable, so a server that may lose it is refused.
 *
 * @param isReadOnly nothing will be written
 * @throws StoreError with everything that is wrong
 */
export function checkSettings(settings: ServerSettings, store: string, isReadOnly: boolean): void {
  const problems = [...problemsOf(settings), ...(isReadOnly ? [] : problemsOfWriting(settings))];
  if (problems.length > 0) throw new StoreError(`${store} cannot hold a store: ${problems.join('; ')}`);
}

function problemsOf({ version, encoding }: ServerSettings): string[] {
  return [
    ...(version < OLDEST
      ? [`its server is of version ${Math.floor(version / 10_000)}, and must be 13 or newer`]
      : []),
    ...(encoding !== 'UTF8' ? [`its encoding is ${encoding}: create the database with ENCODING 'UTF8'`] : []),
  ];
}

function problemsOfWriting(settings: ServerSettings): string[] {
  const { fsync, fullPageWrites, synchronousCommit, isStandby, mayCreate } = settings;
  if (isStandby) return ['its server is a standby, which cannot be written: name the primary'];
  const isLossy = synchronousCommit === 'off' || synchronousCommit === 'local';
  return [
    ...(fsync === 'off' ? ['fsync is off, so a crash of the machine may destroy it: set it to on'] : []),
    ...(fullPageWrites === 'off'
      ? ['full_page_writes is off, so a crash of the machine may destroy it: set it to on']
      : []),
    ...(isLossy
      ? [
          `synchronous_commit is ${synchronousCommit}, so what was acknowledged may be lost: set it to on for this user or database`,
        ]
      : []),
    ...(mayCreate === true
      ? []
      : ['its user may not create tables: grant CREATE on a schema of its search_path']),
  ];
}

function textOf(row: SqlRow, column: string): string {
  return String(row[column]);
}
