import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { isConstraintViolation } from '../store/store-failure.ts';
import type {
  AuditExtension,
  AuditMark,
  AuditRow,
  AuditStore,
  AuditStrand,
  AuditWriter,
  NewAuditRow,
} from '../store/store.ts';
import type { AuditContent } from './entry.ts';
import type { AuditSeal } from './seal.ts';

/** The hash before a strand when the mark of the newest one is not genuine: no strand has it, so the break stays visible. */
const BROKEN = 'broken';
/** No log has so many strands: greater numbers are an attacker's, and after the greatest one no strand could be opened. */
const MOST_STRANDS = 2 ** 40;

interface OwnStrand {
  readonly id: number;
  readonly head: AuditMark;
}

/**
 * Adds records to a strand of this process, so it waits for other processes only while it opens one. It opens the strand for the
 * first record, and another one whenever it cannot tell how the strand ends: after a failure some of it may be written later, and
 * what was changed from outside stays as it is, for all to see.
 */
export class StrandWriter {
  readonly #store: AuditStore;
  readonly #seal: AuditSeal;
  readonly #log: Logger;
  #strand: OwnStrand | null = null;
  /** Of the strands that this process has opened. */
  #lastOwnId = 0;

  constructor(store: AuditStore, seal: AuditSeal, log: Logger) {
    this.#store = store;
    this.#seal = seal;
    this.#log = log;
  }

  /**
   * Call it again only once it has ended.
   *
   * @param take the records, at least one: asked when they are about to be written, and maybe again
   * @returns once they are on disk
   */
  async write(take: () => readonly AuditContent[]): Promise<void> {
    if (this.#strand && (await this.#extend(this.#strand, take))) return;
    const opened = await this.#open(take);
    this.#lastOwnId = opened.id;
    if (!(await this.#extend(opened, take)))
      throw new Error('The audit log was changed from outside while it was written');
  }

  /** @returns false: it was changed from outside, and nothing was written */
  async #extend(strand: OwnStrand, take: () => readonly AuditContent[]): Promise<boolean> {
    this.#strand = null;
    let head: AuditMark | null;
    try {
      head = await this.#store.extend(strand.id, () => this.#toExtension(strand, take()));
    } catch (error) {
      // There is another record in the place of one of these.
      if (!isConstraintViolation(error)) throw error;
      head = null;
    }
    if (head === null) {
      this.#log.error(
        'The end of the audit log was changed: run "audit verify". The gateway keeps adding records',
      );
      return false;
    }
    this.#strand = { id: strand.id, head };
    return true;
  }

  #toExtension({ id, head }: OwnStrand, contents: readonly AuditContent[]): AuditExtension {
    let end: Pick<AuditRow, 'seq' | 'hash'> = head;
    const rows = contents.map((content): NewAuditRow => {
      const unhashed = { seq: end.seq + 1, ...content, previous: end.hash };
      const row = { strand: id, ...unhashed, hash: this.#seal.hash(unhashed) };
      end = row;
      return row;
    });
    return { from: head, rows, to: this.#seal.mark(id, 'head', end) };
  }

  async #open(take: () => readonly AuditContent[]): Promise<OwnStrand> {
    const name = randomUUID();
    return this.#store.change(async (audit) => {
      const strands = await audit.strands();
      // An earlier run of this unit, whose answer was lost.
      const known = strands.find((strand) => strand.name === name);
      if (known) return known;
      const openedAt = Math.min(...take().map(({ at }) => at));
      const { seq, hash } = await this.#newest(audit, lastIdOf(strands));
      const unhashed = { id: seq + 1, name, openedAt, previous: hash };
      const strand = { ...unhashed, hash: this.#seal.strand(unhashed) };
      const begin = { seq: 0, hash: strand.hash };
      const head = this.#seal.mark(strand.id, 'head', begin);
      await audit.open({ ...strand, anchor: this.#seal.mark(strand.id, 'anchor', begin), head });
      await audit.setEnd(this.#seal.end({ seq: strand.id, hash: strand.hash }));
      return { id: strand.id, head };
    });
  }

  /**
   * The log neither repairs a break nor stops: it stays visible. It was begun when it was opened, and has all strands of this
   * process, so what is not there was taken out.
   */
  async #newest(audit: AuditWriter, lastId: number): Promise<Pick<AuditMark, 'seq' | 'hash'>> {
    const end = await audit.end();
    const seq = Math.max(lastId, this.#lastOwnId);
    return end !== null && this.#seal.isGenuineEnd(end) && end.seq >= seq ? end : { seq, hash: BROKEN };
  }
}

/** Without those that only an attacker may have written. */
function lastIdOf(strands: readonly AuditStrand[]): number {
  return strands.findLast(({ id }) => id < MOST_STRANDS)?.id ?? 0;
}
