import type { AuditStore } from '../store/store.ts';
import { readChain, verifyChain, type AuditSeal, type ChainReport, type Place } from './chain.ts';

/**
 * Seals the whole log under another secret. A log that does not verify under the old one is left unchanged. No
 * gateway may run meanwhile. Heads that were exported before become useless.
 *
 * @returns what was found under the old secret, and where the log now ends
 */
export function rekey(store: AuditStore, from: AuditSeal, to: AuditSeal): Promise<ChainReport> {
  return store.change(async (audit) => {
    const chain = await readChain(audit);
    const report = await verifyChain(chain, from);
    if (report.findings.length > 0 || chain.anchor === null) return report;
    let end: Place = chain.anchor;
    await audit.setMark('anchor', to.mark('anchor', end));
    for await (const row of audit.rows()) {
      const { seq } = row;
      const hash = to.hash({ ...row, previous: end.hash });
      await audit.relink({ seq, previous: end.hash, hash });
      end = { seq, hash };
    }
    await audit.setMark('head', to.mark('head', end));
    return { ...report, end };
  });
}
