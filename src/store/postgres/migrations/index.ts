import { TABLES } from './0001-tables.ts';
import { PAGES } from './0002-pages.ts';
import { LEASES } from './0003-leases.ts';
import { QUOTA_SHARES } from './0004-quota-shares.ts';
import { ACCESS_TOKENS } from './0005-access-tokens.ts';
import { AUDIT_STRANDS } from './0006-audit-strands.ts';
import { QUOTA_PERMITS } from './0007-quota-permits.ts';
import { ARCHIVE } from './0008-archive.ts';
import { ARCHIVE_INDEX } from './0009-archive-index.ts';
import { COMPLIANCE } from './0010-compliance.ts';

export interface Migration {
  /** Statements that run in one transaction with those of the other missing migrations. */
  change: string;
  /**
   * The lowest version of a program that may use the store afterwards. A migration that only adds leaves it as it is, so that
   * programs of two versions may run side by side; a later one, which takes away what the older program needs, raises it.
   */
  minimumProgram: number;
}

/**
 * The tables in PostgreSQL: a store of version n has run the first n, and a program that knows n is of version n. A released
 * migration is never edited; a new one is appended.
 */
export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  { change: TABLES, minimumProgram: 1 },
  { change: PAGES, minimumProgram: 1 },
  { change: LEASES, minimumProgram: 1 },
  { change: QUOTA_SHARES, minimumProgram: 1 },
  { change: ACCESS_TOKENS, minimumProgram: 1 },
  { change: AUDIT_STRANDS, minimumProgram: 6 },
  { change: QUOTA_PERMITS, minimumProgram: 6 },
  { change: ARCHIVE, minimumProgram: 6 },
  { change: ARCHIVE_INDEX, minimumProgram: 9 },
  // An older program would bring erased people back.
  { change: COMPLIANCE, minimumProgram: 10 },
];
