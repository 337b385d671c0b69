import type { AuditStore, AuditStrand, AuditWriter } from '../store/store.ts';
import { BEGINNING, type AuditSeal, type Place } from './seal.ts';
import { verifyLog, type AuditReport } from './verify.ts';

/**
 * Seals the whole log under another secret. A log that does not verify under the old one is left unchanged. No
 * gateway may run meanwhile. Heads that were exported before become useless.
 *
 * @returns what was found under the old secret
 */
export function rekey(store: AuditStore, from: AuditSeal, to: AuditSeal): Promise<AuditReport> {
  return store.change(async (audit) => {
    const report = await verifyLog(audit, from);
    if (report.findings.length > 0) return report;
    let end = BEGINNING;
    for (const strand of await audit.strands()) {
      const relinked = { ...strand, previous: end.hash };
      end = { seq: strand.id, hash: to.strand(relinked) };
      await audit.relinkStrand({ ...relinked, hash: end.hash });
      await relinkRecords(audit, strand, to);
    }
    await audit.setEnd(to.end(end));
    return report;
  });
}

async function relinkRecords(audit: AuditWriter, { id, anchor }: AuditStrand, to: AuditSeal): Promise<void> {
  let end: Place = anchor;
  await audit.setMark(id, 'anchor', to.mark(id, 'anchor', end));
  for await (const row of audit.rows(id)) {
    const { seq } = row;
    const hash = to.hash({ ...row, previous: end.hash });
    await audit.relink({ strand: id, seq, previous: end.hash, hash });
    end = { seq, hash };
  }
  await audit.setMark(id, 'head', to.mark(id, 'head', end));
}
