import type { AuditLog } from '../../src/audit/audit-log.ts';
import type { AuditEntry } from '../../src/audit/entry.ts';

/** An entry like those that the gateway writes. */
export function createEntry(number: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at: 1_800_000_000_000 + number * 1000,
    caller: number % 2 === 0 ? 'bi' : 'support-app',
    requestId: `request-${number}`,
    field: 'Query.messages',
    operation: 'Newest',
    channels: ['shop', 'corp'],
    conversationId: null,
    sentAtGte: null,
    sentAtLt: 1_800_000_000_000,
    count: number,
    outcome: 'OK',
    ...changes,
  };
}

/** As the gateway records a read of one caller. */
export function recordEntry(audit: AuditLog, number: number, changes?: Partial<AuditEntry>): Promise<void> {
  const entry = createEntry(number, changes);
  return audit.record(entry, entry);
}
