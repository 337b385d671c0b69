import { inTransaction, type Database } from '../store/sqlite/database.ts';
import { readChain, readRows, ALL, writeMark } from './audit-table.ts';
import { verifyChain, type AuditSeal, type ChainReport, type Place } from './chain.ts';

/**
 * Seals the whole log under another secret. A log that does not verify under the old one is left unchanged. No
 * gateway may run meanwhile. Heads that were exported before become useless.
 *
 * @returns what was found under the old secret, and where the log now ends
 */
export function rekey(database: Database, from: AuditSeal, to: AuditSeal): ChainReport {
  return inTransaction(database, () => {
    const chain = readChain(database);
    const report = verifyChain(chain, from);
    if (report.findings.length > 0 || chain.anchor === null) return report;
    const update = database.prepare('UPDATE audit SET previous = ?, hash = ? WHERE seq = ?');
    let end: Place = chain.anchor;
    writeMark(database, 'anchor', to.mark('anchor', end));
    for (const row of readRows(database, ALL)) {
      const hash = to.hash({ ...row, previous: end.hash });
      update.run(end.hash, hash, row.seq);
      end = { seq: row.seq, hash };
    }
    writeMark(database, 'head', to.mark('head', end));
    return { ...report, end };
  });
}
