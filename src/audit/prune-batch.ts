import type { AuditStore, AuditWriter } from '../store/store.ts';
import type { AuditSeal } from './seal.ts';
import { isIntactUpTo } from './verify.ts';

/** How many records are pruned at once; other work runs in between. Some have a thousand readers. */
const BATCH = 200;

/**
 * Prunes old records of one strand. The strand itself stays, so that the chain of strands is whole. Looks for a strand with such
 * records outside of the unit that prunes them, which others may wait for.
 *
 * @param before Unix ms
 * @returns `CHANGED`: nothing can be pruned but what was changed, and is kept
 */
export async function pruneBatch(
  store: AuditStore,
  seal: AuditSeal,
  before: number,
): Promise<'MORE' | 'DONE' | 'CHANGED'> {
  let isChanged = false;
  for (const { id, anchor, head } of await store.strands()) {
    if (anchor.seq === head.seq) continue;
    const [oldest] = await store.first(id, 1);
    if (!oldest || oldest.at >= before) continue;
    if (await store.change((audit) => pruneStrand(audit, seal, id, before))) return 'MORE';
    isChanged = true;
  }
  return isChanged ? 'CHANGED' : 'DONE';
}

/** @returns false: they were changed. Another process may have pruned them meanwhile */
async function pruneStrand(
  audit: AuditWriter,
  seal: AuditSeal,
  id: number,
  before: number,
): Promise<boolean> {
  const strand = (await audit.strands()).find((other) => other.id === id);
  const rows = await audit.first(id, BATCH);
  const firstToKeep = rows.findIndex(({ at }) => at >= before);
  if (firstToKeep !== -1) rows.length = firstToKeep;
  const last = rows.at(-1);
  if (!strand || !last) return true;
  if (!(await isIntactUpTo(audit, seal, strand, rows, last))) return false;
  await audit.setMark(id, 'anchor', seal.mark(id, 'anchor', last));
  await audit.remove(id, last.seq);
  return true;
}
