import type { ArchiveEntry, MessageArchive } from '../store/store.ts';
import { withoutWords } from './terms.ts';

/** The same archive, to keep messages of which no words are indexed: a search finds them by reading all texts. */
export function unsearchable(archive: MessageArchive): MessageArchive {
  return {
    version: () => archive.version(),
    lastChange: () => archive.lastChange(),
    changedIn: (span, lastChange) => archive.changedIn(span, lastChange),
    keep: (page, fence) => {
      const entries = page.entries.map(withoutWordsOf);
      return archive.keep({ ...page, entries }, fence);
    },
    remove: (keys, fence) => archive.remove(keys, fence),
    replace: (entries, readAt, fence) => archive.replace(entries.map(withoutWordsOf), readAt, fence),
    read: (query) => archive.read(query),
    narrow: (query) => archive.narrow(query),
    momentOf: (sequence) => archive.momentOf(sequence),
    find: (key) => archive.find(key),
    revisions: (key) => archive.revisions(key),
    count: () => archive.count(),
    coverage: () => archive.coverage(),
    progress: (job) => archive.progress(job),
    positions: () => archive.positions(),
  };
}

function withoutWordsOf(entry: ArchiveEntry): ArchiveEntry {
  return { ...entry, terms: withoutWords(entry.terms) };
}
