import type { Logger } from 'pino';
import type { AuditReader, AuditRow, AuditStore, AuditWriter } from '../store/store.ts';
import { Groups } from '../util/groups.ts';
import { AuditSeal, BEGINNING, readChain, verifyChain, type Place } from './chain.ts';
import { toContent, type AuditedRead, type ReadBy } from './entry.ts';

/** How many records are pruned at once; other work runs in between. Some have a thousand readers. */
const PRUNE_BATCH = 200;
/** Records of one transaction: a few milliseconds. */
const MAX_GROUP = 1_000;
/** Of one record. More get further records. */
const MAX_READERS = 1_000;
/** The predecessor of records after a head that is not genuine: no record has this hash, so the break stays visible. */
const BROKEN = 'broken';

/** A record that is still to be written. */
interface Pending {
  readonly read: AuditedRead;
  readonly readers: [ReadBy, ...ReadBy[]];
  /** Whether more readers may join. */
  isOpen: boolean;
}

/**
 * Who read what, in a chain that reveals changes: each record holds the previous record's hash, and a mark outside of
 * the records says where they end. Several processes may write to one store.
 */
export class AuditLog {
  readonly #store: AuditStore;
  readonly #seal: AuditSeal;
  readonly #log: Logger;
  readonly #groups: Groups<Pending>;
  readonly #pending = new WeakMap<AuditedRead, { record: Pending; written: Promise<void> }>();

  /** Opens the log, and begins it when there is none. Says in `log` when its end is not as it was written. */
  static async open(store: AuditStore, secret: Buffer, log: Logger): Promise<AuditLog> {
    const audit = new AuditLog(store, secret, log);
    if (!(await store.exists())) await audit.#begin();
    if ((await audit.#readHead(store)) === null) {
      log.error('The end of the audit log was changed: run "audit verify". The gateway keeps adding records');
    }
    return audit;
  }

  private constructor(store: AuditStore, secret: Buffer, log: Logger) {
    this.#store = store;
    this.#seal = new AuditSeal(secret);
    this.#log = log;
    this.#groups = new Groups(
      // They are links of one chain: all are written, or none.
      (take) => store.change((audit) => this.#append(audit, take().map(close))),
      MAX_GROUP,
    );
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
    const written = this.#groups.add(record).finally(() => close(record));
    this.#pending.set(read, { record, written });
    return written;
  }

  /** How many records were ever written. */
  async count(): Promise<number> {
    return (await this.#readHead(this.#store))?.seq ?? 0;
  }

  /**
   * Prunes old records in batches. The anchor then replaces them, so the remaining ones can still be verified.
   * Records that do not verify are kept: they are evidence.
   *
   * @param before Unix ms
   * @returns whether there is more to prune
   */
  prune(before: number): Promise<boolean> {
    return this.#store.change(async (audit) => {
      const rows = await audit.first(PRUNE_BATCH);
      const firstToKeep = rows.findIndex(({ at }) => at >= before);
      if (firstToKeep !== -1) rows.length = firstToKeep;
      const last = rows.at(-1);
      if (!last) return false;
      if (!(await this.#isGenuine(audit, rows, last))) {
        this.#log.error('Old audit records were changed, so none are pruned: run "audit verify"');
        return false;
      }
      await audit.setMark('anchor', this.#seal.mark('anchor', last));
      await audit.remove(last.seq);
      return rows.length === PRUNE_BATCH;
    });
  }

  /** Waits until everything is written. */
  close(): Promise<void> {
    return this.#groups.settled();
  }

  async #begin(): Promise<void> {
    await this.#store.change(async (audit) => {
      // Another process may have been first.
      if (await audit.exists()) return;
      await audit.setMark('anchor', this.#seal.mark('anchor', BEGINNING));
      await audit.setMark('head', this.#seal.mark('head', BEGINNING));
    });
  }

  async #append(audit: AuditWriter, records: readonly Pending[]): Promise<void> {
    let end = await this.#readEnd(audit);
    for (const { read, readers } of records) {
      const row = { seq: end.seq + 1, ...toContent(read, readers), previous: end.hash };
      end = { seq: row.seq, hash: this.#seal.hash(row) };
      await audit.insert({ ...row, hash: end.hash }, new Set(readers.map(({ caller }) => caller)));
    }
    await audit.setMark('head', this.#seal.mark('head', end));
  }

  /** Each batch ends at its own last record. */
  async #isGenuine(audit: AuditReader, rows: readonly AuditRow[], last: Place): Promise<boolean> {
    const chain = { ...(await readChain(audit)), rows, head: this.#seal.mark('head', last) };
    const { findings } = await verifyChain(chain, this.#seal);
    return findings.length === 0;
  }

  /** Read each time, since other processes write too. The log neither repairs a break nor stops: it stays visible. */
  async #readEnd(audit: AuditReader): Promise<Place> {
    const newest = await audit.newest();
    const head = await this.#readHead(audit);
    return head !== null && head.seq >= newest ? head : { seq: newest, hash: BROKEN };
  }

  async #readHead(audit: AuditReader): Promise<Place | null> {
    const head = await audit.mark('head');
    return head !== null && this.#seal.isGenuine('head', head) ? head : null;
  }
}

/** What is being written has all of its readers. */
function close(record: Pending): Pending {
  record.isOpen = false;
  return record;
}
