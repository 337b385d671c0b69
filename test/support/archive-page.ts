import type { ArchivePage } from '../../src/store/store.ts';

/** A page of a source that brings what it is given, and nothing else. */
export function createPage(own: Pick<ArchivePage, 'readAt'> & Partial<ArchivePage>): ArchivePage {
  return { entries: [], delisted: [], covers: null, progress: null, ...own };
}
