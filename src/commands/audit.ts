import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { hasAuditLog, readChain, readMark, readRows } from '../audit/audit-table.ts';
import { AuditSeal, verifyChain, type Place } from '../audit/chain.ts';
import type { AuditRow } from '../audit/entry.ts';
import { rekey } from '../audit/rekey.ts';
import { ConfigError } from '../errors/config-error.ts';
import { readConfig } from '../config/read-config.ts';
import { isErrno } from '../util/errno.ts';
import { secretKey, type GatewayConfig } from '../config/settings.ts';
import type { Database } from '../store/sqlite/database.ts';
import { openForReading, openStore, readSecret } from '../store/open-store.ts';

/**
 * Verifies the audit log, and says where it was changed. Exit code 1 when it was.
 *
 * @throws ConfigError
 */
export async function runAuditVerify(options: { config: string; head?: string }): Promise<void> {
  const known = options.head === undefined ? null : readHeadFile(options.head);
  await withAudit(options.config, (database, seal, config) => {
    const chain = readChain(database);
    const { count, end, findings } = verifyChain(chain, seal, known);
    for (const { text } of findings) process.stdout.write(`${text}\n`);
    if (findings.length > 0) {
      process.exitCode = 1;
      return;
    }
    const from = end.seq - count;
    const pruned = from === 0 ? '' : ` Records up to ${from} were pruned.`;
    process.stdout.write(`The audit log is intact: ${count} records, up to ${end.seq}.${pruned}\n`);
    if (known !== null && known.seq < from) {
      process.stdout.write(`The head in the file is of record ${known.seq}, which was pruned.\n`);
    }
    if (config.secret === undefined && config.store.encryptionKey === undefined) {
      process.stdout.write(
        'The secret is in the same store, so a person who can change the store could have rewritten the log. Set "secret".\n',
      );
    }
  });
}

/**
 * Prints the end of the log, to keep elsewhere: `audit verify --head` then detects that records up to there were cut
 * off.
 */
export async function runAuditHead(options: { config: string }): Promise<void> {
  await withAudit(options.config, (database, seal) => {
    const head = readMark(database, 'head');
    if (head === null || !seal.isGenuine('head', head)) {
      throw new ConfigError('The store', ['the end of its audit log was changed: run "audit verify"']);
    }
    process.stdout.write(`${JSON.stringify({ seq: head.seq, hash: head.hash })}\n`);
  });
}

/**
 * Seals the log under the configuration's secret, when it was sealed under another one. Exit code 1 when the log does
 * not verify: then nothing is changed.
 *
 * @param options.oldSecret the environment variable that holds it; default: the one that the store kept
 * @throws ConfigError
 */
export function runAuditRekey(options: { config: string; oldSecret?: string }): void {
  const { secret, store, directory } = readConfig(options.config, process.env);
  const database = openStore(store.location, directory, store.encryptionKey ?? null);
  try {
    const old = options.oldSecret === undefined ? readSecret(database) : readEnvironment(options.oldSecret);
    if (secret === undefined || old === null || !hasAuditLog(database)) {
      throw new ConfigError(options.config, [
        'there must be a "secret", another one before it, and an audit log',
      ]);
    }
    const { count, end, findings } = rekey(database, new AuditSeal(old), new AuditSeal(secret));
    for (const { text } of findings) process.stdout.write(`${text}\n`);
    if (findings.length > 0) process.exitCode = 1;
    else
      process.stdout.write(
        `${count} records, up to ${end.seq}, are sealed under the new secret. Export the head again.\n`,
      );
  } finally {
    database.close();
  }
}

function readEnvironment(name: string): Buffer {
  const { data } = secretKey.safeParse(process.env[name]);
  if (data === undefined)
    throw new ConfigError('The environment', [`${name}: must hold the old secret, in base64`]);
  return data;
}

/** Prints records, one JSON object per line. */
export async function runAuditShow(options: {
  config: string;
  since?: number;
  until?: number;
  caller?: string;
}): Promise<void> {
  const { since = null, until = null, caller = null } = options;
  await withAudit(options.config, async (database) => {
    const lines = function* (): Generator<string> {
      for (const row of readRows(database, { since, until, caller }))
        yield `${JSON.stringify(toShown(row))}\n`;
    };
    try {
      await pipeline(Readable.from(lines()), process.stdout, { end: false });
    } catch (error) {
      // The reader has closed the pipe, such as `head`.
      if (!isErrno(error, 'EPIPE')) throw error;
    }
  });
}

function toShown({ seq, at, caller, body }: AuditRow): Record<string, unknown> {
  const { sentAtGte, sentAtLt, ...rest } = parseBody(seq, body);
  return {
    seq,
    at: toText(at),
    caller,
    ...rest,
    sentAt: { gte: toText(sentAtGte), lt: toText(sentAtLt) },
  };
}

/** Newer gateways may write more. */
const storedBody = z.looseObject({ sentAtGte: z.number().nullable(), sentAtLt: z.number().nullable() });

function parseBody(seq: number, body: string): z.output<typeof storedBody> {
  try {
    return storedBody.parse(JSON.parse(body));
  } catch {
    throw new ConfigError('The audit log', [`record ${seq} can no longer be read: run "audit verify"`]);
  }
}

function toText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

async function withAudit(
  file: string,
  use: (database: Database, seal: AuditSeal, config: GatewayConfig) => void | Promise<void>,
): Promise<void> {
  const config = readConfig(file, process.env);
  const { location, encryptionKey = null } = config.store;
  const database = openForReading(location, config.directory, encryptionKey);
  try {
    const secret = config.secret ?? readSecret(database);
    if (secret === null || !hasAuditLog(database)) {
      throw new ConfigError(file, [
        `store: ${location} has no audit log: no gateway has run with it, or it was removed`,
      ]);
    }
    // Records that are written meanwhile must not look as if they came after the end.
    database.exec('BEGIN');
    await use(database, new AuditSeal(secret), config);
  } finally {
    database.close();
  }
}

const headFile = z.object({ seq: z.int().min(0), hash: z.string() });

function readHeadFile(file: string): Place {
  const text = readFileSync(file, 'utf8');
  try {
    return headFile.parse(JSON.parse(text));
  } catch {
    throw new ConfigError(file, ['is not what "audit head" prints']);
  }
}
