import type { Logger } from 'pino';
import type { AuditStore } from '../store/store.ts';
import { Groups } from '../util/groups.ts';
import { beginLog, isAsWritten } from './begin.ts';
import { toContent, type AuditContent, type AuditedRead, type ReadBy } from './entry.ts';
import { pruneBatch } from './prune-batch.ts';
import { AuditSeal } from './seal.ts';
import { StrandWriter } from './strand-writer.ts';

/** Records of one transaction: a few milliseconds. */
const MAX_GROUP = 1_000;
/** Of one record. More get further records. */
const MAX_READERS = 1_000;

/** A record that is still to be written. */
interface Pending {
  readonly read: AuditedRead;
  readonly readers: [ReadBy, ...ReadBy[]];
  /** Whether more readers may join. */
  isOpen: boolean;
}

/**
 * Who read what, in chains that reveal changes: each record holds the previous record's hash, and a mark outside of the records
 * says where they end. Each process that writes to a store has a chain of its own, its strand, and the strands are a chain, too.
 */
export class AuditLog {
  readonly #store: AuditStore;
  readonly #seal: AuditSeal;
  readonly #log: Logger;
  readonly #groups: Groups<Pending>;
  readonly #pending = new WeakMap<AuditedRead, { record: Pending; written: Promise<void> }>();

  /** Opens the log, and begins it when there is none. Says in `log` when an end of it is not as it was written. */
  static async open(store: AuditStore, secret: Buffer, log: Logger): Promise<AuditLog> {
    const seal = new AuditSeal(secret);
    await beginLog(store, seal);
    if (!(await store.change((audit) => isAsWritten(audit, seal))))
      log.error('The end of the audit log was changed: run "audit verify". The gateway keeps adding records');
    return new AuditLog(store, seal, log);
  }

  private constructor(store: AuditStore, seal: AuditSeal, log: Logger) {
    this.#store = store;
    this.#seal = seal;
    this.#log = log;
    const strand = new StrandWriter(store, seal, log);
    this.#groups = new Groups((take) => strand.write(() => take().map(close)), MAX_GROUP);
  }

  /**
   * Writes who read what. What comes while other records are written shares a transaction, and readers who were given one
   * and the same `read` share a record. A reader waits for its records before it reads on, so few of each are pending.
   *
   * @returns once it is on disk, so an answer that waits for it never leaves without it
   * @throws Error when it cannot be written; then the result of the read must not be returned
   */
  record(read: AuditedRead, reader: ReadBy): Promise<void> {
    const pending = this.#pending.get(read);
    if (pending?.record.isOpen && pending.record.readers.length < MAX_READERS) {
      pending.record.readers.push(reader);
      return pending.written;
    }
    const record: Pending = { read, readers: [reader], isOpen: true };
    const written = this.#groups.add(record).finally(() => {
      record.isOpen = false;
    });
    this.#pending.set(read, { record, written });
    return written;
  }

  /** How many records were ever written. */
  count(): Promise<number> {
    return this.#store.count();
  }

  /**
   * Prunes some of the old records. The anchors of their strands then replace them, so the remaining ones can still be verified.
   * Records that do not verify are kept: they are evidence.
   *
   * @param before Unix ms
   * @returns whether there may be more to prune
   */
  async prune(before: number): Promise<boolean> {
    const outcome = await pruneBatch(this.#store, this.#seal, before);
    if (outcome === 'CHANGED')
      this.#log.error('Old audit records were changed, so they are not pruned: run "audit verify"');
    return outcome === 'MORE';
  }

  /** Waits until everything is written. */
  close(): Promise<void> {
    return this.#groups.settled();
  }
}

/** What is being written has all of its readers. */
function close(record: Pending): AuditContent {
  record.isOpen = false;
  return toContent(record.read, record.readers);
}
