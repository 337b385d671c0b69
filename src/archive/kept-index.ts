import { RecordCache } from '../datasources/kit/record-cache.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { ArchivedEntry, ArchiveIndex } from '../store/store.ts';
import { limitConcurrency } from '../util/limit-concurrency.ts';
import { parseRecord } from './parse-record.ts';

/** They look through many messages. Others, and what is short, are answered in between. */
const FIGURES_AT_ONCE = 2;
/** They remember much. */
const LARGE_AT_ONCE = 2;

/** What is kept in all archives, as the whole process reads it. */
export class KeptIndex {
  /** Runs statements of figures, a few at a time, for callers in rotation. */
  readonly figures = limitConcurrency(FIGURES_AT_ONCE);
  /** Runs readings that take much memory, a few at a time. */
  readonly large = limitConcurrency(LARGE_AT_ONCE);
  readonly #open: () => ArchiveIndex;
  #opened: ArchiveIndex | null = null;
  /** By source or account, place and text. */
  readonly #messages = new RecordCache<MessageRecord>();

  /** @param open called when something that is kept is asked for the first time */
  constructor(open: () => ArchiveIndex) {
    this.#open = open;
  }

  get all(): ArchiveIndex {
    return (this.#opened ??= this.#open());
  }

  /** @param from the name of a source or an account in which the place is one */
  toMessage(from: string, { sequence, record }: ArchivedEntry): MessageRecord {
    const key = `${from} ${sequence} ${record}`;
    const known = this.#messages.get(key);
    if (known) return known;
    const message = { ...parseRecord(record), sequence };
    // The key has the record once more.
    this.#messages.set(key, message, key.length + record.length);
    return message;
  }
}
