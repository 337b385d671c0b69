import type { ArchiveEntry, ArchivePage, MessageArchive } from '../../src/store/store.ts';

/** What an archive does, on a list. */
export class Model {
  readonly revisions = new Map<string, { record: string; replacedAt: number }[]>();
  readonly #displaced = new Map<string, string>();
  readonly #kept = new Map<string, ArchiveEntry & { delistedAt: number | null }>();

  keep({ entries, delisted, readAt }: ArchivePage): { added: number; revised: number } {
    const result = { added: 0, revised: 0 };
    const listed = new Set(entries.map(({ key }) => key));
    for (const entry of entries) {
      const before = this.#kept.get(entry.key);
      if (!before) result.added++;
      else if (before.record !== entry.record) {
        result.revised++;
        this.revisions.set(entry.key, [
          ...(this.revisions.get(entry.key) ?? []),
          { record: before.record, replacedAt: readAt },
        ]);
      }
      const isSame =
        before?.record === entry.record && before.sequence === entry.sequence && before.delistedAt === null;
      this.#kept.set(entry.key, isSame ? before : { ...entry, delistedAt: null });
    }
    for (const [key, kept] of this.#kept) {
      if (listed.has(key)) continue;
      const isTaken = entries.some(({ sequence }) => sequence === kept.sequence);
      const delistedAt = delisted.includes(key) ? (kept.delistedAt ?? readAt) : kept.delistedAt;
      if (isTaken) this.#displaced.set(key, kept.sequence);
      this.#kept.set(key, { ...kept, delistedAt });
    }
    return result;
  }

  remove(keys: readonly string[]): number {
    const removed = keys.filter((key) => this.#kept.delete(key));
    for (const key of keys) {
      this.revisions.delete(key);
      this.#displaced.delete(key);
    }
    return removed.length;
  }

  all(): (ArchiveEntry & { delistedAt: number | null })[] {
    return [...this.#kept.values()];
  }

  /** What follows the sequence of a displaced message is the archive's own affair. @returns their former sequences */
  takeDisplaced(): [key: string, sequence: string][] {
    const displaced = [...this.#displaced];
    this.#displaced.clear();
    return displaced;
  }

  displace(key: string, sequence: string): void {
    const kept = this.#kept.get(key);
    if (kept) this.#kept.set(key, { ...kept, sequence });
  }

  momentOf(place: string | null): number | null {
    return [...this.#kept.values()].find(({ sequence }) => sequence === place)?.sentAt ?? null;
  }

  read({ order, span, after, terms, limit }: Parameters<MessageArchive['read']>[0]): unknown[] {
    const direction = order === 'ASC' ? 1 : -1;
    return [...this.#kept.values()]
      .filter(({ sentAt }) => sentAt >= span.since && sentAt < span.until)
      .filter(({ sequence }) => after === null || (order === 'ASC' ? sequence > after : sequence < after))
      .filter((entry) => terms.every((list) => list.some((term) => entry.terms.includes(term))))
      .sort((a, b) => direction * (a.sequence < b.sequence ? -1 : 1))
      .slice(0, limit)
      .map(({ sequence, sentAt, record, delistedAt }) => ({
        sequence,
        sentAt,
        record,
        delistedAt,
      }));
  }
}
