import type { DatabaseSync } from 'node:sqlite';

/** Runs `change` as one transaction: all of it is kept, or, when it throws, nothing. */
export function inTransaction<T>(database: DatabaseSync, change: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = change();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** The original error explains the failure, so no error from here may replace it. */
export function rollBack(database: DatabaseSync): void {
  // After some failures, such as a full disk, SQLite has rolled back by itself.
  if (!database.isOpen || !database.isTransaction) return;
  try {
    database.exec('ROLLBACK');
  } catch {
    // Without its COMMIT nothing of the transaction is on disk, whatever fails here.
  }
}

/** @returns whether the rest of the transaction can still be committed */
export function rollBackPart(database: DatabaseSync): boolean {
  if (!database.isOpen || !database.isTransaction) return false;
  try {
    database.exec('ROLLBACK TO part; RELEASE part');
    return true;
  } catch {
    return false;
  }
}
