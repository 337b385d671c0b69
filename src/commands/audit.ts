import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { toEntries, type StoredEntry } from '../audit/entry.ts';
import { isAsWritten } from '../audit/begin.ts';
import { rowsByTime } from '../audit/by-time.ts';
import { rekey } from '../audit/rekey.ts';
import { AuditSeal } from '../audit/seal.ts';
import { verifyLog, type AuditReport, type KnownHead } from '../audit/verify.ts';
import { resealErasures } from '../compliance/erasure-key.ts';
import { ConfigError } from '../errors/config-error.ts';
import { readConfig } from '../config/read-config.ts';
import { isErrno } from '../util/errno.ts';
import { secretKey, type GatewayConfig } from '../config/settings.ts';
import { createLogger } from '../observability/log.ts';
import { toShownLocation } from '../store/location.ts';
import { openForReading, openStore } from '../store/open-store.ts';
import type { AuditRow, AuditStore } from '../store/store.ts';
import { systemClock, type Clock } from '../util/clock.ts';

/**
 * Verifies the audit log, and says where it was changed. Exit code 1 when it was.
 *
 * @throws ConfigError
 */
export async function runAuditVerify(options: { config: string; head?: string }): Promise<void> {
  const known = options.head === undefined ? [] : readHeadFile(options.head);
  await withAudit(options.config, async (audit, seal, config) => {
    // Records that are written meanwhile must not look as if they came after the end.
    const report = await audit.change((log) => verifyLog(log, seal, known));
    if (!print(report.findings)) return;
    const { count, pruned } = report;
    const before = pruned === 0 ? '' : ` ${pruned} before them were pruned.`;
    process.stdout.write(`The audit log is intact: ${count} records in ${strandsOf(report)}.${before}\n`);
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
  await withAudit(options.config, async (audit, seal) => {
    await audit.change(async (log) => {
      if (!(await isAsWritten(log, seal)))
        throw new ConfigError('The store', ['the end of its audit log was changed: run "audit verify"']);
      const strands = await log.strands();
      const heads = strands.map(({ id, head: { seq, hash } }): KnownHead => ({ strand: id, seq, hash }));
      process.stdout.write(`${JSON.stringify(heads)}\n`);
    });
  });
}

/**
 * Seals the log under the configuration's secret, when it was sealed under another one. Exit code 1 when the log does
 * not verify: then nothing is changed.
 *
 * @param options.oldSecret the environment variable that holds it; default: the one that the store kept
 * @throws ConfigError
 */
export async function runAuditRekey(options: { config: string; oldSecret?: string }): Promise<void> {
  const { secret, store, directory } = readConfig(options.config, process.env);
  const opened = await openStore(
    store.location,
    directory,
    store.encryptionKey ?? null,
    createSurroundings(),
  );
  const { audit, settings } = opened;
  try {
    const old =
      options.oldSecret === undefined ? await settings.secret() : readEnvironment(options.oldSecret);
    if (secret === undefined || old === null || !(await audit.exists())) {
      throw new ConfigError(options.config, [
        'there must be a "secret", another one before it, and an audit log',
      ]);
    }
    const report = await rekey(audit, new AuditSeal(old), new AuditSeal(secret));
    if (report.findings.length === 0) await resealErasures(opened.compliance, old, secret);
    if (print(report.findings))
      process.stdout.write(
        `${report.count} records in ${strandsOf(report)} are sealed under the new secret. Export the head again.\n`,
      );
  } finally {
    await opened.close();
  }
}

/** @returns whether there is none; else the exit code says so */
function print(findings: AuditReport['findings']): boolean {
  for (const text of findings) process.stdout.write(`${text}\n`);
  if (findings.length > 0) process.exitCode = 1;
  return findings.length === 0;
}

function strandsOf({ heads }: AuditReport): string {
  return heads.length === 1 ? '1 strand' : `${heads.length} strands`;
}

function readEnvironment(name: string): Buffer {
  const { data } = secretKey.safeParse(process.env[name]);
  if (data === undefined)
    throw new ConfigError('The environment', [`${name}: must hold the old secret, in base64`]);
  return data;
}

/** Prints reads, one JSON object per line: of a record with several readers, one for each. */
export async function runAuditShow(options: {
  config: string;
  since?: number;
  until?: number;
  caller?: string;
}): Promise<void> {
  const { since = null, until = null, caller = null } = options;
  await withAudit(options.config, async (audit) => {
    const lines = async function* (): AsyncGenerator<string> {
      for await (const row of rowsByTime(audit, { since, until, caller })) {
        for (const entry of readRow(row))
          if (caller === null || entry.caller === caller) yield `${JSON.stringify(toShown(row, entry))}\n`;
      }
    };
    try {
      await pipeline(Readable.from(lines()), process.stdout, { end: false });
    } catch (error) {
      // The reader has closed the pipe, such as `head`.
      if (!isErrno(error, 'EPIPE')) throw error;
    }
  });
}

function toShown(
  { strand, seq }: AuditRow,
  { at, caller, sentAtGte, sentAtLt, ...rest }: StoredEntry,
): Record<string, unknown> {
  const sentAt = { gte: toText(sentAtGte), lt: toText(sentAtLt) };
  return { strand, seq, at: toText(at), caller, ...rest, sentAt };
}

function readRow(row: AuditRow): StoredEntry[] {
  try {
    return toEntries(row);
  } catch {
    throw new ConfigError('The audit log', [
      `record ${row.seq} of strand ${row.strand} can no longer be read: run "audit verify"`,
    ]);
  }
}

function toText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function createSurroundings(): { clock: Clock; log: Logger } {
  return { clock: systemClock, log: createLogger(process.env['LOG_LEVEL'] ?? 'warn') };
}

async function withAudit(
  file: string,
  use: (audit: AuditStore, seal: AuditSeal, config: GatewayConfig) => Promise<void>,
): Promise<void> {
  const config = readConfig(file, process.env);
  const { location, encryptionKey = null } = config.store;
  const store = await openForReading(location, config.directory, encryptionKey, createSurroundings());
  try {
    const secret = config.secret ?? (await store.settings.secret());
    if (secret === null || !(await store.audit.exists())) {
      throw new ConfigError(file, [
        `store: ${toShownLocation(location)} has no audit log: no gateway has run with it, or it was removed`,
      ]);
    }
    await use(store.audit, new AuditSeal(secret), config);
  } finally {
    await store.close();
  }
}

const head = z.object({ seq: z.int().min(0), hash: z.string() });
/** An earlier program, which had one chain, printed one. */
const headFile = z.union([
  z.array(head.extend({ strand: z.int().min(0) })),
  head.transform((only): KnownHead[] => [{ strand: 0, ...only }]),
]);

function readHeadFile(file: string): KnownHead[] {
  const text = readFileSync(file, 'utf8');
  try {
    return headFile.parse(JSON.parse(text));
  } catch {
    throw new ConfigError(file, ['is not what "audit head" prints']);
  }
}
