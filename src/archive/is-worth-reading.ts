import type { MessageArchive, TimeSpan } from '../store/store.ts';

/** Whether a span is long, or something is kept of it: else a source most likely lists nothing there. @param idleMs what is long */
export async function isWorthReading(
  archive: Pick<MessageArchive, 'read'>,
  span: TimeSpan,
  idleMs: number,
): Promise<boolean> {
  if (span.until - span.since >= idleMs) return true;
  const found = await archive.read({ order: 'ASC', span, after: null, terms: [], limit: 1 });
  return found.length > 0;
}
