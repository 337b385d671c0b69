import { RecordCache } from '../datasources/kit/record-cache.ts';
import type { Order } from '../datasources/message-source.ts';
import type { MessageRecord } from '../domain/records.ts';
import type { ArchivedEntry, ArchiveQuery, MessageArchive, TimeSpan } from '../store/store.ts';
import { readExpired } from './expired.ts';
import { isEdgeAhead, type Gap } from './gap.ts';
import { findListedSince } from './listed-since.ts';
import { parseRecord } from './parse-record.ts';
import { isCovered } from './stretch.ts';

/** Of an archive, what lies ahead of a gap. */
export interface KeptQuery extends Pick<ArchiveQuery, 'order' | 'span' | 'terms' | 'limit'> {
  gap: Gap;
}

interface Covered {
  version: string;
  spans: readonly TimeSpan[];
  expired: readonly TimeSpan[];
}

const EVERYTHING: ArchiveQuery['terms'] = [];

/** The messages of an archive, opened, checked and mapped once for as long as their record stays the same. */
export class KeptMessages {
  readonly #archive: MessageArchive;
  /** By place and text: another message may have come into the place that the record tells. */
  readonly #messages = new RecordCache<MessageRecord>();

  /** As of this version. */
  #covered: Covered | null = null;

  constructor(archive: MessageArchive) {
    this.#archive = archive;
  }

  /** Shared, so never change it. What is written at the same moment may be missing. */
  async coverage(): Promise<readonly TimeSpan[]> {
    return (await this.#known()).spans;
  }

  /** The same of what the provider no longer listed anything of when it was covered. */
  async expired(): Promise<readonly TimeSpan[]> {
    return (await this.#known()).expired;
  }

  /** Asks the store itself. */
  async isCovered(span: TimeSpan): Promise<boolean> {
    return isCovered(span, await this.#archive.coverage());
  }

  /** @returns shared messages, so never change one */
  async read({ gap, ...query }: KeptQuery): Promise<MessageRecord[]> {
    const { order, span } = query;
    const { edge } = gap;
    const isIncluded = edge !== null && isEdgeAhead(edge, order);
    // What is in the span and behind the edge lies in the gap's moments: beyond them, all of the span would be passed over.
    const around = { since: Math.max(span.since, gap.oldest), until: Math.min(span.until, gap.newest + 1) };
    const after = isIncluded ? await this.#before(edge.sequence, around, order) : (edge?.sequence ?? null);
    return (await this.#archive.read({ ...query, after })).map((entry) => this.#open(entry));
  }

  /** @returns when the message with this sequence was sent, in Unix ms; null: none is kept */
  momentOf(sequence: string): Promise<number | null> {
    return this.#archive.momentOf(sequence);
  }

  /** As `MessageArchive.narrow`. */
  narrow(query: Pick<ArchiveQuery, 'order' | 'span' | 'terms'>): Promise<TimeSpan> {
    return this.#archive.narrow(query);
  }

  /** @returns a message that the source still lists, of this moment or not long after; null when there is none */
  async listedSince(moment: number): Promise<MessageRecord | null> {
    const listed = await findListedSince(this.#archive, moment);
    return listed && this.#open(listed);
  }

  async find(key: string): Promise<MessageRecord | null> {
    const entry = await this.#archive.find(key);
    return entry && this.#open(entry);
  }

  /** @returns the sequence of the message that comes next before that one in this order; null: there is none in the span */
  async #before(sequence: string, span: TimeSpan, order: Order): Promise<string | null> {
    const [previous] = await this.#archive.read({
      order: order === 'ASC' ? 'DESC' : 'ASC',
      span,
      after: sequence,
      terms: EVERYTHING,
      limit: 1,
    });
    return previous?.sequence ?? null;
  }

  async #known(): Promise<Covered> {
    // Before it is read: what changes meanwhile is another version.
    const version = await this.#archive.version();
    if (this.#covered?.version !== version) {
      const [spans, expired] = [await this.#archive.coverage(), await readExpired(this.#archive)];
      this.#covered = { version, spans, expired };
    }
    return this.#covered;
  }

  #open({ sequence, record }: ArchivedEntry): MessageRecord {
    const key = `${sequence} ${record}`;
    const known = this.#messages.get(key);
    if (known) return known;
    const message = { ...parseRecord(record), sequence };
    this.#messages.set(key, message, record.length);
    return message;
  }
}
