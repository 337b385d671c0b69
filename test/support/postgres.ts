import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findFreePort } from './free-port.ts';
import type { StartOptions } from './gateway-process.ts';

/** A server of a test's own, on a free port of the loopback. */
export interface PostgresServer {
  /** With a user that may create databases, and no password. */
  url: string;
  /** Of its own, where everything of it is. */
  directory: string;
  /** `SIGQUIT` ends it as a crash would, `SIGKILL` its first process alone, and what is committed must outlive both. */
  stop(signal?: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
  /** Again on the same port, with what is in it. */
  start(): Promise<void>;
  /** Again, as after a recovery: on a timeline of its own, like a standby that was promoted. It must have been stopped. */
  recover(): Promise<void>;
  /** Ends it, and leaves nothing. */
  remove(): Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'gateway';
/** The server does not run as root: it runs as the user whom the package makes. */
const SERVER_USER = 'postgres';
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4 * 1024 ** 3;
/** That there is no archive to read from. */
const NO_ARCHIVE = 'restore_command=false';
const READY = /database system is ready to accept connections/;
const READY_AS_STANDBY = /database system is ready to accept read.only connections/;

/** @returns where the server's programs are: `POSTGRES_BIN`, or where Debian's package has the newest; null: there is none */
export function findPostgres(): string | null {
  const named = process.env['POSTGRES_BIN'];
  if (named !== undefined) return existsSync(join(named, 'postgres')) ? named : null;
  const versions = globSync('/usr/lib/postgresql/*/bin/postgres').map((path) => path.split('/').at(-3) ?? '');
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  return newest === undefined ? null : `/usr/lib/postgresql/${newest}/bin`;
}

/** In memory, where there is enough: what the tests do to a server survives in it as on a disk, and syncs cost nothing. */
function findPlace(bytes: number): string {
  const { bavail, bsize } = existsSync(MEMORY) ? statfsSync(MEMORY) : { bavail: 0, bsize: 0 };
  return bavail * bsize >= bytes ? MEMORY : tmpdir();
}

interface ServerOptions extends StartOptions {
  /** The URL of the primary of which it is a standby, with its `application_name` there; left out: it is a primary. */
  standbyOf?: string;
  /** How much room it needs, with its log. */
  bytes?: number;
}

/**
 * @param bin as from `findPostgres`
 * @param settings beside the defaults, such as `fsync=off`
 */
export async function startPostgres(
  bin: string,
  settings: readonly string[] = [],
  { detached = false, onSpawn, standbyOf, bytes = ENOUGH_BYTES }: ServerOptions = {},
): Promise<PostgresServer> {
  const options = toServerUser();
  const directory = mkdtempSync(join(findPlace(bytes), 'gateway-postgres-'));
  if (options.uid !== undefined && options.gid !== undefined) chownSync(directory, options.uid, options.gid);
  const data = join(directory, 'data');
  if (standbyOf === undefined)
    run(
      join(bin, 'initdb'),
      [
        `--pgdata=${data}`,
        `--username=${USER}`,
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      options,
    );
  else
    run(
      join(bin, 'pg_basebackup'),
      [
        `--pgdata=${data}`,
        `--dbname=${standbyOf}`,
        '--write-recovery-conf',
        '--checkpoint=fast',
        '--no-sync',
      ],
      options,
    );
  const port = await findFreePort();
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    server = spawn(
      join(bin, 'postgres'),
      // Sockets in its own directory, too: the default one may be missing or another's.
      [
        '-D',
        data,
        '-h',
        HOST,
        '-p',
        String(port),
        '-k',
        directory,
        ...[NO_ARCHIVE, ...settings].flatMap((set) => ['-c', set]),
      ],
      { ...options, detached, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    onSpawn?.(server);
    await untilReady(server, standbyOf === undefined ? READY : READY_AS_STANDBY);
  };
  const stop = async (signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> => {
    if (server === null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    server = null;
    await ended;
  };
  await start();
  return {
    url: `postgres://${USER}@${HOST}:${port}/postgres`,
    directory,
    start,
    recover: async () => {
      // The server removes it.
      const signal = join(data, 'recovery.signal');
      writeFileSync(signal, '');
      if (options.uid !== undefined && options.gid !== undefined) chownSync(signal, options.uid, options.gid);
      await start();
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Makes a database on a server, where a test has a store of its own. @returns its URL */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await runOn(serverUrl, `CREATE DATABASE ${pg.escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
  return toDatabase(serverUrl, name);
}

/** The URL of another database on the same server. */
export function toDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Ends what is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await runOn(serverUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

/** Runs a statement as a person with a database shell would. */
export async function runOn(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}

/** Every value of every table, as one text: bytes as they are, so that what is readable in them is found. */
export async function dumpDatabase(url: string): Promise<string> {
  const tables = await runOn(
    url,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`,
  );
  const rows: unknown[] = [];
  for (const { name } of tables)
    rows.push(...(await runOn(url, `SELECT * FROM ${pg.escapeIdentifier(String(name))}`)));
  return rows
    .flatMap((row) => Object.values(row as Record<string, unknown>))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n');
}

interface ServerUser {
  uid?: number;
  gid?: number;
}

function toServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${SERVER_USER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`There is no user ${SERVER_USER}`);
  return { uid: Number(uid), gid: Number(gid) };
}

function run(program: string, args: string[], options: ServerUser): void {
  const { status, stderr } = spawnSync(program, args, { ...options, cwd: '/', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}

/** @throws Error with what it wrote, when it ends instead */
async function untilReady(server: ChildProcess, ready: RegExp): Promise<void> {
  let written = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      if (ready.test(written)) resolve();
    });
    server.once('exit', () => {
      reject(new Error(`PostgreSQL ended before it was ready:\n${written}`));
    });
  });
}
