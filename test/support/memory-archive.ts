import { isSameRecord } from '../../src/domain/media-urls.ts';
import type {
  ArchivedEntry,
  ArchiveEntry,
  ArchivePage,
  ArchiveQuery,
  ArchiveRevision,
  Fence,
  KeptPage,
  MessageArchive,
  TimeSpan,
} from '../../src/store/store.ts';

const MOST_LOOKED_THROUGH = 5;

interface Row extends ArchiveEntry {
  delistedAt: number | null;
  /** Of its last change. */
  number: number;
}

/** A source's archive in memory; all of a call happens at once. */
export class MemoryArchive implements MessageArchive {
  readonly #rows = new Map<string, Row>();
  /** By `sequence`. */
  #sorted: Row[] | null = null;
  #coverage: TimeSpan[] = [];
  readonly #progress = new Map<string, string>();
  readonly #revisions = new Map<string, ArchiveRevision[]>();
  #version = 0;
  #lastChange = 0;
  /** How often a page was kept. */
  pages = 0;
  /** Called before anything of a page is kept; may throw as a process that dies. */
  onKeep: (page: ArchivePage, fence?: Fence) => void = () => undefined;

  version(): Promise<string> {
    return Promise.resolve(String(this.#version));
  }

  lastChange(): Promise<number> {
    return Promise.resolve(this.#lastChange);
  }

  changedIn(span: TimeSpan, lastChange: number): Promise<string[]> {
    const rows = [...this.#rows.values()].filter(
      ({ sentAt, number }) => isIn(sentAt, span) && number > lastChange,
    );
    return Promise.resolve(rows.map(({ key }) => key));
  }

  async keep(page: ArchivePage, fence?: Fence): Promise<KeptPage> {
    await Promise.resolve();
    this.onKeep(page, fence);
    this.pages++;
    const kept = { added: 0, revised: 0 };
    for (const entry of page.entries) {
      const before = this.#rows.get(entry.key);
      if (page.replaces && (!before || page.replaces.get(entry.key) !== before.record)) continue;
      if (!before) kept.added++;
      else if (!isSameRecord(before.record, entry.record)) {
        kept.revised++;
        const revision = { record: before.record, replacedAt: page.readAt };
        this.#revisions.set(entry.key, [...(this.#revisions.get(entry.key) ?? []), revision]);
      }
      const isSame = before && isSameRecord(before.record, entry.record);
      const isAsKept = isSame && before.sequence === entry.sequence && before.delistedAt === null;
      this.#rows.set(entry.key, {
        ...entry,
        ...(isSame ? { record: before.record } : {}),
        delistedAt: null,
        number: isAsKept ? before.number : ++this.#lastChange,
      });
    }
    for (const key of page.delisted) {
      const row = this.#rows.get(key);
      if (row?.delistedAt !== null) continue;
      row.delistedAt = page.readAt;
      row.number = ++this.#lastChange;
    }
    if (page.uncovers) this.uncover(page.uncovers);
    if (page.covers) this.cover(page.covers);
    if (page.progress) {
      const { job, position } = page.progress;
      if (position === null) this.#progress.delete(job);
      else this.#progress.set(job, position);
    }
    this.#changed();
    return kept;
  }

  async remove(keys: readonly string[]): Promise<number> {
    await Promise.resolve();
    const removed = keys.filter((key) => this.#rows.delete(key));
    for (const key of keys) this.#revisions.delete(key);
    this.#changed();
    return removed.length;
  }

  async replace(entries: readonly ArchiveEntry[]): Promise<void> {
    await Promise.resolve();
    for (const entry of entries) {
      const delistedAt = this.#rows.get(entry.key)?.delistedAt ?? null;
      this.#rows.set(entry.key, { ...entry, delistedAt, number: ++this.#lastChange });
      this.#revisions.delete(entry.key);
    }
    this.#changed();
  }

  async read({ order, span, after, terms, limit }: ArchiveQuery): Promise<ArchivedEntry[]> {
    await Promise.resolve();
    const rows = this.#inOrder();
    const isAhead = ({ sequence }: Row): boolean =>
      after === null || (order === 'ASC' ? sequence > after : sequence < after);
    const found = (order === 'ASC' ? rows : rows.toReversed()).filter(
      (row) =>
        isIn(row.sentAt, span) &&
        isAhead(row) &&
        terms.every((list) => list.some((term) => row.terms.includes(term))),
    );
    return found.slice(0, limit).map(toArchived);
  }

  /** To a few messages, in hope of mistakes. */
  narrow({ span, order }: Pick<ArchiveQuery, 'order' | 'span'>): Promise<TimeSpan> {
    const inSpan = this.#inOrder().filter((row) => isIn(row.sentAt, span));
    const row = order === 'ASC' ? inSpan[MOST_LOOKED_THROUGH] : inSpan.at(-1 - MOST_LOOKED_THROUGH);
    if (!row) return Promise.resolve(span);
    return Promise.resolve(
      order === 'ASC' ? { ...span, until: row.sentAt + 1 } : { ...span, since: row.sentAt },
    );
  }

  find(key: string): Promise<ArchivedEntry | null> {
    const row = this.#rows.get(key);
    return Promise.resolve(row ? toArchived(row) : null);
  }

  momentOf(sequence: string): Promise<number | null> {
    return Promise.resolve(this.#inOrder().find((row) => row.sequence === sequence)?.sentAt ?? null);
  }

  revisions(key: string): Promise<ArchiveRevision[]> {
    return Promise.resolve([...(this.#revisions.get(key) ?? [])]);
  }

  /** Keys and records in a span, in no order. */
  keysIn(span: TimeSpan): Promise<Map<string, string>> {
    const rows = [...this.#rows.values()].filter(({ sentAt }) => isIn(sentAt, span));
    return Promise.resolve(new Map(rows.map(({ key, record }) => [key, record])));
  }

  count(): Promise<number> {
    return Promise.resolve(this.#rows.size);
  }

  coverage(): Promise<TimeSpan[]> {
    return Promise.resolve(this.#coverage.map((span) => ({ ...span })));
  }

  progress(job: string): Promise<string | null> {
    return Promise.resolve(this.#progress.get(job) ?? null);
  }

  positions(): Promise<Map<string, string>> {
    return Promise.resolve(new Map(this.#progress));
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** Spans that touch or overlap become one. */
  cover(span: TimeSpan): void {
    if (span.since >= span.until) return;
    const apart = this.#coverage.filter(({ since, until }) => until < span.since || since > span.until);
    const joined = this.#coverage.filter((other) => !apart.includes(other));
    const whole = {
      since: Math.min(span.since, ...joined.map(({ since }) => since)),
      until: Math.max(span.until, ...joined.map(({ until }) => until)),
    };
    this.#coverage = [...apart, whole].sort((a, b) => a.since - b.since);
    this.#changed();
  }

  /** As after erasure or retention: what is in the span is gone, and not complete any more. */
  drop(span: TimeSpan): void {
    for (const row of this.#rows.values()) if (isIn(row.sentAt, span)) this.#rows.delete(row.key);
    this.uncover(span);
  }

  /** As if it had never been kept, though its moment is covered. */
  lose(key: string): void {
    this.#rows.delete(key);
    this.#changed();
  }

  /** Nothing of the span is complete any more. */
  uncover(span: TimeSpan): void {
    this.#coverage = this.#coverage.flatMap(({ since, until }) =>
      [
        { since, until: Math.min(until, span.since) },
        { since: Math.max(since, span.until), until },
      ].filter((part) => part.since < part.until),
    );
    this.#changed();
  }

  #inOrder(): Row[] {
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
    return this.#sorted;
  }

  #changed(): void {
    this.#sorted = null;
    this.#version++;
  }
}

function isIn(moment: number, { since, until }: TimeSpan): boolean {
  return moment >= since && moment < until;
}

function toArchived({ sequence, sentAt, record, delistedAt }: Row): ArchivedEntry {
  return { sequence, sentAt, record, delistedAt };
}
