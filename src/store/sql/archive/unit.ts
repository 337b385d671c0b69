import type { SqlUnit } from '../../sql.ts';
import type { ArchiveSeals } from './seals.ts';
import type { ArchiveTables } from './tables.ts';

/** A unit that changes the archive of a source. */
export interface ArchiveUnit {
  tx: SqlUnit;
  tables: ArchiveTables;
  seals: ArchiveSeals;
  /** Its id. */
  source: number;
  /** Its id. */
  account: number;
}
