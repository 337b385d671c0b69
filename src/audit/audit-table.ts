import type { Database } from '../store/sqlite/database.ts';
import type { ColumnSeal, Vault } from '../store/vault.ts';
import type { Chain, Mark, MarkName } from './chain.ts';
import type { AuditRow } from './entry.ts';

export interface AuditFilter {
  /** Unix ms, inclusive. */
  since: number | null;
  /** Unix ms, exclusive. */
  until: number | null;
  caller: string | null;
}

/** Whether a gateway has begun a log; the tables exist before. */
export function hasAuditLog(database: Database): boolean {
  const row = database
    .prepare('SELECT EXISTS (SELECT 1 FROM audit) OR EXISTS (SELECT 1 FROM audit_marks) AS has')
    .get();
  return row?.['has'] === 1;
}

/** The whole chain; in a transaction, as it was at one moment. */
export function readChain(database: Database): Chain {
  return {
    rows: readRows(database, ALL),
    anchor: readMark(database, 'anchor'),
    head: readMark(database, 'head'),
  };
}

export const ALL: AuditFilter = { since: null, until: null, caller: null };

/** Lazily, in the order of their numbers. */
export function* readRows(
  database: Database,
  { since, until, caller }: AuditFilter,
  limit = -1,
): Generator<AuditRow, undefined> {
  const statement = database.prepare(
    `SELECT seq, at, caller, body, previous, hash FROM audit
     WHERE at >= COALESCE(?1, at) AND at < COALESCE(?2, at + 1) AND caller = COALESCE(?3, caller)
     ORDER BY seq LIMIT ?4`,
  );
  statement.setReadBigInts(true);
  const seals = auditSeals(database.vault);
  const sealedCaller = caller === null ? null : seals.caller.seal(caller);
  for (const row of statement.iterate(since, until, sealedCaller, limit)) yield toRow(row, seals);
}

export function readMark(database: Database, name: MarkName): Mark | null {
  const statement = database.statement('SELECT seq, hash, seal FROM audit_marks WHERE name = ?');
  statement.setReadBigInts(true);
  const row = statement.get(name);
  return row ? { seq: Number(row['seq']), hash: String(row['hash']), seal: String(row['seal']) } : null;
}

export function writeMark(database: Database, name: MarkName, { seq, hash, seal }: Mark): void {
  database
    .statement('INSERT OR REPLACE INTO audit_marks (name, seq, hash, seal) VALUES (?, ?, ?, ?)')
    .run(name, seq, hash, seal);
}

/**
 * Texts and numbers as they are in the row: changing one into another type changes its hash. Integers are read as
 * bigint, since an attacker may have written one that a JavaScript number cannot hold.
 */
function toRow(row: Record<string, unknown>, { caller, body }: AuditSeals): AuditRow {
  return {
    seq: Number(row['seq']),
    at: Number(row['at']),
    caller: openOr(caller, row['caller']),
    body: openOr(body, row['body']),
    previous: String(row['previous']),
    hash: String(row['hash']),
  };
}

interface AuditSeals {
  caller: ColumnSeal;
  body: ColumnSeal;
}

/** In an encrypted store this replaces who read what; the chain covers the sealed form. */
export function auditSeals(vault: Vault): AuditSeals {
  return { caller: vault.key('audit.caller'), body: vault.value('audit.body') };
}

/** A changed value does not open; its hash then shows it. */
function openOr(seal: ColumnSeal, stored: unknown): string {
  try {
    return seal.open(stored);
  } catch {
    return String(stored);
  }
}
