import type { AuditStore } from '../store/store.ts';
import type { AuditSeal } from './seal.ts';
import { isIntactUpTo } from './verify.ts';

/** How many records are pruned at once; other work runs in between. Some have a thousand readers. */
const BATCH = 200;

/**
 * Prunes old records of one strand. The strand itself stays, so that the chain of strands is whole.
 *
 * @param before Unix ms
 * @returns `CHANGED`: nothing can be pruned but what was changed, and is kept
 */
export function pruneBatch(
  store: AuditStore,
  seal: AuditSeal,
  before: number,
): Promise<'MORE' | 'DONE' | 'CHANGED'> {
  return store.change(async (audit) => {
    let isChanged = false;
    for (const strand of await audit.strands()) {
      if (strand.anchor.seq === strand.head.seq) continue;
      const rows = await audit.first(strand.id, BATCH);
      const firstToKeep = rows.findIndex(({ at }) => at >= before);
      if (firstToKeep !== -1) rows.length = firstToKeep;
      const last = rows.at(-1);
      if (!last) continue;
      if (!(await isIntactUpTo(audit, seal, strand, rows, last))) {
        isChanged = true;
        continue;
      }
      await audit.setMark(strand.id, 'anchor', seal.mark(strand.id, 'anchor', last));
      await audit.remove(strand.id, last.seq);
      return 'MORE';
    }
    return isChanged ? 'CHANGED' : 'DONE';
  });
}
