import { isSameRecord } from '../../../domain/media-urls.ts';
import type { ArchiveEntry, ArchivePage } from '../../ports/message-archive.ts';
import type { StoredFacts } from './facts.ts';

/** A message as it was kept before. */
export interface KeptMessage {
  key: string;
  sequence: string;
  /** Unix ms. */
  sentAt: number;
  version: number;
  delistedAt: number | null;
  record: string;
  facts: StoredFacts;
}

export interface PlannedMessage {
  entry: ArchiveEntry;
  /** As it was kept; null: it is new. */
  before: KeptMessage | null;
  version: number;
}

/** What a page changes. To be done in this order: one message may come into the place that another one leaves. */
export interface PagePlan {
  /** Another message has their place now, and they leave it for one directly after it. */
  displaced: KeptMessage[];
  /** Known to be delisted from now on. */
  delisted: KeptMessage[];
  /** As they were before; each is put again. */
  replaced: KeptMessage[];
  /** Of the replaced ones those with another record than before, which becomes an earlier version. */
  revised: KeptMessage[];
  put: PlannedMessage[];
  added: number;
}

/**
 * What is to be written so that a page is kept; nothing when it is already.
 *
 * @param kept all messages with a key of the page, or in a place of one of its entries
 */
export function planPage(page: ArchivePage, kept: readonly KeptMessage[]): PagePlan {
  const entries = new Map(page.entries.map((entry) => [entry.key, entry]));
  const known = new Map(kept.map((message) => [message.key, message]));
  const changed = [...entries.values()].flatMap((entry) => {
    const before = known.get(entry.key);
    return before && isAsKept(entry, before) ? [] : [{ entry, before }];
  });
  const replaced = changed.flatMap(({ before }) => before ?? []);
  const places = new Set(changed.map(({ entry }) => toPlace(entry)));
  const others = kept.filter(({ key }) => !entries.has(key));
  const delisted = new Set(page.delisted);
  return {
    displaced: others.filter((message) => places.has(toPlace(message))),
    delisted: others.filter(({ key, delistedAt }) => delisted.has(key) && delistedAt === null),
    replaced,
    revised: replaced.filter(({ key, record }) => !isSameRecord(entries.get(key)?.record ?? '', record)),
    put: changed.map(({ entry, before }) => ({
      entry,
      before: before ?? null,
      version: toVersion(entry, before),
    })),
    added: changed.length - replaced.length,
  };
}

function isAsKept(entry: ArchiveEntry, kept: KeptMessage): boolean {
  return (
    isSameRecord(kept.record, entry.record) && kept.delistedAt === null && toPlace(kept) === toPlace(entry)
  );
}

function toVersion({ record }: ArchiveEntry, before: KeptMessage | undefined): number {
  if (!before) return 1;
  return isSameRecord(before.record, record) ? before.version : before.version + 1;
}

function toPlace({ sentAt, sequence }: Pick<ArchiveEntry, 'sentAt' | 'sequence'>): string {
  return `${sentAt} ${sequence}`;
}
